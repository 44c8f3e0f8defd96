# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is known of a file and what happened to it, in the officer's words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from amana.desk import words
from amana.evidence.custody import Kind, Record
from amana.evidence.formats import Flag
from amana.evidence.models import Basis, Copy, Source
from amana.evidence.verdicts import SCAN

Words = Mapping[str, str | Promise]

FLAGS: Final[Words] = {
    Flag.DETECTORS_DIFFER: gettext_lazy("Two detectors do not agree on what this file is."),
    Flag.NAME_DIFFERS: gettext_lazy("Its name says another type than its bytes."),
    Flag.SECOND_FORMAT: gettext_lazy("Something else is hidden in this file."),
    Flag.PROGRAM: gettext_lazy("This is a program. Do not run it."),
    Flag.MANY_PIXELS: gettext_lazy("So many pixels that opening it may stop a computer."),
    Flag.BROKEN_PICTURE: gettext_lazy("A picture whose description cannot be read."),
}
SOURCES: Final[Words] = {
    Source.REPORTER: gettext_lazy("the person who reported"),
    Source.BROWSER: gettext_lazy("this node's own browser"),
    Source.OFFICER: gettext_lazy("an officer"),
    Source.PLATFORM: gettext_lazy("a platform's return"),
    Source.FORENSIC: gettext_lazy("a forensic tool"),
    Source.PARTNER: gettext_lazy("a partner"),
}
COPIES: Final[Words] = {
    Copy.EVIDENTIARY: gettext_lazy("Evidentiary copy"),
    Copy.WORKING: gettext_lazy("Working copy"),
    Copy.DETAILS: gettext_lazy("Description"),
    Copy.THUMBNAIL: gettext_lazy("Small picture"),
    Copy.SAFE_VIEW: gettext_lazy("Safe view"),
    Copy.CLEANED: gettext_lazy("Cleaned copy"),
    Copy.TEXT: gettext_lazy("Text read from it"),
}
BASES: Final[Words] = {
    Basis.COURT_ORDER: gettext_lazy("Order of a court"),
    Basis.PROSECUTOR_ORDER: gettext_lazy("Order of the prosecution"),
    Basis.RETENTION_ENDED: gettext_lazy("The time of keeping is over"),
    Basis.REQUEST_OF_THE_PERSON: gettext_lazy("The person asks for it, and the law grants it"),
    Basis.NEVER_LAWFUL: gettext_lazy("It should never have been kept"),
}
KINDS: Final[Words] = {
    Kind.INGEST: gettext_lazy("Came in and was sealed"),
    Kind.CAPTURE: gettext_lazy("Captured"),
    Kind.DERIVE: gettext_lazy("Copy made"),
    Kind.VIEW: pgettext_lazy("custody", "Opened"),
    Kind.TRANSFER: gettext_lazy("Handed over"),
    Kind.EXPORT: gettext_lazy("Exported"),
    Kind.SEAL: gettext_lazy("Sealed anew"),
    Kind.HOLD: gettext_lazy("Legal hold"),
    Kind.SHRED: gettext_lazy("Destroyed"),
    Kind.GRANT: gettext_lazy("Key given to a unit"),
    Kind.REVOKE: gettext_lazy("Key taken back"),
    Kind.VERIFY: gettext_lazy("Checked"),
}
_CLEAN: Final = gettext_lazy("virus scanner: found nothing")
_BEGAN: Final = gettext_lazy("this file began so")
_PURPOSES: Final[Words] = {
    "lay": gettext_lazy("laid"),
    "lift": gettext_lazy("ended"),
    "import": gettext_lazy("against a tool's list"),
    "restored": gettext_lazy("again, after a backup was put back"),
    "same": gettext_lazy("unchanged"),
    "differs": gettext_lazy("differs"),
    "bytes": gettext_lazy("changed"),
    "size": gettext_lazy("cut or grown"),
    "missing": gettext_lazy("gone"),
}
_DETAILS: Final[Words] = {
    "taken": gettext_lazy("Taken, by the camera's clock"),
    "changed": gettext_lazy("Changed, by the program's clock"),
    "make": gettext_lazy("Maker"),
    "model": gettext_lazy("Device"),
    "serial": gettext_lazy("Serial number"),
    "lens": gettext_lazy("Lens"),
    "software": gettext_lazy("Program"),
    "artist": gettext_lazy("Author it names"),
    "description": gettext_lazy("Description it carries"),
}


def said(known: Words, code: str) -> str:
    """A code in words; one that nobody wrote words for stands for itself."""
    return str(known.get(code, code))


def purpose(record: Record) -> str:
    """What a record says besides its kind, where there are words for it."""
    if record.kind is Kind.GRANT:
        return said(words.GROUNDS, record.purpose)
    if record.kind is Kind.VERIFY and record.purpose == SCAN:
        found = str(record.facts.get("found", ""))
        named = {"name": words.apart(found)}
        return _("virus scanner: found “%(name)s”") % named if found else str(_CLEAN)
    if record.kind is Kind.DERIVE and "copy" in record.facts:
        which = said(COPIES, str(record.facts["copy"]))
        return f"{which} · {_BEGAN}" if "parent" in record.facts else which
    codes = (record.purpose, str(record.facts.get("result", "")))
    return " · ".join(str(_PURPOSES[code]) for code in codes if code in _PURPOSES)


def act(record: Record, units: Mapping[str, str]) -> str:
    """What was done, with the units it was done between; `units` names them by code."""
    named = {name: units.get(str(code), str(code)) for name, code in record.facts.items()}
    if record.kind is Kind.GRANT and "unit" in named:
        return _("Key given to %(unit)s") % named
    if record.kind is Kind.REVOKE and "unit" in named:
        return _("Key taken back from %(unit)s") % named
    if record.kind is Kind.TRANSFER and {"from", "to"} <= named.keys():
        return _("Handed over: from %(from)s to %(to)s") % named
    return said(KINDS, record.kind)


def result(code: str) -> str:
    """How a listed file compares with the one that is here."""
    return said(_PURPOSES, code)


def flags(found: Iterable[str]) -> list[dict[str, object]]:
    """What is odd about a file, as rows of a page."""
    return [{"label": _("Look twice"), "value": said(FLAGS, code)} for code in found]


def details(found: Mapping[str, str | int | float]) -> list[dict[str, object]]:
    """What a picture says of itself, as rows of a page. These are claims of the file."""
    rows: list[dict[str, object]] = []
    if "width" in found and "height" in found:
        size = f"{found['width']} × {found['height']}"
        rows.append({"label": _("Pixels"), "value": size, "ltr": True})
    for key, label in _DETAILS.items():
        if found.get(key):
            rows.append({"label": str(label), "value": str(found[key]), "ltr": True})
    if "latitude" in found and "longitude" in found:
        place = f"{found['latitude']}, {found['longitude']}"
        rows.append({"label": _("Place, by the camera"), "value": place, "ltr": True})
    return rows
