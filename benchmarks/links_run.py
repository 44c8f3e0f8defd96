# SPDX-License-Identifier: AGPL-3.0-or-later
"""The process that `links_node` measures: `python -m benchmarks.links_run COUNT` in an empty home.

Fills the product's own tables, then links new reports, searches and rebuilds through its own
code; prints figures as JSON lines."""

from __future__ import annotations

import json
import os
import random
import resource
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any, Final

BRANCHES: Final = ("jo/ccu/aqaba", "jo/ccu/irbid", "jo/ccu/karak", "jo/ccu/zarqa")
NEW: Final = 200
ASKED: Final = 40
WORDS: Final = (
    "he says that pictures of mine will go to family school friends unless money comes before "
    "thursday evening first through a wallet then by transfer he writes every night under another "
    "name and laughs about us"
)


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
    note("filled", time.perf_counter() - began)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM triage_linktoken")
        note("rows in the index", cursor.fetchone()[0])
    if "rebuild" in sys.argv[2:]:
        _rebuild()
    _link_new(count)
    _search(staff, worlds)
    _plans()


def note(metric: str, value: float, **more: object) -> None:
    print(json.dumps({"metric": metric, "value": value, **more}), flush=True)


def timed(act: Callable[[], object]) -> tuple[float, float]:
    """Wall and CPU milliseconds."""
    wall, cpu = time.perf_counter(), time.process_time()
    act()
    return (time.perf_counter() - wall) * 1000, (time.process_time() - cpu) * 1000


def spread(metric: str, times: list[tuple[float, float]]) -> None:
    for name, column in (("wall", 0), ("CPU", 1)):
        found = sorted(row[column] for row in times)
        note(f"{metric}, p50 {name}", statistics.median(found))
        note(f"{metric}, p95 {name}", found[int(len(found) * 0.95)])


def _rebuild() -> None:
    from amana.triage.links.rebuild import rebuild

    wall, cpu = timed(rebuild)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    load = os.getloadavg()[0]
    note("rebuild through the database, wall", wall / 1000, load=load)
    note("rebuild through the database, CPU", cpu / 1000, peak=peak)


def _link_new(count: int) -> None:
    """Reports taken out of the index and linked again, one by one, as the worker does."""
    from amana.triage.links.linking import link_new
    from amana.triage.links.models import LinkSet, LinkToken
    from benchmarks.million import number_of

    times = []
    choice = random.Random(7)
    for at in choice.sample(range(count), NEW):
        rows = LinkSet.objects.filter(number=number_of(at))
        from amana.kernel.linking.ground import parse

        tokens = [token for _, token in parse(bytes(rows.get().packed)).tolist()]
        LinkToken.objects.filter(number=number_of(at), token__in=tokens).delete()
        rows.update(linked_at=None, cluster=number_of(at))
        times.append(timed(lambda: link_new(limit=1)))
    spread("a new report linked", times)


def _search(staff: Any, worlds: Any) -> None:
    """By the values that most and fewest hold, and by words; those that nobody has beside those
    that only others have."""
    from amana.triage.links import search
    from benchmarks.million import BASE, SEED
    from benchmarks.planted import Plant

    plant = Plant(SEED, min(BASE, worlds.count))
    hotline = plant.hotlines[-1]
    reports = [one.report for one in plant.reports()][:400]
    phones = [
        (row["value"], str(report["country"]))
        for report in reports
        for row in report["identifiers"]  # type: ignore[attr-defined]
        if row["type"] == "phone"
    ]
    choice = random.Random(8)
    some = choice.sample(phones, ASKED)
    find = search.by_identifier
    spread(
        "a number that somebody named",
        [
            timed(lambda v=v, c=c: find(staff=staff, kind="phone", value=v, region=c))
            for v, c in some
        ],  # type: ignore[misc]
    )
    spread(
        "a number that nobody named",
        [
            timed(lambda n=n: find(staff=staff, kind="phone", value=f"+9627955{n:05d}"))  # type: ignore[misc]
            for n in range(ASKED)
        ],
    )
    spread(
        "a hotline that very many named",
        [timed(lambda: find(staff=staff, kind="phone", value=hotline)) for _ in range(10)],
    )
    fronts = ["+21261", "+2126123", "+96279", "+9627912"]
    begins = search.by_beginning
    spread(
        "beginnings of numbers",
        [timed(lambda f=f: begins(staff=staff, kind="phone", front=f + "0")) for f in fronts * 5],  # type: ignore[misc]
    )
    for what, word in (("that all have", "pictures"), ("that nobody has", "elephants")):
        times = [timed(lambda: search.by_words(staff=staff, text=word)) for _ in range(5)]  # noqa: B023
        spread(f"a word {what}", times)


def _plans() -> None:
    """No statement may walk through a table of a million rows."""


if __name__ == "__main__":
    main()
