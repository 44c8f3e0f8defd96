# SPDX-License-Identifier: AGPL-3.0-or-later
"""Lines that a hostile or careless hand wrote: each is read, or named and left out; none stops the
others, and none costs more than it should."""

from __future__ import annotations

import json
import random
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amana.kernel.linking import links
from amana.kernel.linking.batch import MOST_LINKS, BadLine, Batch
from amana.kernel.linking.tokens import MOST_VALUES
from amana.kernel.linking.told import given as given_as
from tests.kernel.linking.said import INDEX

Row = tuple[str, str]


def line(key: object, *rows: Row, **more: object) -> bytes:
    named = [{"type": kind, "value": value} for kind, value in rows]
    return json.dumps({"id": key, "country": "MA", "identifiers": named, **more}).encode()


def clustered(*lines: bytes, proposals: bool = True) -> list[dict[str, Any]]:
    batch = Batch(INDEX)
    for one in lines:
        batch.add(one)
    return list(batch.clustered(proposals=proposals))


def groups(rows: list[dict[str, Any]]) -> set[frozenset[str | int]]:
    found: dict[str | int, set[str | int]] = {}
    for row in rows:
        found.setdefault(row["cluster"], set()).add(row["id"])
    return {frozenset(group) for group in found.values()}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (b"", "not JSON"),
        (b"nothing", "not JSON"),
        (b"\xff\xfe{}", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b'{"id": ' + b"9" * 5000 + b"}", "not JSON"),
        (b"7", "not an object"),
        (b'["id"]', "not an object"),
        (b"{}", "no id"),
        (b'{"id": null}', "no id"),
        (b'{"id": true}', "neither text nor a whole number"),
        (b'{"id": 1.5}', "neither text nor a whole number"),
        (b'{"id": ""}', "no id"),
        (b'{"id": "' + b"x" * 300 + b'"}', "more than 200 characters"),
        (b'{"id": 1' + b"0" * 300 + b"}", "more than 200 characters"),
        (b'{"id": "\\ud800"}', "halves of characters"),
        (b'{"id": "x", "text": "\\udfff\\ud800"}', "halves of characters"),
        (b'{"id": "x", "country": 7}', "country is no text"),
        (b'{"id": "x", "name": ["a"]}', "name is no text"),
        (b'{"id": "x", "text": {}}', "text is no text"),
        (b'{"id": "x", "identifiers": "phone"}', "identifiers are no list"),
        (b'{"id": "x", "identifiers": ["0612"]}', "an identifier without type or value"),
        (b'{"id": "x", "identifiers": [{"type": "phone"}]}', "an identifier without"),
        (b'{"id": "x", "identifiers": [{"type": "phone", "value": 612}]}', "an identifier without"),
        (b'{"id": "x", "identifiers": [{"type": "shoe", "value": "42"}]}', "unknown type"),
    ],
)
def test_a_bad_line_says_what_is_wrong_and_leaves_nothing_behind(text: bytes, why: str) -> None:
    batch = Batch(INDEX)
    with pytest.raises(BadLine, match=why):
        batch.add(text)
    assert list(batch.clustered()) == []


@settings(max_examples=25)
@given(st.binary(max_size=60))
def test_whatever_bytes_come_are_read_or_named(text: bytes) -> None:
    batch = Batch(INDEX)
    with suppress(BadLine):
        batch.add(text)
    assert len(list(batch.clustered())) <= 1


@settings(max_examples=25)
@given(
    value=st.text(max_size=40),
    kind=st.sampled_from(["phone", "email", "url", "handle", "ip", "iban", "btc", "eth", "domain"]),
    name=st.text(max_size=30),
)
def test_whatever_text_stands_in_a_field_the_report_comes_out(
    value: str, kind: str, name: str
) -> None:
    (row,) = clustered(line("a", (kind, value), name=name, text=value))
    assert (row["id"], row["cluster"], row["links"]) == ("a", "a", [])


