# SPDX-License-Identifier: AGPL-3.0-or-later
"""The second reader: what no rule foresees is flagged, shown, and never talks over a rule."""

from __future__ import annotations

import json
import shutil
from importlib.resources import as_file, files
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amana.kernel.suggest import RISKS, BadModel, load, read, risks_in, signs
from amana.kernel.suggest.features import Floats
from amana.kernel.suggest.hinting import (
    BARS,
    VERSION,
    Somewhere,
    Told,
    by_report,
    learn,
)
from amana.kernel.suggest.hints import (
    HINT,
    LONGEST,
    MOST_STRETCHES,
    Reader,
    hints,
    reader,
    stored,
    stretches,
)
from amana.kernel.suggest.labelled import Labelled
from amana.kernel.suggest.store import Stored
from amana.kernel.suggest.windows import Around

# No rule finds anything in these; whoever widens the rules may take one out and look for another.
HINTED = [
    ("self_harm", "I won't be here to see it when it comes out"),
    ("self_harm", "je ne serai plus ici pour le voir quand ça sortira"),
    ("threat_to_life", "a stone came through our window last night"),
    ("threat_to_life", "une pierre a été lancée dans ma vitre"),
    ("threat_to_life", "المرة الجاية بنزين على بيتنا"),
    ("honour_risk", "write to me only here, my letters are opened by my mother in law"),
    ("honour_risk", "راسلوني هنا بس لان حماتي تقرا بريدي"),
]
CALM = [
    "the parcel I ordered in March never arrived and the shop does not answer",
    "quelqu'un utilise ma carte pour des achats que je n'ai pas faits",
    "دفعت ثمن الحذاء ولم يصل والصفحة مغلقة",
    "میں نے لیپ ٹاپ منگوایا اور ڈبہ خالی نکلا",
    "khllest f site b lcarte w colis ma wesl walo, bghit flousi",
    "online shirt order ki thi color galat aaya refund nahi mil raha",
    "",
    "?!",
]


def likely(second: Reader, text: str) -> Floats:
    """What a reader says of a text that is one stretch."""
    return (1 / (1 + np.exp(-odds_of(second, text)))).astype(np.float32)


def odds_of(second: Reader, text: str) -> Floats:
    reading = read(text)
    odds: Floats = second.sums.odds(reading, [(0, len(reading.words))])[0]
    return odds


def one_window(odds: Floats) -> Around:
    """What is said of each risk, whatever the stretch."""
    return Around([(0, 96)], odds[None].astype(np.float32))


def of(text: str) -> set[str]:
    return {sign.risk for sign in risks_in(text)}


@pytest.mark.parametrize(("risk", "text"), HINTED)
def test_a_hint_is_flagged(risk: str, text: str) -> None:
    assert risk in of(text)


@pytest.mark.parametrize("text", CALM)
def test_a_calm_text_hints_at_nothing(text: str) -> None:
    assert of(text).isdisjoint({"child_at_risk", "self_harm", "threat_to_life", "honour_risk"})


BARE = [
    "his phone is 0770 900 123 and he answers in the evening",
    "the login came from 198.51.100.23 port 22, 2026-10-04 08:15 UTC",
    "حسابها على انستغرام نور.شوب وهو مفتوح للكل",
    "حولت المبلغ على ايبان البنك العربي",
    "ٹک ٹاک پر دکان کا پیج کھلا ہے",
    "maine paise easypaisa par bheje aur shoes nahi aye",
    "nmra dyalo 06 00 11 22 33 w compte f insta",
    "son compte telegram est boutique77 et le rib est celui-ci",
]


@pytest.mark.parametrize("text", BARE)
def test_a_bare_value_or_a_plain_loss_hints_at_no_danger(text: str) -> None:
    assert of(text).isdisjoint({"child_at_risk", "self_harm", "threat_to_life", "honour_risk"})


@pytest.mark.parametrize(("risk", "text"), HINTED)
def test_a_hint_shows_the_stretch_it_was_heard_in(risk: str, text: str) -> None:
    before = "My cousin bought a bicycle in spring and was glad of it all summer long. "
    sign = next(s for s in risks_in(before + text) if s.risk == risk)
    shown = (before + text)[sign.start : sign.end]
    assert set(text.split()) & set(shown.split())
    assert 0 <= sign.start < sign.end <= len(before + text)


def test_where_a_rule_speaks_no_hint_is_added() -> None:
    text = "he swore he'll stab me. a stone came through our window last night"
    rules = {sign.risk for sign in signs(read(text))}
    assert "threat_to_life" in rules
    assert not [s for s in risks_in(text) if s.risk in rules and s.rule == HINT]


