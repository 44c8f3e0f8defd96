# SPDX-License-Identifier: AGPL-3.0-or-later
"""Numbering plans as quick patterns, from the metadata of libphonenumber: which countries could a
number without its country code belong to?"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata

# Where reports in our languages come from and where those who write them have family; the order
# is that of the readings when nothing else speaks.
NEAR = (
    *("MA", "JO", "PK", "DZ", "TN", "EG", "FR", "SA", "AE", "IQ", "LY", "LB", "SY", "PS", "YE"),
    *("KW", "QA", "BH", "OM", "SD", "MR", "GB", "BE", "ES", "IT", "DE", "NL", "TR", "IN", "US"),
)
_WITHOUT_COUNTRY = NEAR[:23]


@dataclass(frozen=True, slots=True)
class Plan:
    """One country's plan: what stands before a national number, and what numbers look like."""

    region: str
    code: str
    trunk: str
    mobile: re.Pattern[str]
    others: re.Pattern[str]

    def national(self, digits: str) -> tuple[str, bool] | None:
        """Return the significant number and whether it is a mobile's, None when it is no number.

        With the trunk prefix or without: people leave it out.
        """
        forms = [digits]
        if self.trunk and digits.startswith(self.trunk):
            forms.insert(0, digits[len(self.trunk) :])
        for form in forms:
            if self.mobile.fullmatch(form):
                return form, True
        for form in forms[:1]:
            if self.others.fullmatch(form):
                return form, False
        return None

    def perhaps(self, digits: str) -> str | None:
        """Return the significant number if it looks like a mobile's of a range not yet listed.

        New ranges are given out faster than metadata is published, and people mistype.
        """
        form = digits.removeprefix(self.trunk)
        for place in (1, 2, 3):
            for digit in "0123456789":
                if self.mobile.fullmatch(form[:place] + digit + form[place + 1 :]):
                    return form
        return None


@lru_cache(maxsize=256)
def plan_of(region: str) -> Plan | None:
    """Return the plan of a country, None for a region that has none."""
    data = PhoneMetadata.metadata_for_region(region, None)
    if data is None or data.country_code is None:
        return None
    mobile = data.mobile.national_number_pattern if data.mobile else None
    others = [
        part.national_number_pattern
        for part in (data.fixed_line, data.voip, data.toll_free, data.shared_cost, data.uan)
        if part and part.national_number_pattern
    ]
    return Plan(
        region=region,
        code=str(data.country_code),
        trunk=data.national_prefix or "",
        mobile=re.compile(mobile or r"(?!)"),
        others=re.compile("|".join(f"(?:{part})" for part in others) or r"(?!)"),
    )


def plans_near() -> list[Plan]:
    """Return the plans of the countries a number is tried with when none is known."""
    return [plan for region in _WITHOUT_COUNTRY if (plan := plan_of(region))]


def country_code_in(digits: str) -> tuple[Plan, str] | None:
    """Return the plan and the mobile number in digits that begin with a near country's code."""
    for size in (3, 2, 1):
        regions = COUNTRY_CODE_TO_REGION_CODE.get(int(digits[:size] or 0), ())
        for region in regions:
            plan = plan_of(region) if region in NEAR else None
            found = plan.national(digits[size:]) if plan else None
            if plan and found and found[1]:
                return plan, found[0]
    return None
