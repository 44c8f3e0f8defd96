# SPDX-License-Identifier: AGPL-3.0-or-later
"""Unsaved rows for the hot path, equal to what a model's own constructor makes.

Filing a report makes some twenty-three rows, and Django's constructor asks each field for its
default and passes each value through a descriptor and two signals. Here the defaults of a model
are read once. Nothing of this project listens to those signals or overrides a constructor."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar

from django.db import models
from django.db.models.base import ModelState

Row = TypeVar("Row", bound=models.Model)


@dataclass(frozen=True, slots=True)
class _Shape:
    """Defaults that are constants, defaults that are made anew, and the foreign keys by name, each
    with the attribute that it is at the other row."""

    constants: Mapping[str, object]
    makers: tuple[tuple[str, Callable[[], object]], ...]
    relations: Mapping[str, tuple[models.ForeignKey[Any, Any], str]]


def fresh(model: type[Row], /, **values: object) -> Row:
    """An unsaved row of `model`; values as its constructor takes them, by name. Raises
    `TypeError` for a name that it has not."""
    shape = _shape(model)
    row = model.__new__(model)
    row._state = ModelState()
    content = row.__dict__
    content.update(shape.constants)
    for name, value in values.items():
        if name in content:
            content[name] = value
        else:
            _refer(row, shape, name, value)
    for name, make in shape.makers:
        if name not in values:
            content[name] = make()
    return row


def _refer(row: models.Model, shape: _Shape, name: str, value: Any) -> None:
    """Set a foreign key to a row in memory, so that nobody reads it again."""
    try:
        field, there = shape.relations[name]
    except KeyError:
        raise TypeError(f"{type(row).__name__} has no field {name!r}") from None
    row.__dict__[field.attname] = None if value is None else value.__dict__[there]
    field.set_cached_value(row, value)
    if value is not None and not field.remote_field.multiple:
        field.remote_field.set_cached_value(value, row)


@lru_cache(maxsize=128)
def _shape(model: type[models.Model]) -> _Shape:
    fields = model._meta.concrete_fields
    makers = [(f.attname, f.default) for f in fields if f.has_default() and callable(f.default)]
    made = {name for name, _make in makers}
    return _Shape(
        constants={f.attname: None if f.attname in made else f.get_default() for f in fields},
        makers=tuple(makers),
        relations={
            f.name: (f, f.target_field.attname) for f in fields if isinstance(f, models.ForeignKey)
        },
    )
