# SPDX-License-Identifier: AGPL-3.0-or-later
"""What people type into the forms, and what comes of it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amana.reports.questionnaire import LANGUAGES, Step
from tests.reports.questionnaire.builders import context, fill, q, refusals

PAGES = [step for step in q().steps if step.asks]


def test_a_choice_is_stored_as_its_code() -> None:
    assert fill("role", {"role": "parent"}) == {"role": "parent"}


def test_an_empty_form_means_i_do_not_know() -> None:
    assert fill("ongoing", {}) == {"ongoing": "unknown"}
    assert fill("groups", {}) == {"groups": ["unknown"]}
    assert fill("role", {}) == {"role": None}


def test_an_unknown_option_is_named() -> None:
    assert refusals("role", {"role": "king"}) == {"role": "unknown_option"}
    assert refusals("groups", {"groups": ["money", "x"]}) == {"groups[1]": "unknown_option"}


def test_i_do_not_know_beside_an_answer_is_the_answer() -> None:
    assert fill("groups", {"groups": ["unknown", "money"]}) == {"groups": ["money"]}
    assert fill("demand", {"demand": ["none", "unknown"]}) == {"demand": ["none"]}


def test_an_option_ticked_twice_counts_once() -> None:
    assert fill("groups", {"groups": ["money", "money"]}) == {"groups": ["money"]}


def test_a_platform_brings_its_type() -> None:
    assert fill("platform", {"platform": "imo"})["platform_type"] == "messenger"


def test_long_text_is_refused_with_its_limit_in_four_languages() -> None:
    step = q().step("narrative")
    parsed = step.parse({"narrative": ["a" * (step.limit + 1)]}, context())
    assert [error.code for error in parsed.errors] == ["too_long"]
    assert all(str(step.limit) in parsed.errors[0].message(lang) for lang in LANGUAGES)
    assert fill("narrative", {"narrative": "a" * step.limit})


@pytest.mark.parametrize("bad", ["a\x00b", "a\x1bb", "caf\ufffd", "half \ud83d"])
def test_damaged_characters_are_refused(bad: str) -> None:
    assert refusals("narrative", {"narrative": bad}) == {"narrative": "broken_text"}


def test_joiners_emoji_and_newlines_survive() -> None:
    text = "می\u200cخواهم 😢\r\nسطر"
    assert fill("narrative", {"narrative": text}) == {"narrative": "می\u200cخواهم 😢\nسطر"}


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("2026-12-01", "2026-12-01"),
        ("1/12/2026", "2026-12-01"),
        ("١/١٢/٢٠٢٦", "2026-12-01"),
        ("۱-۱۲-۲۰۲۶", "2026-12-01"),
        ("2026-12-01T18:30", "2026-12-01T18:30"),
        ("2026-12-01T18:30:00+03:00", "2026-12-01T18:30+03:00"),
        ("2026-12-01T18:30Z", "2026-12-01T18:30Z"),
    ],
)
def test_dates_are_read_in_every_digit(typed: str, stored: str) -> None:
    assert fill("deadline", {"deadline": typed}) == {"deadline": stored}


def test_a_date_may_come_in_three_fields_and_an_hour() -> None:
    form: dict[str, str | list[str]] = {
        "deadline-day": "٣",
        "deadline-month": "12",
        "deadline-year": "2026",
        "deadline-time": "9:05",
    }
    assert fill("deadline", form) == {"deadline": "2026-12-03T09:05"}


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("tomorrow", "bad_date"),
        ("2026-02-30", "bad_date"),
        ("2026-12-01T25:00", "bad_date"),
        ("2026", "bad_date"),
        ("0000-01-01", "bad_date"),
        ("2055-01-01", "date_too_far"),
        ("1900-01-01", "date_too_far"),
    ],
)
def test_dates_that_cannot_be_are_named(typed: str, code: str) -> None:
    assert refusals("deadline", {"deadline": typed}) == {"deadline": code}


def test_the_first_contact_may_be_a_month_or_a_year_but_not_to_come() -> None:
    assert fill("first_contact_on", {"first_contact_on": "2025"}) == {"first_contact_on": "2025"}
    month: dict[str, str | list[str]] = {
        "first_contact_on-year": "2025",
        "first_contact_on-month": "3",
    }
    assert fill("first_contact_on", month) == {"first_contact_on": "2025-03"}
    late = refusals("first_contact_on", {"first_contact_on": "2027-01-01"})
    assert late == {"first_contact_on": "date_in_future"}


def test_countries_and_regions_come_from_the_packs() -> None:
    assert fill("victim_country", {"victim_country": "jo"}) == {"victim_country": "JO"}
    assert refusals("victim_country", {"victim_country": "XX"}) == {
        "victim_country": "unknown_country"
    }
    form: dict[str, str | list[str]] = {"victim_region": "JO-AQ"}
    assert fill("victim_region", form, victim_country="JO") == {"victim_region": "JO-AQ"}
    assert refusals("victim_region", form, victim_country="MA") == {
        "victim_region": "unknown_region"
    }


def test_identifier_rows_are_read_in_order_and_empty_rows_dropped() -> None:
    form: dict[str, str | list[str]] = {
        "identifiers-0-type": "phone",
        "identifiers-0-value": "\u202a+٩٦٢ ٧٩ ٠٠٠ ٠٠٠٠\u202c",
        "identifiers-1-type": "email",
        "identifiers-1-value": "",
        "identifiers-10-value": "@somebody",
        "identifiers-2-type": "iban",
        "identifiers-2-value": "jo94 cbjo 0010 0000 0000 0131 0003 02",
        "identifiers-2-note": "  the   second ",
    }
    assert fill("identifiers", form)["identifiers"] == [
        {"type": "phone", "value": "+962 79 000 0000"},
        {"type": "iban", "value": "JO94CBJO0010000000000131000302", "note": "the second"},
        {"type": "handle", "value": "@somebody"},
    ]


@pytest.mark.parametrize(
    ("value", "guessed"),
    [
        ("+212600000000", "phone"),
        ("۰۳۰۰ ۰۰۰۰۰۰۰", "phone"),
        ("a@example.org", "email"),
        ("https://example.org/x", "url"),
        ("www.example.org", "url"),
        ("192.0.2.7", "ip"),
        ("@name", "handle"),
        ("سارة", "handle"),
    ],
)
def test_an_identifier_without_a_type_gets_the_likeliest(value: str, guessed: str) -> None:
    rows = fill("identifiers", {"identifiers-0-value": value})["identifiers"]
    assert isinstance(rows, list)
    assert rows[0]["type"] == guessed


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("phone", "call me"),
        ("email", "name"),
        ("url", "no link"),
        ("iban", "12"),
        ("wallet", "two words here"),
        ("ip", "300.1.1.1"),
    ],
)
def test_an_identifier_that_cannot_be_is_named_with_its_row(kind: str, value: str) -> None:
    form: dict[str, str | list[str]] = {"identifiers-3-type": kind, "identifiers-3-value": value}
    assert refusals("identifiers", form) == {"identifiers[0].value": f"bad_{kind}"}


def test_too_many_rows_are_refused_not_cut() -> None:
    form: dict[str, str | list[str]] = {f"identifiers-{n}-value": f"@a{n}" for n in range(51)}
    assert refusals("identifiers", form) == {"identifiers": "too_many"}


def test_payments_are_counted_in_the_smallest_unit() -> None:
    form: dict[str, str | list[str]] = {
        "payments-0-amount": "١٬٢٥٠٫٥",
        "payments-0-currency": "JOD",
        "payments-0-means": "transfer_office",
        "payments-0-on": "2026-11",
        "payments-1-currency": "EUR",
    }
    assert fill("payments", form)["payments"] == [
        {
            "amount_minor": 1250500,
            "currency": "JOD",
            "means": "transfer_office",
            "account": None,
            "on": "2026-11",
        }
    ]


def test_a_payment_without_its_amount_is_kept() -> None:
    rows = fill("payments", {"payments-0-account": "wallet 07"})["payments"]
    assert isinstance(rows, list)
    assert rows[0]["amount_minor"] is None


def test_payment_errors_name_row_and_field() -> None:
    form: dict[str, str | list[str]] = {
        "payments-0-amount": "much",
        "payments-0-currency": "EUR",
        "payments-1-amount": "5",
        "payments-2-amount": "5",
        "payments-2-currency": "ABC",
        "payments-3-account": "x",
        "payments-3-on": "2027-05-05",
    }
    assert refusals("payments", form) == {
        "payments[0].amount": "bad_amount",
        "payments[1].currency": "missing",
        "payments[2].currency": "unknown_option",
        "payments[3].on": "date_in_future",
    }


def test_u17_the_default_is_do_not_contact() -> None:
    stored = fill("safe_contact", {"safe_contact-code_word": "lemon"})["safe_contact"]
    assert isinstance(stored, dict)
    assert stored["channel"] == "none"
    assert stored["voicemail"] is False
    assert stored["value"] is None
    assert stored["code_word"] == "lemon"
    assert fill("safe_contact", {}) == {"safe_contact": None}


def test_u17_channel_hours_days_and_voicemail_are_kept() -> None:
    form: dict[str, str | list[str]] = {
        "safe_contact-channel": "phone",
        "safe_contact-value": "٠٧٩٠٠٠٠٠٠٠",
        "safe_contact-hours_from": "٩",
        "safe_contact-hours_to": "17:30",
        "safe_contact-days": ["tue", "mon"],
        "safe_contact-voicemail": "yes",
    }
    assert fill("safe_contact", form)["safe_contact"] == {
        "channel": "phone",
        "value": "0790000000",
        "hours_from": "09:00",
        "hours_to": "17:30",
        "days": ["mon", "tue"],
        "voicemail": True,
        "code_word": None,
    }


def test_a_channel_without_an_address_is_asked_back() -> None:
    assert refusals("safe_contact", {"safe_contact-channel": "sms"}) == {
        "safe_contact.value": "missing_contact"
    }
    form: dict[str, str | list[str]] = {
        "safe_contact-channel": "email",
        "safe_contact-value": "nobody",
        "safe_contact-hours_from": "25",
        "safe_contact-days": ["moonday"],
    }
    assert refusals("safe_contact", form) == {
        "safe_contact.value": "bad_email",
        "safe_contact.hours_from": "bad_hour",
        "safe_contact.days": "unknown_option",
    }


def test_the_person_writes_only_what_she_wants() -> None:
    assert fill("person", {"person-name": " N ", "person-address": "1 street\r\ntown"}) == {
        "person": {"name": "N", "address": "1 street\ntown"}
    }
    assert refusals("person", {"person-phone": "abc"}) == {"person.phone": "bad_phone"}
    assert fill("person", {}) == {"person": None}


def test_links_are_kept_one_a_line_and_once() -> None:
    form: dict[str, str | list[str]] = {
        "published_urls": "https://a.example\r\n\r\nb.example\nb.example"
    }
    assert fill("published_urls", form) == {"published_urls": ["https://a.example", "b.example"]}


def test_files_are_ids_and_limited() -> None:
    assert fill("files", {"files": ["a1", "b2"]}) == {"files": ["a1", "b2"]}
    assert refusals("files", {"files": ["../etc/passwd"]}) == {"files": "wrong_type"}
    many = [f"f{n}" for n in range(21)]
    assert refusals("files", {"files": many}) == {"files": "too_many_files"}


JUNK = st.dictionaries(
    st.one_of(
        st.text(max_size=30),
        st.sampled_from(
            [f"{step.key}{tail}" for step in PAGES
             for tail in ("", "-0-value", "-0-type", "-0-amount", "-day", "-channel", "-time")]
        ),
    ),
    st.lists(st.text(max_size=60), max_size=4),
    max_size=12,
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(PAGES), JUNK)
def test_junk_never_raises_and_is_answered_in_four_languages(
    step: Step, form: dict[str, list[str]]
) -> None:
    parsed = step.parse(form, context())
    if parsed.errors:
        assert parsed.values == {}
    for error in parsed.errors:
        assert error.field.startswith(step.key)
        assert all(error.message(lang) for lang in LANGUAGES)


def test_a_page_of_help_takes_nothing() -> None:
    assert q().step("danger_help").parse({"danger_help": ["x"]}, context()).values == {}


def test_a_form_with_a_flood_of_fields_is_refused() -> None:
    flood: dict[str, str | list[str]] = {f"identifiers-{n}-note": "x" for n in range(1001)}
    assert refusals("identifiers", flood) == {"identifiers": "too_many"}
