# SPDX-License-Identifier: AGPL-3.0-or-later
"""`python -m benchmarks [NAME…]`: run all benches, or the named ones."""

from __future__ import annotations

import sys
from collections.abc import Callable

from benchmarks import evidence, filing, filing_cpu, links_node, log, triage
from benchmarks.result import Results

BENCHES: dict[str, Callable[[Results], None]] = {
    "evidence": evidence.run,
    "filing": filing.run,
    "filing_cpu": filing_cpu.run,
    "links": links_node.run,
    "log": log.run,
    "triage": triage.run,
}


def main() -> int:
    names = [name for argument in sys.argv[1:] for name in argument.split()] or list(BENCHES)
    unknown = sorted(set(names) - set(BENCHES))
    if unknown:
        print(f"no such bench: {', '.join(unknown)}; there are: {', '.join(BENCHES)}")
        return 2
    results = Results()
    for name in names:
        BENCHES[name](results)
    results.show()
    return 0


if __name__ == "__main__":
    sys.exit(main())
