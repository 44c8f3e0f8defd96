# SPDX-License-Identifier: AGPL-3.0-or-later
"""Accounts as people name them beside a platform, or without any, in six forms of writing."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amana.kernel.identifiers import TYPES, find_identifiers
from amana.kernel.identifiers.find_handles import names_an_account
from amana.kernel.identifiers.lookalikes import alike
from amana.kernel.identifiers.platforms import platform_of


def said(text: str, country: str | None = "PK") -> set[str]:
    found = find_identifiers(text, country=country)
    return {f"{one.type} {one.value}" for one in found if one.type in TYPES}


@pytest.mark.parametrize(
    "text",
    [
        "reported @najd_boss7 on X yesterday",
        "started by @najd_boss7 via X.",
        "elle est attaquée par @najd_boss7 sur X depuis hier",
        "najd_boss7 sur X m'insulte",
        "daba @najd_boss7 f X dayr hashtag",
        "compte @najd_boss7 3la x",
        "leader @najd_boss7 (x pe), mere page pe hamla",
        "leader @najd_boss7 (x par) ne likha",
        "x pe najd_boss7 ne likha",
        "@najd_boss7 (X) again",
        "بدأه @najd_boss7 على إكس",
        "حساب في اكس @najd_boss7 نزل صورة",
        "حسابه على اكس najd_boss7",
        "ایکس پر @najd_boss7 نے گالی دی",
        "@najd_boss7 نے ایکس پر گالی دی",
        "X: @najd_boss7",
        "le compte X de cet homme est @najd_boss7",
    ],
)
def test_x_is_a_platform_where_somebody_is_on_it(text: str) -> None:
    assert said(text) == {"handle x:najd_boss7"}


@pytest.mark.parametrize(
    "text",
    [
        "my ex x lina.x99 is bad",
        "size x lina.x99",
        "2 x 3 on the table",
        "he wrote x at the end",
        "kayn compte f X kaybi3 tsawer",
        "عاكس البنت في الشارع",
        "باكس كرتون في البيت",
    ],
)
def test_a_letter_elsewhere_is_no_platform(text: str) -> None:
    assert not {one for one in said(text) if one.startswith("handle x:")}


@pytest.mark.parametrize("word", ["عاكس", "باكس", "اكسو", "line", "Line"])
def test_words_that_only_contain_a_platform(word: str) -> None:
    assert platform_of(word) is None


def test_line_is_the_app_in_capitals_or_with_an_id() -> None:
    assert said("LINE: lina.x7, line id lina_y9") == {"handle line:lina.x7", "handle line:lina_y9"}
    assert said('with the line "whoever pays first wins"') == set()
    assert said("the line: lina.x7") == set()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("سناب lama.sa.ruh تطلب فلوس", "snapchat:lama.sa.ruh"),
        ("قناة تليغرام ward_room5 تنشر صور", "telegram:ward_room5"),
        ("اكو گروب تلگرام ward_room5 يبيعون", "telegram:ward_room5"),
        ("تلگرام چینل ward_room5 پر تصویریں", "telegram:ward_room5"),
        ("the telegram channel ward_room5 posts it", "telegram:ward_room5"),
        ("ward_room5 on telegram posts it", "telegram:ward_room5"),
        ("ward_room5 naam ka telegram group he", "telegram:ward_room5"),
        ("groupe telegram ward_room5 publie", "telegram:ward_room5"),
        ("canal ward_room5 sur telegram : « demain on y va tous »", "telegram:ward_room5"),
        ("ward_room5 telegram: ghda ndkhlou lihom kamlin", "telegram:ward_room5"),
        ("pseudo chef.karim sur whatsapp", "whatsapp:chef.karim"),
        ("chef.karim naam ka whatsapp wala", "whatsapp:chef.karim"),
        ("ustad_karim_lab واٹس ایپ پر تنگ کرتا ہے", "whatsapp:ustad_karim_lab"),
        ("raj.king.pk نے فیس بک پر تصویر ڈالی", "facebook:raj.king.pk"),
        ("raj.king.pk ne insta pe photo dali", "instagram:raj.king.pk"),
        ("instagram par raj.king.pk ne photo dali", "instagram:raj.king.pk"),
        ("page raj.naan.lahore hack ho gaya", "unknown:raj.naan.lahore"),
        ("facebook page raj.naan.lahore hack", "facebook:raj.naan.lahore"),
        ("the page fake.clinic.lahore copies us", "unknown:fake.clinic.lahore"),
    ],
)
def test_a_name_by_its_form_is_that_of_the_platform_beside_it(text: str, name: str) -> None:
    assert said(text) == {f"handle {name}"}


def test_each_of_two_names_has_its_own_platform() -> None:
    text = "il m'écrit partout : corbeau_bis sur X, corbeau.bis sur Instagram, des cartes"
    assert said(text) == {"handle x:corbeau_bis", "handle instagram:corbeau.bis"}
    text = "insta raj_x7 on snap raj_y8"
    assert said(text) == {"handle instagram:raj_x7", "handle snapchat:raj_y8"}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("they sell fakes on instagram at shop-raj.pk", "shop-raj.pk"),
        ("go to evil-pay.com on instagram", "evil-pay.com"),
        ("he shares king.pk on facebook", "king.pk"),
        ("site: my.king.pk on facebook", "my.king.pk"),
        ("facebook shares shop.co.uk", "shop.co.uk"),
        ("facebook: news.gov.pk", "news.gov.pk"),
        ("my.king.pk asks for a card", "my.king.pk"),
    ],
)
def test_a_domain_beside_a_platform_stays_one(text: str, value: str) -> None:
    assert said(text) == {f"domain {value}"}


@pytest.mark.parametrize(
    ("before", "after", "is_account"),
    [
        ("mon insta ", "", True),
        ("", " نے واٹس ایپ پر", True),
        ("the page ", " copies us", True),
        ("write to ", " today", False),
        ("x ", "", False),
    ],
)
def test_what_makes_an_account_of_a_dotted_name(before: str, after: str, is_account: bool) -> None:
    assert names_an_account(before, after, also_places=True) is is_account


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (
            "mera insta raj.mehndi.lhr he, kisi ne raj.mehndi.lhr_ bana k advance le lia",
            {"instagram:raj.mehndi.lhr", "instagram:raj.mehndi.lhr_"},
        ),
        (
            "حساب باسم عيادتي dr.raj.teeth_eg وانا حسابي dr.raj.teeth على انستجرام",
            {"instagram:dr.raj.teeth_eg", "instagram:dr.raj.teeth"},
        ),
        (
            "میرا پیج facebook.com/raj.hakeem ہے۔ کسی نے raj.hakeem.asli بنا کر بیچنا شروع کیا",
            {"facebook:raj.hakeem", "facebook:raj.hakeem.asli"},
        ),
        (
            "compte dyali raj.hind f instagram, w wa7da dart raj.hind_ w katched",
            {"instagram:raj.hind", "instagram:raj.hind_"},
        ),
        (
            "fake raj_beautyy here. my real instagram: raj_beauty",
            {"instagram:raj_beauty", "instagram:raj_beautyy"},
        ),
    ],
)
def test_a_lookalike_is_on_the_same_platform(text: str, names: set[str]) -> None:
    assert said(text) == {f"handle {name}" for name in names}


def test_a_name_of_its_own_is_no_lookalike() -> None:
    text = "insta: raj_beauty. she_wolf77 calls. pseudo : other_name5"
    assert "handle unknown:other_name5" in said(text)
    assert "handle instagram:she_wolf77" not in said(text)


@pytest.mark.parametrize(
    ("mine", "other", "same"),
    [
        ("salma_45", "salma_52", False),
        ("salma_karim", "salma_karlm", True),
        ("salma_karim", "sa1ma_karim", True),
        ("the_salma", "salma", True),
        ("ali", "alia", False),
        ("salma_karim", "salma_nadia", False),
    ],
)
def test_which_names_are_alike(mine: str, other: str, same: bool) -> None:
    assert alike(mine, other) is same


@given(st.text("ab_.1", min_size=1, max_size=14), st.text("ab_.1", min_size=1, max_size=14))
@settings(max_examples=300, deadline=None)
def test_names_are_alike_both_ways(one: str, other: str) -> None:
    assert alike(one, other) == alike(other, one)
    if len(one) > 4:
        assert alike(one, one + other)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("someone signing as chair_raj_77 sends photos", "chair_raj_77"),
        ("he calls himself night.owl77 and writes", "night.owl77"),
        ("a man named night.owl77 writes", "night.owl77"),
        ("un homme nommé corbeau.noir7 m'écrit", "corbeau.noir7"),
        ("il signe corbeau.noir7 chaque fois", "corbeau.noir7"),
        ("واحد مسمي حاله layl_raj9 ببعتلي", "layl_raj9"),
        ("واحدة اسمها ward.jury7 تكتب", "ward.jury7"),
        ("wahed msemmi raso nmer_raj7 kaysift", "nmer_raj7"),
        ("smito nmer.raj7 kaysift", "nmer.raj7"),
        ("raat ko shab.gham9 naam se likhta he", "shab.gham9"),
        ("ہر ایپ پر shab_gham نام سے لکھتا ہے", "shab_gham"),
        ("dentist, sab jagah shab_e_gham_9 se msg aate hen", "shab_e_gham_9"),
        ("messages from shab_e_gham every day", "shab_e_gham"),
    ],
)
def test_a_name_without_a_platform_is_announced_by_words(text: str, name: str) -> None:
    assert said(text) == {f"handle unknown:{name}"}


@pytest.mark.parametrize(
    "text",
    [
        "telegram : « demain on brule la maison »",
        "telegram: ghda ndkhlou 3la lkhyam",
        'facebook group: "Monday 9am, the gate, bring matches"',
        'snapchat "send more pictures or else"',
        "a server on Discord is setting her steps",
        "Discord is asking me to pay",
        "the discord server is run by some of the class",
        "university login, hosted at 203.0.113.46 since noon",
        "page 3a of the contract, group 5b",
        "from img_2034 and from screenshot_2024 se",
    ],
)
def test_plain_words_are_no_names(text: str) -> None:
    assert not {one for one in said(text, "GB") if one.startswith("handle")}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("insta: moonchild", "instagram:moonchild"),
        ("insta: moonchild he wants money", "instagram:moonchild"),
        ("my insta is moonchild please help", "instagram:moonchild"),
        ("snap : lacorneille et elle demande", "snapchat:lacorneille"),
        ("insta name: moonchild wants money now", "instagram:moonchild"),
        ('his insta "moonchild" again', "instagram:moonchild"),
        ("انستا: moonchild يهددني ويطلب", "instagram:moonchild"),
    ],
)
def test_a_plain_name_is_still_one(text: str, name: str) -> None:
    assert said(text) == {f"handle {name}"}


def test_a_chat_has_a_number_unless_the_name_is_said_to_be_there() -> None:
    assert said("@raj_x7 whatsapp 0300 1234567") == {"handle unknown:raj_x7", "phone +923001234567"}
    assert said("insta raj_x7 whatsapp 0300 1234567") == {
        "handle instagram:raj_x7",
        "phone +923001234567",
    }


@pytest.mark.parametrize("text", ["insta: {}_x ", "@{}_x on X ", "as {}.king.pk sur X, "])
def test_thousands_of_names_are_each_found(text: str) -> None:
    many = "".join(text.format(f"name{place}") for place in range(3_000))
    assert len(find_identifiers(many, country="PK")) > 2_900


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a channel on Telegram salutes them. It is called, with songs, @night_media", "telegram"),
        ("صفحة في التيكتوك يحطو فيها تصاورو. مازالت تزيد. الصفحة @dahk_3la", "tiktok"),
        (
            "faux compte tiktok avec mon visage et mon nom, ils vont me trouver, c'est @sarah.oran",
            "tiktok",
        ),
        ("insta: raj_beauty. and then. pseudo : other_name5", "unknown"),
        ("my instagram was hacked. please help me. user scorpion.tiger4 wrote to me", "unknown"),
        ("dkhel l facebook dyali! sift liya @ayesha.amir", "unknown"),
        ("he is on telegram and on snapchat. please help. it is @ayesha.amir", "unknown"),
        ("he is on telegram. please help. @ayesha.amir and @other.one", "unknown"),
        ("سکائپ آئی ڈی tajweed_live ہے", "skype"),
    ],
)
def test_the_only_platform_of_a_text_is_that_of_its_only_name(text: str, value: str) -> None:
    found = [one for one in said(text) if one.startswith("handle ") and "raj_beauty" not in one]
    assert found
    assert all(one.startswith(f"handle {value}:") for one in found)


@pytest.mark.parametrize(
    "text", ["compte facebook volé, mes copines rient", "insta piraté les gens"]
)
def test_a_french_word_with_an_accent_is_no_arabic_prose(text: str) -> None:
    assert said(text) == set()


@pytest.mark.parametrize("text", ["صفحته هي oud_shatti وصفحتي", "un certain oud_shatti lui offre"])
def test_what_is_called_his_page_is_a_name(text: str) -> None:
    assert said(text) == {"handle unknown:oud_shatti"}


@pytest.mark.parametrize(
    "text",
    [
        "his name in the game is turbo_amo55",
        "he is called in that game turbo_amo55",
        "son nom dans le jeu est turbo_amo55",
        "اسمه في اللعبة turbo_amo55 ولسه بيكلمه",
        "اسمه باللعبة turbo_amo55",
        "smito f lgame turbo_amo55",
        "گیم میں نام turbo_amo55 ہے",
        "game me naam turbo_amo55 hai",
    ],
)
def test_a_name_in_a_game_is_a_name(text: str) -> None:
    assert said(text) == {"handle unknown:turbo_amo55"}


@pytest.mark.parametrize(
    "text",
    [
        "the name of the game is chess and we lost",
        "l'jeu smito free w zwin",
        "اسم اللعبة شطرنج وفيها level 5",
        "in the game he named his horse Thunder",
    ],
)
def test_the_name_of_a_game_is_nobodys(text: str) -> None:
    assert said(text) == set()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("چور کا ڈسکارڈ zalim_khan#4471", "zalim_khan#4471"),
        ("discord: Zalim_Khan#4471.", "zalim_khan#4471"),
        ("his discord is zalim_khan", "zalim_khan"),
        ("discord zalim_khan #4471 was the room", "zalim_khan"),
        ("discord zalim_khan#44711", "zalim_khan"),
        ("discord zalim_khan#447", "zalim_khan"),
    ],
)
def test_a_tag_of_discord_tells_two_of_one_name_apart(text: str, name: str) -> None:
    assert f"handle discord:{name}" in said(text)


def test_nowhere_else_is_a_hash_a_part_of_a_name() -> None:
    assert said("instagram: zalim_khan#4471") == {"handle instagram:zalim_khan"}


@pytest.mark.parametrize(
    "text",
    [
        "آلاف التغريدات بدأها حساب kwt_tahaddi7",
        "thousands of tweets, all began with @kwt_tahaddi7",
        "ٹویٹس @kwt_tahaddi7 نے شروع کیں",
    ],
)
def test_who_tweets_is_on_x(text: str) -> None:
    assert said(text) == {"handle x:kwt_tahaddi7"}
