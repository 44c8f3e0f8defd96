# SPDX-License-Identifier: AGPL-3.0-or-later
"""Codes in the officer's words. Staff words may be technical; none of them blames anybody."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Final

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from amana.agencies.models import Unit
from amana.casework.models import DeadlineKind
from amana.packs import UnknownCodeError, load_taxonomy
from amana.people.models import Role
from amana.referral import competence
from amana.reports.models import AccessRole, Identity, Origin, Stage
from amana.reports.questionnaire import PackPlaces
from amana.triage import words as triage
from amana.triage.models import Urgency

LETTER: Final[Mapping[str, str]] = {
    Urgency.IMMEDIATE: "U",
    Urgency.SAME_DAY: "H",
    Urgency.NORMAL: "N",
}

Words = Mapping[str, str | Promise]

STAGES: Final[Words] = {
    Stage.RECEIVED: pgettext_lazy("stage", "Received"),
    Stage.LEGAL_REVIEW: gettext_lazy("In legal review"),
    Stage.DIAGNOSED: gettext_lazy("Diagnosed"),
    Stage.REFERRED: gettext_lazy("Referred"),
    Stage.IN_PROGRESS: gettext_lazy("In progress"),
    Stage.WITHDRAWN: gettext_lazy("Withdrawn"),
    Stage.CLOSED: pgettext_lazy("stage", "Closed"),
}
RISKS: Final[Words] = triage.RISKS
RULES: Final[Words] = {
    "life-threatened": gettext_lazy("The person says that a life is threatened."),
    "danger-now": gettext_lazy("The person is in danger now."),
    "child-in-danger": gettext_lazy("A child is in danger now."),
    "child-category": gettext_lazy("The kind of report concerns children."),
    "minor-sexual": gettext_lazy("The victim is a minor and the matter is sexual."),
    "minor": gettext_lazy("The victim is a minor."),
    "minor-unknown-sexual": gettext_lazy(
        "Nobody knows whether the victim is a minor; it counts as yes."
    ),
    "child-affected": gettext_lazy("A child is affected too."),
    "self-harm": gettext_lazy("The person thinks of harming herself or himself."),
    "self-harm-unsure": gettext_lazy("Nobody knows whether there is a risk of self-harm."),
    "self-harm-pushed": gettext_lazy("Somebody pushes the person to self-harm."),
    "honour": gettext_lazy("The family could be violent."),
    "contact": gettext_lazy("They have met in person."),
    "contact-child": gettext_lazy("He asks a minor to meet."),
    "contact-asked": gettext_lazy("He asks to meet."),
    "location": gettext_lazy("He knows where the person is."),
    "deadline-near": gettext_lazy("A date was set, and it is near or has passed."),
    "deadline-set": gettext_lazy("A date was set."),
    "published": gettext_lazy("The content is online, or has been."),
    "ongoing-long": gettext_lazy("It has gone on for more than a year."),
    "ongoing-blackmail": gettext_lazy("The blackmail goes on."),
    "in-her-words": gettext_lazy("Words of the report speak of it. Read them yourself."),
    "hinted-in-her-words": gettext_lazy(
        "These words only sound like it, and the guess may be wrong. Read them yourself."
    ),
}
IDENTITY: Final[Words] = {
    Identity.ANONYMOUS: gettext_lazy("Anonymous"),
    Identity.CONFIDENTIAL: gettext_lazy("Confidential"),
    Identity.NAMED: gettext_lazy("Named"),
}
ORIGINS: Final[Words] = {
    Origin.REPORT: gettext_lazy("Online report"),
    Origin.COMPLAINT: gettext_lazy("Written complaint"),
    Origin.PATROL: gettext_lazy("Patrol"),
    Origin.PARTNER_REFERRAL: gettext_lazy("From a partner"),
    Origin.WALK_IN: gettext_lazy("In person at a desk"),
    Origin.HELPLINE: gettext_lazy("By telephone"),
}
GROUNDS: Final[Words] = {
    AccessRole.OWNER: gettext_lazy("Owns the case"),
    AccessRole.CO_OWNER: gettext_lazy("Joint case"),
    AccessRole.DUTY: gettext_lazy("Duty unit"),
    AccessRole.LEGAL_REVIEW: gettext_lazy("Legal review"),
    AccessRole.PROSECUTION: gettext_lazy("Prosecution office"),
}
WISHES: Final[Words] = {
    "female": gettext_lazy("The person asks for a woman."),
    "male": gettext_lazy("The person asks for a man."),
}
DEADLINES: Final[Words] = {
    DeadlineKind.ACKNOWLEDGED: gettext_lazy("Acknowledged"),
    DeadlineKind.DIAGNOSED: gettext_lazy("Diagnosed"),
    DeadlineKind.REFERRED: gettext_lazy("Referred"),
    DeadlineKind.NEXT_NEWS: gettext_lazy("Next news to the person"),
}
PURPOSES: Final[Words] = {
    "police": gettext_lazy("Police and prosecution"),
    "partner": gettext_lazy("Partner organisations"),
    "cross_border": gettext_lazy("Authorities abroad"),
    "platform_notice": gettext_lazy("Notice to the platform"),
    "research": gettext_lazy("Research, without identity"),
}
LANGUAGES: Final[Words] = {
    "ar": gettext_lazy("Arabic"),
    "fr": gettext_lazy("French"),
    "en": gettext_lazy("English"),
    "ur": gettext_lazy("Urdu"),
}
_ROUTE: Final[Words] = {
    competence.SPECIALISED: gettext_lazy("Specialised unit: %(what)s"),
    competence.RESIDENCE: gettext_lazy("Residence of the victim: %(what)s"),
    competence.ACT: gettext_lazy("Place of the act: %(what)s"),
    competence.OTHER_SIDE: gettext_lazy("Place of the other side: %(what)s"),
    competence.NATIONAL: gettext_lazy("National desk: no place in the country was given"),
    competence.LEGAL_REVIEW: gettext_lazy("About words or opinions: a legal reviewer reads first"),
    "referral": gettext_lazy("Referred by a colleague"),
    "override": gettext_lazy("Sent here by a supervisor"),
    "co_owner": gettext_lazy("Joint case"),
    "category": gettext_lazy("After legal review"),
}
_SPECIALISMS: Final[Words] = {
    "children": gettext_lazy("children"),
    "terrorism": gettext_lazy("terrorism"),
}
_places = PackPlaces()


def language() -> str:
    """The officer's language, two letters."""
    return (get_language() or "en")[:2]


