# SPDX-License-Identifier: AGPL-3.0-or-later
"""A whole report heard at once: one hidden layer over `features`, for kinds and risks together.

Linear readers weigh each word for itself. Here every bucket has a place among a few dozen
directions, which the kinds and the risks share: what is learnt of one helps the others. The mean
of it and the linear readers is right more often than either.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from amana.kernel.suggest.features import BUCKETS, Features, Floats
from amana.kernel.suggest.risks import RISKS
from amana.kernel.suggest.store import BadModel, read_as, write

LOUD: Final = 6.0
"""What weights of features are multiplied by: texts of length one would teach slowly."""


@dataclass(frozen=True, slots=True)
class Heard:
    """Of a whole report: `shares`, the likelihood of each of `codes` (together 1), and for each of
    `RISKS` what speaks for it beyond what speaks against it (log of odds)."""

    codes: tuple[str, ...]
    shares: Floats
    risks: Floats

    def of(self, codes: tuple[str, ...], instead: Floats) -> Floats:
        """The shares in the order of other `codes`; for unknown ones what is `instead`."""
        known = {code: at for at, code in enumerate(self.codes)}
        return np.array(
            [
                self.shares[known[code]] if code in known else otherwise
                for code, otherwise in zip(codes, instead, strict=True)
            ],
            dtype=np.float32,
        )


@dataclass(frozen=True, slots=True)
class Network:
    """`places` is one row of int8 for each bucket, `scale` turns a column into numbers; `out` has
    a column for each of `RISKS`, then one for each of `codes`."""

    codes: tuple[str, ...]
    places: npt.NDArray[np.int8]
    scale: Floats
    lean: Floats
    out: Floats
    bias: Floats

    def hear(self, found: Features) -> Heard:
        """What a text says as a whole."""
        rows = self.places[found.buckets].astype(np.float32)
        hidden = np.tanh((found.weights @ rows) * self.scale * LOUD + self.lean)
        raw = hidden @ self.out + self.bias
        kinds = np.exp(raw[len(RISKS) :] - raw[len(RISKS) :].max())
        shares = (kinds / kinds.sum()).astype(np.float32)
        return Heard(self.codes, shares, raw[: len(RISKS)].astype(np.float32))


def packed(
    codes: tuple[str, ...], places: Floats, lean: Floats, out: Floats, bias: Floats
) -> Network:
    """A trained network in a byte for each place. Raises `ValueError` for other shapes."""
    width = places.shape[1]
    if places.shape[0] != BUCKETS or out.shape != (width, len(RISKS) + len(codes)):
        raise ValueError(
            f"places of {places.shape} and {out.shape} out do not fit {len(codes)} kinds"
        )
    scale = np.maximum(np.abs(places).max(axis=0), 1e-6) / 127
    return Network(
        codes,
        np.rint(places / scale).astype(np.int8),
        scale.astype(np.float32),
        lean.astype(np.float32),
        out.astype(np.float32),
        bias.astype(np.float32),
    )


def save(folder: Path, network: Network, version: str, told: dict[str, Any]) -> None:
    """Write a network and its manifest into a new folder. Raises `FileExistsError`."""
    arrays = {name: getattr(network, name) for name in ("places", "scale", "lean", "out", "bias")}
    write(folder, arrays, version, network.codes, told)


def load(folder: Traversable | Path) -> Network:
    """Read a network back. Raises `BadModel` when a byte of it has changed."""
    network, _ = read_as(Network, folder)
    if network.out.shape[1] != len(RISKS) + len(network.codes):
        raise BadModel(f"the model in {folder} knows other risks than this version")
    return network


@cache
def network() -> Network:
    """The network that ships. Raises `BadModel`."""
    return load(files("amana.kernel.suggest") / "models" / "whole")
