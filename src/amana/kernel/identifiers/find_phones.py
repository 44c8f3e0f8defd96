# SPDX-License-Identifier: AGPL-3.0-or-later
"""Phones in running text: in one piece, in pairs, split by words and pictures, said aloud.

libphonenumber finds what stands in one piece; on messy reports that is too little (triage.md §2).
Here the digits are read as pieces, neighbours are joined as far as something speaks for it, and
the numbering plans decide. Every reading of a national number is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

import phonenumbers
from phonenumbers import NumberParseException

from amana.kernel.identifiers.found import Reading, Sheet
from amana.kernel.identifiers.not_phones import without_others
from amana.kernel.identifiers.phone import e164
from amana.kernel.identifiers.pieces import BLANK, BREAK, LOOSE, TIGHT, Piece, pieces_of
from amana.kernel.identifiers.plans import NEAR, Plan, country_code_in, plan_of, plans_near
from amana.kernel.language.lists import word_lists

_FEWEST, _MOST = 7, 17
_LONGEST_RUN = 18
_MOST_TRIED = 8_000
_DAY = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
_PHONE_WORD = re.compile(
    r"(?:phone|mobile|\bcell|\bcall|whats\s?app|watsap|wats\w{0,4}|\bwts\w{0,2}|\btel|tél|\bgsm|\bsms"
    r"|numb?er|num[eé]ro|\bnum\b|\bnum[:.]|n°|appel|portable|contact|viber|signal|\bimo\b|text me"
    r"|\btext(?:ing|ed|s)\b"
    r"|nm?ra|nmrt|ra9m|r9m|ra9am|raqam|\bfon\b|telef|tilif|رقم|هاتف|جوال|موبايل|موبيل|تلفون|تليفون|واتس"
    r"|وتس|اتصل|كلم|نمبر|فون|موبائل|واٹس|کال|رابط|نمرة|نمره|تيليفون|پورطابل)",
    re.IGNORECASE,
)


def _spoken_of(names: tuple[str, ...]) -> re.Pattern[str]:
    """A country's words at the front of a word; short ones only as whole words."""
    words = [re.escape(name) + (r"(?![^\W\d_])" if len(name) < 5 else "") for name in names]
    return re.compile(rf"(?<![^\W\d_])(?:[بفول]|وال|بال)?(?:{'|'.join(words)})", re.IGNORECASE)


_COUNTRIES = word_lists("amana.kernel.identifiers", "countries")
# Names of one word are looked up word by word, those of several in the whole text.
_HINTS = {
    region: _spoken_of(tuple(name for name in names if name.isalpha()))
    for region, names in _COUNTRIES.items()
}
_LONG_HINTS = {
    region: _spoken_of(several)
    for region, names in _COUNTRIES.items()
    if (several := tuple(name for name in names if not name.isalpha()))
}
_ALL_NAMES = tuple(name for names in _COUNTRIES.values() for name in names)
_ANY_HINT = _spoken_of(tuple(name for name in _ALL_NAMES if name.isalpha()))
_ANY_LONG_HINT = _spoken_of(tuple(name for name in _ALL_NAMES if not name.isalpha()))
_LETTERS = re.compile(r"[^\W\d_]+")
_CODE = re.compile(r"(?:\+|\b00)\s?(\d{1,3})")


@lru_cache(maxsize=8_192)
def _regions_of(word: str) -> tuple[str, ...]:
    if not _ANY_HINT.match(word):
        return ()
    return tuple(region for region, pattern in _HINTS.items() if pattern.match(word))


def _spoken(text: str) -> list[str]:
    """The countries that a text names, in the order of the list."""
    found = {region for word in set(_LETTERS.findall(text)) for region in _regions_of(word)}
    if _ANY_LONG_HINT.search(text):
        found |= {region for region, pattern in _LONG_HINTS.items() if pattern.search(text)}
    return [region for region in _HINTS if region in found]


@dataclass(frozen=True, slots=True)
class _Try:
    score: tuple[int, ...]
    first: int
    last: int
    readings: tuple[Reading, ...]
    sure: bool
    note: str = ""


def find_phones(sheet: Sheet, *, country: str | None) -> None:
    """Take every phone; `country` is where the report comes from, None when nobody knows."""
    rest = without_others(sheet.rest)
    pieces = pieces_of(rest)
    if not pieces:
        return
    home = (country or "").upper()
    context = _Context(rest, [home] if plan_of(home) else [], sheet)
    tries = sorted(_all(pieces, context), key=lambda one: one.score, reverse=True)
    taken: set[int] = set()
    for one in tries:
        places = range(one.first, one.last + 1)
        if taken.isdisjoint(places):
            taken.update(places)
            _take(sheet, pieces, one)


