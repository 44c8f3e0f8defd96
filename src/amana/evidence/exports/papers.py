# SPDX-License-Identifier: AGPL-3.0-or-later
"""The custody report on paper, in the language of its reader, and the note that lies on top."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import override

from amana.evidence.exports import wording
from amana.evidence.exports.carried.assembling import readme
from amana.evidence.exports.checking import fingerprint
from amana.evidence.exports.chronology import Step, steps_of
from amana.evidence.exports.contents import Contents, Released
from amana.evidence.records import Kind
from amana.kernel.paper import Sheet, ltr
from amana.kernel.paper import Step as Line

MOST_ITEMS: Final = 60
MOST_STEPS: Final = 12
GROUP: Final = 8


def readme_txt(contents: Contents) -> bytes:
    """What this is and how to check it, in four languages, the reader's own first."""
    return readme(contents.made.language)


def report_pdf(contents: Contents, *, timed: bool = False) -> bytes:
    """A4, unsigned; `timed` when a time-stamp authority will say when it was signed. Beyond sixty
    items, or twelve records of one, it points to the timeline."""
    with override(contents.made.language):
        sheet = Sheet(contents.made.language, _("Report"), created_at=contents.made.at)
        _opening(sheet, contents)
        for item in contents.released[:MOST_ITEMS]:
            _item(sheet, item)
        left = len(contents.released) - MOST_ITEMS
        if left > 0:
            sheet.paragraph(
                _("%(count)s more items stand in timeline.html and openings.json.")
                % {"count": left}
            )
        _withheld(sheet, contents)
        _closing(sheet, contents, timed=timed)
        return sheet.render()


def _opening(sheet: Sheet, contents: Contents) -> None:
    made = contents.made
    sheet.heading(_("Custody report"))
    sheet.table(
        [
            (_("Agency"), made.agency),
            (_("Report"), ltr(made.locator)),
            (_("Made"), _moment(made.at)),
            (_("By"), _who(made.role, made.pseudonym)),
            (_("Purpose"), made.purpose),
            (_("Bag"), ltr(str(made.bag))),
            (_("Items"), str(len(contents.released) + len(contents.withheld))),
        ]
    )
    sheet.paragraph(
        _(
            "This paper says since when each file is unchanged, who submitted it and how, and what "
            "was done with it. It does not say that what a file shows is true, nor how it was "
            "before it came in."
        )
    )


def _item(sheet: Sheet, item: Released) -> None:
    steps = steps_of(item)
    sheet.heading(_("Item %(number)s") % {"number": item.number}, level=2)
    rows = [
        (_("File"), ltr(item.path)),
        (_("Copy"), wording.said(wording.COPIES, item.copy)),
        (_("Size"), _("%(count)s bytes") % {"count": item.size}),
        ("SHA-256", _grouped(item.sha256)),
    ]
    if item.name:
        rows.insert(1, (_("Name it came with"), item.name))
    if item.of is not None:
        rows.append((_("Made from item"), str(item.of)))
    if steps:
        first = steps[0]
        rows += [
            (_("Unchanged since"), _moment(first.at)),
            (_("Submitted by"), _submitter(first)),
            (_("Method"), wording.said(wording.KINDS, first.kind)),
        ]
    sheet.table(rows)
    sheet.timeline([_line(step) for step in steps[:MOST_STEPS]])
    hidden = len(item.links) - len(steps)
    if len(steps) > MOST_STEPS:
        sheet.small(_("Further records stand in timeline.html."))
    if hidden:
        sheet.small(_("Records that are withheld: %(count)s") % {"count": hidden})


def _submitter(first: Step) -> str:
    source = str(first.said["facts"].get("source", ""))
    if first.kind == Kind.DERIVE or source not in wording.SOURCES:
        return _who(*first.actor)
    return wording.said(wording.SOURCES, source)


def _line(step: Step) -> Line:
    what = wording.said(wording.KINDS, step.kind)
    who = _who(*step.actor)
    return Line(f"{what} · {who}", f"{_moment(step.at)} · {ltr(step.said['tool'])}", "done")


def _withheld(sheet: Sheet, contents: Contents) -> None:
    if not contents.withheld and not contents.fields:
        return
    sheet.heading(_("Withheld"), level=2)
    rows = [
        (_("Item %(number)s") % {"number": item.number}, wording.said(wording.REASONS, item.reason))
        for item in contents.withheld[:MOST_ITEMS]
    ]
    rows += [
        (wording.said(wording.FIELDS, name), wording.said(wording.REASONS, why))
        for name, why in contents.fields
    ]
    sheet.table(rows)


def _closing(sheet: Sheet, contents: Contents, *, timed: bool) -> None:
    sheet.heading(_("How to check it"), level=2)
    sheet.paragraph(
        _(
            "Open verify.html in a browser, or run verify.py. Both ask for the key of the agency’s "
            "log. Ask the agency itself or a partner for it and compare it with what stands here."
        )
    )
    for key in contents.log_keys:
        sheet.paragraph(_("Fingerprint of the key (SHA-256)"), bold=True)
        sheet.paragraph(_grouped(fingerprint(key)))
    sheet.small(
        _(
            "The signature on this file was made with the certificate of this system itself. No "
            "other authority vouches for it; the log and its witnesses do."
        )
    )
    sheet.small(
        _(
            "An independent time-stamp authority says when it was signed. Its answer stands in the "
            "signature."
        )
        if timed
        else _("No independent authority says when it was signed.")
    )


def _who(role: str, pseudonym: str) -> str:
    named = wording.said(wording.ACTORS, role)
    return f"{named} ({ltr(pseudonym)})" if pseudonym else named


def _moment(when: datetime) -> str:
    return ltr(f"{when:%Y-%m-%d %H:%M:%S} UTC")


def _grouped(digest: str) -> str:
    groups = [digest[at : at + GROUP] for at in range(0, len(digest), GROUP)]
    return "\n".join(ltr(" ".join(groups[at : at + 4])) for at in range(0, len(groups), 4))
