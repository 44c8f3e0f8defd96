# SPDX-License-Identifier: AGPL-3.0-or-later
"""A year of the Jordanian unit: some 24,000 reports over the main centre and four branches, by six
doors (mission, A2 and C10). How they divide over branches and doors is not published; these shares
are invented and say so."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from amana import journey
from amana.agencies.models import Agency
from amana.cli.errors import CommandFailed
from amana.cli.replay.eblagh import dealt
from amana.cli.replay.sketch import PLATFORMS, Sketch, identifier, name, narrative
from amana.kernel.sealing.receipts import new_receipt_code
from amana.packs import Pack, load_taxonomy
from amana.reports.intake import Intake, current_questionnaire
from amana.reports.models import Origin
from amana.reports.questionnaire import read_api

REPORTS: Final = 24_000
PACK: Final = "jo"
PLACES: Final = {"JO-AM": 12_000, "JO-IR": 4_800, "JO-AZ": 4_200, "JO-KA": 1_600, "JO-AQ": 1_400}
"""The seat of each branch stands for its territory."""
DOORS: Final = {
    Origin.REPORT.value: 11_400,
    Origin.COMPLAINT.value: 6_600,
    Origin.WALK_IN.value: 2_400,
    Origin.HELPLINE.value: 1_800,
    Origin.PATROL.value: 1_200,
    Origin.PARTNER_REFERRAL.value: 600,
}
# None that a specialised unit or legal review would take: all of them go to a branch.
CATEGORIES: Final = {
    "F1": 14,
    "F2": 10,
    "F3": 12,
    "F4": 2,
    "F5": 10,
    "X1": 12,
    "X3": 8,
    "I1": 4,
    "H1": 8,
    "H2": 6,
    "H3": 4,
    "A1": 8,
    "S1": 2,
}
LANGUAGES: Final = {"ar": 92, "en": 8}
IDENTITIES: Final = {"named": 70, "confidential": 10, "anonymous": 20}


@dataclass(frozen=True, slots=True)
class Arrival:
    """An invented report and the door it comes through."""

    origin: str
    sketch: Sketch


def arrivals(number: int, pack: Pack, *, seed: int = 1) -> list[Arrival]:
    """So many invented reports over the five branches and the six doors, in exact proportion."""
    rng = random.Random(seed)  # noqa: S311  (invented texts, no secrets)
    columns = [
        dealt(rng, number, weights)
        for weights in (PLACES, DOORS, CATEGORIES, LANGUAGES, IDENTITIES)
    ]
    return [
        Arrival(door, _sketch(rng, pack, place, category, language, identity, door))
        for place, door, category, language, identity in zip(*columns, strict=True)
    ]


def check_pack(agency: Agency) -> None:
    """Raise `CommandFailed` for a home with another country pack."""
    if agency.pack != PACK:
        raise CommandFailed(f"this replay is for the pack '{PACK}'; the home has '{agency.pack}'")


def file_behind(
    agency: Agency, those: Sequence[Arrival], *, progress: Callable[[int], None]
) -> list[str]:
    """File what came through doors that only officers open: in this process, by the same journey
    as every door. Returns the locators."""
    locators = []
    for place, arrival in enumerate(those, start=1):
        intake = Intake(
            agency=agency,
            origin=arrival.origin,
            language=arrival.sketch.language,
            answers=_checked(arrival.sketch),
            code=new_receipt_code(),
        )
        locators.append(journey.file(intake).report.locator)
        progress(place)
    return locators


def _checked(sketch: Sketch) -> Mapping[str, Any]:
    from amana.cli.replay.api import body_of

    read = read_api(current_questionnaire(), body_of(sketch))
    if read.errors:
        raise CommandFailed(f"an invented report was not taken: {read.errors[0]}")
    return read.answers


def _sketch(
    rng: random.Random,
    pack: Pack,
    place: str,
    category: str,
    language: str,
    identity: str,
    door: str,
) -> Sketch:
    taxonomy = load_taxonomy()
    platform = rng.choice(list(PLATFORMS))
    about = taxonomy.rollup(category)
    answers: dict[str, Any] = {
        "role": "officer" if door == Origin.PATROL else "victim",
        "offences": [category],
        "category": category,
        "minor": "no",
        "ongoing": rng.choice(["yes", "no", "unknown"]),
        "platform": platform,
        "victim_country": pack.country,
        "victim_region": place,
        "suspect_location": rng.choice(["unknown", "unknown", "domestic", "abroad"]),
        "identity": "anonymous" if door == Origin.PATROL else identity,
        "narrative": narrative(
            rng, about=about, language=language, platform=platform, money=pack.header.currency
        ),
        "identifiers": [identifier(rng, category)],
        "consents": ["police"],
    }
    if answers["identity"] != "anonymous":
        answers["person"] = {"name": name(rng, language)}
    groups = (taxonomy.category(category).public_group,)
    return Sketch(language=language, groups=groups, answers=answers)
