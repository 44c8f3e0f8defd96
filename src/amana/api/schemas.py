# SPDX-License-Identifier: AGPL-3.0-or-later
"""The shapes of the API, for the published description. What is right is decided by the
questionnaire, which names each field and reason in the caller's language."""

from __future__ import annotations

from datetime import datetime

from ninja import Schema
from pydantic import ConfigDict, Field


class _In(Schema):
    model_config = ConfigDict(extra="forbid")


class Reporter(_In):
    role: str | None = Field(None, description="victim, witness, parent, school, ngo, officer, …")
    identity: str | None = Field(None, description="anonymous, confidential or named")
    person: dict[str, str] | None = Field(None, description="name, phone, email, address")
    safe_contact: dict[str, object] | None = None


class Victim(_In):
    country: str | None = Field(None, description="ISO 3166-1 alpha-2")
    region: str | None = Field(None, description="ISO 3166-2")
    minor: bool | str | None = None
    age_band: str | None = None
    gender: str | None = None


class OtherSide(_In):
    country: str | None = None
    region: str | None = None
    location: str | None = Field(None, description="domestic, abroad or unknown")
    relation: str | None = None
    claims: str | None = None


class Identifier(_In):
    type: str = Field(description="phone, handle, url, email, iban, wallet or ip")
    value: str
    note: str | None = None


class ReportIn(_In):
    """A report. Only `language` and one of `category` and `narrative` are required."""

    language: str = Field(description="ar, fr, en or ur")
    category: str | None = Field(None, description="A code of the taxonomy, such as X1")
    narrative: str | None = None
    reporter: Reporter | None = None
    victim: Victim | None = None
    suspect: OtherSide | None = None
    answers: dict[str, object] | None = Field(None, description="Further answers by their keys")
    identifiers: list[Identifier] | None = None
    consents: list[str] | None = None


class UnitOut(Schema):
    code: str
    name: str


class FiledOut(Schema):
    """The receipt is shown once and cannot be recovered."""

    receipt: str
    locator: str
    status_url: str
    unit: UnitOut
    urgency: str


class StatusIn(_In):
    receipt: str
    pin: str | None = None
    files: bool | None = Field(None, description="true: tell of the files that came in, too")


class MessageOut(Schema):
    at: datetime
    from_: str = Field(alias="from", description="reporter, unit or node")
    text: str
    unread: bool


class ProofOut(Schema):
    """`promise` (a signed note) until the entry stands under a public checkpoint, then
    `inclusion` (a tlog-proof). `salt` and `entry` open the leaf, both base64."""

    kind: str
    text: str
    salt: str
    entry: str


class FileOut(Schema):
    """A file that came in for a report. Its bytes never come back."""

    name: str
    size: int
    sha256: str
    received_at: datetime


class HerFileOut(FileOut):
    logged: bool


class EvidenceOut(Schema):
    files: list[FileOut]


class StatusOut(Schema):
    stage: str
    last_action_at: datetime
    next_step: str
    next_news_by: datetime | None
    messages: list[MessageOut]
    files: list[HerFileOut] | None = Field(None, description="only when they were asked for")
    proof: ProofOut | None


class WrongOut(Schema):
    field: str
    code: str
    reason: str


class ProblemOut(Schema):
    type: str
    title: str
    status: int
    errors: list[WrongOut] = []