def _take(sheet: Sheet, pieces: Sequence[Piece], one: _Try) -> None:
    start, end = pieces[one.first].start, pieces[one.last].end
    before = re.search(r"(?:\+0{0,2}|\()[\s(+]{0,3}$", sheet.rest[max(0, start - 5) : start])
    start -= len(before.group()) if before else 0
    best = one.readings[0]
    kept = () if one.sure else one.readings
    sheet.take("phone", best.value, start, end, region=best.region, readings=kept, note=one.note)


@dataclass(frozen=True)
class _Context:
    text: str
    home: list[str]
    sheet: Sheet
    _said: dict[int, bool] = field(default_factory=dict)

    @cached_property
    def hints(self) -> list[str]:
        """Countries that the text speaks of; looked for when a number leaves a doubt."""
        return _hinted(self.text, self.sheet)

    @cached_property
    def plans(self) -> list[Plan]:
        """The plans to try, those that something speaks for first."""
        order = dict.fromkeys([*self.home, *self.hints])
        known = [plan for region in order if (plan := plan_of(region))]
        return [*known, *(plan for plan in plans_near() if plan.region not in order)]

    def speaks_before(self, place: int) -> bool:
        """Whether a word for phones stands near a place, which is asked for every try there."""
        said = self._said.get(place)
        if said is None:
            near = self.text[max(0, place - 48) : place + 40]
            said = self._said[place] = bool(_PHONE_WORD.search(near))
        return said


def _hinted(text: str, sheet: Sheet) -> list[str]:
    regions = [found.region for found in sheet.found if found.region]
    regions += _spoken(text)
    for match in _CODE.finditer(text):
        for size in (3, 2, 1):
            names = phonenumbers.COUNTRY_CODE_TO_REGION_CODE.get(int(match[1][:size]), ())
            if names and names[0] in NEAR:
                regions.append(names[0])
                break
    return list(dict.fromkeys(regions))


def _all(pieces: Sequence[Piece], context: _Context) -> Iterator[_Try]:
    tried = 0
    for first in range(len(pieces)):
        digits = ""
        for last in range(first, min(first + _LONGEST_RUN, len(pieces))):
            piece = pieces[last]
            if last > first and piece.gap == BREAK:
                break
            if not (piece.bracketed and piece.digits == "0" and last > first):
                digits += piece.digits
            if len(digits) > _MOST:
                break
            if len(digits) < _FEWEST:
                continue
            tried += 1
            if tried > _MOST_TRIED:
                return
            found = _read(pieces, first, last, digits, context)
            if found:
                yield found


def _read(
    pieces: Sequence[Piece], first: int, last: int, digits: str, context: _Context
) -> _Try | None:
    run = pieces[first : last + 1]
    plus = run[0].plus or _bracket_plus(context.text, run[0].start)
    if plus and digits.startswith("0") and not digits.startswith("00"):
        plus = False
    outside = _hangs_on(pieces, first, first - 1) or (
        _hangs_on(pieces, last + 1, last + 1) and not _or_another(pieces, last, context.text)
    )
    loose = sum(piece.gap == LOOSE for piece in run[1:])
    spoken = sum(piece.spoken for piece in run)
    if outside and not spoken:
        return None
    if _in_a_row_of_pairs(pieces, first, last) and not context.speaks_before(run[0].start):
        return None
    if loose and not _needs_joining(run, loose):
        return None
    shape = (-loose, len(digits), -len(run))
    if plus or (digits.startswith("00") and digits[2:3] != "0"):
        number = _international(digits.lstrip("0") if digits.startswith("00") else digits)
        if number:
            reading, valid = number
            # Ranges change: with its + a number is taken, with 00 only from nearby.
            if not valid and (loose or spoken or not (plus or reading.region in NEAR)):
                return None
            note = "" if valid else "range_unknown"
            return _Try((9 if valid else 3, *shape), first, last, (reading,), True, note)
        if plus:
            return None
    return _national(run, digits, context, first, last, shape)


def _hangs_on(pieces: Sequence[Piece], gap: int, other: int) -> bool:
    """Whether a piece that is left out hangs on the run so tightly that it belongs to it.

    ``0612345678/0698765432`` are two numbers: what is long enough stands for itself.
    """
    if not 0 < gap < len(pieces) or pieces[gap].gap != TIGHT:
        return False
    return len(pieces[other].digits) < 8


def _or_another(pieces: Sequence[Piece], last: int, text: str) -> bool:
    """Whether ``0612345678/9`` ends in the last digit of a second number."""
    after = pieces[last + 1]
    between = text[pieces[last].end : after.start]
    if between != "/" or len(after.digits) != 1 or len(pieces[last].digits) < 4:
        return False
    return not _hangs_on(pieces, last + 2, last + 2)


