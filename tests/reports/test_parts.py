# SPDX-License-Identifier: AGPL-3.0-or-later
"""Keys of parts: made once, wrapped to those entitled, re-wrapped, forgotten; and what is refused
stays counted."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction

from amana.config.clock import now
from amana.people import selectors as people
from amana.people.models import Role, UnitKey, UnitKeyGrant
from amana.people.policies import Staff
from amana.people.services import end_placement
from amana.reports import opening
from amana.reports.errors import MISSING, Refused, VaultClosed
from amana.reports.models import PartGrant, PartKind, Refusal, Report, SealedPart
from amana.reports.refusals import refuse
from amana.reports.services import parts
from tests.support import builders as make

pytestmark = pytest.mark.db


def leave(staff: Staff) -> None:
    """Her placement ends, by an administrator."""
    placement = people.active_placements().get(officer_id=staff.officer_id)
    chief = make.staff(make.node(), "jo/ccu", Role.ADMINISTRATOR)
    end_placement(staff=chief, placement_id=placement.pk)


def holders(report: Report, kind: str) -> set[str]:
    grants = PartGrant.objects.filter(part__report=report, part__kind=kind)
    return set(grants.values_list("unit_key__unit__code", flat=True)) - {None}


def test_two_officers_who_write_first_at_once_make_one_part(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    report = make.report(make.node())
    real = parts._make_part

    def beaten(report: Report, kind: str) -> SealedPart:
        with transaction.atomic():
            real(report, kind)
        raise IntegrityError("a colleague was first")

    monkeypatch.setattr(parts, "_make_part", beaten)
    with transaction.atomic(), pytest.raises(SealedPart.DoesNotExist):
        # Nobody else's row is there: the fault was another one and is not hidden.
        parts.officers_part(report)
    monkeypatch.setattr(parts, "_make_part", real)
    with transaction.atomic():
        first, second = parts.officers_part(report), parts.officers_part(report)
    assert first == second


def test_only_what_officers_write_is_made_later() -> None:
    report = make.report(make.node())
    with pytest.raises(ValueError, match="officers"):
        parts.officers_part(report, PartKind.IDENTITY)


def test_the_notice_part_is_for_the_units_on_the_report_and_no_receipt() -> None:
    report = make.report(make.node())
    with transaction.atomic():
        parts.officers_part(report, PartKind.NOTICE)
    assert holders(report, PartKind.NOTICE) == {"jo/ccu/aqaba", "jo/ccu/duty"}
    sealed = PartGrant.objects.filter(part__report=report, part__kind=PartKind.NOTICE)
    assert not sealed.filter(to_receipt=True).exists()


def test_a_note_of_one_report_does_not_open_in_another() -> None:
    agency = make.node()
    officer = make.staff(agency, "jo/ccu/aqaba")
    one, other = make.report(agency), make.report(agency)
    with transaction.atomic():
        sealed = parts.seal_note(one, "a reason", "Because.")
        parts.officers_part(other)
    read = {
        (report.pk, purpose): opening.open_note(
            staff=officer, report=report, purpose=purpose, sealed=sealed
        )
        for report in (one, other)
        for purpose in ("a reason", "another")
    }
    assert read[(one.pk, "a reason")] == "Because."
    assert sum(bool(text) for text in read.values()) == 1


def test_rewrapping_does_a_bounded_piece_and_then_forgets_the_old_key() -> None:
    agency = make.node()
    stays = make.staff(agency, "jo/ccu/aqaba")
    leaver = make.staff(agency, "jo/ccu/aqaba")
    third = make.staff(agency, "jo/ccu/aqaba")
    reports = [make.report(agency) for _ in range(3)]
    aqaba = make.unit("jo/ccu/aqaba")
    old = people.current_key(aqaba.id)
    leave(leaver)
    stays = make.again(stays)
    assert parts.rewrap_old_grants(staff=stays, limit=2) == 2
    assert parts.rewrap_old_grants(staff=stays, limit=2) == 1
    assert not PartGrant.objects.filter(unit_key=old).exists()
    assert UnitKeyGrant.objects.filter(unit_key=old).exists()
    with time_machine.travel(now() + timedelta(hours=2), tick=True):
        assert parts.rewrap_old_grants(staff=make.again(stays)) == 0
    assert not UnitKeyGrant.objects.filter(unit_key=old).exists()
    for report in reports:
        assert opening.open_part(staff=make.again(third), report=report, kind=PartKind.ANSWERS)


def test_an_old_key_that_still_opens_something_is_never_forgotten() -> None:
    agency = make.node()
    stays, leaver = make.staff(agency, "jo/ccu/aqaba"), make.staff(agency, "jo/ccu/aqaba")
    for _ in range(2):
        make.report(agency)
    old = people.current_key(make.unit("jo/ccu/aqaba").id)
    leave(leaver)
    with time_machine.travel(now() + timedelta(hours=2), tick=True):
        assert parts.rewrap_old_grants(staff=make.again(stays), limit=1) == 1
    assert UnitKeyGrant.objects.filter(unit_key=old).exists()
    assert PartGrant.objects.filter(unit_key=old).exists()


def test_who_holds_no_old_key_rewraps_nothing() -> None:
    agency = make.node()
    leaver = make.staff(agency, "jo/ccu/aqaba")
    make.staff(agency, "jo/ccu/aqaba")
    make.report(agency)
    leave(leaver)
    stranger = make.staff(agency, "jo/ccu/irbid")
    before = set(PartGrant.objects.values_list("pk", "unit_key_id"))
    assert parts.rewrap_old_grants(staff=stranger) == 0
    assert parts.rewrap_old_grants(staff=make.again(leaver)) == 0
    assert set(PartGrant.objects.values_list("pk", "unit_key_id")) == before
    assert UnitKey.objects.filter(retired_at__isnull=False).exists()


def test_a_closed_vault_does_nothing_and_says_so_where_it_matters() -> None:
    agency = make.node()
    officer = make.staff(agency, "jo/ccu/aqaba")
    closed = Staff(officer.officer_id, officer.pseudonym, officer.agency_id, officer.roles)
    assert parts.rewrap_old_grants(staff=closed) == 0
    with pytest.raises(VaultClosed):
        parts.vault_of(closed)


def test_a_refusal_outlives_what_was_refused() -> None:
    agency = make.node()
    officer = make.staff(agency, "jo/ccu/aqaba")
    report = make.report(agency)
    with pytest.raises(Refused) as said:
        refuse(report=report, actor=officer.actor(), action="close", missing="disposition")
    assert (said.value.action, said.value.missing) == ("close", "disposition")
    assert Refusal.objects.filter(report=report, missing="disposition").count() == 1
    assert make.tags(report).count("justice:action:refuse") == 1


def test_a_refusal_inside_a_transaction_is_a_mistake_of_ours_and_is_noticed() -> None:
    agency = make.node()
    officer = make.staff(agency, "jo/ccu/aqaba")
    report = make.report(agency)
    with transaction.atomic(), pytest.raises(RuntimeError):
        refuse(report=report, actor=officer.actor(), action="close", missing="disposition")


def test_every_refusal_has_words_that_show_no_secret() -> None:
    for missing, text in MISSING.items():
        said = str(Refused("close", missing))
        assert said == str(text)
        assert said.endswith(".")
