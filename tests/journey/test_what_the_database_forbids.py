# SPDX-License-Identifier: AGPL-3.0-or-later
"""Each rule that stands in the database, broken once: whatever a service forgets, no row tells two
stories. A constraint without a case here fails the first test."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import copy
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction

from amana.casework import clocks, services
from amana.casework.models import SilenceMark
from amana.config.clock import now
from amana.figures.models import Publication
from amana.kernel.ids import uuid7
from amana.limits.models import Bucket
from amana.people.models import Role
from amana.people.services import first_code, invite
from amana.reports.models import Report
from amana.reports.services import drafts
from amana.reports.sessions import start_for_mailbox
from tests.support import builders as make

pytestmark = pytest.mark.db

ROOMS = ("agencies", "people", "reports", "referral", "casework", "figures", "limits")

# What a check forbids: columns of a sound row, set to what may not be.
FORBIDDEN: dict[str, dict[str, object]] = {
    "agencies_unit_kind": {"kind": "prison"},
    "people_officer_gender": {"gender": "other"},
    "people_placement_ends_after_it_began": {"until": now() - timedelta(days=900)},
    "people_placement_role": {"role": "root"},
    "people_invitation_for_whom": {"officer": None},
    "people_officer_key_private_while_active": {"locked_private": None},
    "people_unit_key_bootstrap_while_provisional": {"provisional": False},
    "reports_origin": {"origin": "rumour"},
    "reports_stage": {"stage": "lost"},
    "reports_identity": {"identity_choice": "guessed"},
    "reports_closed_with_one_disposition": {"disposition": "duplicate"},
    "reports_stage_follows_closing": {"stage": "closed"},
    "reports_access_role": {"role": "friend"},
    "reports_session_opens_one_thing": {"kind": "mailbox"},
    "reports_part_kind": {"kind": "gossip"},
    "reports_grant_has_one_holder": {"to_receipt": True},
    "reports_message_says_something": {"sealed": None},
    "reports_message_kind": {"kind": "rumour"},
    "referral_override_has_a_reason": {"by_rule": False},
    "referral_crossborder_done_by_somebody": {"state": "done"},
    "referral_instruction_names_its_ground": {"authority": ""},
    "casework_deadline_kind": {"kind": "some_day"},
    "casework_presented_needs_instruction": {"presented_instruction": None},
    "casework_search_notice_needs_ground": {"search_notice_authority": ""},
    "casework_closing_names_disposition": {"disposition": ""},
    "casework_against_the_wish_has_a_reason": {"meets_wish": False},
    "figures_period_kind": {"kind": "week"},
    "figures_period_has_length": {"ends_at": now() - timedelta(days=900)},
    "figures_closed_or_demonstration": {"extracted_at": now() - timedelta(days=900)},
    "figures_revision_from_one": {"revision": 0},
}
# Which row a rule is tried on, where the first one will not do.
ON: dict[str, dict[str, object]] = {
    "people_invitation_for_whom": {"purpose": "officer"},
    "people_officer_key_private_while_active": {"active": True},
    "people_unit_key_bootstrap_while_provisional": {"provisional": True},
    "reports_closed_with_one_disposition": {"closed_at": None},
    "reports_stage_follows_closing": {"closed_at": None},
    "reports_session_opens_one_thing": {"kind": "draft"},
    "reports_grant_has_one_holder": {"to_receipt": False},
    "reports_message_says_something": {"code": ""},
    "referral_override_has_a_reason": {"by_rule": True},
    "people_unit_key_version": {"retired_at__isnull": False},
    "agencies_unit_code": {"is_duty": False},
    "people_invitation_one_open": {"officer__isnull": False},
    "reports_access_once": {"role": "prosecution"},
    "reports_grant_unit_once": {"to_receipt": False},
}
# What a copy of a row must differ in, so that no other rule stops it first.
OTHERWISE: dict[str, dict[str, object]] = {
    "agencies_one_duty_unit": {"code": "jo/second"},
    "people_invitation_one_open": {"code_id": b"1" * 32},
    "people_invitation_one_first": {"code_id": b"2" * 32},
    "people_unit_key_one_active": {"version": 99},
    "reports_one_owner": {"unit": "jo/ccu/karak"},
}


def constraints() -> Iterator[tuple[type[models.Model], models.BaseConstraint]]:
    for room in ROOMS:
        for model in apps.get_app_config(room).get_models():
            for constraint in model._meta.constraints:
                yield model, constraint


def a_full_house() -> None:
    """At least one row of every kind that has a rule, made by the services where they can."""
    agency = make.node()
    who = make.staff(agency, "jo/ccu/aqaba", Role.SUPERVISOR)
    make.staff(agency, "jo/ccu/aqaba")
    boss = make.staff(agency, "jo/ccu/aqaba", Role.ADMINISTRATOR)
    first_code(agency=agency)
    invite(staff=boss, login="newcomer", name="New", language="en")
    report = make.report(agency, threat_to_life="yes")
    who = make.again(who)
    make.instructed(who, report, "before_justice", "search_notice")
    make.diagnosed(who, report, jurisdiction="mixed")
    services.take(staff=who, report=report)
    suspect = services.identify_suspect(staff=who, report=report, identity="A man called Nour.")
    services.issue_search_notice(
        staff=who,
        report=report,
        suspect_id=suspect.pk,
        authority="Court",
        expires_on=now().date() + timedelta(days=9),
    )
    services.present_before_justice(staff=who, report=report, suspect_id=suspect.pk)
    services.write_note(staff=who, report=report, text="A note.")
    Report.objects.update(last_news_at=now() - timedelta(days=40))
    clocks.mark_silences()
    assert SilenceMark.objects.exists()
    ended = make.report(agency)
    services.close(staff=who, report=ended, disposition="settled_takedown")
    drafts.start(agency=agency, language="ar")
    start_for_mailbox(report, b"k" * 32)
    Bucket.objects.create(scope="file", source=b"s" * 32, full_at=1)
    Publication.objects.create(
        agency=agency,
        period="2026-01",
        kind="month",
        starts_at=now() - timedelta(days=60),
        ends_at=now() - timedelta(days=30),
        time_zone="Asia/Amman",
        revision=1,
        tables="{}",
        counting_rules_version="1",
        taxonomy_version="1",
        extracted_at=now(),
        checkpoint_size=1,
        checkpoint_root=b"r" * 32,
    )


def blamed(error: IntegrityError, model: type[models.Model]) -> str:
    """The rule that the database names. SQLite names the columns of a unique one instead."""
    said = str(error)
    named = re.search(r'constraint "(\w+)"|CHECK constraint failed: (\w+)', said)
    if named:
        return named[1] or named[2]
    columns = set(re.findall(r"\w+\.(\w+)", said.partition("failed:")[2]))
    unique = [rule for rule in model._meta.constraints if isinstance(rule, models.UniqueConstraint)]
    for rule in unique:
        fields = (field for field in model._meta.fields if field.name in rule.fields)
        if {field.column for field in fields} == columns:
            return rule.name
    return said


def broken(model: type[models.Model], rule: models.BaseConstraint) -> str:
    """Break one rule; the name of what stopped it, or that nothing did."""
    rows = model._default_manager.filter(**ON.get(rule.name, {}))
    if isinstance(rule, models.UniqueConstraint) and rule.condition is not None:
        rows = rows.filter(rule.condition)
    try:
        with transaction.atomic():
            if isinstance(rule, models.UniqueConstraint):
                twin = copy(rows[0])
                twin.pk = uuid7() if isinstance(twin._meta.pk, models.UUIDField) else None
                for name, value in OTHERWISE.get(rule.name, {}).items():
                    setattr(twin, name, make.unit(str(value)) if name == "unit" else value)
                twin.save(force_insert=True)
            else:
                assert rows.filter(pk=rows[0].pk).update(**FORBIDDEN[rule.name])
    except IntegrityError as error:
        return blamed(error, model)
    return "nothing"


def test_every_check_of_these_rooms_has_its_case() -> None:
    checks = {rule.name for _, rule in constraints() if isinstance(rule, models.CheckConstraint)}
    assert checks == set(FORBIDDEN)


def test_the_database_stops_each_of_them_by_name() -> None:
    a_full_house()
    found: dict[str, Any] = {rule.name: broken(model, rule) for model, rule in constraints()}
    assert found == {name: name for name in found}
    assert len(found) > 40


def test_every_rule_and_index_of_the_models_stands_in_the_database() -> None:
    """A migration that drops an index may take a rule on the same column with it."""
    missing = []
    with connection.cursor() as cursor:
        for model in apps.get_models():
            if not model.__module__.startswith("amana."):
                continue
            table = model._meta.db_table
            standing = set(connection.introspection.get_constraints(cursor, table))
            named = {rule.name for rule in (*model._meta.constraints, *model._meta.indexes)}
            missing += sorted(named - standing)
    assert missing == []


def test_what_one_rule_stops_is_not_half_written() -> None:
    """The row stands as before, and the connection goes on."""
    a_full_house()
    before = Report.objects.values_list("stage", flat=True)[0]
    model, rule = next(pair for pair in constraints() if pair[1].name == "reports_stage")
    assert broken(model, rule) == "reports_stage"
    assert Report.objects.values_list("stage", flat=True)[0] == before
    assert connection.is_usable()
