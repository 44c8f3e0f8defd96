# SPDX-License-Identifier: AGPL-3.0-or-later
"""Clusters of reports that come as JSON lines: equal lines give equal clusters."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

from amana.kernel.identifiers import Identifier, tolerant
from amana.kernel.language import words
from amana.kernel.linking.clusters import Decisions, cluster
from amana.kernel.linking.ground import Ground, lay
from amana.kernel.linking.links import Edges
from amana.kernel.linking.tokens import MOST_VALUES, Said, meant, number, packed, value_token
from amana.kernel.linking.told import given, told_in
from amana.kernel.sealing.blind import BlindIndex

MOST_LINKS: Final = 50
LONGEST_ID: Final = 200
# Tokens of a run leave no process, so that a key of chance would hide nothing; and it would settle
# ties by chance, and one file have other clusters each time.
_KEY: Final = b"amana link cluster, every file  "
_TYPES: Final = {"btc": "wallet", "eth": "wallet", "tron": "wallet", "domain": "url"}


class BadLine(ValueError):
    """A line that is no report; the message says what is wrong and quotes nothing of it."""


class Batch:
    """Reports of one run. Only their ids and their keyed tokens are kept."""

    def __init__(
        self,
        index: BlindIndex | None = None,
        *,
        shared: Collection[tuple[str, str]] = (),
        of_platforms: Collection[str] = (),
    ) -> None:
        """`shared`: kind and value of what is nobody's own; `of_platforms` as for `packed`."""
        self._index = index or BlindIndex({1: _KEY}, 1)
        self._ids: dict[str, int] = {}
        self._as_given: dict[str, str | int] = {}
        self._sets: dict[int, bytes] = {}
        self._countries: dict[int, int] = {}
        self._known: dict[str, int] = {}
        self._of_platforms = of_platforms
        known = meant(tolerant(*one) for one in shared)
        self._decoys = frozenset(value_token(self._index, one) for one in known)

    def add(self, line: bytes) -> int:
        """Read a report `{"id", "country", "identifiers": [{"type", "value"}], "name"?, "text"?}`.
        Returns how many of its identifiers were not read since they are too many. Raises
        `BadLine`."""
        report = _object(line)
        given_id = _id(report.get("id"))
        key = str(given_id)
        if key in self._ids:
            raise BadLine("this id was there before")
        said = _said(report, self._index)
        where = number(self._index.token("report", "", key))
        self._ids[key], self._as_given[key] = where, given_id
        self._sets[where] = packed(self._index, said, of_platforms=self._of_platforms)
        if country := _country(report):
            self._countries[where] = self._known.setdefault(country, 1 + len(self._known))
        return max(0, len(report.get("identifiers") or ()) - MOST_VALUES)

    def sets(self) -> Iterator[bytes]:
        """The token sets, as the reports came."""
        yield from (self._sets[where] for where in self._ids.values())

    def laid(self) -> tuple[Ground, list[int]]:
        """The ground of all reports, and the place in it of each, as they came."""
        ground = lay(self._sets, countries=self._countries)
        place = {number: at for at, number in enumerate(ground.numbers)}
        return ground, [place[where] for where in self._ids.values()]

    def clustered(self, *, proposals: bool = True) -> Iterator[dict[str, object]]:
        """`{"id", "cluster", "links": [{"to", "why", "grade"}]}` for each report, as they came.
        A cluster has the id of its first report."""
        ground, places = self.laid()
        outcome = cluster(ground, Decisions(known=self._decoys), proposals=proposals)
        edges = Edges(ground, outcome)
        names = {number: self._as_given[key] for key, number in self._ids.items()}
        first: dict[int, str | int] = {}
        for where, at in zip(self._ids.values(), places, strict=True):
            links = edges.of(at, limit=MOST_LINKS, muted=False)
            yield {
                "id": names[where],
                "cluster": first.setdefault(outcome.labels[at], names[where]),
                "links": [
                    {
                        "to": names[link.other if link.one == where else link.one],
                        "why": link.why,
                        "grade": str(link.grade),
                    }
                    for link in links
                ],
            }


def _object(line: bytes) -> dict[str, Any]:
    try:
        report = json.loads(line)
        # Halves of characters are JSON and no text: nothing could be made of them, nor be said.
        json.dumps(report, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise BadLine("halves of characters") from None
    except (ValueError, RecursionError):
        raise BadLine("not JSON") from None
    if not isinstance(report, dict):
        raise BadLine("not an object")
    return report


def _id(value: object) -> str | int:
    """An id is given back as it came."""
    if value is None or value == "":
        raise BadLine("no id")
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise BadLine("an id that is neither text nor a whole number")
    if len(str(value)) > LONGEST_ID:
        raise BadLine(f"an id of more than {LONGEST_ID} characters")
    return value


def _country(report: Mapping[str, Any]) -> str:
    """Two letters (ISO 3166-1). Anything else says nothing: "Maroc", "MAR"."""
    country = report.get("country")
    if country is not None and not isinstance(country, str):
        raise BadLine("country is no text")
    code = (country or "").strip().upper()
    return code if re.fullmatch(r"[A-Z]{2}", code) else ""


def _said(report: Mapping[str, Any], index: BlindIndex) -> Said:
    country, rows = _country(report), report.get("identifiers")
    rows = [] if rows is None else rows
    if not isinstance(rows, list):
        raise BadLine("identifiers are no list")
    name, text = report.get("name"), report.get("text")
    for value, what in ((name, "name"), (text, "text")):
        if value is not None and not isinstance(value, str):
            raise BadLine(f"{what} is no text")
    named = [found for row in rows[:MOST_VALUES] for found in _identifiers(row, country)]
    return Said(
        identifiers=[*named, *told_in(text or "", country)],
        names=[name] if name else [],
        words=index.tokens("word", "", words(text)) if text else [],
    )


def _identifiers(row: object, country: str) -> list[Identifier]:
    """None for a value that was left empty, as forms do, or that says nothing."""
    kind = row.get("type") if isinstance(row, dict) else None
    value = row.get("value") if isinstance(row, dict) else None
    if not isinstance(kind, str) or not isinstance(value, str):
        raise BadLine("an identifier without type or value")
    kind = _TYPES.get(kind, kind)
    if kind not in {"phone", "email", "url", "handle", "ip", "iban", "wallet"}:
        raise BadLine("an identifier of unknown type")
    return given(kind, value, country)
