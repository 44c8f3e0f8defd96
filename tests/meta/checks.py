# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rules of the repository about itself; `python -m tests.meta.checks` prints what breaks them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable

from tests.meta import house_checks as house
from tests.meta import text_checks as text
from tests.meta.files import File, ours

Check = Callable[[Iterable[File]], list[str]]

CHECKS: tuple[Check, ...] = (
    text.licence_line,
    text.length,
    text.index_address,
    text.machine_path,
    text.pickle,
    text.skip_mark,
    text.physical_side,
    text.inline_code,
    text.left_for_later,
    house.pins,
    house.dependency_record,
    house.import_contracts,
)


def main() -> int:
    """Print one line per breach; 1 when there is any."""
    files = ours()
    breaches = [line for check in CHECKS for line in check(files)]
    for line in breaches:
        print(line)
    return 1 if breaches else 0


if __name__ == "__main__":
    sys.exit(main())
