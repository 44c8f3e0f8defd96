# SPDX-License-Identifier: AGPL-3.0-or-later
"""Country packs, the taxonomy and the country list: versioned data and a pure, typed loader."""

from __future__ import annotations

from amana.packs.base import (
    URGENCIES,
    Fact,
    Specialism,
    UnknownCodeError,
    Urgency,
)
from amana.packs.check import Problem, check_pack, check_shipped
from amana.packs.countries import Countries, Country, Region
from amana.packs.loader import (
    PackError,
    available_packs,
    countries,
    load_pack,
    load_pack_from,
    load_taxonomy,
    taxonomy_versions,
)
from amana.packs.model import Pack
from amana.packs.records import (
    TERRITORIAL_KINDS,
    Action,
    Contact,
    Deadlines,
    Department,
    Disposition,
    LegalBasis,
    Partner,
    Stage,
    Statute,
    Territory,
    Unit,
    UnitKind,
)
from amana.packs.taxonomy_model import Category, Facet, Group, PublicGroup, Taxonomy, Value
from amana.packs.words import LANGUAGES, Words

__all__ = [
    "LANGUAGES",
    "TERRITORIAL_KINDS",
    "URGENCIES",
    "Action",
    "Category",
    "Contact",
    "Countries",
    "Country",
    "Deadlines",
    "Department",
    "Disposition",
    "Facet",
    "Fact",
    "Group",
    "LegalBasis",
    "Pack",
    "PackError",
    "Partner",
    "Problem",
    "PublicGroup",
    "Region",
    "Specialism",
    "Stage",
    "Statute",
    "Taxonomy",
    "Territory",
    "Unit",
    "UnitKind",
    "UnknownCodeError",
    "Urgency",
    "Value",
    "Words",
    "available_packs",
    "check_pack",
    "check_shipped",
    "countries",
    "load_pack",
    "load_pack_from",
    "load_taxonomy",
    "taxonomy_versions",
]
