# SPDX-License-Identifier: AGPL-3.0-or-later
"""The network that hears a whole report: what it learns, says, and refuses to load."""

from __future__ import annotations

import shutil
from dataclasses import replace
from importlib.resources import as_file, files
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amana.kernel.suggest import RISKS, BadModel
from amana.kernel.suggest.features import BUCKETS, features
from amana.kernel.suggest.labelled import Labelled
from amana.kernel.suggest.network import Heard, Network, load, network, packed, save
from amana.kernel.suggest.network_training import Lesson, learn, lessons
from amana.kernel.suggest.store import load as load_linear
from amana.kernel.suggest.store import starter
from amana.packs import load_taxonomy

WORDS = ("one", "two", "three", "four")
SHIPPED = files("amana.kernel.suggest") / "models"


def taught() -> list[Lesson]:
    """Each risk has a word of its own; parcels are F1 and pages A1."""
    lines = [
        Lesson(features(f"{risk} {word}"), frozenset({risk}), frozenset(RISKS) - {risk}, 1.0)
        for risk in RISKS
        for word in WORDS
    ]
    calm = [
        Lesson(
            features(f"{thing} {word}"), no=frozenset(RISKS), weight=1.0, kind=kind, kind_weight=1
        )
        for kind, thing in (("F1", "parcel"), ("A1", "page"))
        for word in WORDS
    ]
    return [*lines, *calm]


@pytest.fixture(scope="module")
def small() -> Network:
    return learn(taught(), width=8, rounds=40)


def heard(one: Network, text: str) -> Heard:
    return one.hear(features(text))


@pytest.mark.parametrize("risk", RISKS)
def test_it_learns_each_risk_apart_from_the_others(small: Network, risk: str) -> None:
    said = heard(small, risk).risks
    assert RISKS[int(np.argmax(said))] == risk
    assert said[RISKS.index(risk)] > 0


def test_it_learns_kinds_beside_the_risks(small: Network) -> None:
    for kind, thing in (("F1", "parcel"), ("A1", "page")):
        found = heard(small, thing)
        assert found.codes[int(np.argmax(found.shares))] == kind
        assert found.risks.max() < max(heard(small, risk).risks.max() for risk in RISKS)


def test_shares_are_shares(small: Network) -> None:
    found = heard(small, "parcel")
    assert found.shares.sum() == pytest.approx(1, abs=1e-5)
    assert (found.shares > 0).all()


def test_shares_in_the_order_of_other_codes() -> None:
    found = Heard(("A", "B"), np.array([0.3, 0.7], dtype=np.float32), np.zeros(8, dtype=np.float32))
    instead = np.array([0.1, 0.2, 0.4], dtype=np.float32)
    assert found.of(("B", "C", "A"), instead) == pytest.approx([0.7, 0.2, 0.3])


def test_equal_lessons_and_seed_make_an_equal_network(small: Network) -> None:
    again = learn(taught(), width=8, rounds=40)
    assert np.array_equal(again.places, small.places)
    assert np.array_equal(again.out, small.out)


def test_what_never_occurs_has_no_place(small: Network) -> None:
    touched = {bucket for one in taught() for bucket in one.found.buckets.tolist()}
    assert set(np.flatnonzero(small.places.any(axis=1)).tolist()) <= touched


def test_a_risk_that_no_text_speaks_of_cannot_be_learnt() -> None:
    without = [one for one in taught() if RISKS[0] not in one.yes]
    with pytest.raises(ValueError, match="for and against"):
        learn(without, width=4, rounds=1)


def test_a_lesson_of_a_report_has_its_kind_and_leaves_out_what_can_be_argued_about() -> None:
    maybe = frozenset({"ongoing"})
    report = Labelled("I see black", "en", "W1", frozenset(), frozenset({"self_harm"}), maybe, "x")
    first = next(iter(lessons([report])))
    assert first.kind == "W1"
    assert first.yes == {"self_harm"}
    assert first.no == frozenset(RISKS) - {"self_harm", "ongoing"}


def test_places_must_fit() -> None:
    some = np.zeros((BUCKETS, 2), dtype=np.float32)
    out = np.zeros((2, len(RISKS)), dtype=np.float32)
    with pytest.raises(ValueError, match="do not fit"):
        packed(("A1",), some, some[0], out, out[0])


def test_it_comes_back_as_it_was_saved(small: Network, tmp_path: Path) -> None:
    save(tmp_path / "one", small, "1", {"data": {}})
    again = load(tmp_path / "one")
    assert again.codes == small.codes
    assert np.array_equal(again.places, small.places)
    assert np.array_equal(heard(again, "parcel").risks, heard(small, "parcel").risks)
    with pytest.raises(FileExistsError):
        save(tmp_path / "one", small, "1", {})


@pytest.mark.parametrize("name", ["model.npz", "manifest.json"])
def test_one_byte_changed_and_it_does_not_load(name: str, tmp_path: Path) -> None:
    with as_file(SHIPPED / "whole") as shipped:
        shutil.copytree(shipped, tmp_path / "whole")
    changed = bytearray((tmp_path / "whole" / name).read_bytes())
    changed[len(changed) // 2] ^= 1
    (tmp_path / "whole" / name).write_bytes(changed)
    with pytest.raises(BadModel):
        load(tmp_path / "whole")


def test_a_model_of_another_sort_is_refused_by_either_loader() -> None:
    with pytest.raises(BadModel, match="another sort"):
        load(SHIPPED / "starter")
    with pytest.raises(BadModel, match="another sort"):
        load_linear(SHIPPED / "whole")


def test_a_network_of_other_risks_is_refused(small: Network, tmp_path: Path) -> None:
    save(tmp_path / "one", replace(small, out=small.out[:, 1:]), "1", {})
    with pytest.raises(BadModel, match="other risks"):
        load(tmp_path / "one")


def test_the_network_that_ships_knows_the_kinds_of_the_taxonomy_and_of_the_starter() -> None:
    assert set(network().codes) <= {kind.code for kind in load_taxonomy().categories}
    assert network().codes == starter().model.codes


@given(st.text(max_size=300))
@settings(max_examples=80, deadline=None)
def test_any_text_is_heard(text: str) -> None:
    found = heard(network(), text)
    assert np.isfinite(found.risks).all()
    assert found.shares.sum() == pytest.approx(1, abs=1e-4)
