# SPDX-License-Identifier: AGPL-3.0-or-later
"""What holds for every kind and every input."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amana.kernel.identifiers import (
    KINDS,
    LONGEST,
    BadIdentifier,
    Identifier,
    masked,
    normalise,
    related,
    tolerant,
)

VALID = {
    "phone": "+962796551234",
    "email": "ahmad+x@example.org",
    "url": "https://example.org/a/b?c=1",
    "handle": "instagram:someone",
    "iban": "JO94CBJO0010000000000131000302",
    "wallet": "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t",
    "ip": "8.8.8.8",
}
KIND = st.sampled_from(KINDS)
PIECES = st.sampled_from(
    [
        "+962",
        "٠٧٩",
        "https://",
        "hxxp",
        "[.]",
        "www.",
        "@",
        ".org",
        "instagram.com/",
        "ig:",
        "bc1q",
        "0x",
        "JO94",
        "::1",
        ":80",
        "%",
        "#",
        "?",
        "&",
        "xn--",
        "ß",
        "أ",
        "صورة",
        "a",
        "1",
        "\u202e",
        " ",
    ]
)
TYPED = st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=8).map("".join))


@given(KIND, TYPED, st.sampled_from([None, "JO", "MA", "xx", ""]))
def test_only_the_named_error_is_raised_and_values_are_settled(
    kind: str, typed: str, region: str | None
) -> None:
    reason = ""
    found: Identifier | None
    try:
        found = normalise(kind, typed, region=region)
    except BadIdentifier as error:
        reason = error.reason
        found = None
    if found is None:
        assert reason.replace("_", "").isalpha()
        return
    assert found.valid
    assert found.value
    again = normalise(kind, found.value, region=region)
    assert again.value == found.value
    assert again.kind == found.kind == kind


@given(st.one_of(KIND, st.text(max_size=10)), TYPED)
def test_nothing_stops_a_person(kind: str, typed: str) -> None:
    found = tolerant(kind, typed, region="JO")
    assert found.kind == kind
    assert len(found.value) <= LONGEST * 9
    assert "\u202e" not in found.value
    assert isinstance(masked(found), str)
    assert all(isinstance(other, Identifier) for other in related(found))


@given(st.sampled_from(sorted(VALID)), st.sampled_from(["", " ", "\u200f", "\u2066", "\n"]))
def test_what_stands_around_a_value_does_not_matter(kind: str, around: str) -> None:
    assert normalise(kind, around + VALID[kind] + around).value == VALID[kind]


def test_a_wrong_value_is_kept_folded_with_the_reason() -> None:
    found = tolerant("phone", "٠٧٩-٦٥ (٥)", None)
    assert not found.valid
    assert found.value == "079655"
    assert found.note == "no_country"
    assert tolerant("handle", "أحمد الـعقبة").value == tolerant("handle", "احمد العقبه").value


@pytest.mark.parametrize(
    ("kind", "value", "reason"),
    [("phone", " ", "empty"), ("url", "x" * 2_001, "too_long"), ("fax", "1", "unknown_kind")],
)
def test_limits_have_reasons(kind: str, value: str, reason: str) -> None:
    with pytest.raises(BadIdentifier) as caught:
        normalise(kind, value)
    assert caught.value.reason == reason
    assert tolerant(kind, value).note == reason


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        ("phone", "+218 91 234 5417", "+218 ··· 417"),
        ("email", "ahmad@example.org", "a···@example.org"),
        ("url", "https://example.org/private/name", "example.org/···"),
        ("handle", "ig:someone", "instagram: so···"),
        ("iban", VALID["iban"], "JO94 ··· 302"),
        ("wallet", VALID["wallet"], "TR7N ··· j6t"),
        ("ip", "8.8.4.4", "8.8.···"),
    ],
)
def test_a_mask_recognises_without_revealing(kind: str, value: str, shown: str) -> None:
    assert masked(normalise(kind, value)) == shown


@given(st.text(max_size=40))
def test_the_mask_of_an_unreadable_value_shows_at_most_half(typed: str) -> None:
    found = tolerant("iban", typed)
    if found.valid:
        return
    left = masked(found).replace("···", "").replace(" ", "")
    assert len(left) <= len(found.value) / 2
