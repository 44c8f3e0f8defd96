# SPDX-License-Identifier: AGPL-3.0-or-later
"""Suggestions: kinds of report and risks on texts written apart, beside naive peers in one run.

Sets. *Kinds*: `benchmarks/sets/kinds.yaml`, one text for each kind and form in other voices, never
learnt from; and texts drawn from the line of each kind that a model trained on the others has not
seen (`kernel/suggest/corpus`, "held"); the peer is a naive Bayes over words on the same texts.
*Risks*: `benchmarks/sets/risks7.yaml`, written after both readers and never learnt from. The six
sets before it are learnt from now (`corpus/risks`). What each of them gave on its first run, in
order child, self-harm, threat, honour (2026-11-28): second .65 .47 .55 .67; third, mostly of
hints, rules alone .88 .21 .12 .30; fourth 1.0 .88 .93 .98; fifth, roundabout, rules alone .91 .74
.36 .55; sixth, with the reader of hints, .92 .64 .69 .75; seventh 1.0 .78 .89 .94 with alerts .10
.12 .22 .06. The bars were settled after
that; since `2026-2` they come from whole reports (`whole_reports.py`), which are a better measure
than single lines. *Alerts*: its hard negatives, the kinds set and texts of the corpus whose kind
carries none of the risk. The peer is a list of key words.
"""

from __future__ import annotations

import math
import time
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

import yaml

from amana.kernel.suggest import risks_in, starter
from amana.kernel.suggest.corpus import examples
from amana.kernel.suggest.grammar import expand
from amana.kernel.suggest.training import Example, judge, train
from amana.triage.assessing import assess_text
from benchmarks.result import Results

SETS = Path(__file__).parent / "sets"
NAMES = ("risks7",)
FIRST_FOUR = ("child_at_risk", "self_harm", "threat_to_life", "honour_risk")
# Kinds that carry a risk by what they are.
CARRY = {
    "child_at_risk": {"C1", "C2", "C3", "C4", "C5"},
    "self_harm": {"W1"},
    "threat_to_life": {"H1", "V1", "T1", "T2", "C4"},
    "honour_risk": {"H1"},
}
KEY_WORDS = {
    "child_at_risk": ("child", "kid", "minor", "enfant", "mineur", "طفل", "قاصر", "بچ", "bach"),
    "self_harm": ("suicid", "kill myself", "انتحار", "خودکشی", "khudkushi", "nti7ar"),
    "threat_to_life": ("kill", "tuer", "mort", "قتل", "9tel", "qatl", "maar"),
    "honour_risk": ("family", "famille", "honor", "honour", "أهل", "عائلة", "خاندان", "darna"),
}
REPORT = (
    "Hello, I met a man on Instagram in March and we talked every day. He said he was an engineer "
    "from abroad and wanted to marry me. After two months he asked for 500 euros for a ticket, I "
    "sent it to IBAN FR7630006000011234567890189. Then he recorded a video call without telling "
    "me and now he writes from +212612345678 that he will send it to my father and my brothers "
    "if I do not pay 2000 more before Friday. My family is very strict and I am afraid of what "
    "they would do. He knows where I live. I blocked him but he comes back with new accounts "
    "every day. Please help me, I do not know what to do and I cannot sleep any more at night."
)


def run(results: Results) -> None:
    _kinds_apart(results)
    _kinds(results)
    _risks(results)
    _speed(results)


def _kinds_apart(results: Results) -> None:
    """The model that ships on the texts written apart: the first of three, and among three."""
    model = starter().model
    hits: dict[str, list[tuple[bool, bool]]] = defaultdict(list)
    for code, form, text in _apart():
        best = [one.code for one in model.suggest(text)]
        hits[form].append((best[:1] == [code], code in best))
    whole = [hit for told in hits.values() for hit in told]
    name = f"kinds.yaml, {len(whole)} texts"
    results.add("triage", f"kind right, first, {name}", _share([one for one, _ in whole]), "")
    three = _share([three for _, three in whole])
    results.add("triage", f"kind right, among three, {name}", three, "", target=">= 0.90")
    for form, told in sorted(hits.items()):
        value = _share([three for _, three in told])
        results.add("triage", f"kind among three, kinds.yaml, {form}", value, "", target=">= 0.90")