def _in_a_row_of_pairs(pieces: Sequence[Piece], first: int, last: int) -> bool:
    """Whether a run of pairs goes on with pairs: numbers drawn, from which no phone is cut."""
    pairs = pieces[max(0, first - 1) : last + 2]
    if any(len(piece.digits) != 2 or piece.spoken for piece in pieces[first : last + 1]):
        return False
    before = first > 0 and len(pairs[0].digits) == 2 and pieces[first].gap == BLANK
    after = last + 1 < len(pieces) and len(pairs[-1].digits) == 2 and pieces[last + 1].gap == BLANK
    return before or after


def _needs_joining(run: Sequence[Piece], loose: int) -> bool:
    """Whether pieces that words or commas part are too short to be numbers of their own."""
    part, parts = 0, []
    for piece in run:
        if piece.gap == LOOSE and part:
            parts.append(part)
            part = 0
        part += len(piece.digits)
    parts.append(part)
    return max(parts) <= 9 and min(parts) < 8 and loose <= 12


def _bracket_plus(text: str, place: int) -> bool:
    return text[max(0, place - 2) : place] in {"(+", "+(", "+ "}


@lru_cache(maxsize=1_024)
def _international(digits: str) -> tuple[Reading, bool] | None:
    try:
        number = phonenumbers.parse("+" + digits, None)
    except NumberParseException:
        return None
    valid = phonenumbers.is_valid_number(number)
    if not valid and not (phonenumbers.is_possible_number(number) and len(digits) >= 10):
        return None
    region = phonenumbers.region_code_for_number(number) or (
        phonenumbers.region_code_for_country_code(number.country_code or 0)
    )
    return Reading(region, e164(number)), valid


def _national(
    run: Sequence[Piece],
    digits: str,
    context: _Context,
    first: int,
    last: int,
    shape: tuple[int, ...],
) -> _Try | None:
    said = context.speaks_before(run[0].start)
    coded = country_code_in(digits) if len(digits) >= 10 and digits[0] != "0" else None
    if coded:
        reading = Reading(coded[0].region, f"+{coded[0].code}{coded[1]}")
        return _Try((7, *shape), first, last, (reading,), True)
    home = _readings(
        digits, [plan for code in context.home if (plan := plan_of(code))], said, context
    )
    if home[0]:
        return _Try((6, *shape), first, last, tuple(home[0][:1]), sure=True)
    mobile, fixed = _readings(digits, context.plans, said, context)
    if home[1]:
        # A landline at home may be somebody's mobile abroad (triage.md §2): both stay.
        return _Try((4, *shape), first, last, (home[1][0], *mobile), sure=not mobile)
    new = _of_new_range(digits, context)
    if new:
        return _Try((5, *shape), first, last, (new, *mobile), True, "range_unknown")
    if not mobile:
        near = {*context.home, *context.hints}
        fixed = [one for one in fixed if one.region in near and said]
        if not fixed:
            return None
        return _Try((2, *shape), first, last, tuple(fixed), sure=len(fixed) == 1)
    hinted = [one for one in mobile if one.region in context.hints]
    return _Try(
        (4, *shape),
        first,
        last,
        (*hinted, *(one for one in mobile if one not in hinted)),
        sure=len(hinted) == 1 or len(mobile) == 1,
    )


def _readings(
    digits: str, plans: Sequence[Plan], said: bool, context: _Context
) -> tuple[list[Reading], list[Reading]]:
    """Return what the digits are as a mobile's number and as another, by each plan."""
    mobile: list[Reading] = []
    fixed: list[Reading] = []
    for plan in plans:
        found = plan.national(digits)
        if not found or not _trusted(plan, digits, said=said, context=context):
            continue
        if not found[1] and not said and not digits.startswith(plan.trunk or " "):
            continue
        (mobile if found[1] else fixed).append(Reading(plan.region, f"+{plan.code}{found[0]}"))
    return mobile, fixed


def _of_new_range(digits: str, context: _Context) -> Reading | None:
    """A number that the reporter's own country could have given out goes before foreign ones."""
    plan = plan_of(context.home[0]) if context.home else None
    if plan is None or not plan.trunk or not digits.startswith(plan.trunk):
        return None
    form = plan.perhaps(digits)
    return Reading(plan.region, f"+{plan.code}{form}") if form else None


def _trusted(plan: Plan, digits: str, *, said: bool, context: _Context) -> bool:
    """Whether digits may be read by this plan, given how much looks like a phone already.

    With the trunk prefix a number of the right length is one; without it (or in countries that
    have none) something must speak for it.
    """
    is_near = plan.region in context.home or plan.region in context.hints
    if plan.trunk and digits.startswith(plan.trunk):
        return len(digits) >= 9 or is_near
    if not is_near:
        return False
    if said:
        return True
    if _DAY.fullmatch(digits) or digits.endswith("000"):
        return False
    return len(digits) >= 8 and not plan.trunk
