# SPDX-License-Identifier: AGPL-3.0-or-later
"""What was cleaned once is clean: a stored answer that is shown in a form and sent again stays as
it is, whatever script it was typed in, and nothing that was typed becomes something else."""

from __future__ import annotations

import unicodedata
from datetime import date, time, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from amana.reports.questionnaire import CURRENCIES, minor_digits, show_amount
from amana.reports.questionnaire.clean import TextProblem, clean_line, clean_text, fold_digits
from amana.reports.questionnaire.dates import DateProblem, read_date, read_hour
from amana.reports.questionnaire.money import read_amount
from amana.reports.questionnaire.rows import (
    IDENTIFIER_TYPES,
    check_contact,
    check_identifiers,
    check_payments,
    check_person,
    guess_type,
)
from tests.reports.questionnaire.builders import TODAY

ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
URDU = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
SCRIPTS = [str.maketrans("", ""), ARABIC, URDU]
INVISIBLE = "\u200b\u200e\u200f\u202a\u202e\u2066\u2069\ufeff"

typed = st.text(
    st.characters(codec="utf-8") | st.sampled_from(f"{INVISIBLE} \t\n\r\u0301\u200c\u2028"),
    max_size=60,
)
lines = st.sampled_from(["+962 79 000 0000", "a@example.org", "www.example.org", "192.0.2.7", "@x"])


@given(typed)
def test_text_that_was_cleaned_is_clean(text: str) -> None:
    for clean in (clean_text, clean_line):
        try:
            once = clean(text, limit=200)
        except TextProblem:
            continue
        assert clean(once, limit=200) == once
        assert once == unicodedata.normalize("NFC", once).strip()


@given(typed)
def test_cleaning_takes_away_nothing_that_can_be_seen(text: str) -> None:
    """Letters, signs and joiners stay; what goes is white space and marks of direction."""
    assume(
        not any(unicodedata.category(char) in {"Cc", "Cs"} for char in text)
        and "\ufffd" not in text
    )
    stored = clean_line(text, limit=200)
    seen = [char for char in unicodedata.normalize("NFC", text) if not char.isspace()]
    hidden = {*INVISIBLE, *(chr(n) for n in (0x202B, 0x202C, 0x202D, 0x2060, 0x2067, 0x2068))}
    kept = "".join(char for char in seen if char not in hidden)
    assert unicodedata.normalize("NFC", stored.replace(" ", "")) == unicodedata.normalize(
        "NFC", "".join(kept.split())
    )


@pytest.mark.parametrize("limit", [1, 2, 50])
def test_a_text_is_taken_whole_up_to_its_limit_and_never_cut(limit: int) -> None:
    for clean in (clean_text, clean_line):
        assert clean(f"  {'س' * limit}\n", limit=limit) == "س" * limit
        with pytest.raises(TextProblem, match="too_long"):
            clean("س" * (limit + 1), limit=limit)


@given(st.text(max_size=40))
def test_folding_changes_digits_alone_and_once(text: str) -> None:
    folded = fold_digits(text)
    assert fold_digits(folded) == folded
    assert len(folded) == len(text)
    for before, after in zip(text, folded, strict=True):
        assert before == after or (before.isdecimal() and after in "0123456789")


days = st.dates(date(1990, 1, 1), TODAY + timedelta(days=366 * 5))


@given(days, st.sampled_from(SCRIPTS), st.sampled_from(["-", "/", ".", " "]), st.booleans())
def test_a_day_is_read_in_each_script_and_order(
    day: date, script: dict[int, int], mark: str, first: bool
) -> None:
    parts = [f"{day.day}", f"{day.month}", f"{day.year}"]
    text = mark.join(parts) if first else day.isoformat()
    assert read(text.translate(script)) == day.isoformat()


@given(st.text("0123456789-/.: TZ+٣", max_size=25) | days.map(str))
def test_a_date_that_was_stored_is_read_again_as_it_stands(text: str) -> None:
    for partial in (False, True):
        try:
            stored = read_date(text, today=TODAY, past=False, partial=partial)
        except DateProblem:
            continue
        assert read_date(stored, today=TODAY, past=False, partial=partial) == stored


@given(days, st.times(), st.sampled_from(["", "Z", "+03:00"]))
def test_an_hour_belongs_to_its_day_and_keeps_its_zone(day: date, hour: time, zone: str) -> None:
    written = f"{day.isoformat()}T{hour:%H:%M}{zone}"
    assert read(written) == written
    assert read(written.replace("T", " ")) == written
    assert read(f"{day.isoformat()}T{hour:%H:%M:%S.%f}{zone}") == written


def read(text: str) -> str:
    return read_date(text, today=TODAY, past=False, partial=False)


@pytest.mark.parametrize(("past", "last"), [(True, 1), (False, 366 * 5)])
def test_a_date_lies_before_its_end(past: bool, last: int) -> None:
    """Tomorrow is today somewhere; five years on nothing was announced."""
    for ahead in (0, 1, last):
        day = (TODAY + timedelta(days=ahead)).isoformat()
        assert read_date(day, today=TODAY, past=past, partial=False) == day
    late = (TODAY + timedelta(days=last + 1)).isoformat()
    with pytest.raises(DateProblem, match="date_in_future" if past else "date_too_far"):
        read_date(late, today=TODAY, past=past, partial=False)


@pytest.mark.parametrize("text", ["1989-12-31", "1989", "1989-12", "0001-01-01"])
def test_what_lies_before_all_of_this_is_no_date(text: str) -> None:
    with pytest.raises(DateProblem, match="date_too_far"):
        read_date(text, today=TODAY, past=True, partial=True)
    assert read_date("1990", today=TODAY, past=True, partial=True) == "1990"


