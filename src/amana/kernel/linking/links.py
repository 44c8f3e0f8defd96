# SPDX-License-Identifier: AGPL-3.0-or-later
"""The edges: which two reports, by what, how strongly, and whether it joins or only suggests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from amana.kernel.linking.clusters import Outcome
from amana.kernel.linking.ground import Ground
from amana.kernel.linking.kinds import AT_FIRST, NEAR_WEIGHT, WEIGHT, Kind

WORDS: Final[Mapping[int, str]] = {
    Kind.PHONE: "phone",
    Kind.SERVICE_PHONE: "service_phone",
    Kind.EMAIL: "email",
    Kind.ROLE_EMAIL: "role_email",
    Kind.HANDLE: "handle",
    Kind.NICK: "nickname",
    Kind.URL: "link",
    Kind.IP: "ip",
    Kind.IBAN: "iban",
    Kind.WALLET: "wallet",
    Kind.FILE: "file",
    Kind.NAME: "name",
    Kind.NAME_PART: "name_part",
    Kind.TEXT: "text",
}


class Grade(StrEnum):
    """Whether an edge joins, is shown for a person to decide, or is kept visible as muted."""

    FIRM = "firm"
    SUGGESTED = "suggested"
    MUTED = "muted"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing that two reports share. `near`: one slip apart; then `other` is the second value.
    `muted` says why it counts for nothing."""

    kind: str
    token: int
    near: bool = False
    other: int | None = None
    muted: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """An edge between two reports by their numbers, the smaller first. `weight` is in nats."""

    one: int
    other: int
    grade: Grade
    weight: float
    evidence: tuple[Evidence, ...]

    @property
    def why(self) -> str:
        """The kinds of evidence in one word each, the heaviest first."""
        said = [f"near_{e.kind}" if e.near else e.kind for e in self.evidence if not e.muted]
        return "+".join(dict.fromkeys(said or [f"muted_{e.kind}" for e in self.evidence]))


class Edges:
    """The edges of a ground, made when they are asked for."""

    def __init__(self, ground: Ground, outcome: Outcome) -> None:
        self._ground, self._outcome = ground, outcome
        self._exact: dict[int, Evidence] = {}
        self._near: dict[int, list[int]] = {}
        for one, other in ground.near:
            self._near.setdefault(one, []).append(other)
            self._near.setdefault(other, []).append(one)

    def of(self, place: int, *, limit: int = 200, muted: bool = True) -> list[Link]:
        """All edges of one report, the heaviest first, at most `limit`; of a value that very many
        share, only some. Without `muted` only those that join or suggest."""
        ground, most = self._ground, 2 * limit
        mine = [
            what
            for what in ground.held[place]
            if muted or ground.tokens[what] not in self._outcome.muted
        ]
        slips = [(what, other) for what in mine for other in self._near.get(what, ())]
        others: set[int] = set()
        for what in [*mine, *(other for _, other in slips)]:
            others.update(ground.holders[what][:most])
        others.discard(place)
        found = (
            _link(ground, self._outcome, place, who, self._said(mine, slips, who)) for who in others
        )
        kept = [link for link in found if link and (muted or link.grade is not Grade.MUTED)]
        kept.sort(key=lambda link: (-link.weight, link.one, link.other))
        return kept[:limit]

    def _said(
        self, mine: Sequence[int], slips: Sequence[tuple[int, int]], who: int
    ) -> list[Evidence]:
        """All that a report and `who` share, also where so many share it that not all are named."""
        theirs = {*self._ground.held[who]}
        return [
            *(self._shared(what) for what in mine if what in theirs),
            *(
                _near(self._ground, self._outcome, what, other)
                for what, other in slips
                if other in theirs
            ),
        ]

    def _shared(self, what: int) -> Evidence:
        found = self._exact.get(what)
        if found is None:
            token = self._ground.tokens[what]
            why = self._outcome.muted.get(token)
            kind = WORDS[self._ground.kinds[what]]
            found = self._exact[what] = Evidence(kind, token, muted=str(why) if why else "")
        return found


def _near(ground: Ground, outcome: Outcome, mine: int, theirs: int) -> Evidence:
    one, other = ground.tokens[mine], ground.tokens[theirs]
    why = outcome.muted.get(one) or outcome.muted.get(other)
    word = WORDS[ground.kinds[mine]]
    return Evidence(word, one, near=True, other=other, muted=str(why) if why else "")


_WEIGHTS = {WORDS[kind]: weight for kind, weight in WEIGHT.items()} | {"name": 2.0}
_NEAR_WEIGHTS = {WORDS[kind]: weight for kind, weight in NEAR_WEIGHT.items()}


def _link(
    ground: Ground, outcome: Outcome, place: int, who: int, said: list[Evidence]
) -> Link | None:
    said = list(dict.fromkeys(said))
    said.sort(key=lambda e: (bool(e.muted), -_worth(e), e.token))
    best: dict[str, float] = {}
    for evidence in said:
        if not evidence.muted:
            best[evidence.kind] = max(best.get(evidence.kind, 0.0), _worth(evidence))
    carried = [e for e in said if e.kind in _WEIGHTS and e.kind != "name"]
    if not carried and _by_name(outcome, place, who):
        carried = [e for e in said if e.kind == "name"]
    if not carried:
        return None
    weight = AT_FIRST + sum(best.values())
    if all(evidence.muted for evidence in carried):
        grade = Grade.MUTED
    elif weight > 0 and outcome.labels[place] == outcome.labels[who]:
        grade = Grade.FIRM
    else:
        grade = Grade.SUGGESTED
    one, other = sorted((ground.numbers[place], ground.numbers[who]))
    return Link(one, other, grade, round(weight, 2), tuple(said))


def _by_name(outcome: Outcome, place: int, who: int) -> bool:
    """Whether a name may have brought them together: only where a report stands by what is
    likely."""
    if outcome.labels[place] != outcome.labels[who]:
        return False
    return place in outcome.likely or who in outcome.likely


def _worth(evidence: Evidence) -> float:
    table = _NEAR_WEIGHTS if evidence.near else _WEIGHTS
    return table.get(evidence.kind, 0.0)
