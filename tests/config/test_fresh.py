# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rows for the hot path are those that the model's own constructor makes."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.db import models
from django.db.models import signals

from amana.agencies.models import Agency
from amana.casework.models import Deadline
from amana.config.clock import now
from amana.config.fresh import fresh
from amana.journal.models import Event
from amana.reports.models import PartGrant, Receipt, Report, SealedPart

OURS = [model for model in apps.get_models() if model.__module__.startswith("amana.")]
AGENCY, NUMBER = Agency(pack="jo"), UUID(int=7)
REPORT = Report(agency=AGENCY, locator="123")


def content(row: models.Model) -> dict[str, Any]:
    """What stands in a row, but for keys that are drawn anew."""
    made = {f.attname for f in row._meta.concrete_fields if f.has_default() and callable(f.default)}
    state = {**row._state.__dict__}
    state.pop("db", None)
    kept = {name: value for name, value in row.__dict__.items() if name != "_state"}
    return {
        **{name: type(value) if name in made else value for name, value in kept.items()},
        "state": (state, row._state.adding, row._state.fields_cache),
    }


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_defaults_are_those_of_the_model(model: type[models.Model]) -> None:
    assert content(fresh(model)) == content(model())


@pytest.mark.parametrize(
    ("model", "values"),
    [
        (Event, {"id": NUMBER, "tag": "a", "at": now(), "body": b"b", "agency_id": NUMBER}),
        (Deadline, {"agency_id": NUMBER, "report": REPORT, "kind": "diagnosed", "met_at": None}),
        (Report, {"agency": AGENCY, "locator": "9", "offences": ["X1"], "demand": []}),
        (Receipt, {"report": Report(agency=AGENCY), "salt": b"s"}),
        (SealedPart, {"report": REPORT, "agency": AGENCY, "sealed": b""}),
        (PartGrant, {"part": SealedPart(report=REPORT), "unit_key": None, "to_receipt": True}),
    ],
    ids=lambda one: one.__name__ if isinstance(one, type) else "",
)
def test_values_are_taken_as_the_constructor_takes_them(
    model: type[models.Model], values: dict[str, Any]
) -> None:
    assert content(fresh(model, **values)) == content(model(**values))


def test_a_row_that_is_one_to_one_is_known_from_the_other_side() -> None:
    report = Report(agency=AGENCY)
    receipt = fresh(Receipt, report=report)
    assert report.receipt is receipt
    assert receipt.report is report


def test_keys_and_lists_are_made_anew_for_each_row() -> None:
    one, other = fresh(Report, agency=AGENCY), fresh(Report, agency=AGENCY)
    assert one.pk != other.pk
    assert one.offences == other.offences
    assert one.offences is not other.offences


def test_a_name_that_the_model_has_not_is_refused() -> None:
    with pytest.raises(TypeError, match="Deadline has no field 'kin'"):
        fresh(Deadline, kin="diagnosed")


def test_nobody_listens_to_what_is_left_out() -> None:
    """The constructor sends two signals; a listener or a constructor of our own would miss these
    rows."""
    for model in OURS:
        assert not signals.pre_init.has_listeners(model)
        assert not signals.post_init.has_listeners(model)
        ours = [base for base in model.mro() if base.__module__.startswith("amana.")]
        assert not [base for base in ours if "__init__" in vars(base)]
