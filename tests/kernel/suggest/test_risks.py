# SPDX-License-Identifier: AGPL-3.0-or-later
"""Risks found in words: what speaks of one, what only looks like one, what a rule may not do."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amana.kernel.suggest import RISKS, risks_in, signs
from amana.kernel.suggest.lexicon import FORMS, LexiconError, firsts
from amana.kernel.suggest.reading import Reading, read
from amana.kernel.suggest.risks import Link, Match, Rule, Span, _rules_of, rules


def of(text: str) -> set[str]:
    return {sign.risk for sign in risks_in(text)}


def said(text: str, risk: str) -> list[str]:
    return [text[sign.start : sign.end] for sign in risks_in(text) if sign.risk == risk]


SPOKEN = [
    ("child_at_risk", "my daughter is 13 and a man writes to her"),
    ("child_at_risk", "J'ai quinze ans et il veut mes photos"),
    ("child_at_risk", "بنتي عمرها ١٢ سنة وواحد كبير يكلمها"),
    ("child_at_risk", "میری بیٹی تیرہ سال کی ہے"),
    ("child_at_risk", "3ndi 15 3am w wahed kayhdedni"),
    ("child_at_risk", "meri umar 16 saal hai wo pics mangta hai"),
    ("self_harm", "I don't want to live anymore"),
    ("self_harm", "jai envie d en finir avec la vie"),
    ("self_harm", "تعبت وبدي موت"),
    ("self_harm", "ما بقيتش باغية نعيش"),
    ("self_harm", "وہ کہتی ہے خودکشی کر لوں گی"),
    ("self_harm", "bghit nmout, 3yit"),
    ("self_harm", "main marna chahti hun"),
    ("threat_to_life", "he swore he'll stab me"),
    ("threat_to_life", "il m'a menacée de mort"),
    ("threat_to_life", "بيقول هيقتلني"),
    ("threat_to_life", "غادي يذبحني"),
    ("threat_to_life", "جان سے مارنے کی دھمکی دی"),
    ("threat_to_life", "kayhddni b l9tel"),
    ("threat_to_life", "goli maar dega agar paise na diye"),
    ("honour_risk", "if my brothers find out they will never forgive me"),
    ("honour_risk", "si mon père l'apprend il me renie"),
    ("honour_risk", "لو عرفوا أهلي بيذبحوني"),
    ("honour_risk", "خاندان کی عزت خاک میں مل جائے گی"),
    ("honour_risk", "ila 3refo darna ghadi y9tlouni"),
    ("honour_risk", "ghar walon ko pata chala to zinda nahi chorenge"),
    ("contact_offence", "he wants me to meet him at a hotel"),
    ("deadline", "il me laisse jusqu'à demain soir"),
    ("deadline", "il envoie tout ce soir si je ne paie pas"),
    ("deadline", "he will post them at midnight unless i send money"),
    ("deadline", "بيبعتهم بكرا لو ما حولت"),
    ("deadline", "kal paise nahi diye to video bhej dega"),
    ("deadline", "ghedda ysifethom ila ma khlestch"),
    ("deadline", "کل پیسے نہ دیے تو ویڈیو بھیج دے گا"),
    ("ongoing", "مازال كل يوم يرسل"),
    ("published", "video viral ho gayi hai"),
]
SPOKEN += [
    ("child_at_risk", "a lad in year nine at my sister's academy is getting dms off some bloke"),
    ("child_at_risk", "ولد خالتي لسا ما كمل الطنعش وعم يطلبو منه فيديو"),
    ("child_at_risk", "وہ ابھی اٹھارہ کی نہیں ہوئی اور اسے بلیک میل کر رہا ہے"),
    ("self_harm", "my mate said he's gonna top himself"),
    ("self_harm", "si je me jetais sous le train tout s'arreterait"),
    ("self_harm", "kangerre7 yeddi kol lila"),
    ("threat_to_life", "tu vas finir dans une caisse"),
    ("threat_to_life", "goliyon ki pic bheji bola agli bari teri"),
    ("honour_risk", "si ca remonte aux oreilles de mes oncles c fini pour moi"),
    ("honour_risk", "لو وصل الخبر لعمامي انا منتهية"),
]
NOT_SPOKEN = [
    "my 25 year old kid lost his wallet app",
    "this app kills my battery and then my account was drained",
    "she is 34 and works at the bank that was imitated",
    "صار لي 15 سنة زبون عند البنك",
    "In the film the hero commits suicide and I was sold a fake ticket.",
    "on était mort de rire en voyant l'annonce",
    "هنموت من الضحك على هالنكتة",
    "our rivals will slaughter us in the match on sunday",
    "الفريق الآخر سيذبحنا في المباراة",
    "he never threatened to kill me, he only kept the deposit",
    "لم يهددني بالقتل",
    "il ne m'a jamais menacé de mort",
    "after 17 years of marriage I ordered a sofa that never came",
    "depuis 15 ans de travail je paie cette carte",
    "mera beta 25 saal ka hai, uska card clone hua",
    "weldi 3ndo 25 3am w la carte dyalo tser9at",
    "we killed time and my battery died",
    "hans hans ke mar gaye phir site jaali nikli",
]


@pytest.mark.parametrize(("risk", "text"), SPOKEN)
def test_what_speaks_of_a_risk_is_found_in_every_form_of_writing(risk: str, text: str) -> None:
    assert risk in of(text)


@pytest.mark.parametrize("text", NOT_SPOKEN)
def test_what_only_looks_like_a_danger_raises_none_of_the_first_four(text: str) -> None:
    """Hard negatives of the issue: films, laughter, sport, denial, ages of adults, idioms."""
    assert of(text).isdisjoint({"child_at_risk", "self_harm", "threat_to_life", "honour_risk"})


def test_evidence_is_the_stretch_that_speaks() -> None:
    text = "Bonjour. Hier il a juré de me tuer si je parle. Merci."
    (stretch, *_) = said(text, "threat_to_life")
    assert "tuer" in stretch
    assert stretch in text
    assert "Bonjour" not in stretch


def test_one_sentence_that_is_excused_excuses_no_other() -> None:
    text = "In the film he dies. My ex wrote that he will kill me."
    assert "threat_to_life" in of(text)


def test_a_denied_threat_and_a_real_one_is_a_threat() -> None:
    assert "threat_to_life" in of("He never threatened to kill me. But now he sent death threats.")


def test_a_sentence_may_begin_in_one_language_and_end_in_another() -> None:
    assert "threat_to_life" in of("usne kaha I will kill you agar paise na diye")
    assert "threat_to_life" in of("kay9oli je vais te tuer ila ma khlestch")


def test_letters_held_down_marks_and_spelling_do_not_hide_a_threat() -> None:
    for text in ("he will kiiiill meee", "سَيَقْتُلُنِي", "ghadi yqtelni", "jan say maar dunga mujhay"):
        assert "threat_to_life" in of(text), text


def test_french_il_is_no_english_future() -> None:
    assert "will" not in read("il a vu le colis").hits
    assert "will" in read("I'll wait").hits


def test_every_rule_speaks_of_meanings_that_words_have() -> None:
    known = {
        meaning for form in FORMS for first in firsts(form).values() for meaning, _ in first.entries
    }
    known |= {"minor_number", "adult_number", "number"}
    for rule in rules():
        asked = {rule.first, *(link.meaning for link in (*rule.then, *rule.unless))}
        assert asked <= known, (rule.name, asked - known)
    assert {rule.risk for rule in rules()} == set(RISKS)


def test_no_rule_stands_twice() -> None:
    names = [(rule.risk, rule.name) for rule in rules()]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    "block",
    [
        {"when": ["kill"], "else": []},
        {"when": ["kill near die"]},
        {"when": ["kill ~999 die"]},
        {"when": [{"find": "kill", "unless": ["fiction 8"]}]},
        "kill",
    ],
)
def test_a_rule_that_is_not_in_its_form_is_refused(block: object) -> None:
    with pytest.raises(LexiconError):
        list(_rules_of("threat_to_life", block))


def test_a_rule_is_read_as_it_stands() -> None:
    block = {"when": [{"find": "will >3 kill", "unless": ["film ~2"]}], "unless": ["laugh <1"]}
    (rule,) = _rules_of("threat_to_life", block)
    assert isinstance(rule, Rule)
    assert (rule.first, rule.then[0].side, rule.then[0].reach) == ("will", ">", 3)
    assert [link.meaning for link in rule.unless] == ["laugh", "film"]


HARMLESS = st.sampled_from(
    [
        "Thank you for reading.",
        "Je vous remercie.",
        "شكرا جزيلا.",
        "The parcel was blue.",
        "Il pleuvait hier.",
        "شکریہ۔",
    ]
)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(SPOKEN), st.lists(HARMLESS, max_size=4), st.lists(HARMLESS, max_size=4))
def test_sentences_around_it_never_take_a_risk_away(
    spoken: tuple[str, str], before: list[str], after: list[str]
) -> None:
    risk, text = spoken
    around = "\n".join([*before, text, *after])
    assert risk in of(around)


def plainly(rule: Rule, reading: Reading) -> set[Match]:
    """Every match that nothing excuses, by trying all places against all others."""
    meanings = [rule.first, *(link.meaning for link in rule.then)]
    found = set()
    for match in product(*(reading.hits.get(meaning, ()) for meaning in meanings)):
        chained = all(
            _linked(_whole(match[: at + 1]), match[at + 1], link, reading)
            for at, link in enumerate(rule.then)
        )
        if chained and not any(_excuses(link, match, reading) for link in rule.unless):
            found.add(match)
    return found


def _excuses(link: Link, match: Match, reading: Reading) -> bool:
    parts = match if link.side == "<" else (_whole(match),)
    near = reading.hits.get(link.meaning, ())
    return any(_linked(part, other, link, reading) for part, other in product(parts, near))


def _whole(match: Match) -> Span:
    return min(first for first, _ in match), max(last for _, last in match)


def _linked(span: Span, other: Span, link: Link, reading: Reading) -> bool:
    if reading.sentences[span[0]] != reading.sentences[other[0]]:
        return False
    after, before = other[0] - span[1], span[0] - other[1]
    if link.side == "~":
        return max(after, before) <= link.reach
    return 0 < (after if link.side == ">" else before) <= link.reach


MIXED = st.lists(st.sampled_from([*(t for _, t in SPOKEN), *NOT_SPOKEN]), min_size=1, max_size=4)
TORN = MIXED.map(lambda texts: " ".join(texts).split()).flatmap(
    lambda words: st.lists(st.sampled_from([*words, "."]), max_size=40)
)


@settings(max_examples=60, deadline=None)
@given(st.one_of(MIXED, TORN))
def test_a_rule_holds_exactly_where_trying_every_place_says_so(pieces: list[str]) -> None:
    text = " ".join(pieces)
    reading = read(text)
    named = {(sign.risk, sign.rule): (sign.start, sign.end) for sign in signs(reading)}
    for rule in rules():
        places = {
            (reading.tokens[first].start, reading.tokens[last].end)
            for first, last in map(_whole, plainly(rule, reading))
        }
        where = named.get((rule.risk, rule.name))
        assert (where in places) if where else not places


@settings(max_examples=120, deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_read_and_evidence_lies_within_it(text: str) -> None:
    for sign in risks_in(text):
        assert 0 <= sign.start < sign.end <= len(text)
        assert sign.risk in RISKS


@pytest.mark.parametrize("text", ["\u064e", "a \u0670 b", "\u0640\u0651 \u200c", "\u0300"])
def test_a_word_of_nothing_but_marks_is_read(text: str) -> None:
    assert risks_in(text) == []


def test_a_very_long_text_has_an_end() -> None:
    reading = read("word " * 50_000)
    assert len(reading.tokens) == 4_000


def test_by_rule_a_threat_to_publish_is_no_threat_to_life() -> None:
    said = signs(read("il dit qu'il va envoyer mes photos à ma famille"))
    assert "threat_to_life" not in {sign.risk for sign in said}