def _apart() -> list[tuple[str, str, str]]:
    data = yaml.safe_load((SETS / "kinds.yaml").read_text(encoding="utf-8"))
    return [(code, form, text) for code, told in data.items() for form, text in told.items()]


def _kinds(results: Results) -> None:
    seen = list(examples(each=20, seed=1, lines="seen", thinned=True))
    held = list(examples(each=4, seed=2, lines="held"))
    judged = judge(train(seen), held)
    naive = _naive_bayes(seen, held)
    often = 3 / len({example.code for example in seen})
    for name, value in (("first", judged.top1), ("among three", judged.top3)):
        target = ">= 0.90 on others' texts" if name == "among three" else ""
        peer, of = (f"naive Bayes {naive:.3f}, guessing {often:.3f}", naive)
        results.add(
            "triage",
            f"kind right, {name}, held-out lines",
            value,
            "",
            target=target,
            peer=peer if target else "",
            of=of if target else None,
        )
    for form, (_, _, three) in sorted(judged.by_form.items()):
        results.add("triage", f"kind among three, held-out lines, {form}", three, "")


def _risks(results: Results) -> None:
    sets = [yaml.safe_load((SETS / f"{name}.yaml").read_text(encoding="utf-8")) for name in NAMES]
    none = [text for told in sets for text in _texts(told["none"])]
    written = list(examples(each=3, seed=11))
    for risk in sets[0]:
        if risk == "none":
            continue
        texts = [text for told in sets for text in _texts(told.get(risk, {}))]
        recall = _share([_has(text, risk) for text in texts])
        peer, of = "", None
        if risk in KEY_WORDS:
            of = _share([_naive(text, risk) for text in texts])
            peer = f"key words {of:.3f}"
        results.add(
            "triage",
            f"{risk}: recall on {len(texts)}",
            recall,
            "",
            target=">= 0.95" if risk in FIRST_FOUR else "",
            peer=peer,
            of=of,
        )
        alerts = _share([_has(text, risk) for text in none])
        results.add(
            "triage",
            f"{risk}: alerts on {len(none)} hard negatives",
            alerts,
            "",
            target="<= 0.20" if risk in FIRST_FOUR else "",
        )
        if risk in CARRY:
            others = [one.text for one in written if one.code not in CARRY[risk]]
            apart = [text for code, _, text in _apart() if code not in CARRY[risk]]
            for texts, of_set in ((others, "corpus"), (apart, "kinds.yaml")):
                results.add(
                    "triage",
                    f"{risk}: alerts on {len(texts)} other reports, {of_set}",
                    _share([_has(text, risk) for text in texts]),
                    "",
                    target="<= 0.20",
                )


def _speed(results: Results) -> None:
    assess_text(REPORT)
    began = time.process_time()
    for _ in range(100):
        assess_text(REPORT)
    spent = (time.process_time() - began) * 10
    results.add("triage", f"assessing {len(REPORT.split())} words, CPU", spent, "ms", target="< 5")


def _texts(forms: Mapping[str, Sequence[str]]) -> list[str]:
    return [text for lines in forms.values() for line in lines for text in expand(line)]


def _has(text: str, risk: str) -> bool:
    return any(sign.risk == risk for sign in risks_in(text))


def _naive(text: str, risk: str) -> bool:
    return any(word in text.lower() for word in KEY_WORDS[risk])


def _share(hits: Sequence[bool]) -> float:
    return sum(hits) / len(hits)


def _naive_bayes(seen: Sequence[Example], held: Sequence[Example]) -> float:
    """How often a multinomial naive Bayes over words has the right kind among three."""
    words: dict[str, Counter[str]] = defaultdict(Counter)
    for one in seen:
        words[one.code].update(one.text.lower().split())
    known = {word for counts in words.values() for word in counts}
    totals = {code: sum(counts.values()) + len(known) for code, counts in words.items()}
    hits = []
    for one in held:
        said = [word for word in one.text.lower().split() if word in known]
        score = {
            code: sum(math.log((counts[word] + 1) / totals[code]) for word in said)
            for code, counts in words.items()
        }
        hits.append(one.code in sorted(score, key=lambda code: -score[code])[:3])
    return _share(hits)
