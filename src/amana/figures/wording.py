# SPDX-License-Identifier: AGPL-3.0-or-later
"""What tables, rows and units of count are called, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final
from uuid import UUID

from babel.numbers import format_decimal
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from amana.agencies.models import Unit
from amana.packs import Taxonomy, UnknownCodeError, countries

Words = str | Promise

TITLES: Final[dict[str, Words]] = {
    "T1": _("Reports by kind"),
    "T1N": _("Reports by kind, hacking apart"),
    "T1O": _("Everything that was named in the reports"),
    "T2": _("Reports of terrorism"),
    "T3": _("Alleged perpetrators"),
    "T4": _("Who gave a name"),
    "T4N": _("How names were given"),
    "T5": _("Where the person lives"),
    "T12": _("How long it takes"),
    "T12G": _("How long it takes, by kind of report"),
    "T12S": _("Reports without news"),
    "T13": _("How reports reach us, by unit"),
    "T14": _("Reports that cross a border"),
    "T19": _("What was refused because a ground was missing"),
}

NOTES: Final[dict[str, Words]] = {
    "T1": _(
        "A report counts once, by its main kind. Percentages are of all reports except terrorism."
    ),
    "T1O": _("A report counts once for each thing that was named in it."),
    "T2": _("Percentages are of the reports of terrorism."),
    "T3": _(
        "People, not reports. The last row is computed: identified, less those before justice "
        "and those under a search notice."
    ),
    "T4": _("What reporters chose to tell about themselves. Nobody has to give a name."),
    "T5": _("As the person says. Nobody checks it."),
    "T12": _("From the moment the report arrived. No promise for any one report."),
    "T12S": _("Open reports in which no person has written or acted for so long."),
    "T13": _("The door decides how a report is counted, never the person who files."),
}

ROWS: Final[dict[str, Words]] = {
    "T2/total": _("All reports of terrorism"),
    "T2/isis": _("ISIS"),
    "T2/al_qaeda": _("Al-Qaeda"),
    "T2/other": _("Another organisation"),
    "T2/unknown": _("None named"),
    "T3/identified": _("Identified"),
    "T3/before_justice": _("Brought before justice"),
    "T3/search_notice": _("Search notice"),
    "T3/ongoing": _("Still being investigated"),
    "T4/named": _("With a name"),
    "T4/other": _("Without a name, or with a name kept closed"),
    "T4N/named": _("With a name"),
    "T4N/confidential": _("With a name kept closed"),
    "T4N/anonymous": _("Without a name"),
    "T5/abroad": _("In another country"),
    "T5/home": _("In this country"),
    "T5/unknown": _("Not said"),
    "T12/diagnosed": _("Until it was examined"),
    "T12/referred": _("Until it was passed on"),
    "T12/first_news": _("Until a person wrote back"),
    "T12/closed": _("Until it was closed"),
    "T12S/silent_30": _("More than 30 days"),
    "T12S/silent_90": _("More than 90 days"),
    "T12S/silent_365": _("More than 365 days"),
    "T13/total": _("All units"),
    "T14/cross_border": _("Someone in the matter is in another country"),
    "T14/domestic": _("All in this country"),
    "T19/total": _("All refusals"),
}

ORIGINS: Final[dict[str, Words]] = {
    "report": _("Report"),
    "complaint": _("Complaint"),
    "patrol": _("Patrol"),
    "partner_referral": _("Partner organisation"),
    "walk_in": _("In person"),
    "helpline": _("By phone"),
}

UNITS: Final[dict[str, Words]] = {
    "notification": _("reports"),
    "offence": _("things named in reports"),
    "suspect": _("people"),
    "refusal": _("refusals"),
}


def number(value: float) -> str:
    """A number with the separators of the reader's language, in the digits codes are shown in."""
    return format_decimal(value, locale=language(), numbering_system="latn")


def share(value: float) -> str:
    """A percentage with one decimal."""
    shown = format_decimal(value, format="0.0", locale=language(), numbering_system="latn")
    return f"{shown} %"


def namer(taxonomy: Taxonomy, agency_id: UUID) -> Callable[[str, str], str]:
    """Returns a function that names a row of a table; a code nobody knows stays as it is."""
    spoken = language()
    units: Mapping[str, dict[str, str]] = dict(
        Unit.objects.filter(agency_id=agency_id).values_list("code", "names")
    )

    def name(table: str, key: str) -> str:
        words = ROWS.get(f"{table}/{key}")
        if words is not None:
            return str(words)
        if table == "T13" and key in units:
            return units[key].get(spoken) or units[key]["en"]
        return _from_data(taxonomy, table, key, spoken)

    return name


def _from_data(taxonomy: Taxonomy, table: str, key: str, language: str) -> str:
    try:
        if table == "T1O":
            return taxonomy.category(key).label.in_(language)
        if table in {"T1", "T1N"}:
            return taxonomy.group(key).names.in_(language)
        if table == "T12G":
            group, _slash, step = key.partition("/")
            return f"{taxonomy.group(group).names.in_(language)}: {ROWS[f'T12/{step}']}"
    except UnknownCodeError:
        return key
    if table == "T5":
        names = {region.code: region.names for region in countries().regions}
        return names[key].in_(language) if key in names else key
    return key


def language() -> str:
    """The reader's language, two letters."""
    return (get_language() or "en")[:2]
