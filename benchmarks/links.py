# SPDX-License-Identifier: AGPL-3.0-or-later
"""Links on planted reports: how right, how fast, how much memory; naive joining and Splink beside
ours in the same run. Times are CPU seconds, since the machine may be busy."""

from __future__ import annotations

import json
import os
import resource
import time
from collections.abc import Callable
from itertools import islice
from typing import Any

from amana.kernel.linking.ragged import Ragged
from benchmarks.planted import OTHERS, Mix, Plant, Planted
from benchmarks.planted_otherwise import Otherwise
from benchmarks.result import Results
from benchmarks.scores import scores

COUNT = int(os.environ.get("AMANA_BENCH_LINKS", "100000"))
SEED = 20_261_128
SPLINK_AT_MOST = 20_000
SMALL = {300: 8, 3_000: 4}


def run(results: Results) -> None:
    """The set itself, then other proportions at a quarter of its size."""
    _measure(results, f"planted, {COUNT}", Mix(), COUNT)
    for name, mix in OTHERS.items():
        _measure(results, f"{name}, {COUNT // 4}", mix, COUNT // 4)
    _small(results, "planted", Plant)
    _small(results, "made otherwise", Otherwise)


def _small(results: Results, name: str, maker: Callable[[int, int], Plant | Otherwise]) -> None:
    """Sets as an agency has in its first weeks: the mean of several, and the worst of them."""
    from amana.kernel.linking.batch import Batch
    from amana.kernel.linking.clusters import cluster

    for count, seeds in SMALL.items():
        found = []
        for seed in range(seeds):
            planted, batch = list(maker(SEED + seed, count).reports()), Batch()
            for one in planted:
                batch.add(json.dumps(one.report).encode())
            ground, place = batch.laid()
            labels = cluster(ground, proposals=True).labels
            found.append(scores([labels[at] for at in place], [p.offender for p in planted]))
        mean = [sum(column) / seeds for column in zip(*found, strict=True)]
        bench = f"links ({name}, {count}, mean of {seeds})"
        results.add(bench, "pairwise precision", mean[0], "", target=">= 0.995")
        results.add(bench, "pairwise precision, the worst", min(one[0] for one in found), "")
        results.add(bench, "pairwise F1", mean[2], "")
        results.add(bench, "offenders with 3 or more victims whole", mean[3], "")


def _measure(results: Results, name: str, mix: Mix, count: int) -> None:
    from amana.kernel.linking.batch import Batch
    from amana.kernel.linking.clusters import cluster
    from amana.packs.shared import platform_domains

    planted = list(Plant(SEED, count, mix).reports())
    batch, bench = Batch(of_platforms=platform_domains()), f"links ({name})"
    began = time.process_time()
    for one in planted:
        batch.add(json.dumps(one.report).encode())
    results.add(bench, "tokenised", count / (time.process_time() - began), "1/s")
    began = time.process_time()
    ground, place = batch.laid()
    outcome = cluster(ground, proposals=True)
    results.add(bench, "clustered", time.process_time() - began, "s CPU")
    truth = [one.offender for one in planted]
    ours = [outcome.labels[at] for at in place]
    naive = _joined(ground.held, place, lambda _: True)
    told = _joined(ground.held, place, _of_one(ground.holders, place, truth))
    peer = f"naive P {scores(naive, truth)[0]:.4f}, told the decoys F1 {scores(told, truth)[2]:.3f}"
    precision, recall, f1, whole = scores(ours, truth)
    results.add(bench, "pairwise precision", precision, "", target=">= 0.995", peer=peer)
    results.add(bench, "pairwise recall", recall, "")
    results.add(bench, "pairwise F1", f1, "", target=">= 0.88", of=scores(told, truth)[2])
    of = scores(told, truth)[3]
    results.add(bench, "offenders with 3 or more victims whole", whole, "", target=">= 0.5", of=of)
    firm = cluster(ground).labels
    p, _, f, _ = scores([firm[at] for at in place], truth)
    results.add(bench, "firm links alone: precision", p, "")
    results.add(bench, "firm links alone: F1", f, "")
    few = planted[:SPLINK_AT_MOST]
    for label, threshold in (("untuned, 0.95", 0.95), ("tuned, 0.5", 0.5)):
        splink = scores(_splink(few, threshold), truth[: len(few)])
        results.add(bench, f"splink {label}, first {len(few)}: precision", splink[0], "")
        results.add(bench, f"splink {label}, first {len(few)}: F1", splink[2], "")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    results.add(bench, "memory at most, with the set and Splink", peak, "MB")


def _joined(held: Ragged, place: list[int], counts: Any) -> list[int]:
    """Whoever shares any value that counts, joined: what simple programs do."""
    from amana.kernel.linking.unions import Unions

    unions, first = Unions(len(place)), dict[int, int]()
    for report, at in enumerate(place):
        for what in held[at]:
            if counts(what):
                unions.join(first.setdefault(what, report), report)
    return [unions.find(report) for report in range(len(place))]


def _of_one(holders: Ragged, place: list[int], truth: list[int]) -> Any:
    """Whether a value belongs to one offender: known here, and to nobody in life."""
    offender = {at: truth[report] for report, at in enumerate(place)}
    return lambda what: len({offender[at] for at in holders[what]}) == 1


def _splink(planted: list[Planted], threshold: float) -> list[object]:
    """The same normalised values, one column a kind, by Splink with exact and fuzzy levels."""
    import pandas as pd
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    from amana.kernel.identifiers import tolerant

    kinds = ("phone", "handle", "iban", "wallet", "email")
    rows = []
    for number, one in enumerate(planted):
        row: dict[str, Any] = dict.fromkeys((*kinds, "name")) | {"unique_id": number}
        identifiers: Any = one.report["identifiers"]
        for said in identifiers:
            value = tolerant(said["type"], said["value"], str(one.report["country"])).value
            row[said["type"]] = row[said["type"]] or value
        row["name"] = str(one.report.get("name", "")).lower() or None
        rows.append(row)
    api = DuckDBAPI()
    settings = SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="unique_id",
        blocking_rules_to_generate_predictions=[block_on(kind) for kind in kinds],
        comparisons=[cl.LevenshteinAtThresholds(kind, 1) for kind in kinds]
        + [cl.JaroWinklerAtThresholds("name", [0.9])],
    )
    frame: Any = api.register(pd.DataFrame(rows))
    linker = Linker(frame, settings)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6)
    if threshold < 0.9:
        linker.training.estimate_probability_two_random_records_match(
            [block_on("phone"), block_on("iban"), block_on("wallet")], recall=0.7
        )
        for kind in ("phone", "handle"):
            linker.training.estimate_parameters_using_expectation_maximisation(block_on(kind))
    found = linker.inference.predict(threshold_match_probability=threshold)
    clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(found, threshold)
    told = clusters.as_pandas_dataframe()
    label = dict(zip(told["unique_id"], told["cluster_id"], strict=True))
    return [label.get(number, number) for number in islice(range(len(planted)), None)]