@given(st.integers(0, 23), st.integers(0, 59), st.sampled_from(SCRIPTS))
def test_an_hour_of_the_day_is_stored_in_one_form(
    hour: int, minute: int, script: dict[int, int]
) -> None:
    stored = f"{hour:02d}:{minute:02d}"
    for text in (stored, f"{hour}:{minute:02d}", f" {stored}:00 "):
        assert read_hour(text.translate(script)) == stored
    assert read_hour(str(hour)) == f"{hour:02d}:00"


@pytest.mark.parametrize(
    "raw", ["24", "9:60", "-1", "9.30", "nine", "9:5", True, 9.5, ["9"], "9:00:30"]
)
def test_what_is_no_hour_is_named(raw: object) -> None:
    with pytest.raises(DateProblem, match="bad_hour"):
        read_hour(raw)


@given(st.integers(0, 10**9), st.sampled_from(CURRENCIES), st.sampled_from(SCRIPTS))
def test_m168_an_amount_that_is_shown_is_the_amount_that_is_read(
    minor: int, currency: str, script: dict[int, int]
) -> None:
    """With its decimals an amount is one amount in each currency, whatever digits it has."""
    shown = show_amount(minor, currency).removesuffix(f" {currency}")
    digits = minor_digits(currency)
    if digits == 3 or "." not in shown or len(shown.partition(".")[2]) != 3:
        assert read_amount(shown.translate(script), currency) == minor


@given(st.integers(0, 9_999_999), st.sampled_from(["'", " ", "\u00a0", "\u202f", "٬"]))
def test_thousands_may_be_set_apart_by_any_sign(amount: int, mark: str) -> None:
    written = f"{amount:,}".replace(",", mark)
    assert read_amount(written, "EUR") == amount * 100
    assert read_amount(f"{written}٫5", "EUR") == amount * 100 + 50


@given(st.sampled_from(CURRENCIES))
def test_more_decimals_than_a_currency_has_are_no_amount(currency: str) -> None:
    digits = minor_digits(currency)
    assert read_amount(f"1.{'1' * digits}" if digits else "1", currency) == int("1" * (digits + 1))
    one_more = "1" * (digits + 1)
    if len(one_more) != 3:  # "1.111" is a thousand where three digits are no decimals
        with pytest.raises(ValueError, match="not an amount"):
            read_amount(f"1.{one_more}", currency)


@given(lines | typed)
def test_what_she_gave_no_type_is_stored_and_read_again_alike(value: str) -> None:
    stored, errors = check_identifiers([{"value": value}], path="identifiers", most=5, today=TODAY)
    if errors or stored is None:
        return
    assert isinstance(stored, list)
    assert stored[0]["type"] in IDENTIFIER_TYPES
    again, errors = check_identifiers(stored, path="identifiers", most=5, today=TODAY)
    assert (again, errors) == (stored, [])


@given(typed)
def test_a_type_is_always_guessed(value: str) -> None:
    assert guess_type(value) in IDENTIFIER_TYPES


@given(st.lists(lines, max_size=8))
def test_one_thing_named_several_times_is_kept_once_and_in_order(values: list[str]) -> None:
    rows = [{"value": value} for value in values]
    stored, errors = check_identifiers(rows, path="identifiers", most=8, today=TODAY)
    assert errors == []
    kept = [row["value"] for row in stored] if isinstance(stored, list) else []
    assert kept == list(dict.fromkeys(values))


PAYMENT = {
    "amount": "١٢٫٥",
    "currency": "jod",
    "means": "cash",
    "account": " a  b ",
    "on": "3/11/2026",
}


def test_rows_that_were_stored_are_taken_again_as_they_are() -> None:
    stored, errors = check_payments([PAYMENT], path="payments", most=3, today=TODAY)
    assert errors == []
    assert stored == [
        {
            "amount_minor": 12500,
            "currency": "JOD",
            "means": "cash",
            "account": "a b",
            "on": "2026-11-03",
        }
    ]
    assert check_payments(stored, path="payments", most=3, today=TODAY) == (stored, [])
    contact = {"channel": "sms", "value": "٠٧٩ ٠٠٠", "hours_from": "9", "days": ["sun", "mon"]}
    kept, errors = check_contact(contact, path="safe_contact")
    assert errors == []
    assert isinstance(kept, dict)
    assert (kept["value"], kept["hours_from"], kept["days"]) == ("079 000", "09:00", ["mon", "sun"])
    assert check_contact(kept, path="safe_contact") == (kept, [])
    hers, errors = check_person({"name": " S  M ", "phone": "٠٧٩ ٠٠٠"}, path="person")
    assert (hers, errors) == ({"name": "S M", "phone": "079 000"}, [])


@pytest.mark.parametrize("minor", [-1, 10**18, True, 1.5, "250"])
def test_an_amount_in_the_smallest_unit_is_a_whole_number(minor: object) -> None:
    row = {"amount_minor": minor, "currency": "EUR", "account": "x"}
    _stored, errors = check_payments([row], path="payments", most=3, today=TODAY)
    assert [(error.field, error.code) for error in errors] == [
        ("payments[0].amount_minor", "bad_amount")
    ]


@pytest.mark.parametrize("channel", ["none", "mailbox"])
def test_an_address_of_a_way_that_she_did_not_choose_is_not_kept(channel: str) -> None:
    """She took her number back by choosing another way: it is stored nowhere."""
    sent = {"channel": channel, "value": "+962790000000", "code_word": "lemon"}
    kept, errors = check_contact(sent, path="safe_contact")
    assert errors == []
    assert isinstance(kept, dict)
    assert (kept["value"], kept["code_word"]) == (None, "lemon")