def test_an_id_is_taken_once_as_text_or_number() -> None:
    batch = Batch(INDEX)
    batch.add(line(1))
    for again in (1, "1"):
        with pytest.raises(BadLine, match="before"):
            batch.add(line(again, ("phone", "0612345678")))
    (row,) = batch.clustered()
    assert row["id"] == 1


def test_a_line_that_was_refused_does_not_take_its_id() -> None:
    batch = Batch(INDEX)
    with pytest.raises(BadLine):
        batch.add(line("a", ("shoe", "42")))
    batch.add(line("a", ("phone", "0612345678")))
    assert [row["id"] for row in batch.clustered()] == ["a"]


def test_values_left_empty_are_passed_over() -> None:
    rows = clustered(
        line("a", ("phone", ""), ("iban", " "), ("email", "a.b@mail.example")),
        line("b", ("phone", ""), ("email", "a.b@mail.example")),
        line("c", ("phone", " ")),
    )
    assert groups(rows) == {frozenset("ab"), frozenset("c")}


@pytest.mark.parametrize("country", ["ma", "MA", "", "ZZ", "Maroc", None])
def test_any_country_is_taken_for_an_international_number(country: str | None) -> None:
    rows = clustered(
        line("a", ("phone", "+212612345678"), country=country),
        line("b", ("phone", "00212 6 12 34 56 78"), country="MA"),
    )
    assert groups(rows) == {frozenset("ab")}


def test_figures_of_three_scripts_and_marks_of_direction_are_one_number() -> None:
    spellings = ["0612345678", "٠٦١٢٣٤٥٦٧٨", "۰۶۱۲۳۴۵۶۷۸", "\u202a0612345678\u202c"]
    rows = clustered(*(line(at, ("phone", text)) for at, text in enumerate(spellings)))
    assert groups(rows) == {frozenset(range(4))}


def strangers(count: int, *shared: Row) -> list[bytes]:
    choice = random.Random(3)

    def word(letters: str) -> str:
        return "".join(choice.choices(letters, k=9))

    return [
        line(
            f"r{at}",
            *shared,
            ("email", f"{word('abcdefghij')}@mail.example"),
            ("handle", f"telegram:{word('klmnopqrst')}"),
        )
        for at in range(count)
    ]


def test_six_hundred_strangers_with_one_hotline_stay_strangers() -> None:
    rows = clustered(*strangers(600, ("phone", "+212522000000")))
    assert len(groups(rows)) == 600
    assert not any(row["links"] for row in rows), "a muted value is no link in a file"


def test_one_man_among_them_is_found_all_the_same() -> None:
    his = [("phone", "+212612345678"), ("iban", "MA64011519000001205000534921")]
    lines = strangers(80, ("phone", "+212522000000"))
    lines += [line(f"v{at}", ("phone", "+212522000000"), *his) for at in range(4)]
    assert frozenset(f"v{at}" for at in range(4)) in groups(clustered(*lines))


