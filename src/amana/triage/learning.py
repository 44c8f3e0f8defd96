# SPDX-License-Identifier: AGPL-3.0-or-later
"""Texts that officers lend for learning, and the files in which they leave.

Narratives are sealed and no process may read them, so a model learns from corrections only as far
as an officer hands one out: of a report whose reporter agreed to research, read and made
unrecognisable by her, one line of JSON at a time, with a leaf. Nothing of it stays on the node.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from typing import IO, Any, Final

from django.db import transaction

from amana.config.clock import now
from amana.journal.events import Act
from amana.journal.services import record
from amana.kernel.identifiers import find_identifiers
from amana.kernel.language import identify
from amana.kernel.suggest.training import Example
from amana.packs import load_taxonomy
from amana.people.policies import Action, Staff
from amana.reports.errors import NotFound, Unusable
from amana.reports.models import PartKind, Report, Stage
from amana.reports.opening import open_part
from amana.reports.policies import authorise
from amana.triage.assess import spoken
from amana.triage.events import Tag

CONSENT: Final = "research"
SHORTEST, LONGEST = 20, 8_000
MOST_LINES: Final = 20_000
LONGEST_LINE: Final = 100_000
MASK: Final = "▮"
_NUMBER = re.compile(r"\+?\d[\d .-]{5,}\d")


class BadCorrections(Exception):  # the word its callers say
    """A file of corrections is not in its form; the message names the line and quotes nothing."""


def may_be_lent(report: Report) -> bool:
    """Whether a report may be lent at all: agreed to, of an adult, out of legal review."""
    kind = load_taxonomy().category(report.category)
    return (
        CONSENT in report.consents
        and report.minor == "no"
        and not kind.specialised
        and not kind.speech_gate
        and report.stage != Stage.LEGAL_REVIEW
    )


def proposed(*, staff: Staff, report: Report) -> str:
    """Her words with numbers, links and accounts masked, for an officer to read and to finish.
    Raises `NotFound` when the report may not be lent, and what `open_part` raises."""
    authorise(staff, Action.LEND_TEXT, report)
    if not may_be_lent(report):
        raise NotFound
    said = open_part(staff=staff, report=report, kind=PartKind.ANSWERS)
    return masked(spoken(said))[:LONGEST]


def masked(text: str) -> str:
    """`text` without what `find_identifiers` finds in it, and without long numbers."""
    found = sorted(find_identifiers(text), key=lambda one: -one.start)
    for one in found:
        text = text[: one.start] + MASK + text[one.end :]
    return _NUMBER.sub(MASK, text)


def lend(*, staff: Staff, report: Report, text: str) -> bytes:
    """One line of JSON with an officer's version of the text and the category the report has now.

    Raises `Unusable` for a text too short or too long or with an identifier left in it, `NotFound`,
    `NotAllowed`."""
    unit_id = authorise(staff, Action.LEND_TEXT, report)
    if not may_be_lent(report):
        raise NotFound
    text = " ".join(text.split())
    if not SHORTEST <= len(text) <= LONGEST or masked(text) != text:
        raise Unusable("text")
    line = {
        "text": text,
        "code": report.category,
        "form": identify(text).code,
        "taxonomy": report.taxonomy_version,
        "source": "correction",
        "lent": now().date().isoformat(),
    }
    with transaction.atomic():
        actor = staff.actor(Action.LEND_TEXT, unit_id)
        facts: dict[str, str | int | bool | None] = {"category": report.category}
        record(
            Act(Tag.TEXT_LEND, actor, report.agency_id, "report", report.id, unit_id, facts=facts)
        )
    return json.dumps(line, ensure_ascii=False).encode() + b"\n"


def corrections(stream: IO[bytes]) -> Iterator[Example]:
    """The examples of a file that was lent. Raises `BadCorrections`."""
    known = load_taxonomy().codes()
    number = 0
    while raw := stream.readline(LONGEST_LINE + 1):
        number += 1
        if number > MOST_LINES:
            raise BadCorrections(f"more than {MOST_LINES:,} lines")
        if raw.strip():
            yield _example(raw, number, known)


def _example(raw: bytes, number: int, known: Collection[str]) -> Example:
    if len(raw) > LONGEST_LINE:
        raise BadCorrections(f"line {number} is longer than {LONGEST_LINE:,} bytes")
    try:
        said: Any = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise BadCorrections(f"line {number} is not JSON") from error
    if not isinstance(said, dict) or said.get("source") != "correction":
        raise BadCorrections(f"line {number} was not lent by an officer of Amana")
    text, code, form = said.get("text"), said.get("code"), said.get("form", "und")
    if not isinstance(text, str) or not SHORTEST <= len(text) <= LONGEST:
        raise BadCorrections(f"line {number} has no text of {SHORTEST} to {LONGEST:,} characters")
    if code not in known or not isinstance(form, str):
        raise BadCorrections(f"line {number} names a category that the taxonomy does not have")
    return Example(text, str(code), form, "correction", weight=3.0)