def test_a_named_risk_is_not_looked_for() -> None:
    text = "a stone came through our window last night"
    assert "threat_to_life" in {sign.risk for sign in hints(read(text))}
    assert hints(read(text), named=RISKS) == []


def test_signs_come_in_the_order_of_the_risks() -> None:
    text = "he is 14. " + " ".join(text + "." for _, text in HINTED)
    order = [RISKS.index(sign.risk) for sign in risks_in(text)]
    assert order == sorted(order)


def test_one_sentence_of_danger_in_a_long_report_is_heard() -> None:
    calm = "I ordered shoes from the shop and paid the courier at the door in cash. "
    text = calm * 20 + "A stone came through our window last night. " + calm * 20
    assert "threat_to_life" not in of(calm * 40)
    assert "threat_to_life" in of(text)


@given(st.lists(st.integers(min_value=1, max_value=90), max_size=30))
@settings(max_examples=80, deadline=None)
def test_stretches_leave_no_word_out(lengths: list[int]) -> None:
    reading = read(" ".join(" ".join(["word"] * length) + "." for length in lengths))
    found = list(stretches(reading))
    covered = {at for first, end in found for at in range(first, end)}
    assert covered == set(range(len(reading.tokens)))
    assert all(0 < end - first <= LONGEST for first, end in found)
    assert all(one < other for one, other in pairwise(found))


def test_there_is_an_end_to_stretches() -> None:
    assert len(list(stretches(read("word " * 4_000)))) <= MOST_STRETCHES


@given(st.text(max_size=300))
@settings(max_examples=150, deadline=None)
def test_any_text_is_read(text: str) -> None:
    for sign in risks_in(text):
        assert sign.risk in RISKS
        assert 0 <= sign.start < sign.end <= len(text)


def test_a_reading_made_before_changes_nothing() -> None:
    text = "write to me only here, my letters are opened by my mother in law"
    assert risks_in(text, read(text)) == risks_in(text)


def test_the_reader_that_ships_knows_every_risk_and_its_bar() -> None:
    told = stored()
    assert told.model.codes == RISKS
    assert told.told["bars"] == BARS
    assert told.version == VERSION
    assert all(0 < bar < 1 for bar in BARS.values())


def test_likelihoods_lie_between_nothing_and_one() -> None:
    found = likely(reader(), "a stone came through our window")
    assert found.shape == (len(RISKS),)
    assert np.all((found >= 0) & (found <= 1))


def test_what_the_whole_says_counts_as_much_as_the_stretch() -> None:
    text = "a stone came through our window last night"
    told = odds_of(reader(), text)
    assert "threat_to_life" in {sign.risk for sign in hints(read(text), around=one_window(told))}
    calm = {sign.risk for sign in hints(read(text), around=one_window(-np.abs(told) - 9))}
    assert calm < {sign.risk for sign in hints(read(text))}


def test_a_calm_report_speaks_against_a_sentence_in_it_only_so_far() -> None:
    text = "a stone came through our window last night"
    calm, calmer = (one_window(np.full(len(RISKS), odds)) for odds in (-4, -40))
    assert hints(read(text), around=calm) == hints(read(text), around=calmer)


def test_a_reader_of_other_risks_is_refused() -> None:
    told = stored()
    without = {"bars": dict.fromkeys(RISKS[:-1], 0.5)}
    with pytest.raises(BadModel, match="other risks"):
        Reader(Stored(told.version, told.model, without))


