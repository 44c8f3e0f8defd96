# SPDX-License-Identifier: AGPL-3.0-or-later
"""Something that is wrong in a data file, said so that its author can mend it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong (`message`), in which file, at which entry (`where`, empty for the file)."""

    file: str
    where: str
    message: str

    def __str__(self) -> str:
        return ": ".join(part for part in (self.file, self.where, self.message) if part)
