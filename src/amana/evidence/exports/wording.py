# SPDX-License-Identifier: AGPL-3.0-or-later
"""The codes of custody in words, for papers that leave the house."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, pgettext_lazy

from amana.evidence.exports.contents import Reason
from amana.evidence.models import Copy, Source
from amana.evidence.records import Kind
from amana.people.models import Role

Words = Mapping[str, str | Promise]

KINDS: Final[Words] = {
    Kind.INGEST: pgettext_lazy("custody", "Handed in"),
    Kind.CAPTURE: pgettext_lazy("custody", "Captured from the web"),
    Kind.DERIVE: pgettext_lazy("custody", "A copy was made"),
    Kind.VIEW: pgettext_lazy("custody", "Opened"),
    Kind.TRANSFER: pgettext_lazy("custody", "Handed over"),
    Kind.EXPORT: pgettext_lazy("custody", "Exported"),
    Kind.SEAL: pgettext_lazy("custody", "Sealed"),
    Kind.HOLD: pgettext_lazy("custody", "Legal hold"),
    Kind.SHRED: pgettext_lazy("custody", "Destroyed by law"),
    Kind.GRANT: pgettext_lazy("custody", "Access given"),
    Kind.REVOKE: pgettext_lazy("custody", "Access ended"),
    Kind.VERIFY: pgettext_lazy("custody", "Checked"),
}
SOURCES: Final[Words] = {
    Source.REPORTER: gettext_lazy("the person who reported"),
    Source.BROWSER: gettext_lazy("a browser of the agency"),
    Source.OFFICER: gettext_lazy("an officer"),
    Source.PLATFORM: gettext_lazy("a platform"),
    Source.FORENSIC: gettext_lazy("a forensic tool"),
    Source.PARTNER: gettext_lazy("a partner agency"),
}
COPIES: Final[Words] = {
    Copy.EVIDENTIARY: gettext_lazy("Evidentiary copy: exactly what came in"),
    Copy.WORKING: gettext_lazy("Working copy"),
    Copy.DETAILS: gettext_lazy("Details read from the file"),
    Copy.THUMBNAIL: gettext_lazy("Small picture"),
    Copy.SAFE_VIEW: gettext_lazy("Safe view"),
    Copy.CLEANED: gettext_lazy("Cleaned copy"),
    Copy.TEXT: gettext_lazy("Text of the file"),
}
REASONS: Final[Words] = {
    Reason.VICTIM_PRIVACY: gettext_lazy("Privacy of the person concerned"),
    Reason.THIRD_PARTY: gettext_lazy("Privacy of others"),
    Reason.MINOR: gettext_lazy("Protection of a child"),
    Reason.PRIVILEGE: gettext_lazy("Legal privilege"),
    Reason.COURT_ORDER: gettext_lazy("Order of a court"),
    Reason.OTHER_CASE: gettext_lazy("Another case would be harmed"),
    Reason.UNLAWFUL_COPY: gettext_lazy("Copying it is unlawful"),
    Reason.NOT_ASKED: gettext_lazy("It was not asked for"),
    Reason.OF_WITHHELD: gettext_lazy("What it was made from is withheld"),
    Reason.NO_ACCESS: gettext_lazy("Whoever made the bag may not open it"),
    Reason.DAMAGED: gettext_lazy("What is stored of it has changed"),
    Reason.DESTROYED: gettext_lazy("It was destroyed by law"),
}
FIELDS: Final[Words] = {
    "names": gettext_lazy("Names the files came with"),
    "views": gettext_lazy("Records of who opened the files"),
}
ACTORS: Final[Words] = {
    "reporter": gettext_lazy("the person who reported"),
    "node": gettext_lazy("the system"),
    "officer": gettext_lazy("an officer"),
    **{role.value: role.label for role in Role},
}


def said(known: Words, code: str) -> str:
    """The words of a code; a code nobody wrote words for stands for itself."""
    return str(known.get(code, code))
