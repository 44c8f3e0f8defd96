# SPDX-License-Identifier: AGPL-3.0-or-later
"""Each index costs every write. None begins as another one does: the longer serves both."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db.models import Field, ForeignKey, Model, UniqueConstraint

MODELS = [model for model in apps.get_models() if model.__module__.startswith("amana.")]


def of_one_column(model: type[Model]) -> Iterator[str]:
    """Columns of foreign keys with an index of their own; it is made by Django, unasked."""
    for field in model._meta.local_fields:
        own: bool = getattr(field, "db_index", False)
        if isinstance(field, ForeignKey) and own and not field.unique:
            yield field.name


def beginnings(model: type[Model]) -> Iterator[tuple[str, ...]]:
    """The columns of every index and every rule of uniqueness that holds for all rows."""
    for index in model._meta.indexes:
        if index.condition is None and index.fields:
            yield tuple(name.removeprefix("-") for name in index.fields)
    for rule in model._meta.constraints:
        if isinstance(rule, UniqueConstraint) and rule.condition is None:
            yield tuple(rule.fields)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: str(model._meta.label))
def test_no_index_begins_as_another(model: type[Model]) -> None:
    every = list(beginnings(model))
    doubled = {name for name in of_one_column(model) if name in {each[0] for each in every if each}}
    assert doubled == set()
    assert len(every) == len(set(every))


def test_every_room_has_tables_here() -> None:
    fields: list[Field[object, object]] = [f for m in MODELS for f in m._meta.local_fields]
    assert len(MODELS) > 40
    assert any(isinstance(field, ForeignKey) for field in fields)
