# SPDX-License-Identifier: AGPL-3.0-or-later
"""Codes of links in the officer's words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from amana.desk.links.web import strength
from amana.kernel.linking.links import Evidence, Grade
from amana.reports.models import Report
from amana.triage.links.selectors import Edge

TEXT: Final = "text"
KINDS: Final[Mapping[str, str | Promise]] = {
    "phone": gettext_lazy("Phone number"),
    "service_phone": gettext_lazy("Service number"),
    "email": gettext_lazy("E-mail address"),
    "role_email": gettext_lazy("E-mail address of an office"),
    "handle": gettext_lazy("Account name"),
    "nickname": gettext_lazy("Nickname"),
    "link": gettext_lazy("Link"),
    "ip": gettext_lazy("IP address"),
    "iban": gettext_lazy("Bank account"),
    "wallet": gettext_lazy("Crypto wallet"),
    "file": gettext_lazy("Same file"),
    "name": gettext_lazy("Name"),
    "name_part": gettext_lazy("Part of a name"),
    "text": gettext_lazy("Nearly the same words"),
}
GRADES: Final[Mapping[Grade, str | Promise]] = {
    Grade.FIRM: gettext_lazy("Linked"),
    Grade.SUGGESTED: gettext_lazy("Suggested"),
    Grade.MUTED: gettext_lazy("Muted"),
}
STRENGTHS: Final[Mapping[str, str | Promise]] = {
    "strong": gettext_lazy("strong"),
    "fair": gettext_lazy("fair"),
    "weak": gettext_lazy("weak"),
}
MUTED: Final[Mapping[str, str | Promise]] = {
    "spread": gettext_lazy("Shared by people who have nothing else in common."),
    "known": gettext_lazy("Known to belong to nobody in particular, such as a hotline."),
    "officer": gettext_lazy("An officer said that it means nobody."),
    "unit": gettext_lazy("Your unit said that it means nobody. Others see it as before."),
    "lent": gettext_lazy("Used by several who contradict each other, such as a lent account."),
}
DECISIONS: Final[Mapping[str, str | Promise]] = {
    "together": gettext_lazy("One person, said an officer"),
    "apart": gettext_lazy("Not one person, said an officer"),
    "muted": gettext_lazy("Muted by an officer"),
    "unmuted": gettext_lazy("Speaks again, said an officer"),
}


def kind(code: str) -> str:
    """A kind of evidence in words."""
    return str(KINDS.get(code, code))


def code_of(report: Report) -> str:
    """How a victim is named among officers: the locator of the report in two groups."""
    return f"{report.locator[:4]} {report.locator[4:]}"


def page_of(report: Report) -> str:
    """The address of the page of a report."""
    return reverse("desk:report", kwargs={"locator": report.locator})


def anchor(report: Report) -> str:
    """Where on the page of links the edge to this report stands."""
    return f"with-{report.locator}"


def weight(edge: Edge) -> str:
    """How much a link weighs, in a word and as the number behind it; nothing for a muted one."""
    if edge.grade is Grade.MUTED:
        return ""
    told = {
        "strength": STRENGTHS[strength(edge.weight)],
        "number": number_format(edge.weight, 1),
    }
    return _("%(strength)s, weight %(number)s") % told


def how(edge: Edge) -> str:
    """Grade and weight of a link in one line."""
    return " · ".join(part for part in (str(GRADES[edge.grade]), weight(edge)) if part)


def isolated(text: str) -> str:
    """Left to right wherever it stands, for places that hold plain text alone: drawn naively, the
    two groups of a code come out in reverse order in Arabic and Urdu."""
    return f"\N{LEFT-TO-RIGHT ISOLATE}{text}\N{POP DIRECTIONAL ISOLATE}"


def evidence(found: Sequence[Evidence], values: Mapping[int, str]) -> list[dict[str, str]]:
    """Each thing two reports share: its kind, its value where the officer has opened it, and
    whether it is one slip apart or muted. Words are alike in many places and that is said once."""
    texts = [one for one in found if one.kind == TEXT]
    others = [one for one in found if one.kind != TEXT]
    return [
        {
            "kind": kind(one.kind),
            "value": values.get(one.token, values.get(one.other or 0, "")),
            "note": _("one sign apart") if one.near else str(MUTED.get(one.muted, "")),
        }
        for one in [*others, *texts[:1]]
    ]


def evidence_in_words(found: Evidence, values: Mapping[int, str]) -> str:
    """One thing two reports share, in one line."""
    (row,) = evidence([found], values)
    said = " ".join(part for part in (row["kind"], isolated(row["value"]) if row["value"] else "")
                    if part)  # fmt: skip
    return f"{said} ({row['note']})" if row["note"] else said
