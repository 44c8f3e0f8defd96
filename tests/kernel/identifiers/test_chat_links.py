# SPDX-License-Identifier: AGPL-3.0-or-later
"""Links that mean a phone or an account: whoever pastes one into a field and whoever writes it into
her story are found to mean the same, and no link means somebody whom it does not lead to."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amana.kernel.identifiers import (
    BadIdentifier,
    find_identifiers,
    is_front_page,
    normalise,
    related,
    tolerant,
)
from amana.kernel.identifiers.chat_links import is_chat_link, phone_in

NUMBER = "+212612345678"
CHATS = [
    "https://wa.me/{}",
    "https://www.wa.me/{}",
    "http://wa.me/c/{}",
    "wa.me/+{}",
    "https://wa.me/{}?text=hello",
    "https://api.whatsapp.com/send?phone={}",
    "https://api.whatsapp.com/send?text=hello&phone={}",
    "https://api.whatsapp.com/send/?phone=%2B{}",
    "https://web.whatsapp.com/send?phone={}&text=hello",
    "https://chat.whatsapp.com/send?phone={}",
    "https://whatsapp.com/send?phone={}",
    "https://signal.me/#p/+{}",
    "https://t.me/+{}",
    "https://telegram.me/{}",
    "hxxps://wa[.]me/{}",
    "HTTPS://WA.ME/{}",
    "https://wa.me/00{}",
]


def meant(link: str) -> list[tuple[str, str]]:
    """What a link in a field of its own means."""
    return [(one.kind, one.value) for one in related(tolerant("url", link))]


def read(text: str) -> list[tuple[str, str]]:
    """What stands in words."""
    return [(one.type, one.value) for one in find_identifiers(text, country="MA")]


@pytest.mark.parametrize("link", CHATS)
def test_a_chat_link_is_its_phone_in_a_field_and_in_words(link: str) -> None:
    link = link.format(NUMBER[1:])
    assert meant(link) == read(f"he writes from {link} at night") == [("phone", NUMBER)]


@pytest.mark.parametrize("link", CHATS)
@settings(max_examples=10)
@given(st.sampled_from(["962", "212", "92", "216"]), st.integers(10**8, 10**9 - 1))
def test_whatever_number_it_opens_both_doors_say_the_same(
    link: str, code: str, number: int
) -> None:
    whole = link.format(f"{code}{number}")
    phones = [one for one in read(f"see {whole} now") if one[0] == "phone"]
    assert meant(whole) == phones


@pytest.mark.parametrize(
    "link",
    [
        "https://wa.me/message/ABCDEF123",
        "https://wa.me/",
        "https://chat.whatsapp.com/AbCdEfGhIjKlMn",
        "https://t.me/+AbCdEfGh12345678",
        "https://t.me/joinchat/12345678",
        "https://t.me/1234567",
        "https://evil.example/wa.me/212612345678",
        "https://wa.me.evil.example/212612345678",
        "https://wa.me@evil.example/212612345678",
        "https://evil.example/?phone=212612345678",
        "https://notwhatsapp.com/send?phone=212612345678",
        "https://evil.example/?u=https://wa.me/212612345678",
    ],
)
def test_no_other_link_is_a_chat(link: str) -> None:
    assert not is_chat_link(normalise("url", link).value)
    assert ("phone", NUMBER) not in meant(link)


@pytest.mark.parametrize(
    "link",
    ["https://api.whatsapp.com/send?text=hello", "https://wa.me/1", "https://wa.me/0612345678"],
)
def test_a_chat_link_without_a_number_that_can_be_called_stays_a_link(link: str) -> None:
    """A national number is none there: read with a plus it would be somebody's in Australia."""
    assert is_chat_link(link)
    with pytest.raises(BadIdentifier):
        phone_in(link)
    assert meant(link) == []
    assert [kind for kind, _ in read(f"see {link}")] == ["url"]