def said(words: Words, code: str) -> str:
    """The words of a code; a code nobody wrote words for stands for itself."""
    return str(words.get(code, code))


def category(code: str) -> str:
    """The label of a category in the officer's language."""
    return _looked_up(lambda: load_taxonomy().category(code).label.in_(language()), code)


def facet(name: str, code: str) -> str:
    """The label of a facet's value, such as a platform; empty for no code."""
    if not code:
        return ""
    return _looked_up(lambda: load_taxonomy().facet(name).value(code).label.in_(language()), code)


def unit_name(unit: Unit) -> str:
    """The name of a unit in the officer's language, else in English, else its code."""
    names = unit.names
    return str(names.get(language()) or names.get("en") or unit.code)


def place(code: str) -> str:
    """A country (two letters) or region by name; empty for no code."""
    if not code:
        return ""
    if "-" in code:
        return _places.region_name(code, language())
    return _places.country_name(code, language())


def route(rule: str, inputs: Mapping[str, str]) -> str:
    """Why a report is here: the rule in words, with what it looked at (M-003)."""
    named = inputs.get("specialised")
    what = said(_SPECIALISMS, named) if named else ""
    for key in ("victim_region", "act_region", "suspect_region"):
        what = what or place(inputs.get(key, ""))
    return said(_ROUTE, rule) % {"what": what} if rule in _ROUTE else rule


def route_inputs(inputs: Mapping[str, str]) -> str:
    """What the rule looked at, for the page that explains it."""
    shown = {
        "victim_region": _("residence of the victim"),
        "victim_country": _("country of the victim"),
        "act_region": _("place of the act"),
        "suspect_region": _("place of the other side"),
        "specialised": _("specialism"),
        "then": _("goes on to"),
    }
    known = [(label, inputs[key]) for key, label in shown.items() if inputs.get(key)]
    return " · ".join(f"{label}: {value}" for label, value in known)


def urgency(code: str, risks: Iterable[Mapping[str, str]]) -> str:
    """The urgency as a word with its reason: the first risk of that weight, else the lane."""
    standing = (risk["risk"] for risk in risks if not risk.get("denied"))
    first = next((risk for risk in standing if risk in RISKS), "")
    if code == Urgency.NORMAL or not first:
        lanes = {Urgency.IMMEDIATE: _("Now"), Urgency.SAME_DAY: _("Today")}
        return str(lanes.get(Urgency(code), _("Normal")))
    return said(RISKS, first)


def author(code: str) -> str:
    """A role (with a pseudonym behind it) in words; names never stand in a report."""
    name, _sep, pseudonym = code.partition(" ")
    if name == "node":
        return _("Automatic")
    if name == "reporter":
        return _("The person")
    known = name in Role.values
    role = str(Role(name).label) if known else _("Officer")
    return f"{role} · {pseudonym}" if pseudonym else role


def apart(text: str) -> str:
    """A name or a time inside a sentence of another direction, so that neither turns the other's
    brackets and quotes around."""
    return f"\u2068{text}\u2069"


def moment(when: datetime | None) -> str:
    """Date and time in the pack's time zone, short."""
    if when is None:
        return ""
    local = timezone.localtime(when)
    form = "d/m H:i" if local.year == timezone.localtime().year else "d/m/Y H:i"
    return date_format(local, form)


def day(when: datetime | None) -> str:
    """The date alone."""
    return date_format(timezone.localtime(when), "d/m/Y") if when else ""


def late_by(due: datetime, at: datetime) -> str:
    """ "2 days late", "3 hours late"; empty when it is not."""
    seconds = int((at - due).total_seconds())
    if seconds <= 0:
        return ""
    if seconds < 3600:
        return _("%(count)s min late") % {"count": max(1, seconds // 60)}
    if seconds < 86_400:
        return _("%(count)s h late") % {"count": seconds // 3600}
    return _("%(count)s d late") % {"count": seconds // 86_400}


def _looked_up(find: Callable[[], str], code: str) -> str:
    try:
        return find()
    except UnknownCodeError:
        return code