@pytest.mark.parametrize("name", ["model.npz", "manifest.json"])
def test_one_byte_of_the_reader_changed_and_it_does_not_load(name: str, tmp_path: Path) -> None:
    with as_file(files("amana.kernel.suggest") / "models" / "hints") as shipped:
        shutil.copytree(shipped, tmp_path / "hints")
    assert load(tmp_path / "hints").model.codes == RISKS
    changed = bytearray((tmp_path / "hints" / name).read_bytes())
    changed[len(changed) // 2] ^= 1
    (tmp_path / "hints" / name).write_bytes(changed)
    with pytest.raises(BadModel):
        load(tmp_path / "hints")


def report(text: str, *risks: str, maybe: frozenset[str] = frozenset()) -> Labelled:
    return Labelled(text, "en", "F1", frozenset(), frozenset(risks), maybe, "somebody")


CALM_SENTENCE = "I ordered shoes from the shop and paid the courier at the door in cash."


def test_a_short_report_teaches_its_risks_and_against_all_others_but_those_in_doubt() -> None:
    told, somewhere = by_report([report("I am tired", "self_harm", maybe=frozenset({"ongoing"}))])
    assert [one.yes for one in told] == [{"self_harm"}]
    assert [one.no for one in told] == [{*RISKS} - {"self_harm", "ongoing"}]
    assert somewhere == []


def test_in_a_long_report_the_stretch_where_a_rule_speaks_teaches() -> None:
    told, somewhere = by_report([report(f"{CALM_SENTENCE} He will kill me.", "threat_to_life")])
    assert [sorted(one.yes) for one in told] == [[], ["threat_to_life"]]
    assert somewhere == []


def test_where_no_rule_speaks_the_stretch_is_looked_for() -> None:
    told, somewhere = by_report([report(f"{CALM_SENTENCE} I see black only.", "self_harm")])
    assert not any(one.yes for one in told)
    assert somewhere == [Somewhere("self_harm", (CALM_SENTENCE[:-1], "I see black only"))]


def test_a_first_model_says_which_stretch_it_is() -> None:
    calm = [Told(f"calm shop {word}", no=frozenset(RISKS)) for word in ("one", "two", "three")]
    plain = [Told(f"{r} {w}", frozenset({r})) for r in RISKS for w in ("one", "two", "three")]
    somewhere = [Somewhere("deadline", ("calm shop four", "deadline zebra"))] * 3
    second = Reader(Stored("x", learn([*plain, *calm], somewhere), {"bars": BARS}))
    at = RISKS.index("deadline")
    zebra, shop = (float(likely(second, text)[at]) for text in ("zebra", "shop four"))
    assert zebra > 0.5 > shop


def test_it_learns_each_risk_apart_from_the_others() -> None:
    words = ("one", "two", "three")
    texts = [
        Told(f"{risk} {word}", frozenset({risk}), frozenset(RISKS) - {risk})
        for risk in RISKS
        for word in words
    ]
    texts += [Told(f"calm shop {word}", no=frozenset(RISKS)) for word in words]
    model = learn(texts)
    assert model.codes == RISKS
    second = Reader(Stored("x", model, {"bars": BARS}))
    assert int(np.argmax(likely(second, "deadline"))) == RISKS.index("deadline")


def test_what_it_is_taught_has_all_forms_and_nothing_of_the_sets_it_is_measured_on() -> None:
    learnt = {one.text for one in _by_risk_only()}
    sets = Path(__file__).parents[3] / "benchmarks" / "sets" / "risks7.yaml"
    assert len(learnt) > 500
    assert not [text for text in learnt if f'"{text}"' in sets.read_text(encoding="utf-8")]


def _by_risk_only() -> list[Told]:
    from random import Random

    from amana.kernel.suggest.hinting import _by_risk

    return list(_by_risk(Random(1), 1))


def test_the_manifest_tells_how_much_was_written() -> None:
    manifest = files("amana.kernel.suggest") / "models" / "hints" / "manifest.json"
    assert json.loads(manifest.read_bytes())["data"]["written"] > 2_000


def test_a_line_must_be_plainer_than_the_same_words_in_a_report() -> None:
    """A few words that are all somebody wrote are mostly no danger; in a report they are a part."""
    few, many = "one of them will burn", "one of them will burn before the rain comes back to us"

    def bars(text: str) -> Floats:
        reading = read(text)
        row: Floats = reader().bars_of(reading, list(stretches(reading)))[0]
        return row

    alone, within, long = bars(few), bars(f"{few} today and here. {many}."), bars(many)
    assert (alone[:4] > within[:4]).all()
    assert (within > long).all()
    assert (long == reader().bars).all()


@pytest.mark.parametrize("text", ["burn", "will burn", "12 300 4000 will burn"])
def test_fewer_than_three_words_hint_at_nothing(text: str) -> None:
    reading = read(text)
    assert np.isinf(reader().bars_of(reading, list(stretches(reading)))).all()


def test_where_rules_know_better_it_must_be_plainer() -> None:
    reading = read("a stone came through our window last night")
    at = RISKS.index("threat_to_life")
    excused = [("threat_to_life", (0, 2))]
    barely, plainly = (
        one_window(
            np.full(
                len(RISKS), 2 * (reader().bars[at] + over) - odds_of(reader(), reading.text)[at]
            )
        )
        for over in (2.0, 6.0)
    )

    def heard(around: Around, silent: list[tuple[str, tuple[int, int]]]) -> bool:
        return "threat_to_life" in {sign.risk for sign in hints(reading, (), (), silent, around)}

    assert heard(barely, [])
    assert not heard(barely, excused)
    assert heard(plainly, excused)
    assert heard(barely, [("self_harm", (0, 2))])


@pytest.mark.parametrize("text", ["Name: ____ ____ ____ Date: ____ ____", "__ __ __", "_ " * 12])
def test_lines_of_a_form_that_was_left_empty_hint_at_nothing(text: str) -> None:
    assert hints(read(text)) == []
