# SPDX-License-Identifier: AGPL-3.0-or-later
"""`amana pack check`: everything that must hold in a pack, and a name for everything that does not.

The schema says what each file may contain. The checks here say what the files must be together:
no place without a competent unit, no urgent report without a duty unit, no number shown to the
public that nobody confirmed, no ending of a report that M-018 forbids.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from amana.packs.base import URGENCIES, UnknownCodeError
from amana.packs.check_agency import agency_problems
from amana.packs.check_taxonomy import check_taxonomy
from amana.packs.decoys import decoy_problems
from amana.packs.loader import (
    COUNTRIES,
    HERE,
    PACK_FILES,
    PLATFORMS,
    PackError,
    available_packs,
    countries,
    load_pack_from,
    load_taxonomy,
    parse,
    platforms,
    read_yaml,
    taxonomy_versions,
)
from amana.packs.problem import Problem
from amana.packs.words import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from amana.packs.model import Pack
    from amana.packs.records import Contact
    from amana.packs.taxonomy_model import Taxonomy

__all__ = ["Problem", "check_pack", "check_shipped", "check_taxonomy"]

_ABROAD: Final = re.compile(
    r"abroad|foreign|outside.{0,9}(country|border)|cross.?border|étranger|خارج|بیرون",
    re.IGNORECASE,
)


_ACTION_FLOOR: Final = {
    "before_justice": ("needs_instruction",),
    "search_notice": ("needs_instruction", "needs_authority", "needs_expiry"),
    "border_alert": ("needs_instruction", "needs_authority", "needs_expiry"),
}
"""What must be on record before an act, whatever a country adds to it (M-097, M-098)."""


def check_pack(path: Path) -> list[Problem]:
    """Every problem of the pack in the folder `path`; an empty list means it can be used."""
    problems = list(_schema_problems(path))
    if problems:
        return problems
    pack = load_pack_from(path)
    if pack.header.taxonomy not in taxonomy_versions():
        message = f"there is no taxonomy {pack.header.taxonomy}"
        return [Problem("pack.yaml", "taxonomy", message)]
    taxonomy = load_taxonomy(pack.header.taxonomy)
    return [
        *_header_problems(pack, folder=path.name),
        *_contact_problems(pack),
        *agency_problems(pack, taxonomy),
        *_partner_problems(pack),
        *_law_problems(pack, taxonomy),
        *_disposition_problems(pack),
        *_deadline_problems(pack),
        *_action_problems(pack),
        *decoy_problems("decoys.yaml", pack.decoys),
    ]


def check_shipped() -> list[Problem]:
    """Every problem of the packs, taxonomies and countries that come with the program."""
    found = [problem for code in available_packs() for problem in check_pack(HERE / code)]
    for version in taxonomy_versions():
        found += check_taxonomy(load_taxonomy(version))
    found += decoy_problems(PLATFORMS.name, platforms())
    world = countries()
    regions = {region.code for region in world.regions}
    for country in world.countries:
        if country.region not in regions:
            found.append(Problem(COUNTRIES.name, country.code, f"unknown region {country.region}"))
    return found


def _schema_problems(path: Path) -> Iterator[Problem]:
    for name, model in PACK_FILES.items():
        try:
            parse(model, read_yaml(path / name), name=name)
        except PackError as error:
            for line in str(error).splitlines():
                place, _, message = line.removeprefix(f"{name}: ").partition(": ")
                yield Problem(name, place if message else "", message or place)
    known = {*PACK_FILES}
    for extra in sorted(path.glob("*.yaml")):
        if extra.name not in known:
            yield Problem(extra.name, "", "no such file belongs to a pack")


def _header_problems(pack: Pack, *, folder: str) -> Iterator[Problem]:
    header = pack.header
    if header.code != folder:
        yield Problem("pack.yaml", "code", f"is {header.code}, but the folder is {folder}")
    if missing := sorted(set(LANGUAGES) - set(header.languages)):
        yield Problem("pack.yaml", "languages", f"lacks {', '.join(missing)}")
    if header.default_language not in header.languages:
        yield Problem("pack.yaml", "default_language", "is not among the languages")
    try:
        ZoneInfo(header.timezone)
    except (ZoneInfoNotFoundError, ValueError):
        yield Problem("pack.yaml", "timezone", f"{header.timezone} is not a time zone")


def _contact_problems(pack: Pack) -> Iterator[Problem]:
    header = pack.header
    if not header.emergency.public:
        yield Problem("pack.yaml", "emergency", "the public needs an emergency number")
    if header.emergency.phone is None:
        yield Problem("pack.yaml", "emergency", "has no phone number")
    if header.emergency.show_unverified and not header.emergency.note.strip():
        yield Problem("pack.yaml", "emergency", "show_unverified needs a note that says why")
    yield from _repeated("pack.yaml", "crisis_lines", [line.code for line in header.crisis_lines])
    yield from _repeated("pack.yaml", "contacts", [contact.code for contact in header.contacts])
    for line in header.crisis_lines:
        if not line.always_open and line.hours is None:
            yield Problem("pack.yaml", f"crisis_lines.{line.code}", "has no opening hours")
    yield from _shown("pack.yaml", (*header.crisis_lines, *header.contacts))


def _shown(file: str, contacts: tuple[Contact, ...]) -> Iterator[Problem]:
    for contact in contacts:
        if contact.show_unverified:
            message = "an unconfirmed contact may not be shown to the public"
            yield Problem(file, contact.code, message)
        if contact.phone is None and contact.url is None:
            yield Problem(file, contact.code, "has neither a phone number nor an address")


def _partner_problems(pack: Pack) -> Iterator[Problem]:
    yield from _repeated("partners.yaml", "partners", [p.code for p in pack.partners])
    known = {territory.code for territory in pack.territories}
    for partner in pack.partners:
        for territory in partner.territories:
            if territory not in known:
                yield Problem("partners.yaml", partner.code, f"unknown territory {territory}")
        yield from _shown("partners.yaml", partner.contacts)


def _law_problems(pack: Pack, taxonomy: Taxonomy) -> Iterator[Problem]:
    yield from _repeated("law.yaml", "statutes", [s.code for s in pack.law.statutes])
    yield from _repeated("law.yaml", "legal_bases", [b.code for b in pack.law.legal_bases])
    for statute in pack.law.statutes:
        begins, ends = statute.in_force_from, statute.in_force_to
        if begins and ends and ends < begins:
            yield Problem("law.yaml", statute.code, "ends before it begins")
    statutes = {statute.code for statute in pack.law.statutes}
    for basis in pack.law.legal_bases:
        if basis.statute not in statutes:
            yield Problem("law.yaml", basis.code, f"unknown statute {basis.statute}")
        for code in basis.categories:
            try:
                gated = taxonomy.category(code).speech_gate
            except UnknownCodeError as error:
                yield Problem("law.yaml", basis.code, str(error))
                continue
            if gated and not basis.rights_gate:
                yield Problem("law.yaml", basis.code, f"bears on speech ({code}): rights_gate")


def _disposition_problems(pack: Pack) -> Iterator[Problem]:
    file = "dispositions.yaml"
    yield from _repeated(file, "dispositions", [d.code for d in pack.dispositions])
    for disposition in pack.dispositions:
        texts = (disposition.code.replace("_", " "), *disposition.label.values())
        if disposition.refusal and any(_ABROAD.search(text) for text in texts):
            message = "that the other side is abroad is never a reason to refuse (M-018)"
            yield Problem(file, disposition.code, message)
        if disposition.refusal and not disposition.needs_supervisor:
            yield Problem(file, disposition.code, "a refusal needs a supervisor (M-018)")
        if disposition.counts_as == "out_of_competence" and (
            disposition.needs_reference != "handover"
        ):
            message = "out of competence must name the body that accepted (no wrong door)"
            yield Problem(file, disposition.code, message)
    counted = {disposition.counts_as for disposition in pack.dispositions}
    for needed in ("taken_up", "withdrawn", "duplicate", "insufficient", "out_of_competence"):
        if needed not in counted:
            yield Problem(file, "dispositions", f"none counts as {needed}")


def _deadline_problems(pack: Pack) -> Iterator[Problem]:
    file, deadlines = "deadlines.yaml", pack.deadlines
    for stage in ("acknowledged", "diagnosed", "referred", "next_news"):
        hours = [deadlines.hours(stage, urgency) for urgency in URGENCIES]
        if any(slower < faster for faster, slower in pairwise(hours)):
            yield Problem(file, stage, "the more urgent may not wait longer")
        if max(hours) > deadlines.next_news_max_days * 24:
            yield Problem(file, stage, f"is later than {deadlines.next_news_max_days} days")
    if any(deadlines.hours("acknowledged", urgency) for urgency in URGENCIES):
        yield Problem(file, "acknowledged", "must be at once: 0 hours (M-062)")
    if list(deadlines.silent_days) != sorted(set(deadlines.silent_days)):
        yield Problem(file, "silent_days", "must rise")


def _action_problems(pack: Pack) -> Iterator[Problem]:
    file = "instructions.yaml"
    yield from _repeated(file, "actions", [action.code for action in pack.actions])
    bases = {basis.code for basis in pack.law.legal_bases}
    for action in pack.actions:
        for basis in action.legal_bases:
            if basis not in bases:
                yield Problem(file, action.code, f"unknown legal basis {basis}")
    actions = {action.code: action for action in pack.actions}
    for code, marks in _ACTION_FLOOR.items():
        if code not in actions:
            yield Problem(file, "actions", f"{code} is missing")
            continue
        for mark in marks:
            if not getattr(actions[code], mark):
                yield Problem(file, code, f"{mark} must be true")


def _repeated(file: str, where: str, codes: list[str]) -> Iterator[Problem]:
    for code, times in Counter(codes).items():
        if times > 1:
            yield Problem(file, where, f"{code} is given {times} times")
