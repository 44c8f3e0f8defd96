# SPDX-License-Identifier: AGPL-3.0-or-later
"""The codes of urgency and finding in the words of staff: on the desk and on paper."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from amana.triage.models import Diagnosis, Urgency

Words = Mapping[str, str | Promise]

URGENCIES: Final[Words] = {
    Urgency.IMMEDIATE: _("At once"),
    Urgency.SAME_DAY: _("The same day"),
    Urgency.NORMAL: _("Normal"),
}
"""For paper, which is read on another day than it was printed."""

RISKS: Final[Words] = {
    "threat_to_life": _("Life threatened"),
    "child_at_risk": _("Child in danger"),
    "self_harm": _("Risk of self-harm"),
    "honour_risk": _("Danger from the family"),
    "contact_offence": _("Meeting in person"),
    "location_disclosed": _("Place is known"),
    "deadline": _("Deadline"),
    "published": _("Already published"),
    "ongoing": _("Still going on"),
}
ONLINE: Final[Words] = {
    Diagnosis.Online.YES: _("Yes, it can be seen"),
    Diagnosis.Online.NO: _("No, it was never published"),
    Diagnosis.Online.REMOVED: _("It was, and is gone"),
    Diagnosis.Online.UNKNOWN: _("Not known"),
}
IDENTIFIERS: Final[Words] = {
    Diagnosis.Identifiers.NONE: _("Nothing"),
    Diagnosis.Identifiers.SOME: _("Something, but not enough yet"),
    Diagnosis.Identifiers.ENOUGH: _("Enough to ask a provider"),
}
JURISDICTION: Final[Words] = {
    Diagnosis.Jurisdiction.DOMESTIC: _("All of it in this country"),
    Diagnosis.Jurisdiction.FOREIGN: _("Abroad"),
    Diagnosis.Jurisdiction.MIXED: _("Partly here, partly abroad"),
    Diagnosis.Jurisdiction.UNKNOWN: _("Not known yet"),
}
ELEMENTS: Final[Words] = {
    Diagnosis.Elements.PRESENT: _("Yes"),
    Diagnosis.Elements.PARTLY: _("In part"),
    Diagnosis.Elements.ABSENT: _("No"),
    Diagnosis.Elements.UNCLEAR: _("Not clear: a lawyer should look"),
}
