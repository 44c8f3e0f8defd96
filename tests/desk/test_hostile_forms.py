# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whatever is sent to a form of the desk: a page that says what is wrong with what was typed still
in it, never a page of an error, and nothing done that was not asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser

import pytest

from amana.agencies.models import Agency
from amana.casework.models import Closing, Suspect
from amana.people.models import Role
from amana.referral.models import Instruction, ProsecutorNotice, Route
from amana.reports.models import Report
from amana.triage.models import Diagnosis
from tests.desk.steps import Desk, desk, of, text
from tests.support import builders as make

pytestmark = pytest.mark.db

PAGES = (
    "diagnosis", "category", "override", "joint", "refer", "notice", "instructions", "suspects",
    "close", "take", "identity", "message", "note", "cross-border",
)  # fmt: skip
HOUSE = ("/desk/intake/", "/desk/people/", "/desk/vault/passphrase/")
HOSTILE = {
    "empty": "",
    "spaces": " \t\n ",
    "nul": "a\x00b",
    "long": "x" * 30_000,
    "number": "-1",
    "digits": "٩" * 400,
    "markup": "<script>alert(1)</script>",
    "turned": "\u202egnp.exe\u2066",
    "replaced": "half \ufffd letter",
    "path": "../../etc/passwd",
    "astral": "𓀀" * 50,
}
SOUND = {200, 302, 404, 405, 422}


class _Form(HTMLParser):
    """The names of all controls of a page, and what kind each is."""

    def __init__(self) -> None:
        super().__init__()
        self.controls: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        name = said.get("name")
        if tag in {"input", "select", "textarea", "button"} and name:
            self.controls[name] = said.get("type") or tag


def controls(page: str) -> dict[str, str]:
    form = _Form()
    form.feed(page)
    own = {"csrfmiddlewaretoken", "language", "next", "q"}
    return {name: kind for name, kind in form.controls.items() if name not in own}


def chief(agency: Agency) -> Desk:
    """Somebody who may do nearly everything."""
    return desk(agency, "jo/ccu/aqaba", *sorted(set(Role) - {Role.AUDITOR, Role.CUSTODIAN}))


def counted() -> dict[str, int]:
    """What an act would have left behind."""
    kinds = (Diagnosis, Closing, Suspect, Instruction, ProsecutorNotice, Route)
    return {kind.__name__: kind._default_manager.count() for kind in kinds}


def addresses(report: Report) -> Iterator[str]:
    yield from (of(report, f"{name}/") for name in PAGES)
    yield from HOUSE


def ready() -> tuple[Desk, Report]:
    agency = make.node()
    report = make.report(agency, **make.NAMED, suspect_location="abroad", suspect_country="DE")
    who = chief(agency)
    make.notified(who.staff, report)
    return who, make.fresh(report)


_fields: dict[str, dict[str, str]] = {}
"""The fields of each page, read once: every hostile value goes into the same ones."""


def fields_at(who: Desk, report: Report, address: str) -> dict[str, str]:
    page = address.replace(str(report.locator), "")
    if page not in _fields:
        _fields[page] = controls(text(who.get(address)))
    return _fields[page]


def filled_with(value: str, fields: Mapping[str, str]) -> dict[str, str]:
    return dict.fromkeys(fields, value)


@pytest.mark.parametrize("kind", HOSTILE)
def test_every_form_takes_anything_in_every_field(kind: str) -> None:
    who, report = ready()
    before, wrong = counted(), {}
    for address in addresses(report):
        fields = fields_at(who, report, address)
        answer = who.send(address, filled_with(HOSTILE[kind], fields or {"text": ""}))
        if answer.status_code not in SOUND:
            wrong[address] = answer.status_code
        if kind == "markup" and b"<script>alert" in answer.content:
            wrong[address] = -1
    assert wrong == {}
    after = counted()
    assert {name for name in after if after[name] != before[name]} == set()
    assert make.fresh(report).stage == report.stage


def test_the_forms_that_are_tried_are_those_that_stand_on_the_pages() -> None:
    """What makes the test above able to fail: the pages are there, and have fields."""
    who, report = ready()
    bare = [at for at in addresses(report) if not controls(text(who.get(at)))]
    only_post = [of(report, "message/"), of(report, "note/")]
    assert [at for at in bare if at not in only_post] == []


@pytest.mark.parametrize("page", ["refer", "joint", "override", "close", "suspects", "notice"])
def test_what_was_typed_stays_beside_what_was_wrong(page: str) -> None:
    who, report = ready()
    typed = "كلام “typed” & kept"
    fields = controls(text(who.get(of(report, f"{page}/"))))
    words = [name for name, kind in fields.items() if kind in ("textarea", "text")]
    answer = who.send(of(report, f"{page}/"), dict.fromkeys(words, typed))
    assert answer.status_code == 422
    body = text(answer)
    assert typed in body
    assert re.search(r'class="error"|error-summary|class="errors"', body)


@pytest.mark.parametrize("language", ["ar", "fr", "ur"])
def test_what_is_wrong_is_said_in_the_officers_language(language: str) -> None:
    """No word of English stands in the messages of a refused form."""
    who, report = ready()
    who.officer.language = language
    who.officer.save()
    english = re.compile(r"[A-Za-z]{4,}")
    for page in ("diagnosis", "refer", "close", "suspects", "instructions", "notice", "identity"):
        answer = who.send(of(report, f"{page}/"), {"send": "1"})
        summary = text(answer).partition('class="errors"')[2].partition("</div>")[0]
        said = re.findall(r">([^<>]{3,})<", summary)
        if language == "fr":
            assert not any("required" in line or "Choose" in line for line in said), (page, said)
        else:
            assert [line for line in said if english.search(line)] == [], page
        assert answer.status_code in {200, 422}
        if answer.status_code == 422:
            assert said, page
