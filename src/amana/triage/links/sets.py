# SPDX-License-Identifier: AGPL-3.0-or-later
"""The token set of a report, made from its answers while they are in memory."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final
from uuid import UUID

from amana.config.fresh import fresh
from amana.config.node import blind_index
from amana.kernel.identifiers import Identifier
from amana.kernel.linking.tokens import Said, meant, number, packed
from amana.kernel.linking.told import given, told_in
from amana.kernel.sealing.blind import BlindIndex
from amana.packs.shared import platform_domains
from amana.reports.models import Report
from amana.triage.links.models import LinkSet
from amana.triage.rules import Answers

OWN_KINDS: Final = ("phone", "email")


def link_set(
    report: Report,
    answers: Answers,
    words: Collection[bytes],
    *,
    text: str = "",
    files: Sequence[bytes] = (),
) -> LinkSet | None:
    """An unsaved row with what the answers say of the other side; None when they say nothing.

    `words` are the keyed tokens of the words that were told, `text` the words themselves (for what
    stands only there), `files` SHA-256 of what came with the report."""
    index = blind_index()
    said = Said(
        identifiers=[*identifiers_of(report, answers), *told_in(text, report.victim_country)],
        words=words,
        files=files,
        own={(found.kind, found.value) for found in meant(_own(report, answers))},
    )
    rows = packed(index, said, of_platforms=platform_domains())
    if not rows:
        return None
    mine = number_of(index, report.id)
    return fresh(
        LinkSet,
        report=report,
        agency_id=report.agency_id,
        number=mine,
        key_version=index.current,
        packed=rows,
        cluster=mine,
    )


def number_of(index: BlindIndex, report_id: UUID) -> int:
    """What stands for a report among tokens. It never changes, whatever key is current."""
    return number(index.token("report", "", report_id.hex, version=min(index.versions)))


def identifiers_of(report: Report, answers: Answers) -> Iterator[Identifier]:
    """The identifiers of the other side in one form each."""
    for kind, value in identifiers_in(answers):
        yield from given(kind, value, report.victim_country)


def identifiers_in(answers: Answers) -> list[tuple[str, str]]:
    """The identifier rows of the answers as (type, value); malformed rows are passed over."""
    rows = answers.get("identifiers")
    found = []
    for row in rows if isinstance(rows, list | tuple) else ():
        if isinstance(row, dict) and isinstance(row.get("type"), str):
            value = row.get("value")
            if isinstance(value, str) and value.strip():
                found.append((str(row["type"]), value))
    return found


def _own(report: Report, answers: Answers) -> Iterator[Identifier]:
    """How she herself may be reached: never a token, even if she wrote it on the wrong line."""
    for value in _strings(answers.get("safe_contact"), answers.get("person")):
        for kind in OWN_KINDS:
            yield from (one for one in given(kind, value, report.victim_country) if one.valid)


def _strings(*records: object) -> Sequence[str]:
    found: list[str] = []
    for record in records:
        if isinstance(record, Mapping):
            found += [value for value in record.values() if isinstance(value, str) and value]
    return found
