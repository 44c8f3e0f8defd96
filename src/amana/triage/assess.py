# SPDX-License-Identifier: AGPL-3.0-or-later
"""How urgent a report is and which lane it takes. It orders; it never closes and never decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Model

from amana.config.clock import now
from amana.config.fresh import fresh
from amana.config.node import blind_index
from amana.journal.events import NODE, Act
from amana.journal.models import Event
from amana.journal.services import prepare
from amana.kernel.language import words
from amana.kernel.suggest import risks_in
from amana.kernel.suggest.hints import HINT
from amana.packs import Taxonomy, load_taxonomy
from amana.reports.intake import Received
from amana.reports.models import Report
from amana.triage.events import Tag
from amana.triage.links.sets import link_set
from amana.triage.models import (
    URGENCY_ORDER,
    Assessment,
    LinkSet,
    Urgency,
    WordTokens,
)
from amana.triage.rules import FROM_WORDS, HINTED, IN_HER_WORDS, RULES, VERSION, Answers

WORD_TOKEN_BYTES = 8
MAX_WORDS = 2000
_FROM_LETTER = {"U": Urgency.IMMEDIATE, "H": Urgency.SAME_DAY, "N": Urgency.NORMAL}
CHILD_RISKS = frozenset({"child_at_risk"})


@dataclass(slots=True)
class Assessed:
    """Unsaved rows of an assessment."""

    row: Assessment
    links: LinkSet | None = None
    words: WordTokens | None = None

    def rows(self) -> list[Model]:
        return [self.row, *(row for row in (self.links, self.words) if row is not None)]


def assess(
    received: Received, *, files: Sequence[bytes] = (), at: datetime | None = None
) -> tuple[Assessed, list[Event]]:
    """Apply the rule table and make the keyed tokens. Prepares rows and leaves; stores nothing.
    `files`: SHA-256 of what came with it, for tokens alone."""
    report, answers = received.report, received.answers
    moment = at or now()
    taxonomy = load_taxonomy()
    urgency, risks = judge(answers, report.offences, taxonomy, moment)
    urgency = _heed(spoken(answers), urgency, risks)
    category = taxonomy.category(report.category)
    speech = category.speech_gate
    row = fresh(
        Assessment,
        report=report,
        agency_id=report.agency_id,
        urgency=urgency,
        rank=URGENCY_ORDER[urgency],
        legal_review=speech,
        specialised=specialism(report.offences, risks, taxonomy),
        tfgbv=any(taxonomy.category(code).tfgbv == "default" for code in report.offences),
        risks=risks,
        rules_version=VERSION,
        at=moment,
    )
    facts: dict[str, str | int | bool | None] = {"urgency": urgency, "rules": VERSION}
    events = [prepare(Act(Tag.ASSESS, NODE, report.agency_id, "report", report.id, facts=facts))]
    if speech:
        act = Act(Tag.SPEECH_QUARANTINE, NODE, report.agency_id, "report", report.id)
        events.append(prepare(act))
    assessed = Assessed(row=row)
    if not speech:
        # Reports about words or opinions feed no links before a legal reviewer has released them.
        tokenise(assessed, received, files)
    return assessed, events


def judge(
    answers: Answers, offences: list[str], taxonomy: Taxonomy, at: datetime
) -> tuple[Urgency, list[dict[str, str]]]:
    """The most urgent of what the categories and the rules say, and each risk with its rule."""
    urgency = Urgency.NORMAL
    for code in offences:
        urgency = _more_urgent(urgency, _FROM_LETTER[taxonomy.category(code).urgency])
    risks: list[dict[str, str]] = []
    for rule in RULES:
        if rule.holds(answers, at):
            urgency = _more_urgent(urgency, rule.urgency)
            risks.append({"risk": rule.risk, "rule": rule.id, "because": ",".join(rule.because)})
    return urgency, risks


def _heed(text: str, urgency: Urgency, risks: list[dict[str, str]]) -> Urgency:
    """Add the risks that her words speak of and no answer named; urgency can only rise. The words
    themselves stay where they are sealed: the page of the report finds them again."""
    named = {risk["risk"] for risk in risks}
    for sign in {sign.risk: sign for sign in risks_in(text)}.values():
        urgency = _more_urgent(urgency, FROM_WORDS[sign.risk])
        if sign.risk not in named:
            rule = HINTED if sign.rule == HINT else IN_HER_WORDS
            risks.append({"risk": sign.risk, "rule": rule, "because": "narrative"})
    return urgency


def _more_urgent(one: Urgency, other: Urgency) -> Urgency:
    return one if URGENCY_ORDER[one] <= URGENCY_ORDER[other] else other


def specialism(offences: list[str], risks: list[dict[str, str]], taxonomy: Taxonomy) -> str:
    """Children before terrorism: a child's report never waits behind another specialism."""
    named = {taxonomy.category(code).specialised for code in offences}
    if "children" in named or any(r["rule"] in {"minor-sexual", "child-in-danger"} for r in risks):
        return "children"
    return "terrorism" if "terrorism" in named else ""


def tokenise(assessed: Assessed, received: Received, files: Sequence[bytes] = ()) -> None:
    """Keyed tokens of the other side's identifiers, of the words and of the files."""
    assessed.links, assessed.words = tokens_of(received.report, received.answers, files)


def tokens_of(
    report: Report, answers: Answers, files: Sequence[bytes] = ()
) -> tuple[LinkSet | None, WordTokens | None]:
    """Unsaved tokens of what an opened report says of the other side, and of its words."""
    index = blind_index()
    said = words(spoken(answers))[:MAX_WORDS]
    tokens = {token[:WORD_TOKEN_BYTES] for token in index.tokens("word", "", said)}
    links = link_set(report, answers, tokens, text=spoken(answers), files=files)
    if not tokens:
        return links, None
    packed = fresh(
        WordTokens,
        report=report,
        agency_id=report.agency_id,
        key_version=index.current,
        packed=b"".join(sorted(tokens)),
    )
    return links, packed


def spoken(answers: Answers) -> str:
    """All that she wrote in words of her own."""
    parts = [answers.get(key) for key in ("narrative", "threaten_to_say", "suspect_claims")]
    return "\n".join(part for part in parts if isinstance(part, str))