def test_a_number_that_hundreds_share_costs_no_square(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each report looks at a bounded number of the others, however many share its number."""
    looked = 0
    whole = links._link

    def counted(*arguments: Any) -> links.Link | None:
        nonlocal looked
        looked += 1
        return whole(*arguments)

    monkeypatch.setattr(links, "_link", counted)
    rows = clustered(*(line(at, ("phone", "+212612345678")) for at in range(500)))
    assert looked <= 500 * 2 * MOST_LINKS
    assert max(len(row["links"]) for row in rows) == MOST_LINKS


def test_a_cluster_is_named_after_the_report_that_came_first() -> None:
    phone = ("phone", "+212612345678")
    rows = clustered(line("z", phone), line("a", phone), line("m"))
    assert [row["cluster"] for row in rows] == ["z", "z", "m"]


@settings(max_examples=10)
@given(st.integers(0, 999))
def test_the_order_of_lines_changes_no_cluster(seed: int) -> None:
    lines = strangers(12, ("phone", "+212522000000"))
    lines += [line(f"v{at}", ("phone", "+212612345678")) for at in range(4)]
    shuffled = list(lines)
    random.Random(seed).shuffle(shuffled)
    assert groups(clustered(*shuffled)) == groups(clustered(*lines))


def test_links_go_both_ways_with_the_same_reason() -> None:
    phone = ("phone", "+212612345678")
    one, other = clustered(line("a", phone), line("b", phone))
    assert one["links"] == [{"to": "b", "why": "phone", "grade": "firm"}]
    assert other["links"] == [{"to": "a", "why": "phone", "grade": "firm"}]


def test_equal_lines_give_equal_clusters_in_every_run() -> None:
    """Who is nearer may be a tie: then the tokens settle it, and they are the same in every run."""
    lines = [
        json.dumps({"id": key, "country": country, "identifiers": [phone], "name": name}).encode()
        for phone in [{"type": "phone", "value": "+923093315593"}]
        for key, country, name in [("a", "JO", "Khalid Fuad"), ("b", "PK", "Omar Darwish")]
    ] + [line("c", ("phone", "+923093315593"))]
    runs = []
    for _ in range(6):
        batch = Batch()
        for one in lines:
            batch.add(one)
        runs.append(list(batch.clustered(proposals=False)))
    assert runs == [runs[0]] * 6


def test_an_id_is_given_back_as_it_came() -> None:
    phone = ("phone", "+212612345678")
    number, text = clustered(line(1, phone), line("2", phone))
    assert (number["id"], number["cluster"], text["cluster"]) == (1, 1, 1)
    assert (number["links"][0]["to"], text["links"][0]["to"]) == ("2", 1)


@pytest.mark.parametrize("country", ["MAR", "Maroc", "مغ", "", None, " "])
def test_what_is_no_code_of_a_country_says_nothing(country: str | None) -> None:
    one, other = clustered(
        line("a", ("phone", "+212612345678")),
        json.dumps({"id": "b", "country": country, "identifiers": None}).encode(),
    )
    assert one["links"] == other["links"] == []


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        *[("phone", said) for said in ("?", "لا أعرف", "inconnu", "0000000000", "112")],
        *[("email", said) for said in ("none", "je ne sais pas")],
        *[("iban", said) for said in ("-", "inconnu")],
        *[("ip", "?"), ("wallet", "N/A"), ("handle", "?")],
        *[("url", f"https://{said}") for said in ("instagram.com", "www.google.com", "wa.me/")],
    ],
)
def test_what_names_nobody_links_nobody(kind: str, value: str) -> None:
    one, other = clustered(line("a", (kind, value)), line("b", (kind, value)))
    assert one["links"] == other["links"] == []


@pytest.mark.parametrize(
    ("kind", "value", "other"),
    [
        ("phone", "+212612345678", "+212612345678 (whatsapp)"),
        ("phone", "+212612345678", "whatsapp: 0612345678"),
        ("phone", "+212612345678", "0612345678 / 0698765432"),
        ("phone", "061234567", "061234567"),
        ("email", "karim.h@mail.example", "Karim <karim.h@mail.example>"),
        ("email", "karim.h@mail.example", "karim.h [at] mail [dot] example"),
        ("email", "karim.h+second@gmail.com", "k.a.r.i.m.h@googlemail.com"),
        ("url", "https://evil.example", "https://evil.example/"),
    ],
)
def test_what_stands_in_a_field_is_found_however_it_was_filled(
    kind: str, value: str, other: str
) -> None:
    one, _ = clustered(line("a", (kind, value)), line("b", (kind, other)))
    assert [link["grade"] for link in one["links"]] == ["firm"]


@pytest.mark.parametrize(
    "text",
    [
        "My number is 0612345678, please call me back.",
        "you can reach me at 0612345678 after five",
        "Appelez-moi au 06 12 34 56 78 svp",
        "mon numéro c'est le 0612345678",
        "رقمي هو 0612345678 اتصلوا بي",
        "تواصلوا معي على 0612345678",
        "میرا واٹس ایپ نمبر یہ ہے 0612345678",
        "mera number hai 0612345678",
        "nemrti hiya 0612345678",
        "My whatsapp number: 0612345678",
    ],
)
def test_her_own_number_leads_to_nobody(text: str) -> None:
    one, other = clustered(line("a", text=text), line("b", ("phone", "0612345678")))
    assert one["links"] == other["links"] == []


@pytest.mark.parametrize(
    "text",
    [
        "He knows my number and calls from 0612345678.",
        "mon numéro est connu, il appelle du 0612345678",
        "رقمه 0612345678 وعنده رقمي",
        "us ka number 0612345678 hai",
        "his number is 0612345678",
        "he wrote: call me on 0612345678 or else",
        "قال لي اتصل بي 0612345678",
    ],
)
def test_his_number_beside_hers_is_his(text: str) -> None:
    one, _ = clustered(line("a", text=text), line("b", ("phone", "0612345678")))
    assert [link["to"] for link in one["links"]] == ["b"]


def test_what_stands_in_the_field_of_the_other_side_is_his_whatever_he_calls_it() -> None:
    """The field says whose it is; "my number is" is his own word there."""
    mine = ("phone", "my number is 0612345678")
    one, _ = clustered(line("a", mine), line("b", ("phone", "0612345678")))
    assert [link["to"] for link in one["links"]] == ["b"]


@pytest.mark.parametrize("kind", ["shoe", "", "btc"])
def test_a_kind_that_does_not_exist_names_nobody(kind: str) -> None:
    assert given_as(kind, "0612345678", "MA") == []


def test_what_is_nobodys_own_links_nobody() -> None:
    """A hotline that a country lists is a hotline from the second report on."""
    hotline = {"type": "phone", "value": "+96265000000"}
    lines = [
        json.dumps({"id": key, "country": "JO", "identifiers": [hotline]}).encode()
        for key in ("one", "two")
    ]
    for shared, clusters in (((), 1), ((("phone", "+96265000000"),), 2)):
        batch = Batch(INDEX, shared=shared)
        for line in lines:
            batch.add(line)
        assert len({row["cluster"] for row in batch.clustered()}) == clusters


def test_mail_of_a_platform_weighs_little() -> None:
    lines = [
        json.dumps(
            {"id": key, "identifiers": [{"type": "email", "value": "alerts.eu@platform.example"}]}
        ).encode()
        for key in ("one", "two")
    ]
    for domains, clusters in (((), 1), (("platform.example",), 2)):
        batch = Batch(INDEX, of_platforms=domains)
        for line in lines:
            batch.add(line)
        assert len({row["cluster"] for row in batch.clustered(proposals=False)}) == clusters


def test_of_very_many_identifiers_it_says_how_many_are_left_out() -> None:
    rows = [("phone", f"+2126123{at:05}") for at in range(MOST_VALUES + 15)]
    batch = Batch(INDEX)
    assert batch.add(line("a", *rows)) == 15
    assert batch.add(line("b", *rows[:MOST_VALUES])) == 0
    assert batch.add(line("c")) == 0


@pytest.mark.parametrize(
    ("kind", "listed", "named"),
    [
        ("email", "bank.care@gmail.com", "bankcare@gmail.com"),
        ("url", "https://wa.me/96265000000", "https://wa.me/96265000000"),
    ],
)
def test_what_is_listed_is_compared_as_what_is_named(kind: str, listed: str, named: str) -> None:
    lines = [line(key, (kind, named)) for key in ("one", "two")]
    for shared, clusters in (((), 1), (((kind, listed),), 2)):
        batch = Batch(INDEX, shared=shared)
        for one in lines:
            batch.add(one)
        assert len({row["cluster"] for row in batch.clustered()}) == clusters
