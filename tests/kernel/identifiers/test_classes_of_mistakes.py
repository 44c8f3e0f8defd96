# SPDX-License-Identifier: AGPL-3.0-or-later
"""Each class of mistakes that the second and third hostile sets showed, on other values."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amana.kernel.identifiers import TYPES, find_identifiers
from amana.kernel.identifiers.not_phones import without_others
from amana.kernel.identifiers.spoken import pair_of

DIGITS = ["صفر", "واحد", "اثنين", "ثلاثة", "اربعة", "خمسة", "ستة", "سبعة", "ثمانية", "تسعة"]
TENS = {20: "عشرين", 30: "ثلاثين", 50: "خمسين", 60: "ستين", 70: "سبعين", 90: "تسعين"}


def said(text: str, country: str | None = "GB") -> set[str]:
    found = find_identifiers(text, country=country)
    return {f"{one.type} {one.value}" for one in found if one.type in TYPES}


@pytest.mark.parametrize(
    "text",
    [
        "her username is gone",
        "the username is not known",
        "username is unavailable now",
        "my handle was stolen last night",
        "the nickname is always different",
        "son pseudo est inconnu",
        "mon pseudo est volé et bloqué",
        "uska username maloom nahi",
        "username galat tha",
        "pseudo dyalo m3rouf 3nd kolchi",
        "his instagram was taken over",
        "my insta is private",
    ],
)
def test_what_is_said_of_a_name_is_no_name(text: str) -> None:
    assert said(text) == set()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("her username is moonchild", "unknown:moonchild"),
        ("username: gone_girl.7", "unknown:gone_girl.7"),
        ("@fine is his name there", "unknown:fine"),
        ("pseudo : toujours_la93", "unknown:toujours_la93"),
    ],
)
def test_a_name_that_is_announced_is_still_taken(text: str, name: str) -> None:
    assert said(text) == {f"handle {name}"}


@pytest.mark.parametrize(
    ("link", "value"),
    [
        ("https://vm.tiktok.com/ZMxyz98/", "url https://vm.tiktok.com/ZMxyz98/"),
        ("tiktok.com/t/ZTabc98/", "url https://tiktok.com/t/ZTabc98/"),
        ("https://www.tiktok.com/@rana.q", "handle tiktok:rana.q"),
        ("t.me/c/998877/1", "url https://t.me/c/998877/1"),
        ("https://youtube.com/c/LeakChannel", "handle youtube:leakchannel"),
        ("snapchat.com/t/QwErTy", "url https://snapchat.com/t/QwErTy"),
        ("snapchat.com/add/rana_q", "handle snapchat:rana_q"),
        ("m.me/rana.q.9", "handle facebook:rana.q.9"),
        ("https://m.facebook.com/rana.q.9", "handle facebook:rana.q.9"),
        ("https://ig.me/m/rana.q", "handle instagram:rana.q"),
        ("tg://resolve?domain=rana_qq", "handle telegram:rana_qq"),
        ("snapchat://add/rana_q", "handle snapchat:rana_q"),
        ("instagram://user?username=rana.q", "handle instagram:rana.q"),
        ("twitter://user?screen_name=rana_q", "handle x:rana_q"),
        ("wa.me/c/447911123499", "phone +447911123499"),
        ("https://signal.me/#p/+447911123499", "phone +447911123499"),
        ("https://a:b@evil-pay.com/x", "url https://a:b@evil-pay.com/x"),
        ("http://admin@41.250.17.9/x", "url http://admin@41.250.17.9/x"),
    ],
)
def test_a_link_is_what_it_points_to(link: str, value: str) -> None:
    assert said(f"look {link} please") == {value}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("bad dot guy at gmail dot com", "bad.guy@gmail.com"),
        ("a point b point c arobase free point fr", "a.b.c@free.fr"),
        ("write rana.q at yahoo dot com now", "rana.q@yahoo.com"),
    ],
)
def test_dots_before_the_at_are_said_too(text: str, value: str) -> None:
    assert said(text) == {f"email {value}"}


@pytest.mark.parametrize(
    ("text", "country", "value"),
    [
        ("07OO 1234567", "IQ", "+9647001234567"),
        ("zero 661 22 33 55", "MA", "+212661223355"),
        ("sifr 661223355", "MA", "+212661223355"),
        ("0661-22-33-55w 3ayet", "MA", "+212661223355"),
        ("0661 22 33 55o gol lih", "MA", "+212661223355"),
        ("07911 123455/6", "GB", "+447911123455"),
        ("صفر حداشر واحد اثنين ثلاثة اربعة خمسة ستة سبعة ثمانية", "EG", "+201112345678"),
        ("صفر خمستاشر واحد اثنين ثلاثة اربعة خمسة ستة سبعة ثمانية", "EG", "+201512345678"),
        ("صفر ستة واحد وستين اثنين وعشرين ثلاثة وثلاثين خمسة وخمسين", "MA", "+212661223355"),
        ("he texted from 415.555.2671", "US", "+14155552671"),
    ],
)
def test_numbers_as_they_are_written(text: str, country: str, value: str) -> None:
    assert said(text, country) == {f"phone {value}"}


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("phone MAC 06:61:22:33:44:9a", "MA"),
        ("mac 06-61-22-33-44-55", "MA"),
        ("secu 1 85 06 61 223 344 55", "FR"),
        ("le 06 11 2024 et le 07 11 2024", "FR"),
        ("il a pris 0.0661223344 BTC", "MA"),
        ("loto 06 11 22 33 44 45", "FR"),
        ("30g 40kg 12w", "MA"),
    ],
)
def test_papers_dates_and_draws_are_no_phones(text: str, country: str) -> None:
    assert said(text, country) == set()


def test_pairs_after_a_word_for_phones_are_a_phone() -> None:
    assert "phone +33611223344" in said("appelle au numéro 06 11 22 33 44 45 fois", "FR")


@pytest.mark.parametrize("tens", TENS)
@pytest.mark.parametrize("unit", range(1, 10))
def test_arabic_says_the_unit_before_the_tens(tens: int, unit: int) -> None:
    assert pair_of([DIGITS[unit], f"و{TENS[tens]}"]) == (str(tens + unit), 2)


@given(st.text("0123456789aAfF:- .", max_size=60))
@settings(max_examples=200, deadline=None)
def test_striking_out_keeps_every_place(text: str) -> None:
    left = without_others(text)
    assert len(left) == len(text)
    assert all(now in {was, "\0"} for was, now in zip(text, left, strict=True))
