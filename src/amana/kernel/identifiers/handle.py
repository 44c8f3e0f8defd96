# SPDX-License-Identifier: AGPL-3.0-or-later
"""Accounts as ``platform:name``: a handle without its platform links the wrong people."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, unquote, urlsplit

from amana.kernel.identifiers.text import no_blanks, tidy
from amana.kernel.identifiers.types import BadIdentifier, Identifier
from amana.kernel.identifiers.web import url

UNKNOWN = "unknown"
_HOSTS = {
    "instagram.com": "instagram",
    "instagr.am": "instagram",
    "facebook.com": "facebook",
    "fb.com": "facebook",
    "fb.me": "facebook",
    "m.me": "facebook",
    "ig.me": "instagram",
    "messenger.com": "facebook",
    "tiktok.com": "tiktok",
    "x.com": "x",
    "twitter.com": "x",
    "t.me": "telegram",
    "telegram.me": "telegram",
    "snapchat.com": "snapchat",
    "youtube.com": "youtube",
    "threads.net": "threads",
    "threads.com": "threads",
    "linkedin.com": "linkedin",
    "reddit.com": "reddit",
    "discord.com": "discord",
    "pinterest.com": "pinterest",
    "twitch.tv": "twitch",
    "vk.com": "vk",
}
_ALIASES = {
    "ig": "instagram",
    "insta": "instagram",
    "انستغرام": "instagram",
    "انستجرام": "instagram",
    "انستا": "instagram",
    "fb": "facebook",
    "messenger": "facebook",
    "فيسبوك": "facebook",
    "فيس": "facebook",
    "twitter": "x",
    "تويتر": "x",
    "tg": "telegram",
    "تيليجرام": "telegram",
    "تلغرام": "telegram",
    "snap": "snapchat",
    "سناب": "snapchat",
    "سناب شات": "snapchat",
    "yt": "youtube",
    "يوتيوب": "youtube",
    "تيك توك": "tiktok",
}
# Path words that come before a name, and first segments that are pages and not people.
_BEFORE = {"add", "u", "user", "users", "in", "s", "c", "m", "stories", "people", "profile"}
_PAGES = {
    *("p", "reel", "reels", "tv", "explore", "accounts", "groups", "events", "watch", "share"),
    *("sharer", "story.php", "photo.php", "photo", "permalink.php", "login", "home", "search"),
    *("hashtag", "i", "intent", "joinchat", "addstickers", "shorts", "playlist", "channels"),
    *("invite", "posts", "pages", "marketplace", "settings", "about", "r", "company", "status"),
    *("video", "live", "feed", "results", "discover", "tag", "l.php", "dialog", "help", "pin", "t"),
}
# Hosts of short links and what a path of numbers is on one platform: nobody's name.
_EVERYBODYS = {"google.com", "gmail.com", "wa.me", "whatsapp.com", "web.whatsapp.com", "bing.com"}
_SHORT_HOSTS = {"vm.tiktok.com", "vt.tiktok.com", "fb.watch", "story.snapchat.com"}
_PAGES_OF = {"telegram": {"c"}}
_CASE_MATTERS = re.compile(r"UC[\w-]{22}")
_TAG = re.compile(r"#[0-9]{4}$")
_NAME = re.compile(r"[^\W_][\w.\-]{0,99}|_[\w.\-]{0,99}")


def handle(value: str) -> Identifier:
    """Normalise ``@name``, ``platform:name``, ``platform/name`` or a profile link.

    Names are compared in lower case; Facebook's also without dots, as Facebook does. A name
    without platform becomes ``unknown:name`` with the note ``no_platform``.
    """
    text = tidy(value)
    found = handle_of_link(text)
    if found:
        return found
    platform, name = _split(text)
    if platform and "://" in text:
        raise BadIdentifier("no_account_in_link")
    return _made(platform or UNKNOWN, name)


def handle_of_link(link: str) -> Identifier | None:
    """Return the account a profile link points to; None for posts, groups and other sites."""
    if "." not in link or link.startswith("@"):
        return None
    try:
        return account_at(url(link).value)
    except BadIdentifier:
        return None


def account_at(link: str) -> Identifier | None:
    """Return the account at a link that is in its one form already."""
    parts = urlsplit(link)
    host = (parts.hostname or "").removeprefix("www.")
    platform = _HOSTS.get(host) or _HOSTS.get(".".join(host.split(".")[-2:]))
    if platform is None or host in _SHORT_HOSTS:
        return None
    if parts.path.split("/")[1:2] and parts.path.split("/")[1] in _PAGES_OF.get(platform, ()):
        return None
    name = _name_in(unquote(parts.path), parts.query)
    try:
        return _made(platform, name) if name else None
    except BadIdentifier:
        return None


def is_front_page(link: str) -> bool:
    """Whether a normalised link leads to a platform or a service that everybody uses, and to
    nobody's page there."""
    parts = urlsplit(link)
    host = (parts.hostname or "").removeprefix("www.")
    served = _HOSTS.keys() | _EVERYBODYS
    return host in served and parts.path in {"", "/"} and not parts.query


def _name_in(path: str, query: str) -> str:
    segments = [segment for segment in path.split("/") if segment]
    if not segments:
        return ""
    first = segments[0].lower()
    if first == "profile.php":
        return parse_qs(query).get("id", [""])[0]
    if first == "people" and len(segments) > 2:
        return segments[2]
    if first == "channel" and len(segments) > 1:
        return segments[1]
    if first in _BEFORE and len(segments) > 1:
        return segments[1]
    return "" if first in _PAGES or first in _BEFORE or first.startswith("+") else segments[0]


def _split(text: str) -> tuple[str, str]:
    match = re.fullmatch(r"([^\W\d_][^:/@]{0,19}?)\s*[:/]\s*(.+)", text)
    if match:
        word = match[1].strip().lower()
        platform = _ALIASES.get(word, word if word in {*_HOSTS.values(), UNKNOWN} else "")
        if platform or word.isascii():
            return platform or re.sub(r"[^a-z0-9]", "", word), match[2]
    return "", text


def _made(platform: str, name: str) -> Identifier:
    name = no_blanks(name.strip().removeprefix("@").strip().rstrip("/"), "not_a_handle")
    plain = _TAG.sub("", name) if platform == "discord" else name
    if not _NAME.fullmatch(plain):
        raise BadIdentifier("not_a_handle")
    key = name if platform == "youtube" and _CASE_MATTERS.fullmatch(name) else name.lower()
    if platform == "facebook":
        key = key.replace(".", "") or key
    note = "no_platform" if platform == UNKNOWN else ""
    shown = f"@{name}" if platform == UNKNOWN else f"{platform}: {name}"
    return Identifier("handle", f"{platform}:{key}", shown, note=note)
