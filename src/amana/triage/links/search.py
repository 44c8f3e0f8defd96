# SPDX-License-Identifier: AGPL-3.0-or-later
"""Blind search: what is looked for becomes keyed tokens, and only tokens are compared.

Each search is one statement in which what she may see stands beside what matches, so that "there
is none" and "it is not yours" take the same path. What is looked at is bounded, so that they take
nearly the same time too; `evenly` hides what is left of the difference."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from time import monotonic, sleep
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.db.models import BinaryField, BooleanField, F, Func, Q, QuerySet, TextField, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast
from django.db.models.sql.compiler import SQLCompiler

from amana.config.node import blind_index
from amana.kernel.identifiers import Identifier
from amana.kernel.language import fold, words
from amana.kernel.linking import spellings
from amana.kernel.linking.tokens import beginning_token, kind_of, meant, value_token
from amana.kernel.linking.told import given
from amana.people.policies import Action, Staff, units_where
from amana.reports.models import Access, Report
from amana.reports.policies import accesses_of
from amana.triage.links.models import LinkSet, LinkToken
from amana.triage.models import WordTokens

MOST_FOUND: Final = 100
MOST_HOLDERS: Final = 1_000
"""Reports with one value that are looked at: beyond that it is everybody's."""
NEWEST: Final = 5_000
"""Reports of each unit of hers that are searched for words, since each is read for them."""
MOST_SAYING: Final = 500
"""The newest of those that hold the words: of these it is asked whether she may see them."""
EVEN: Final = 0.05
MOST_WORDS: Final = 12
LONGEST_QUERY: Final = 300
WORD_BYTES: Final = 8


def by_identifier(
    *, staff: Staff, kind: str, value: str, region: str | None = None
) -> list[Report]:
    """Reports that name this very identifier, the newest first."""
    index = blind_index()
    tokens = [
        value_token(index, found, version=version)
        for found in meant(given(kind, value[:LONGEST_QUERY], region or ""))
        for version in index.versions
    ]
    return _holding(staff, tokens)


def by_beginning(*, staff: Staff, kind: str, front: str, region: str | None = None) -> list[Report]:
    """Reports with an identifier that begins so, the newest first. Looked for by the longest
    beginning that is kept (`spellings.beginnings`), so that some may go on otherwise: that shows
    when she opens them. Empty for fronts that are too short."""
    index = blind_index()
    fronts = {front[:LONGEST_QUERY]}
    if kind == "email":  # of a mailbox that is known without its dots, so is the beginning
        fronts.add(spellings.squeezed(front[:LONGEST_QUERY]))
    kept = {_kept_front(kind, one, region) for one in fronts} - {""}
    tokens = [beginning_token(index, kind, one, version=v) for one in kept for v in index.versions]
    return _holding(staff, tokens)


def by_words(*, staff: Staff, text: str) -> list[Report]:
    """Reports whose words hold each of these or a form of it: an Arabic word is also found by its
    stem and its consonants. The newest first, out of the `NEWEST` of each of her units; empty for
    a text without words."""
    asked = [words(word) for word in dict.fromkeys(fold(text[:LONGEST_QUERY]).split())][:MOST_WORDS]
    units = sorted(units_where(staff, Action.READ_REPORT))
    if not any(asked) or not units:
        return []
    index = blind_index()
    rows = WordTokens.objects.filter(report_id__in=_newest_in(units))
    for forms in filter(None, asked):
        any_form = Q()
        for form in forms:
            for version in index.versions:
                token = index.token("word", "", form, version=version)[:WORD_BYTES]
                any_form |= Q(_Said(Value(token, output_field=BinaryField())))
        rows = rows.filter(any_form)
    # By the number as text: by the number itself an engine would read all words from the newest on.
    newest = rows.order_by(Cast("report_id", TextField()).desc()).values("report_id")
    return _hers(staff, newest[:MOST_SAYING])


