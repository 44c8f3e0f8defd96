# SPDX-License-Identifier: AGPL-3.0-or-later
"""Mail addresses, links and IP addresses."""

from __future__ import annotations

import pytest

from amana.kernel.identifiers import BadIdentifier, normalise


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("A.B@Example.ORG", "a.b@example.org"),
        ("mailto:a@example.org", "a@example.org"),
        ("<a@example.org>", "a@example.org"),
        ("a+shop@example.org", "a+shop@example.org"),
        ("a [at] example [dot] org".replace(" [dot] ", "[dot]"), "a@example.org"),
        ("a@example[.]org", "a@example.org"),
        ("a@exämple.org", "a@xn--exmple-cua.org"),
        ("a@مثال.الأردن", "a@xn--mgbh0fb.xn--igbhzh7gpa"),
        ("a@example.org.", "a@example.org"),
        ("ａ@ｅxample.org", "a@example.org"),
        ("سلام@example.org", "سلام@example.org"),
    ],
)
def test_mail_addresses_meet(typed: str, value: str) -> None:
    assert normalise("email", typed).value == value


@pytest.mark.parametrize(
    "typed",
    ["a", "a@", "@b.org", "a@b", "a b@c.org", "a@b..org", "a@-b.org", "a@b.org/x", ".a@b.org"],
)
def test_what_is_no_mail_address_is_refused(typed: str) -> None:
    with pytest.raises(BadIdentifier):
        normalise("email", typed)


def test_the_case_that_was_typed_is_still_shown() -> None:
    assert normalise("email", "Ahmad.K@Example.org").display == "Ahmad.K@example.org"


def test_a_name_outside_ascii_is_marked_and_never_shown_as_its_double() -> None:
    found = normalise("email", "a@раypal.com")
    assert found.note == "idn"
    assert "xn--" in found.display


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("HTTPS://Example.ORG", "https://example.org/"),
        ("https://example.org:443/a", "https://example.org/a"),
        ("http://example.org:8080/a", "http://example.org:8080/a"),
        ("hxxps://example[.]org/a", "https://example.org/a"),
        ("hXXp[://]example(.)org/a", "http://example.org/a"),
        ("example.org/a?b=1", "https://example.org/a?b=1"),
        ("example.org:8443/a", "https://example.org:8443/a"),
        ("//example.org/a", "https://example.org/a"),
        ("https://example.org/a?utm_source=x&id=7&fbclid=y", "https://example.org/a?id=7"),
        ("https://example.org/a?v=Q#part", "https://example.org/a?v=Q#part"),
        ("https://example.org/صورة", "https://example.org/%D8%B5%D9%88%D8%B1%D8%A9"),
        ("https://example.org/%d8%b5", "https://example.org/%D8%B5"),
        ("https://example.org/100%", "https://example.org/100%25"),
        ("https://مثال.الأردن/a", "https://xn--mgbh0fb.xn--igbhzh7gpa/a"),
        ("https://faß.de/", "https://xn--fa-hia.de/"),
        ("https://192.0.2.7/a", "https://192.0.2.7/a"),
        ("https://[2001:DB8::1]/a", "https://[2001:db8::1]/a"),
    ],
)
def test_links_meet_and_keep_what_they_point_to(typed: str, value: str) -> None:
    assert normalise("url", typed).value == value


@pytest.mark.parametrize(
    "typed",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "https://",
        "https://localhost/",
        "https://a b.org/",
        "https://[::1",
        "https://example.org:99999/",
        "word",
        "https://exa\nmple.org/",
        "https://1.2.3/",
    ],
)
def test_what_is_no_public_link_is_refused(typed: str) -> None:
    with pytest.raises(BadIdentifier):
        normalise("url", typed)


def test_a_user_part_is_kept_and_marked() -> None:
    found = normalise("url", "https://bank.example@evil.example/a")
    assert found.value == "https://bank.example@evil.example/a"
    assert found.note == "user_part"


@pytest.mark.parametrize(
    ("typed", "value", "shown", "note"),
    [
        ("8.8.8.8", "8.8.8.8", "8.8.8.8", ""),
        ("8.8.8[.]8:443", "8.8.8.8", "8.8.8.8:443", "port:443"),
        ("٨.٨.٨.٨", "8.8.8.8", "8.8.8.8", ""),
        ("2A00:1450::8", "2a00:1450::8", "2a00:1450::8", ""),
        ("[2a00:1450::8]:53", "2a00:1450::8", "[2a00:1450::8]:53", "port:53"),
        ("::ffff:8.8.8.8", "8.8.8.8", "8.8.8.8", ""),
        ("192.168.1.7", "192.168.1.7", "192.168.1.7", "not_public"),
    ],
)
def test_addresses_meet(typed: str, value: str, shown: str, note: str) -> None:
    found = normalise("ip", typed)
    assert (found.value, found.display, found.note) == (value, shown, note)


@pytest.mark.parametrize(
    "typed", ["1.2.3", "256.1.1.1", "01.2.3.4", "1.2.3.4:99999", "fe80::1%eth0", "1.2.3.4/24", "x"]
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(BadIdentifier, match="not_an_ip"):
        normalise("ip", typed)
