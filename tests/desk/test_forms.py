# SPDX-License-Identifier: AGPL-3.0-or-later
"""The forms of the desk: what they offer in every language, what they let through and to whom they
leave it to refuse and count."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest
from django import forms
from django.utils.translation import override

from amana.agencies.models import Agency
from amana.casework.services.suspects import RELATIONS, ROLES
from amana.desk import words
from amana.desk.forms.closing import CloseForm
from amana.desk.forms.diagnosis import CategoryForm, DiagnosisForm
from amana.desk.forms.inbox import FilterForm
from amana.desk.forms.justice import (
    RELATION_WORDS,
    ROLE_WORDS,
    InstructionForm,
    NoticeForm,
    SearchNoticeForm,
    SuspectForm,
)
from amana.desk.forms.referral import ReasonForm, ReferForm, UnitForm
from amana.desk.forms.report import PurposeForm, WriteForm
from amana.packs import load_pack, load_taxonomy
from amana.referral.selectors import prosecution_offices, referral_targets
from amana.reports.models import Report
from amana.reports.opening import MAX_PURPOSE
from amana.reports.services.mailbox import MAX_MESSAGE
from tests.support import builders as make

pytestmark = pytest.mark.db
LANGUAGES = ["ar", "fr", "en", "ur"]
FOUND: dict[str, object] = {
    "online": "yes",
    "identifiers": "some",
    "jurisdiction": "foreign",
    "elements": "partly",
    "offences": ["X1"],
    "note": "Known from two other matters.",
}


@pytest.fixture
def agency() -> Agency:
    return make.node()


def choices(form: forms.Form, name: str) -> list[str]:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    return [str(pair[0]) for pair in list(field.choices)]  # type: ignore[arg-type]


def labels(form: forms.Form, name: str) -> list[str]:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    return [str(pair[1]) for pair in list(field.choices)]  # type: ignore[arg-type]


def diagnosis(report: Report, **changed: object) -> DiagnosisForm:
    return DiagnosisForm({**FOUND, **changed}, report=report)


def finding(report: Report, **changed: object) -> Mapping[str, object]:
    form = diagnosis(report, **changed)
    assert form.is_valid(), form.errors
    found = form.finding()
    return {"offences": found.offences, "dropped": found.dropped, "platform": found.platform}


def test_what_the_person_reported_is_ticked_and_kept(agency: Agency) -> None:
    report = make.report(agency, category="X1", offences=["X1", "H1"])
    form = DiagnosisForm(report=report)
    assert form["offences"].value() == ["X1", "H1"]
    assert "dropped_H1" in form.fields
    assert "dropped_X1" not in form.fields
    assert "X1" not in choices(form, "more")
    assert "H1" not in choices(form, "more")


def test_a_dropped_offence_carries_its_reason_and_a_kept_one_none(agency: Agency) -> None:
    report = make.report(agency, category="X1", offences=["X1", "H1"])
    dropped = finding(report, dropped_H1="It was said once only.")
    assert dropped["dropped"] == {"H1": "It was said once only."}
    kept = finding(report, offences=["X1", "H1"], dropped_H1="typed and then thought better of")
    assert kept["dropped"] == {}


def test_one_more_offence_joins_those_that_are_kept(agency: Agency) -> None:
    report = make.report(agency)
    assert finding(report, more="F1")["offences"] == ["X1", "F1"]
    assert finding(report, more="")["offences"] == ["X1"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("online", "maybe"),
        ("online", ""),
        ("identifiers", "lots"),
        ("jurisdiction", "mars"),
        ("elements", ""),
        ("offences", []),
        ("offences", ["ZZ"]),
        ("more", "ZZ"),
        ("platform", "pigeon"),
        ("note", "x" * 10_000),
    ],
)
def test_what_was_not_offered_is_said_at_its_field(
    agency: Agency, name: str, value: object
) -> None:
    form = diagnosis(make.report(agency), **{name: value})
    assert not form.is_valid()
    assert name in form.errors
    assert len(form.errors) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_choice_stands_in_the_officers_language(agency: Agency, language: str) -> None:
    report = make.report(agency)
    units = list(referral_targets(report))
    with override(language):
        built: list[forms.Form] = [
            DiagnosisForm(report=report),
            CategoryForm(report=report),
            SuspectForm(),
            CloseForm(pack=load_pack("jo")),
            UnitForm(units=units),
            FilterForm(agency_id=agency.id),
            InstructionForm(units=prosecution_offices(report), pack=load_pack("jo")),
        ]
        said = {
            (type(form).__name__, name): labels(form, name)
            for form in built
            for name, field in form.fields.items()
            if isinstance(field, forms.ChoiceField)
        }
        kinds = [words.category(c.code) for c in load_taxonomy().categories]
    assert said["CategoryForm", "category"] == kinds
    for where, texts in said.items():
        assert all(texts), where
        assert len(set(texts)) == len(texts), where
    if language in ("ar", "ur"):
        foreign = [t for t in said["SuspectForm", "relation"] if t.isascii()]
        assert foreign == []


def test_words_for_suspects_are_those_of_the_service() -> None:
    assert tuple(ROLE_WORDS) == ROLES
    assert tuple(RELATION_WORDS) == RELATIONS


@pytest.mark.parametrize("pack", ["jo", "ma"])
def test_the_endings_are_the_countrys_and_none_is_chosen_beforehand(pack: str) -> None:
    form = CloseForm(pack=load_pack(pack))
    assert choices(form, "disposition") == [d.code for d in load_pack(pack).dispositions]
    assert form["disposition"].value() is None
    nothing = CloseForm({}, pack=load_pack(pack))
    assert nothing.is_valid(), "the service refuses and counts it"


def test_the_competent_office_is_the_first_and_suggested(agency: Agency) -> None:
    report = make.report(agency, victim_region="JO-IR")
    form = NoticeForm(units=prosecution_offices(report))
    assert form["unit"].value() == "jo/pp/irbid"
    assert sorted(choices(form, "unit")[1:]) == sorted(u.code for u in prosecution_offices(report))


def test_a_report_is_referred_to_no_office_and_not_to_where_it_is(agency: Agency) -> None:
    offered = choices(ReferForm(units=referral_targets(make.report(agency))), "unit")
    assert "jo/ccu/aqaba" not in offered
    assert not [code for code in offered if code.startswith("jo/pp/")]
    assert "jo/ccu/irbid" in offered


@pytest.mark.parametrize("unit", ["", "jo/ccu/nowhere", "jo/pp/aqaba", "\x00"])
def test_a_unit_that_was_not_offered_is_none(agency: Agency, unit: str) -> None:
    form = ReferForm({"unit": unit, "reason": "x"}, units=referral_targets(make.report(agency)))
    assert not form.is_valid()
    assert "unit" in form.errors


def test_missing_reasons_reach_the_service_which_counts_them(agency: Agency) -> None:
    units = referral_targets(make.report(agency))
    assert ReferForm({"unit": "jo/ccu/irbid"}, units=units).is_valid()
    assert ReasonForm({}).is_valid()
    assert SearchNoticeForm({}).is_valid()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("2026-01-15", date(2026, 1, 15)),
        (" 2026-01-15 ", date(2026, 1, 15)),
        ("٢٠٢٦-٠١-١٥", date(2026, 1, 15)),
        ("15.01.2026", None),
        ("2026-02-30", None),
        ("0000-00-00", None),
        ("tomorrow", None),
    ],
)
def test_a_day_is_typed_as_iso_in_any_digits(typed: str, meant: date | None) -> None:
    form = SearchNoticeForm({"expires_on": typed, "authority": "Public prosecutor"})
    assert form.is_valid() is (meant is not None)
    assert form.cleaned_data.get("expires_on") == meant


@pytest.mark.parametrize(
    ("form", "name", "limit"),
    [(WriteForm, "text", MAX_MESSAGE), (PurposeForm, "purpose", MAX_PURPOSE)],
)
def test_words_end_at_their_limit_and_are_never_cut(
    form: type[forms.Form], name: str, limit: int
) -> None:
    assert form({name: "ع" * limit}).is_valid()
    too_long = form({name: "ع" * (limit + 1)})
    assert not too_long.is_valid()
    assert too_long[name].value() == "ع" * (limit + 1)
    assert not form({name: "   "}).is_valid()
    assert not form({name: "\x00"}).is_valid()


def test_no_textarea_cuts_off_in_the_browser() -> None:
    assert "maxlength" not in str(WriteForm()["text"])


@pytest.mark.parametrize("wrong", [{"urgency": "x"}, {"unit": "nowhere"}, {"category": "ZZ"}])
def test_a_wrong_filter_filters_nothing(agency: Agency, wrong: dict[str, str]) -> None:
    wanted = FilterForm(wrong, agency_id=agency.id).wanted()
    assert (wanted.urgency, wanted.category, wanted.unit, wanted.locator) == ("", "", "", "")
    assert FilterForm(agency_id=agency.id).kept() == {}
