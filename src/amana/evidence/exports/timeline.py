# SPDX-License-Identifier: AGPL-3.0-or-later
"""The timeline of a bag: for programs, and as one page for people."""

from __future__ import annotations

import json
from typing import Final

from django.template.loader import render_to_string
from django.utils.translation import override

from amana.evidence.exports import wording
from amana.evidence.exports.carried.assembling import page_style
from amana.evidence.exports.chronology import Step, steps
from amana.evidence.exports.contents import Contents

DIRECTIONS: Final = {"ar": "rtl", "ur": "rtl"}
FORMAT: Final = "amana-timeline/v1"


def timeline_json(contents: Contents) -> bytes:
    """Every record that the bag opens, by time, and what is withheld."""
    said = {
        "format": FORMAT,
        "steps": [_fact(step) for step in steps(contents)],
        "withheld_items": [
            {"item": item.number, "reason": str(item.reason)} for item in contents.withheld
        ],
        "withheld_records": [
            {"item": item.number, "record": link.number, "reason": link.withheld}
            for item in contents.released
            for link in item.links
            if link.withheld
        ],
    }
    return (json.dumps(said, ensure_ascii=False, indent=1) + "\n").encode()


def timeline_html(contents: Contents) -> bytes:
    """The same as a page that needs nothing else, in the language of the papers."""
    language = contents.made.language
    with override(language):
        page = render_to_string(
            "evidence/timeline.html",
            {
                "language": language,
                "direction": DIRECTIONS.get(language, "ltr"),
                "made": contents.made,
                "steps": [_row(step) for step in steps(contents)],
                "withheld": [
                    {"number": item.number, "why": wording.said(wording.REASONS, item.reason)}
                    for item in contents.withheld
                ],
            },
        )
    return page.replace("@@STYLE@@", page_style()).encode()


def _fact(step: Step) -> dict[str, object]:
    role, pseudonym = step.actor
    return {
        "at": step.said["t"],
        "item": step.item.number,
        "file": step.item.path,
        "record": step.number,
        "kind": step.kind,
        "role": role,
        "pseudonym": pseudonym,
        "purpose": step.said["purpose"],
        "authority": step.said["authority"],
        "tool": step.said["tool"],
        "facts": step.said["facts"],
        "leaf": step.leaf.hex(),
    }


def _row(step: Step) -> dict[str, object]:
    role, pseudonym = step.actor
    return {
        "at": f"{step.at:%Y-%m-%d %H:%M:%S} UTC",
        "iso": step.at.isoformat(),
        "what": wording.said(wording.KINDS, step.kind),
        "who": wording.said(wording.ACTORS, role),
        "pseudonym": pseudonym,
        "number": step.item.number,
        "file": step.item.path,
        "authority": step.said["authority"],
        "tool": step.said["tool"],
    }
