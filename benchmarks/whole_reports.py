# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whole reports as people write them: language, identifiers, kind and risks, all on the same texts.

Sets: each folder of `benchmarks/sets/reports/` is what one writer wrote who knew neither the rules
nor the texts that are learnt from; nothing is ever learnt from it. A half of the dangers is told
directly, the rest hinted at; at least 45 % of the reports carry none of the first four, many with
the same words in harmless sentences. Recall counts reports that carry a risk, alerts those that do
not; a report with a risk that can be argued about counts in neither.

First runs, in order child, self-harm, threat, honour: recall, and alerts on reports that carry none
of the four. *eighth* (2026-11-28), by the readers of `2026-1`, which had learnt from single lines:
1.0 .64 .75 .95, alerts .25 .22 .20 .19; kind among three .73. *ninth*, by the same: .95 .80 .75
.93, alerts .23 .16 .23 .21; kind .69. By the readers of `2026-2`, the eighth in view: ninth .95 .83
.88 .93, alerts .18 .08 .19 .15; kind .86. The network and its bars (2026-11-29) were chosen with
both in view. *eleventh* (Arabic, English, French), by the network and the readers of `2026-3`,
never looked at before: 1.0 .94 .89 1.0, alerts .20 .18 .17 .15; kind .97; eighteen reports a risk
are few, and fourteen of its reports in other forms were left out. Two writers whose reports were
nearly all hints (`i` and `j` of `corpus/reports`), before they were learnt from: .96 .57 .63 .90,
alerts .17 .08 .11 .10 with the bars of `2026-2`; kind .78.

*tenth* (420 reports with identifiers) and *twelfth* (300), by the readers of `2026-3` and before
anything was changed with them in view: .95 1.0 .90 1.0, alerts .21 .28 .23 .21, kind .88; and 1.0
.95 .90 .98, alerts .20 .18 .18 .14, kind .89. By the readers of `2026-4` and their first bars,
still not looked at: .98 1.0 .91 1.0, alerts .23 .28 .19 .22, kind .93; and 1.0 .98 .89 1.0, alerts
.21 .24 .20 .13, kind .95. The bars that ship were set with all five sets in view. Accounts in the
tenth were read with F1 .68 at first, six labels of which only named them otherwise.

*thirteenth* (300), *fourteenth* (300) and *fifteenth* (240), by the readers of `2026-4`: .96 1.0
.94 .97, alerts .17 .17 .31 .26, kind .92; 1.0 1.0 .93 1.0, alerts .10 .12 .22 .20, kind .93; and
1.0 .97 .98 1.0, alerts .16 .19 .29 .17, kind .95. The thirteenth was read through afterwards. By
readers taught with ten more writers and the same bars, the other two still not looked at: .98 1.0
.92 1.0, alerts .08 .10 .20 .17, kind .93; and 1.0 1.0 1.0 1.0, alerts .16 .12 .25 .15, kind .95.
How much a single line weighs beside a report (`2026-5`), and the bars that ship, were set with all
eight sets in view. A writer who was told nothing of what to look out for (`zc` of
`corpus/reports`, 300) was read by `2026-4` with 1.0 .97 .89 1.0, alerts .16 .24 .28 .20 and kind
.83, and is learnt from since. The next change wants a sixteenth set.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from amana.kernel.suggest import RISKS
from amana.triage.assessing import TextAssessment, assess_text
from amana.triage.contract import said
from benchmarks.result import Results

SETS: Final = Path(__file__).parent / "sets" / "reports"
FIRST_FOUR: Final = frozenset(RISKS[:4])
# Their letters tell capitals from small ones.
_AS_WRITTEN: Final = frozenset({"btc", "tron"})

Value = tuple[str, str]
"""Type and value of an identifier."""


@dataclass(frozen=True, slots=True)
class Read:
    """A report of a set, as it is labelled and as it was assessed."""

    form: str
    told: Mapping[str, Any]
    assessed: TextAssessment


def run(results: Results) -> None:
    for folder in sorted(SETS.iterdir()):
        read = list(_read(folder))
        name = f"{folder.name}, {len(read)} reports"
        _languages(results, name, read)
        _kinds(results, name, read)
        for risk in RISKS:
            _risk(results, name, read, risk)
        if all("identifiers" in one.told for one in read):
            _identifiers(results, name, read)


def _read(folder: Path) -> Iterator[Read]:
    for source in sorted(folder.glob("*.yaml")):
        for told in yaml.load(source.read_bytes(), Loader=yaml.CSafeLoader):
            yield Read(source.stem, told, assess_text(told["text"], country=told.get("country")))


def _languages(results: Results, name: str, read: Sequence[Read]) -> None:
    by_form: dict[str, list[bool]] = defaultdict(list)
    for one in read:
        by_form[one.form].append(one.assessed.language.code == one.form)
    worst = min(by_form, key=lambda form: _share(by_form[form]))
    value = _share(by_form[worst])
    results.add(
        "triage", f"language, the worst form ({worst}), {name}", value, "", target=">= 0.95"
    )


def _kinds(results: Results, name: str, read: Sequence[Read]) -> None:
    first, three = [], defaultdict(list)
    for one in read:
        right = {one.told["kind"], *one.told.get("also", ())}
        best = [suggested.code for suggested in one.assessed.categories]
        first.append(not right.isdisjoint(best[:1]))
        three[one.form].append(not right.isdisjoint(best))
    results.add("triage", f"kind right, first, {name}", _share(first), "")
    whole = [hit for hits in three.values() for hit in hits]
    results.add("triage", f"kind among three, {name}", _share(whole), "", target=">= 0.90")
    for form, hits in three.items():
        results.add("triage", f"kind among three, {name}, {form}", _share(hits), "")


def _risk(results: Results, name: str, read: Sequence[Read], risk: str) -> None:
    heard: dict[bool, list[bool]] = {True: [], False: []}
    quiet: list[bool] = []
    for one in read:
        if risk in one.told.get("maybe", ()):
            continue
        found = risk in {said.code for said in one.assessed.risks}
        carried = frozenset(one.told.get("risks", ()))
        heard[risk in carried].append(found)
        if carried.isdisjoint(FIRST_FOUR) and risk not in carried:
            quiet.append(found)
    first = risk in FIRST_FOUR
    recall, alerts, calm = _share(heard[True]), _share(heard[False]), _share(quiet)
    some = len(heard[True])
    aim = ">= 0.95" if first else ""
    results.add("triage", f"{risk}: recall on {some}, {name}", recall, "", target=aim)
    aim = "<= 0.20" if first else ""
    results.add("triage", f"{risk}: alerts on those without, {name}", alerts, "", target=aim)
    results.add("triage", f"{risk}: alerts where none of four is, {name}", calm, "")


def _identifiers(results: Results, name: str, read: Sequence[Read]) -> None:
    right: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    for one in read:
        wanted = {_value(told["type"], told["value"]) for told in one.told["identifiers"]}
        lines = said(one.assessed)["identifiers"]
        found = {_value(line["type"], line["value"]) for line in lines}
        right.update(kind for kind, _ in wanted & found)
        wrong.update(kind for kind, _ in wanted ^ found)
    for kind in sorted({*right, *wrong}):
        value = 2 * right[kind] / (2 * right[kind] + wrong[kind])
        results.add("triage", f"{kind}: F1, {name}", value, "", target=">= 0.97")


def _value(kind: str, value: str) -> Value:
    return kind, value if kind in _AS_WRITTEN else value.lower().rstrip("/")


def _share(hits: Sequence[bool]) -> float:
    return sum(hits) / len(hits) if hits else 0.0
