# SPDX-License-Identifier: AGPL-3.0-or-later
"""From checked answers to the coded columns and the sealed parts of a report."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from amana.agencies.models import Agency
from amana.config.clock import now
from amana.config.fresh import fresh
from amana.kernel.ids import uuid7
from amana.kernel.sealing.boxes import new_key
from amana.kernel.sealing.pairs import KeyPair, new_pair, seal_to, wrap
from amana.kernel.sealing.receipts import ReceiptCode, receipt_keys, stored_verifier
from amana.packs import load_pack, load_taxonomy
from amana.people.selectors import SealingKey
from amana.reports import contexts
from amana.reports.models import Identity, PartGrant, PartKind, Receipt, Report, SealedPart, Stage
from amana.reports.questionnaire import Questionnaire, questionnaire
from amana.reports.questionnaire.types import Json

CONTACT_IN_IDENTITY = ("value", "code_word")


@dataclass(frozen=True, slots=True)
class Intake:
    """A report as it comes through a door: answers already checked by the questionnaire.

    `pin` is the person's own, or nothing. `code` was made in the draft."""

    agency: Agency
    origin: str
    language: str
    answers: Mapping[str, Json] = field(repr=False)
    code: ReceiptCode
    pin: str | None = field(default=None, repr=False)
    waiting: bool = False


@dataclass(frozen=True, slots=True)
class OpenPart:
    """A part while it is being filed: its row, and the private half in memory only."""

    row: SealedPart
    pair: KeyPair


@dataclass(slots=True)
class Received:
    """Unsaved rows of one report. Nothing is stored before every step has been prepared."""

    report: Report
    receipt: Receipt
    parts: dict[str, OpenPart]
    answers: Mapping[str, Json] = field(repr=False)
    grants: list[PartGrant] = field(default_factory=list)

    def grant_to(self, key: SealingKey, kinds: Sequence[str] | None = None) -> None:
        """Wrap the private halves of (some of) the parts to a unit, once."""
        for kind, part in self.parts.items():
            if kinds is not None and kind not in kinds:
                continue
            if any(
                g.part_id == part.row.id and g.unit_key_id == key.unit_key_id for g in self.grants
            ):
                continue
            self.grants.append(make_grant(part, key))


def make_grant(part: OpenPart, key: SealingKey) -> PartGrant:
    """The private half of a part, wrapped to a unit key."""
    wrapped = wrap(key.public, part.pair.private, context=contexts.grant(part.row.id))
    return fresh(
        PartGrant,
        agency_id=part.row.agency_id,
        part=part.row,
        unit_key_id=key.unit_key_id,
        wrapped=wrapped,
    )


def receive(intake: Intake) -> Received:
    """Coded fields in clear, everything else sealed; the receipt opens her own half."""
    report = coded(intake)
    salt = new_key()
    keys = receipt_keys(intake.code, salt=salt, pin=intake.pin)
    receipt = fresh(
        Receipt,
        report=report,
        agency_id=intake.agency.id,
        salt=salt,
        verifier=stored_verifier(keys.verifier),
        public_key=keys.pair.public,
        pin_set=intake.pin is not None,
        waiting=intake.waiting,
    )
    parts = {
        kind: seal_part(report, kind, content) for kind, content in split(intake.answers).items()
    }
    received = Received(report=report, receipt=receipt, parts=parts, answers=intake.answers)
    received.grants = [receipt_grant(part, keys.pair.public) for part in parts.values()]
    return received


def receipt_grant(part: OpenPart, public: bytes) -> PartGrant:
    """The private half of a part, wrapped to the pair of a receipt."""
    wrapped = wrap(public, part.pair.private, context=contexts.grant(part.row.id))
    return fresh(
        PartGrant, agency_id=part.row.agency_id, part=part.row, to_receipt=True, wrapped=wrapped
    )