@pytest.mark.parametrize(
    ("link", "account"),
    [
        ("https://instagram.com/lion.heart", "instagram:lion.heart"),
        ("http://WWW.INSTAGRAM.COM/Lion.Heart/", "instagram:lion.heart"),
        ("https://instagram.com/lion.heart?igsh=abc", "instagram:lion.heart"),
        ("https://m.facebook.com/lion.heart", "facebook:lionheart"),
        ("https://www.tiktok.com/@lion_heart/video/123", "tiktok:lion_heart"),
        ("https://x.com/lion_heart/status/1", "x:lion_heart"),
        ("https://twitter.com/lion_heart", "x:lion_heart"),
        ("https://t.me/s/lion_heart", "telegram:lion_heart"),
        ("https://www.snapchat.com/add/lion_heart", "snapchat:lion_heart"),
        ("https://www.facebook.com/profile.php?id=100012345", "facebook:100012345"),
        ("https://www.facebook.com/people/Lion-Heart/100012345/", "facebook:100012345"),
        ("https://www.reddit.com/user/lion_heart", "reddit:lion_heart"),
        ("https://www.linkedin.com/in/lion-heart", "linkedin:lion-heart"),
    ],
)
def test_a_link_to_somebodys_page_is_that_account(link: str, account: str) -> None:
    assert meant(link) == [("handle", account)]


@pytest.mark.parametrize(
    "link",
    [
        "https://instagram.com@evil.example/lion",
        "https://instagram.com.evil.example/lion",
        "https://evil.example/instagram.com/lion",
        "https://notinstagram.com/lion",
        "https://\u0456nstagram.com/lion",
        "https://instagram-com.evil.example/lion",
        "https://instagram.co/lion",
        "https://instagram.com/p/Cabc123/",
        "https://instagram.com/stories/",
        "https://facebook.com/groups/12345",
        "https://vm.tiktok.com/ZMabc/",
        "https://t.me/c/12345/6",
        "https://instagram.com/%20",
    ],
)
def test_no_link_is_an_account_that_it_does_not_lead_to(link: str) -> None:
    """Who copies a page gives it an address that looks like the other."""
    assert meant(link) == []
    assert not is_front_page(normalise("url", link).value)


@pytest.mark.parametrize(
    ("link", "is_front"),
    [
        ("https://instagram.com", True),
        ("https://www.instagram.com/", True),
        ("instagram.com", True),
        ("https://instagram.com/#top", True),
        ("https://www.google.com", True),
        ("https://wa.me/", True),
        ("https://gmail.com", True),
        ("https://instagram.com/lion", False),
        ("https://instagram.com/?id=7", False),
        ("https://facebook.com/profile.php?id=7", False),
        ("https://evil.example/", False),
        ("https://google.com.evil.example/", False),
        ("https://drive.google.com/", False),
    ],
)
def test_which_links_lead_to_nobodys_page(link: str, is_front: bool) -> None:
    assert is_front_page(normalise("url", link).value) == is_front


def test_only_a_link_that_is_one_says_more() -> None:
    assert related(tolerant("url", "https://wa.me/ 212612345678")) == []
    assert related(normalise("phone", NUMBER)) == []
    assert related(normalise("handle", "https://t.me/lion_heart")) == []


@pytest.mark.parametrize(
    "link",
    [
        "https://api.whatsapp.com/send?text=see%20t.me/12345678901&phone=962791234567",
        "https://api.whatsapp.com/send?text=phone%3D12345678901&phone=962791234567",
        "https://api.whatsapp.com/send?phone=962-79-123%204567",
        "https://wa.me/%2B962791234567",
        "https://wa.me/962791234567?text=phone=12345678901",
    ],
)
def test_a_number_in_its_message_is_not_whom_a_link_leads_to(link: str) -> None:
    assert meant(link) == [("phone", "+962791234567")]


def test_a_link_without_number_of_its_own_means_none_of_its_message() -> None:
    assert meant("https://api.whatsapp.com/send?text=me/12345678901") == []
