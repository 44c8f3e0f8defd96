# SPDX-License-Identifier: AGPL-3.0-or-later
"""Values at both ends of what their kind allows, what is dropped of them and what must be kept, and
addresses that are made to look like others."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amana.kernel.identifiers import LONGEST, BadIdentifier, masked, normalise, tolerant

TRACKERS = ["utm_source=x", "utm_medium=", "fbclid=abc", "gclid=1", "igsh=zz==", "igshid"]
KEPT = ["q=1", "id=7", "utm=1", "page", "v=a%20b", "fbclid2=1"]


def value(kind: str, typed: str, region: str | None = None) -> str:
    return normalise(kind, typed, region=region).value


def reason(kind: str, typed: str) -> str:
    with pytest.raises(BadIdentifier) as refused:
        normalise(kind, typed, region="MA")
    return refused.value.reason


@settings(max_examples=40)
@given(
    st.lists(st.sampled_from(KEPT), max_size=4, unique=True),
    st.lists(st.sampled_from(TRACKERS), max_size=4, unique=True),
    st.data(),
)
def test_marks_of_a_visit_go_wherever_they_stand_and_nothing_else_does(
    kept: list[str], trackers: list[str], data: st.DataObject
) -> None:
    mixed = list(kept)
    for tracker in trackers:
        mixed.insert(data.draw(st.integers(0, len(mixed))), tracker)
    query = f"?{'&'.join(kept)}" if kept else ""
    found = value("url", f"https://a.example/p?{'&'.join(mixed)}#top")
    assert found == f"https://a.example/p{query}#top"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://a.example/Path", "https://a.example/path"),
        ("https://a.example/p?Q=1", "https://a.example/p?q=1"),
        ("https://a.example/p", "https://a.example/p/"),
        ("https://a.example/p", "http://a.example/p"),
        ("https://a.example/p", "https://www.a.example/p"),
        ("https://a.example/p#1", "https://a.example/p#2"),
        ("https://a.example/p", "https://a.example:8443/p"),
        ("https://a.example/?q=1&q=2", "https://a.example/?q=2&q=1"),
        ("https://faß.example/", "https://fass.example/"),
        ("https://user@a.example/", "https://a.example/"),
    ],
)
def test_two_pages_that_may_differ_are_two(one: str, other: str) -> None:
    assert value("url", one) != value("url", other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://a.example", "https://a.example/"),
        ("https://A.EXAMPLE/", "https://a.example/"),
        ("https://a.example./", "https://a.example/"),
        ("https://a.example:443/", "https://a.example/"),
        ("http://a.example:80/", "http://a.example/"),
        ("ftp://a.example:21/", "ftp://a.example/"),
        ("//a.example/p", "https://a.example/p"),
        ("a.example/p", "https://a.example/p"),
        ("https://a.example/%7euser", "https://a.example/%7Euser"),
        ("https://a.example/é", "https://a.example/%C3%A9"),
        ("https://a.example/100%", "https://a.example/100%25"),
        ("https://a.example/?&&q=1&", "https://a.example/?q=1"),
        ("https://\u24d0.example/", "https://a.example/"),
        ("https://a。example/", "https://a.example/"),
        ("https://[2001:DB8:0::1]/", "https://[2001:db8::1]/"),
    ],
)
def test_two_spellings_of_one_page_are_one(one: str, other: str) -> None:
    assert value("url", one) == value("url", other)


@pytest.mark.parametrize(
    "typed",
    [
        "javascript:alert(1)",
        "data:text/html,hello",
        "file:///etc/passwd",
        "mailto:a@b.example",
        "https://",
        "https://localhost/",
        "https://a.example:65536/",
        "https://a.example:x/",
        "https://[2001:db8::1/",
        "https://a b.example/",
        "https://a.example/a\tb",
        "https://-a.example/",
        "https://a..example/",
        "https://1.2.3/",
        "https://\u202e.example/",
        "https://☠.example/",
        f"https://{'a' * 64}.example/",
    ],
)
def test_what_leads_nowhere_is_no_link(typed: str) -> None:
    assert reason("url", typed) in {"not_a_link", "bad_domain", "no_domain"}


@pytest.mark.parametrize("size", [63, 64])
def test_a_label_of_a_host_has_sixty_three_letters_at_most(size: int) -> None:
    typed = f"a@{'b' * size}.example"
    assert normalise("email", typed).value == typed if size < 64 else reason("email", typed)


def test_a_host_has_two_hundred_and_fifty_three_letters_at_most() -> None:
    whole = ".".join(["b" * 60] * 4)
    fits = f"{whole}.{'c' * (253 - len(whole) - 1)}"
    assert value("email", f"a@{fits}").endswith(fits)
    assert reason("email", f"a@{fits}c") == "bad_domain"


def test_the_name_of_a_mailbox_has_sixty_four_letters_at_most() -> None:
    assert value("email", f"{'a' * 64}@b.example")
    assert reason("email", f"{'a' * 65}@b.example") == "not_an_email"


@pytest.mark.parametrize(
    "typed",
    [
        ".a@b.example",
        "a.@b.example",
        "@b.example",
        "a@",
        "a b@c.example",
        "a@b",
        "a@b@c.example",
        '"a"@b.example',
        "a,b@c.example",
        "a@[203.0.113.7]",
        "a\n@b.example",
    ],
)
def test_what_is_no_mailbox(typed: str) -> None:
    assert reason("email", typed) in {"not_an_email", "no_domain", "bad_domain"}


def test_a_part_behind_a_plus_is_another_mailbox_and_capitals_are_not() -> None:
    assert value("email", "a+x@b.example") != value("email", "a@b.example")
    assert value("email", "A+X@B.EXAMPLE") == value("email", "a+x@b.example")
    assert value("email", "<a+x@b.example>") == value("email", "mailto:a+x@b.example")


@pytest.mark.parametrize(
    ("typed", "found", "note"),
    [
        ("203.0.113.7:65535", "203.0.113.7", "port:65535 not_public"),
        ("8.8.8.8", "8.8.8.8", ""),
        ("8.8.8.8:0080", "8.8.8.8", "port:80"),
        ("10.0.0.1", "10.0.0.1", "not_public"),
        ("::ffff:8.8.8.8", "8.8.8.8", ""),
        ("[2606:4700::1111]:443", "2606:4700::1111", "port:443"),
        ("2606:4700:0:0::1111", "2606:4700::1111", ""),
        ("fe80::1", "fe80::1", "not_public"),
        ("8.8[.]8.8", "8.8.8.8", ""),
    ],
)
def test_an_address_of_a_machine_and_what_is_known_of_it(typed: str, found: str, note: str) -> None:
    one = normalise("ip", typed)
    assert (one.value, one.note) == (found, note)


@pytest.mark.parametrize(
    "typed",
    ["8.8.8.8:65536", "8.8.8", "8.8.8.256", "08.8.8.8", "fe80::1%eth0", "1", "8.8.8.8/24", ":::"],
)
def test_what_is_no_address_of_a_machine(typed: str) -> None:
    assert reason("ip", typed) == "not_an_ip"


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("n" * 100, f"unknown:{'n' * 100}"),
        ("_", "unknown:_"),
        ("@_a", "unknown:_a"),
        ("Insta: Lion", "instagram:lion"),
        ("سناب: lion", "snapchat:lion"),
        ("telegram/lion/", "telegram:lion"),
        ("facebook:a.b.c", "facebook:abc"),
        ("instagram:a.b.c", "instagram:a.b.c"),
        ("myapp:lion", "myapp:lion"),
        ("youtube:UCabcdefghijklmnopqrstuV", "youtube:UCabcdefghijklmnopqrstuV"),
        ("youtube:UCshort", "youtube:ucshort"),
        ("@@lion", ""),
        ("n" * 101, ""),
        (".lion", ""),
        ("li on", ""),
        ("telegram:", ""),
        ("@", ""),
        ("lion!", ""),
    ],
)
def test_names_of_accounts_at_their_limits(typed: str, found: str) -> None:
    if found:
        assert value("handle", typed) == found
    else:
        assert reason("handle", typed) == "not_a_handle"


@pytest.mark.parametrize("kind", ["phone", "email", "url", "handle", "iban", "wallet", "ip"])
def test_what_is_too_long_is_kept_short(kind: str) -> None:
    """As many letters as may be typed are read; of nonsense only the front is compared."""
    assert reason(kind, "é" * (LONGEST + 1)) == "too_long"
    kept = tolerant(kind, "é" * LONGEST * 3)
    assert not kept.valid
    assert len(kept.display) == LONGEST
    assert kept.value == "e" * 300
    assert len(masked(kept)) < 12


@settings(max_examples=30)
@given(st.sampled_from(["x112", " ext. 9", ";ext=44", " x 1"]), st.integers(10**7, 10**8 - 1))
def test_the_extension_of_a_desk_is_no_part_of_a_number(extension: str, number: int) -> None:
    whole = f"+21252{number % 10**7:07}"
    assert value("phone", whole + extension) == value("phone", whole)


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        ("phone", "06-12.34 (5)", "0612.345"),
        ("iban", "jo94 cbjo", "JO94-CBJO"),
        ("wallet", "0x12 34", "0X1234"),
        ("email", "Karim at mail", "karim  at mail"),
        ("handle", "Lion Heart", "lion  heart"),
        ("ip", "1.2.3", "1. 2. 3"),
    ],
)
def test_two_who_made_the_same_mistake_meet(kind: str, one: str, other: str) -> None:
    first, second = tolerant(kind, one), tolerant(kind, other)
    assert not first.valid
    assert first.value == second.value
