# SPDX-License-Identifier: AGPL-3.0-or-later
"""The process that `links_node` measures: `python -m benchmarks.links_run COUNT` in an empty home.

Fills the product's own tables, then links all anew, takes reports out and links them again, and
searches through its own code; prints each figure as a line of JSON."""

from __future__ import annotations

import json
import os
import random
import re
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any, Final

BRANCHES: Final = ("jo/ccu/aqaba", "jo/ccu/irbid", "jo/ccu/karak", "jo/ccu/zarqa")
NEW: Final = 200
WARMING: Final = 10
ASKED: Final = 40
WORDS: Final = (
    "he says that pictures of mine will go to family school friends unless money comes before "
    "thursday evening first through a wallet then by transfer he writes every night under another "
    "name and laughs about us"
)
OF_UNITS: Final = r'SELECT 1 AS "a" FROM "agencies_unit" \w+ WHERE \([^()]*\) LIMIT 1'
_REBUILD: Final = """
import atexit
from amana.cli import main
from benchmarks.peak import peak
atexit.register(lambda: print(peak(), flush=True))
raise SystemExit(main())
"""
Act = Callable[[], object]


def main() -> None:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection, transaction

    from amana.config.env import env
    from amana.config.node import blind_index
    from amana.kernel.sealing.keyring import Keyring
    from benchmarks.links_home import fill
    from benchmarks.million import Worlds
    from tests.support import builders as make

    Keyring.ensure(env().key_folder)
    call_command("migrate", verbosity=0)
    with transaction.atomic():
        agency = make.node()
        staff = make.staff(agency, BRANCHES[0])
    template = make.report(agency, narrative=WORDS, identifiers=None)
    count = int(sys.argv[1])
    began = time.perf_counter()
    worlds = Worlds(count, blind_index())
    fill(worlds, template, [make.unit(code) for code in BRANCHES])
    note("filled", time.perf_counter() - began, "s")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM triage_linktoken")
        note("rows of the index", cursor.fetchone()[0], "")
    # First of all, since in a node that has come so far all others are linked.
    _rebuild(count)
    _plans(staff)
    _link_new(count)
    _search(staff, worlds)


def note(metric: str, value: float, unit: str, **more: object) -> None:
    print(json.dumps({"metric": metric, "value": value, "unit": unit, **more}), flush=True)


def timed(act: Act) -> tuple[float, float]:
    """Wall and CPU milliseconds."""
    wall, cpu = time.perf_counter(), time.process_time()
    act()
    return (time.perf_counter() - wall) * 1000, (time.process_time() - cpu) * 1000


def spread(metric: str, acts: list[Act], target: float = 0) -> None:
    """Median and 95th percentile of wall time, with the CPU beside it."""
    times = [timed(act) for act in acts]
    wall, cpu = (sorted(row[column] for row in times) for column in (0, 1))
    late = int(len(times) * 0.95)
    peer = (
        f"CPU {statistics.median(cpu):.1f}, at 95 % {cpu[late]:.1f}; load {os.getloadavg()[0]:.1f}"
    )
    goal = f"< {target:.0f}" if target else ""
    note(f"{metric}, p50", statistics.median(wall), "ms", peer=peer, target=goal)
    note(f"{metric}, p95", wall[late], "ms")


