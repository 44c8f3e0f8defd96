# SPDX-License-Identifier: AGPL-3.0-or-later
"""A capture reaches public pages and nothing else: the tricks that are known, one by one."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amana.evidence.capture.fence import Fence, Fenced, Target, Why, is_public

PUBLIC = "93.184.215.14"


def names(**known: list[str]) -> Fence:
    """A fence whose name server knows these names only."""
    table = {name.replace("_", "."): found for name, found in known.items()}

    def ask(host: str, port: int) -> list[str]:
        if host not in table:
            raise OSError("no such name")
        return table[host]

    return Fence(resolver=ask)


def reached(url: str, fence: Fence | None = None) -> Target:
    """Where a capture of this address would connect."""
    fence = fence or names(example_org=[PUBLIC])
    parts = fence.url(url)
    port = parts.port or {"http": 80, "https": 443}[parts.scheme]
    return fence.target(parts.hostname or "", port)


FORMS = [
    "http://127.0.0.1/", "http://127.0.0.1:80/", "https://127.0.0.1/", "http://127.1/",
    "http://127.0.1/", "http://0/", "http://0.0.0.0/", "http://2130706433/",
    "http://017700000001/", "http://0177.0.0.1/", "http://0x7f000001/", "http://0x7f.0x0.0x0.0x1/",
    "http://0x7f.1/", "http://127.0.0.1./", "http://127.000.000.001/", "http://%31%32%37.0.0.1/",
    "http://①②⑦.⓪.⓪.①/", "http://127。0。0。1/", "http://１２７.0.0.1/",
    "http://[::1]/", "http://[0:0:0:0:0:0:0:1]/", "http://[::]/", "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/", "http://[::127.0.0.1]/", "http://[::ffff:0:127.0.0.1]/",
    "http://[64:ff9b::7f00:1]/", "http://[64:ff9b:1::a00:1]/", "http://[2002:7f00:1::]/",
    "http://[2002:a00:1::]/", "http://[2001:0:4136:e378:8000:63bf:80ff:fffe]/",
    "http://[fe80::1]/", "http://[fe80::1%25eth0]/", "http://[fc00::1]/", "http://[fd00:ec2::254]/",
    "http://[fec0::1]/", "http://[ff02::1]/", "http://[2001:db8::1]/", "http://[3fff::1]/",
    "http://[fe80::5efe:127.0.0.1]/", "http://[2a00::5efe:10.0.0.1]/",
    "http://10.0.0.1/", "http://10.255.255.255/", "http://172.16.0.1/", "http://172.31.255.255/",
    "http://192.168.0.1/", "http://169.254.169.254/latest/meta-data/", "http://100.64.0.1/",
    "http://100.100.100.200/", "http://192.0.0.192/", "http://192.0.2.1/", "http://198.18.0.1/",
    "http://198.51.100.1/", "http://203.0.113.1/", "http://224.0.0.1/", "http://240.0.0.1/",
    "http://255.255.255.255/", "http://192.88.99.1/",
    "http://localhost/", "http://LOCALHOST/", "http://localhost./", "http://a.localhost/",
    "http://printer.local/", "http://router.lan/", "http://intranet/", "http://db/",
    "http://metadata.google.internal/", "http://x.home.arpa/", "http://1.0.0.127.in-addr.arpa/",
    "http://abc.onion/", "http://example.test/", "http://x.invalid/", "http://nas.home/",
    "file:///etc/passwd", "FILE:///etc/passwd", "ftp://example.org/", "gopher://example.org:70/",
    "data:text/html,hello", "javascript:alert(1)", "view-source:http://example.org/",
    "chrome://version", "about:blank", "blob:http://example.org/x", "ws://example.org/",
    "dict://example.org:11211/", "ldap://example.org/", "jar:http://example.org!/",
    "//example.org/",
    "http:example.org", "http:///example.org/", "http://", "https://", "",
    "http://example.org:22/", "http://example.org:6379/", "http://example.org:8000/",
    "http://example.org:0/", "http://example.org:65536/", "http://example.org:-1/",
    "http://example.org:８０80/", "http://user@example.org/", "http://user:word@example.org/",
    "http://example.org@127.0.0.1/", "http://127.0.0.1#@example.org/", "http://@example.org/",
    "http://example.org\\@127.0.0.1/", "http://127.0.0.1\\.example.org/",
    "http://exa mple.org/", "http://example.org\r\nHost: 127.0.0.1/", "http://example.org\t/",
    "http://example.org\x00.evil.org/", "http://-example.org/", "http://example-.org/",
    "http://exa$mple.org/", "http://.example.org/", "http://example..org/", "http://[::1/",
    "http://[example.org]/", "http://" + "a" * 64 + ".org/", "http://" + "a." * 130 + "org/",
    "http://example.org/" + "a" * 2000,
]  # fmt: skip


@pytest.mark.parametrize("url", FORMS)
def test_an_address_that_is_not_a_public_page_is_refused(url: str) -> None:
    with pytest.raises(Fenced):
        reached(url)


def test_the_list_of_tricks_is_long_enough() -> None:
    assert len(FORMS) == len(set(FORMS)) >= 60


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("http://example.org/", "example.org"),
        ("https://EXAMPLE.org:443/a?b=c#d", "example.org"),
        ("http://example.org./", "example.org"),
        ("http://example.org:80/منشور", "example.org"),
    ],
)
def test_a_public_page_is_reached_at_the_address_that_was_checked(url: str, host: str) -> None:
    found = reached(url)
    assert (found.host, found.address) == (host, PUBLIC)


def test_an_arabic_name_is_asked_for_in_its_ascii_form() -> None:
    fence = Fence(
        resolver=lambda host, port: [PUBLIC] if host == "xn--mgbh0fb.xn--mgbayh7gpa" else []
    )
    assert reached("https://مثال.الاردن/", fence).host == "xn--mgbh0fb.xn--mgbayh7gpa"


@pytest.mark.parametrize("url", ["http://93.184.215.14/", "http://[2606:2800:21f:cb07::1]/"])
def test_a_public_address_without_a_name_is_reached(url: str) -> None:
    assert reached(url).address in url


@pytest.mark.parametrize(
    "inside",
    ["127.0.0.1", "10.1.2.3", "169.254.169.254", "::1", "fd00::1", "::ffff:10.0.0.1", "0.0.0.0"],
)
def test_a_public_name_that_leads_inside_is_refused(inside: str) -> None:
    with pytest.raises(Fenced) as refused:
        reached("http://example.org/", names(example_org=[inside]))
    assert refused.value.why is Why.NOT_PUBLIC


def test_one_inside_among_public_answers_is_enough_to_refuse() -> None:
    with pytest.raises(Fenced):
        reached("http://example.org/", names(example_org=[PUBLIC, "192.168.1.1"]))


@pytest.mark.parametrize("answer", [["not an address"], []])
def test_an_answer_that_is_no_address_is_refused(answer: list[str]) -> None:
    with pytest.raises(Fenced) as refused:
        reached("http://example.org/", names(example_org=answer))
    assert refused.value.why is Why.UNKNOWN_HOST


def test_a_name_is_asked_for_once_and_a_second_answer_changes_nothing() -> None:
    """DNS rebinding: the first answer is public, every later one leads inside."""
    answers = iter([[PUBLIC], ["127.0.0.1"]])
    fence = Fence(resolver=lambda _host, _port: next(answers))
    assert fence.target("example.org", 443).address == PUBLIC


def test_a_laboratory_lets_through_one_address_and_one_port() -> None:
    fence = Fence(laboratory={"127.0.0.1:8001"})
    assert fence.target("127.0.0.1", 8001).address == "127.0.0.1"
    for host, port in (("127.0.0.1", 8002), ("127.0.0.2", 8001), ("10.0.0.1", 8001)):
        with pytest.raises(Fenced):
            fence.target(host, port)


@given(st.integers(0, 2**32 - 1))
def test_an_ipv4_address_is_judged_alike_in_every_dress(number: int) -> None:
    plain = ipaddress.IPv4Address(number)
    mapped = ipaddress.IPv6Address(f"::ffff:{plain}")
    assert not is_public(mapped)
    assert is_public(ipaddress.IPv6Address(b"\x00\x64\xff\x9b" + b"\0" * 8 + plain.packed)) == (
        is_public(plain)
    )
    if plain.is_private or plain.is_loopback or plain.is_link_local or plain.is_multicast:
        assert not is_public(plain)


@given(st.text(max_size=60))
def test_whatever_is_typed_is_reached_publicly_or_refused(text: str) -> None:
    for url in (text, f"http://{text}/", f"http://{text}"):
        try:
            found = reached(url, Fence(resolver=lambda _host, _port: [PUBLIC]))
        except Fenced:
            continue
        assert is_public(ipaddress.ip_address(found.address))