@contextmanager
def evenly() -> Iterator[None]:
    """Take at least `EVEN` seconds, however little there was to do: the clock of a page must not
    say whether others have what she looked for."""
    began = monotonic()
    try:
        yield
    finally:
        sleep(max(0.0, EVEN - (monotonic() - began)))


def says(text: str, phrase: str) -> bool:
    """Whether an opened text holds the phrase, in whatever spelling: the second look after
    `by_words`, which does not know the order of words."""
    sought = " ".join(re.findall(r"[^\W_]+", fold(phrase[:LONGEST_QUERY])))
    told = " ".join(re.findall(r"[^\W_]+", fold(text)))
    return bool(sought) and f" {sought} " in f" {told} "


def _holding(staff: Staff, tokens: list[int]) -> list[Report]:
    numbers = LinkToken.objects.filter(token__in=tokens or [0]).values("number")[:MOST_HOLDERS]
    return _hers(staff, LinkSet.objects.filter(number__in=numbers).values("report_id"))


def _newest_in(units: Sequence[UUID]) -> RawSQL:
    """The newest reports of each of these units. Numbers of reports follow time, so that the index
    of a unit's reports is read from its end and no further than this. In words of its own: several
    such parts joined by "or" would have the engine walk through all reports."""
    one = (
        f"SELECT * FROM (SELECT report_id FROM {Access._meta.db_table} "  # noqa: S608
        f"WHERE unit_id = %s AND until IS NULL ORDER BY report_id DESC LIMIT {int(NEWEST)}) AS t"
    )
    keys = [unit.hex if connection.vendor == "sqlite" else unit for unit in units]
    return RawSQL(" UNION ALL ".join([one] * len(units)), keys)  # noqa: S611


def _hers(staff: Staff, found: QuerySet[Any, Any]) -> list[Report]:
    """Those of the reports found that she may see, the newest first. Asked from what gives access
    to a report and not from the report: of those that are not hers none is touched."""
    seen = accesses_of(staff).filter(report_id__in=found).values("report_id")
    rows = Report.objects.filter(pk__in=seen, agency_id=staff.agency_id)
    return list(rows.order_by("-received_at", "-pk")[:MOST_FOUND])


def _kept_front(kind: str, front: str, region: str | None) -> str:
    """The longest kept beginning of what she typed; "" when it is too short for any."""
    text = front.strip()
    if kind == "phone":
        text = re.sub(r"[^\d+]", "", fold(text))
        text = "+" + text[2:] if text.startswith("00") else text
        if not text.startswith("+"):
            text = _with_country(text, region)
    elif kind in {"iban", "wallet"}:
        text = re.sub(r"\s", "", text)
        text = text.upper() if kind == "iban" else text
    else:
        text = fold(text).removeprefix("@")
        if kind == "handle" and ":" not in text:
            text = f"unknown:{text}"
    sample = Identifier(kind, text + "\0", text)
    fronts = spellings.beginnings(kind_of(sample), text + "\0")
    return max((found for found in fronts if "\0" not in found), key=len, default="")


def _with_country(text: str, region: str | None) -> str:
    from phonenumbers import country_code_for_region

    code = country_code_for_region((region or "").upper())
    return f"+{code}{text.removeprefix('0')}" if code else text


class _Said(Func):
    """Whether the word tokens of a report hold these bytes."""

    function = "INSTR"
    template = "%(function)s(%(expressions)s) > 0"
    output_field = BooleanField()

    def __init__(self, token: Value) -> None:
        super().__init__(F("packed"), token)

    def as_postgresql(
        self, compiler: SQLCompiler, connection: Any, **extra: Any
    ) -> tuple[str, Any]:
        swapped = self.copy()
        swapped.source_expressions = self.source_expressions[::-1]
        return swapped.as_sql(compiler, connection, function="POSITION", arg_joiner=" IN ", **extra)