def _rebuild(count: int) -> None:
    """From the tables and back into them; the first time every cluster is written."""
    peaks = []
    for which in ("first", "second"):
        began, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run(
            [sys.executable, "-c", _REBUILD, "link", "rebuild"],
            check=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        wall, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        peaks.append(float(done.stdout.splitlines()[-1]))
        peer = f"CPU {cpu:.1f}; load {os.getloadavg()[0]:.1f}"
        goal = "< 60" if count >= 1_000_000 else ""
        note(f"link rebuild, {which} time", wall, "s", peer=peer, target=goal)
    note("memory of link rebuild", max(peaks), "MB", target="< 2048")


def _link_new(count: int) -> None:
    """Reports taken out of the index, and linked again one by one as the worker does; the first
    few are not counted, since a worker has been running. Beside it, how many of them stand where
    the rebuild had put them, and how many others no longer do."""
    from amana.kernel.linking.ground import parse
    from amana.triage.links.linking import link_new
    from amana.triage.links.models import LinkSet, LinkToken
    from benchmarks.million import number_of

    def act() -> None:
        assert link_new(limit=1) == 1

    before = _clusters()
    chosen = [number_of(at) for at in random.Random(7).sample(range(count), NEW + WARMING)]
    for number in chosen:
        rows = LinkSet.objects.filter(number=number)
        tokens = [token for _, token in parse(bytes(rows.get().packed)).tolist()]
        LinkToken.objects.filter(number=number, token__in=tokens).delete()
        rows.update(linked_at=None, cluster=number)
    for _ in range(WARMING):
        act()
    spread("a new report linked", [act] * NEW, 50)
    moved = {number for number, cluster in _clusters().items() if before[number] != cluster}
    away = len(moved.intersection(chosen))
    note("of these where the rebuild had put them", (len(chosen) - away) / len(chosen), "")
    note("others moved by them", len(moved) - away, "")


def _clusters() -> dict[int, int]:
    from amana.triage.links.models import LinkSet

    return dict(LinkSet.objects.values_list("number", "cluster").iterator(chunk_size=5_000))


def _search(staff: Any, worlds: Any) -> None:
    """By the values that most and fewest hold, and by words; those that nobody has beside those
    that only others have."""
    from amana.triage.links import search
    from benchmarks.million import BASE, SEED
    from benchmarks.planted import Plant

    plant = Plant(SEED, min(BASE, worlds.count))
    phones = []
    for one in plant.reports():
        rows: Any = one.report["identifiers"]
        country = str(one.report["country"])
        phones += [(row["value"], country) for row in rows if row["type"] == "phone"]
    some = random.Random(8).sample(phones, ASKED)
    find = partial(search.by_identifier, staff=staff, kind="phone")
    begin = partial(search.by_beginning, staff=staff, kind="phone")
    words = partial(search.by_words, staff=staff)
    spread(
        "search: a number that is there",
        [partial(find, value=value, region=country) for value, country in some],
        100,
    )
    spread(
        "search: a number that nobody named",
        [partial(find, value=f"+9627955{number:05d}") for number in range(ASKED)],
        100,
    )
    spread(
        "search: hotlines that very many named",
        [partial(find, value=hotline) for hotline in plant.hotlines * 2],
        100,
    )
    fronts = ("+212610", "+212612", "+962790", "+96279120", "+21361")
    spread("search: beginnings", [partial(begin, front=front) for front in fronts * 5], 100)
    spread("search: a word that all have", [partial(words, text="pictures")] * 20)
    spread("search: a word that nobody has", [partial(words, text="elephants")] * 20)


def _plans(staff: Any) -> None:
    """No statement of a search may walk through a table of a million rows."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from amana.triage.links import search

    walked = 0
    for ask in (
        partial(search.by_identifier, staff=staff, kind="phone", value="+962795512345"),
        partial(search.by_beginning, staff=staff, kind="phone", front="+962795"),
        partial(search.by_words, staff=staff, text="pictures"),
    ):
        with CaptureQueriesContext(connection) as seen:
            ask()
        for query in seen.captured_queries:
            plan = _plan(query["sql"])
            walked += sum("SCAN" in line.upper() for line in plan)
    note("searches: tables walked through", walked, "", target="0")


def _plan(statement: str) -> list[str]:
    """The lines of a plan that name a table which grows with the reports."""
    from django.db import connection

    word = "EXPLAIN" if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN"
    # Whether there is a unit for terrorism is asked of a table that does not grow, under an alias
    # that another part of the statement gives to one that does.
    statement = re.sub(OF_UNITS, "SELECT 1", statement)
    with connection.cursor() as cursor:
        cursor.execute(f"{word} {statement}".replace("%", "%%"))
        lines = [str(row[-1]) for row in cursor.fetchall()]
    # SQLite names a table in a plan by its alias.
    table = {alias: name for name, alias in re.findall(r'"(\w+)" ([UVW]\d+)', statement)}
    grow = {"reports_report", "reports_access", "triage_linkset", "triage_linktoken"}
    grow |= {"triage_wordtokens", "triage_assessment"}
    walks = [line for line in lines if "INDEX" not in line.upper()]
    return [
        line
        for line in walks
        if grow & {table.get(word, word) for word in re.findall(r"\w+", line)}
    ]


if __name__ == "__main__":
    main()