def seal_part(report: Report, kind: str, content: Mapping[str, Json]) -> OpenPart:
    """A new part with a key pair of its own."""
    pair = new_pair()
    plain = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    row = fresh(
        SealedPart,
        agency_id=report.agency_id,
        report=report,
        kind=kind,
        public_key=pair.public,
        sealed=seal_to(pair.public, plain, context=contexts.part(report.id, kind)),
    )
    return OpenPart(row=row, pair=pair)


def split(answers: Mapping[str, Json]) -> dict[str, dict[str, Json]]:
    """Answers by the part they are sealed in. The `answers` part always exists: her mailbox is
    in it. How she may be reached stands there, whom to reach in `identity`."""
    where = _parts_by_key()
    parts: dict[str, dict[str, Json]] = {PartKind.ANSWERS: {}}
    for key, value in answers.items():
        if key == "safe_contact" and isinstance(value, Mapping):
            rules = {k: v for k, v in value.items() if k not in CONTACT_IN_IDENTITY}
            private = {k: v for k, v in value.items() if k in CONTACT_IN_IDENTITY and v}
            parts[PartKind.ANSWERS][key] = rules
            if private:
                parts.setdefault(PartKind.IDENTITY, {})[key] = private
            continue
        parts.setdefault(where.get(key, PartKind.ANSWERS), {})[key] = value
    identity = parts.get(PartKind.IDENTITY)
    if identity is not None and not _says_something(identity):
        del parts[PartKind.IDENTITY]
        parts[PartKind.ANSWERS].update({k: v for k, v in identity.items() if k == "identity"})
    return parts


def _says_something(identity: Mapping[str, Json]) -> bool:
    return any(value for key, value in identity.items() if key != "identity")


@lru_cache(maxsize=1)
def _parts_by_key() -> dict[str, str]:
    return {step.key: step.part for step in current_questionnaire().steps if step.asks}


@lru_cache(maxsize=1)
def current_questionnaire() -> Questionnaire:
    """The questionnaire that this version of the product asks."""
    return questionnaire()


def coded(intake: Intake) -> Report:
    """The columns in clear: what routing, clocks and figures need, and nothing she wrote."""
    said, moment = intake.answers, now()
    category, _assumed = current_questionnaire().headline(dict(said))
    known = load_taxonomy().codes()
    named = [code for code in _codes(said.get("offences")) if code in known and code != category]
    offences = [category, *dict.fromkeys(named)]
    pack = load_pack(intake.agency.pack)
    return fresh(
        Report,
        id=uuid7(),
        agency=intake.agency,
        locator=intake.code.locator,
        origin=intake.origin,
        received_at=moment,
        language=intake.language,
        questionnaire_version=current_questionnaire().version,
        taxonomy_version=load_taxonomy().version,
        category=category,
        first_category=category,
        offences=offences,
        reporter_role=_text(said, "role") or "victim",
        identity_choice=_text(said, "identity") or Identity.ANONYMOUS,
        minor=_text(said, "minor") or "unknown",
        victim_country=_text(said, "victim_country"),
        victim_region=_text(said, "victim_region"),
        suspect_location=_suspect_location(said, pack.country),
        suspect_country=_text(said, "suspect_country"),
        platform=_text(said, "platform"),
        published=_text(said, "published"),
        ongoing=_text(said, "ongoing") or "unknown",
        demand=_codes(said.get("demand")),
        officer_gender=_text(said, "officer_gender"),
        terror_organisation=_text(said, "terror_organisation"),
        consents=_codes(said.get("consents")),
        stage=Stage.RECEIVED,
        stage_at=moment,
        last_news_at=moment,
        demonstration=intake.agency.demonstration,
    )


def _suspect_location(said: Mapping[str, Json], home: str) -> str:
    country = _text(said, "suspect_country")
    if country:
        return "domestic" if country == home else "abroad"
    return _text(said, "suspect_location") or "unknown"


def _text(said: Mapping[str, Json], key: str) -> str:
    value = said.get(key)
    return value if isinstance(value, str) else ""


def _codes(value: Json) -> list[str]:
    return (
        [item for item in value if isinstance(item, str)] if isinstance(value, list | tuple) else []
    )
