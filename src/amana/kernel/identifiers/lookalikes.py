# SPDX-License-Identifier: AGPL-3.0-or-later
"""Names that are all but one: an account copied to deceive those who know the other."""

from __future__ import annotations


def bare(text: str) -> str:
    """A name as it is compared: without its @ and what ends a sentence."""
    return text.removeprefix("@").rstrip(".-").lower()


def alike(mine: str, other: str) -> bool:
    """Whether one name begins or ends with the other, or two letters at most make the difference.

    The difference lies between what both begin and end with; another number is another person."""
    short, long = sorted((mine, other), key=len)
    if len(short) > 4 and (long.startswith(short) or long.endswith(short)):
        return True
    if len(short) < 8 or len(long) - len(short) > 2:
        return False
    same = 0
    while same < len(short) and short[same] == long[same]:
        same += 1
    ends = 0
    while ends < len(short) - same and short[-1 - ends] == long[-1 - ends]:
        ends += 1
    apart = [name[same : len(name) - ends] for name in (short, long)]
    return len(apart[1]) <= 2 and not "".join(apart).isdigit()
