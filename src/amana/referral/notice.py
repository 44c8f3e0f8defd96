# SPDX-License-Identifier: AGPL-3.0-or-later
"""A notice to a prosecution office: what it says, and its signature (M-004).

JSON in canonical form (RFC 8785) inside a compact JWS (RFC 7515, alg `Ed25519` of RFC 9864). The
key is derived from the node's root for this purpose alone: a signed notice can never pass for a
checkpoint or a receipt."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from typing import Final

import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from amana.agencies.models import Unit
from amana.config.node import keyring
from amana.evidence.opening import FileRow
from amana.packs import load_pack
from amana.referral.models import ProsecutorNotice
from amana.reports.models import Report
from amana.reports.questionnaire.types import Json
from amana.triage.models import Assessment, Diagnosis

TYPE: Final = "amana-prosecutor-notice/v1"
PURPOSE: Final = "prosecutor-notice/1"
ALG: Final = "Ed25519"
STAYS_HERE: Final = frozenset({"safe_contact", "files"})
"""How she may be reached is the unit's; files are named by their hash."""


class NotGenuine(Exception):
    """The bytes are not a notice that this key signed."""


def content(
    *,
    row: ProsecutorNotice,
    sender: Unit,
    assessment: Assessment,
    diagnosis: Diagnosis,
    files: list[FileRow],
    answers: Mapping[str, Json],
    statement: str,
) -> dict[str, Json]:
    """What the notice says: coded facts, the finding, the articles that may apply, what the person
    answered, the hashes of what is kept, and the officer's statement. The office can open nothing
    else, so what it needs stands here; who she is and how to reach her does not."""
    report = row.report
    bases = load_pack(report.agency.pack).legal_bases_for(
        report.category, on=report.received_at.date()
    )
    return {
        "type": TYPE,
        "notice": str(row.id),
        "at": row.at.isoformat(timespec="seconds"),
        "from": sender.code,
        "to": row.office.code,
        "report": _facts(report, assessment),
        "diagnosis": {
            "at": diagnosis.at.isoformat(timespec="seconds"),
            "online": diagnosis.online,
            "identifiers": diagnosis.identifiers,
            "platform": diagnosis.platform,
            "jurisdiction": diagnosis.jurisdiction,
            "elements": diagnosis.elements,
            "offences": list(diagnosis.offences),
        },
        "legal_bases": [f"{basis.statute} {basis.article}" for basis in bases],
        "answers": {key: said for key, said in answers.items() if key not in STAYS_HERE},
        "files": [
            {"item": str(file.id), "size": file.meta.size, "sha256": file.meta.sha256}
            for file in files
        ],
        "consent": "police" if not row.override_basis else "",
        "sent_without_consent_on": row.override_basis,
        "statement": statement,
    }


def _facts(report: Report, assessment: Assessment) -> dict[str, Json]:
    return {
        "locator": report.locator,
        "received_at": report.received_at.isoformat(timespec="seconds"),
        "origin": report.origin,
        "category": report.category,
        "taxonomy": report.taxonomy_version,
        "questionnaire": report.questionnaire_version,
        "urgency": assessment.urgency,
        "risks": sorted(assessment.named()),
        "minor": report.minor,
        "victim_country": report.victim_country,
        "victim_region": report.victim_region,
        "suspect_location": report.suspect_location,
        "suspect_country": report.suspect_country,
        "identity": report.identity_choice,
    }


def sign(said: Mapping[str, Json]) -> str:
    """The compact JWS over the canonical JSON."""
    header = {"alg": ALG, "typ": TYPE, "kid": key_id()}
    return jws.serialize_compact(header, rfc8785.dumps(dict(said)), _key(), algorithms=[ALG])


def read(signed: str, public: Mapping[str, str] | None = None) -> dict[str, Json]:
    """What a signed notice says. Without `public` (a JWK) it must be of this node.

    Raises `NotGenuine`."""
    try:
        key = OKPKey.import_key(dict(public or public_key()))
        said = jws.deserialize_compact(signed, key, algorithms=[ALG])
    except (JoseError, ValueError):
        raise NotGenuine from None
    if said.headers().get("typ") != TYPE:
        raise NotGenuine
    opened: dict[str, Json] = json.loads(said.payload)
    return opened


def digest(signed: str) -> bytes:
    """SHA-256 of the JWS: printed on the paper, so that paper and file can be compared."""
    return hashlib.sha256(signed.encode()).digest()


def public_key() -> dict[str, str]:
    """The public JWK (RFC 8037) by which an office checks the notices of this node."""
    public = Ed25519PrivateKey.from_private_bytes(_seed()).public_key().public_bytes_raw()
    return {"kty": "OKP", "crv": "Ed25519", "x": _b64(public), "kid": _kid(public)}


def key_id() -> str:
    """The first eight bytes of the SHA-256 of the public key, in hex."""
    return public_key()["kid"]


def _key() -> OKPKey:
    return OKPKey.import_key({**public_key(), "d": _b64(_seed())})


def _seed() -> bytes:
    return keyring().derived(PURPOSE)


def _kid(public: bytes) -> str:
    return hashlib.sha256(public).hexdigest()[:16]


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
