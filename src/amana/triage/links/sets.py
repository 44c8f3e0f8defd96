# SPDX-License-Identifier: AGPL-3.0-or-later
"""The token set of a report, made from its answers while they are in memory."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final
from uuid import UUID

from amana.config.fresh import fresh
from amana.config.node import blind_index
from amana.kernel.identifiers import Identifier, find_identifiers, tolerant
from amana.kernel.linking.tokens import Said, number, packed
from amana.kernel.sealing.blind import BlindIndex
from amana.reports.models import Report
from amana.triage.links.models import LinkSet
from amana.triage.rules import Answers

OWN_KINDS: Final = ("phone", "email")
LONGEST_READ: Final = 20_000
_STORED_AS: Final[Mapping[str, str]] = {
    **{kind: kind for kind in ("phone", "email", "url", "handle", "iban", "ip")},
    **dict.fromkeys(("btc", "eth", "tron"), "wallet"),
}
# Looked for one by one: an alternation over every place of a long text costs a hundred times more.
_SIGNS: Final = ("@", "://", "www.", "hxxp", "[.]", "0x", "bc1")
_PLATFORMS: Final = (
    *("insta", "snap", "telegram", "telgram", "tiktok", "facebook", "whats"),
    *("انست", "سناب", "تيليجرام", "تيلجرام", "تلجرام", "تليجرام", "تيليغرام", "تلغرام", "تليغرام"),
    *("تيك توك", "فيس", "واتس", "انسٹا", "ٹیلی", "ٹک ٹاک", "واٹس"),
)
# No phone and no account has fewer than seven figures.
_NUMBER: Final = re.compile(r"\d(?:[^\w\n]{0,3}\d){6}")
# Names of accounts are written in Latin letters, whatever the words around them are.
_ACCOUNT: Final = re.compile(r"[a-z][a-z0-9._-]{2,}")


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
        own={(found.kind, found.value) for found in _own(report, answers)},
    )
    rows = packed(index, said)
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
    region = report.victim_country or None
    for kind, value in identifiers_in(answers):
        yield tolerant(kind, value, region=region)


def told_in(text: str, country: str) -> Iterator[Identifier]:
    """The identifiers that stand only in her words. A text without any sign of one is not read
    for them: looking closely costs as much as the rest of filing."""
    if not _may_name(text.lower()):
        return
    for found in find_identifiers(text[:LONGEST_READ], country=country or None):
        kind = _STORED_AS.get(found.type)
        if kind is not None:
            yield tolerant(kind, found.value, region=country or None)


def _may_name(text: str) -> bool:
    if any(sign in text for sign in _SIGNS) or _NUMBER.search(text):
        return True
    return any(name in text for name in _PLATFORMS) and _ACCOUNT.search(text) is not None


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
    region = report.victim_country or None
    for value in _strings(answers.get("safe_contact"), answers.get("person")):
        for kind in OWN_KINDS:
            found = tolerant(kind, value, region=region)
            if found.valid:
                yield found


def _strings(*records: object) -> Sequence[str]:
    found: list[str] = []
    for record in records:
        if isinstance(record, Mapping):
            found += [value for value in record.values() if isinstance(value, str) and value]
    return found
