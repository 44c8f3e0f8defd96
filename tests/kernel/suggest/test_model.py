# SPDX-License-Identifier: AGPL-3.0-or-later
"""The model: what it learns, says and shows; its files; and the texts it was made from."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amana.kernel.suggest import BadModel, load, save, starter
from amana.kernel.suggest.corpus import examples, grammar_of, messy
from amana.kernel.suggest.features import BUCKETS, features
from amana.kernel.suggest.grammar import GrammarError, draw, expand
from amana.kernel.suggest.lexicon import FORMS
from amana.kernel.suggest.model import Model, packed
from amana.kernel.suggest.starting import VERSION, build
from amana.kernel.suggest.training import Example, judge, train
from amana.packs import load_taxonomy

FEW = [
    Example("the parcel never arrived and the shop is gone", "F1", "en"),
    Example("i paid the seller for shoes and got nothing", "F1", "en"),
    Example("my account was hacked, password changed", "A1", "en"),
    Example("someone took over my page and i cannot log in", "A1", "en"),
    Example("a man follows me and waits outside", "H2", "en"),
    Example("he calls me day and night from new numbers", "H2", "en"),
]


@pytest.fixture(scope="module")
def small() -> Model:
    return train(FEW, rounds=8)


def test_it_learns_and_says_which_words_spoke(small: Model) -> None:
    first, *_ = small.suggest("they hacked the password of my page")
    assert first.code == "A1"
    assert {"hacked", "password"} & set(first.words)
    assert 0 < first.score <= 1


def test_scores_are_shares_and_come_in_order(small: Model) -> None:
    found = small.suggest("parcel", most=3)
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    assert sum(one.score for one in found) == pytest.approx(1, abs=0.01)


def test_equal_texts_and_seed_make_an_equal_model(small: Model) -> None:
    again = train(FEW, rounds=8)
    assert np.array_equal(again.weights, small.weights)


def test_nothing_written_suggests_nothing_in_particular(small: Model) -> None:
    found = small.suggest("?!  ")
    assert {one.score for one in found} == {round(1 / 3, 4)}
    assert all(one.words == () for one in found)


def test_one_kind_is_no_choice() -> None:
    with pytest.raises(ValueError, match="two kinds"):
        train(FEW[:2])


def test_weights_must_fit_the_kinds() -> None:
    with pytest.raises(ValueError, match="do not fit"):
        packed(["A1"], np.zeros((3, 1), dtype=np.float32), np.zeros(1, dtype=np.float32))


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=200))
def test_any_text_has_features_of_bounded_length(text: str) -> None:
    found = features(text)
    assert found.buckets.size == found.weights.size
    assert found.buckets.size == 0 or (found.buckets.min() >= 0 and found.buckets.max() < BUCKETS)
    assert float(np.square(found.weights).sum()) < 1.1
    assert len(starter().model.suggest(text)) == 3


def test_meanings_are_the_same_in_every_form_of_writing() -> None:
    """What was learned in one form carries over to the others."""
    half = BUCKETS >> 1
    one = {int(b) for b in features("blackmail").buckets if b >= half}
    other = {int(b) for b in features("بلیک میل").buckets if b >= half}
    assert one & other


def test_the_starter_knows_every_kind_of_the_taxonomy() -> None:
    assert set(starter().model.codes) == set(load_taxonomy().codes())
    told = starter().told
    assert told["held_out"]["texts"] > 500
    assert set(told["held_out"]["by_form"]) == set(FORMS)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("I bought a phone from a page on Instagram, paid 500 and nothing arrived", "F1"),
        ("on a piraté mon compte facebook et changé le mot de passe", "A1"),
        ("ملفات الشركة تشفرت ويطلبون فدية بتكوين", "X4"),
        ("mere bete ko class fellows school ke group mein tang karte hain", "C5"),
        ("wahd dar faux compte b smiyti w tsawri", "S1"),
        ("مصنوعی ذہانت سے میری جعلی برہنہ تصویر بنائی گئی", "I2"),
    ],
)
def test_plain_stories_are_among_the_three(text: str, code: str) -> None:
    assert code in [one.code for one in starter().model.suggest(text)]


# Files


def test_a_model_comes_back_as_it_was(tmp_path: Path, small: Model) -> None:
    save(tmp_path / "m", small, "1", {"made": "today"})
    back = load(tmp_path / "m")
    assert (back.version, back.told) == ("1", {"made": "today"})
    assert np.array_equal(back.model.weights, small.weights)
    assert back.model.suggest("parcel") == small.suggest("parcel")


def test_equal_models_are_equal_files(tmp_path: Path, small: Model) -> None:
    for name in ("a", "b"):
        save(tmp_path / name, small, "1", {})
    for file in ("model.npz", "manifest.json"):
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()


@pytest.mark.parametrize("file", ["model.npz", "manifest.json"])
def test_one_byte_that_has_changed_refuses_to_load(tmp_path: Path, small: Model, file: str) -> None:
    """Issue C: mutating one byte of a model file refuses to load it with a clear error."""
    save(tmp_path / "m", small, "1", {"made": "today"})
    path = tmp_path / "m" / file
    whole = path.read_bytes()
    random = Random(7)
    places = {0, len(whole) - 1, *(random.randrange(len(whole)) for _ in range(40))}
    for at in places:
        changed = bytearray(whole)
        changed[at] ^= 1 << random.randrange(8)
        path.write_bytes(bytes(changed))
        with pytest.raises(BadModel, match=r"digest differs|not as it was written|format"):
            load(tmp_path / "m")
    path.write_bytes(whole)
    assert load(tmp_path / "m").version == "1"


def test_a_manifest_written_anew_around_other_weights_is_refused(
    tmp_path: Path, small: Model
) -> None:
    save(tmp_path / "m", small, "1", {})
    manifest = tmp_path / "m" / "manifest.json"
    said = json.loads(manifest.read_bytes())
    manifest.write_text(json.dumps({**said, "sha256": "0" * 64}), encoding="utf-8")
    with pytest.raises(BadModel, match="not as it was written"):
        load(tmp_path / "m")


@pytest.mark.parametrize("raw", [b"", b"[]", b"{}", b"null", b"\xff", b'{"seal": 1}'])
def test_what_is_no_manifest_is_refused(tmp_path: Path, small: Model, raw: bytes) -> None:
    save(tmp_path / "m", small, "1", {})
    (tmp_path / "m" / "manifest.json").write_bytes(raw)
    with pytest.raises(BadModel):
        load(tmp_path / "m")


def test_half_a_model_is_said_to_be_half(tmp_path: Path, small: Model) -> None:
    save(tmp_path / "m", small, "1", {})
    (tmp_path / "m" / "model.npz").unlink()
    with pytest.raises(BadModel, match="not there whole"):
        load(tmp_path / "m")


def test_a_version_is_never_written_twice(tmp_path: Path, small: Model) -> None:
    save(tmp_path / "m", small, "1", {})
    with pytest.raises(FileExistsError):
        save(tmp_path / "m", small, "1", {})


# Written texts


def test_every_form_tells_every_kind_in_several_ways() -> None:
    codes = set(load_taxonomy().codes())
    for form in FORMS:
        parts, kinds = grammar_of(form)
        assert set(kinds) == codes, form
        assert all(len(lines) >= 4 for lines in kinds.values()), form
        assert set(parts) == {"open", "where", "who", "when", "sum", "feel", "close"}


def test_texts_come_again_from_the_same_seed_and_differ_among_themselves() -> None:
    one = [e.text for e in examples(each=1, seed=5)]
    assert one == [e.text for e in examples(each=1, seed=5)]
    assert len(set(one)) > 0.97 * len(one)
    assert max(map(len, one)) < 1200


def test_held_lines_are_kept_from_those_that_are_seen() -> None:
    seen = " ".join(e.text for e in examples(each=2, seed=1, lines="seen") if e.form == "en")
    assert "interchange" not in seen
    assert "vermin" not in seen.lower()
    held = " ".join(e.text for e in examples(each=2, seed=1, lines="held") if e.form == "en")
    assert "vermin" in held.lower()


def test_a_thinned_text_is_part_of_a_whole_one() -> None:
    thinned = list(examples(each=1, seed=5, thinned=True))
    assert [e.code for e in thinned] == [e.code for e in examples(each=1, seed=5)]
    assert all(e.text.strip() for e in thinned)
    words = [len(e.text.split()) for e in thinned]
    assert sum(words) < 0.9 * sum(len(e.text.split()) for e in examples(each=1, seed=5))


def test_the_starter_can_be_trained_again_and_is_small(tmp_path: Path) -> None:
    """One command makes what ships; the figures it tells are of a writer it has not read."""
    for name in ("a", "b"):
        build(tmp_path / name, each=1, most=2)
    one, other = ((tmp_path / name / "model.npz").read_bytes() for name in ("a", "b"))
    assert one == other
    told = load(tmp_path / "a").told["held_out"]
    assert told["top1"] <= told["top3"] <= 1
    shipped = starter()
    assert shipped.version == VERSION
    assert shipped.told["held_out"]["top3"] > 0.85
    assert min(three for _, _, three in shipped.told["held_out"]["by_form"].values()) > 0.8
    packed_file = files("amana.kernel.suggest") / "models" / "starter" / "model.npz"
    assert len(packed_file.read_bytes()) < 4_000_000


def test_a_mess_keeps_most_of_the_letters() -> None:
    text = "the parcel never arrived and the shop has disappeared from the page"
    for seed in range(30):
        changed = messy(text, Random(seed))
        assert abs(len(changed) - len(text)) < 20
        assert "the" in changed.lower()


def test_a_model_is_judged_by_form() -> None:
    judged = judge(starter().model, examples(each=1, seed=99))
    assert judged.count == len(FORMS) * len(load_taxonomy().codes())
    assert judged.top1 <= judged.top3
    assert judged.top3 > 0.9
    assert set(judged.by_form) == set(FORMS)


# The notation


def test_a_grammar_lists_and_draws_the_same_texts() -> None:
    text = "k(e|i)ll(s|ing|)( me|)"
    assert len(expand(text)) == 12
    assert {draw(text, Random(n), {}) for n in range(200)} == set(expand(text))


def test_names_are_drawn_from_their_lists() -> None:
    named = {"who": ["a <kind> man"], "kind": ["tall", "short"]}
    assert draw("<who>", Random(1), named) in {"a tall man", "a short man"}


@pytest.mark.parametrize("text", ["a(b", "a)b", "a|b", "(a|b", "a(b|(c)"])
def test_brackets_that_do_not_match_are_refused(text: str) -> None:
    with pytest.raises(GrammarError):
        expand(text)


def test_unknown_names_endless_names_and_floods_are_refused() -> None:
    with pytest.raises(GrammarError, match="no texts"):
        draw("<nobody>", Random(1), {})
    with pytest.raises(GrammarError, match="without end"):
        draw("<a>", Random(1), {"a": ["<a>"]})
    with pytest.raises(GrammarError, match="stands for more"):
        expand("(a|b)" * 13)
