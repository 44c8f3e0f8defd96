# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the node writes by itself, as she reads it: whole sentences in her language, with nothing
left open and no date that nobody promised."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.utils.translation import override

from amana.casework import clocks, services
from amana.config.clock import now
from amana.people.models import Role
from amana.reports.models import Message, MessageKind, Report
from amana.reports.services import mailbox
from amana.reports.services.consents import change_consents
from amana.reports.wording import automatic_text
from tests.support import builders as make

pytestmark = pytest.mark.db

LANGUAGES = ("ar", "en", "fr", "ur")


def a_year_with_everything() -> Report:
    """A report that has had every note which the node writes."""
    agency = make.node()
    who = make.staff(agency, "jo/ccu/aqaba", Role.SUPERVISOR)
    report = make.report(agency)
    with time_machine.travel(now() + timedelta(days=31), tick=False):
        assert clocks.send_still_open_notes() == 1
        change_consents(report=make.fresh(report), given=["partner"])
        services.close(staff=who, report=make.fresh(report), disposition="settled_takedown")
        services.reopen(staff=who, report=make.fresh(report), reason="It is back.")
        mailbox.note_automatically(report=report, code="destroyed", facts={})
    return report


@pytest.mark.parametrize("language", LANGUAGES)
def test_m062_every_note_of_the_node_is_a_whole_sentence(language: str) -> None:
    report = a_year_with_everything()
    notes = Message.objects.filter(report=report, kind=MessageKind.AUTOMATIC)
    with override(language):
        said = {note.code: automatic_text(note.code, note.facts) for note in notes}
        unknown = automatic_text("something else", {})
    assert set(said) == {"still_open", "consents", "closed", "reopened", "destroyed"}
    for code, text in said.items():
        assert text[-1] in ".۔", (code, text)
        assert not re.search(r"\s[.۔]", text), (code, text)
        assert "%(" not in text, (code, text)
        assert text != unknown, code
    assert len(set(said.values())) == len(said)


def test_m062_the_note_names_no_date_that_has_passed_or_that_nobody_promised() -> None:
    report = a_year_with_everything()
    note = Message.objects.get(report=report, code="still_open")
    with override("en"):
        text = automatic_text(note.code, note.facts)
    assert text.startswith("Your report is still open.")
    assert "by" not in text.split()
    assert "You can write to us here at any time." in text
