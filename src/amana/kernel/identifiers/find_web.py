# SPDX-License-Identifier: AGPL-3.0-or-later
"""Links, domains, mail and IP addresses in running text, also those made unclickable."""

from __future__ import annotations

import re

from amana.kernel.identifiers.chat_links import is_chat_link, phone_in
from amana.kernel.identifiers.find_handles import names_an_account
from amana.kernel.identifiers.found import Sheet
from amana.kernel.identifiers.handle import account_at
from amana.kernel.identifiers.suffixes import is_file_ending, is_plain_suffix, is_suffix
from amana.kernel.identifiers.text import domain as a_domain
from amana.kernel.identifiers.types import LONGEST, BadIdentifier
from amana.kernel.identifiers.web import email, ip, url

_BRACKETED = r"[ ]?[\[({][ ]?(?:\.|dot|point|نقطة|نقطه|ڈاٹ)[ ]?[\])}][ ]?"
_SPOKEN = r"[ ]{1,2}(?:dot|point|نقطة|نقطه|دوت|ڈاٹ)[ ]{1,2}"
_DOT = rf"(?:\.|{_BRACKETED}|[ ]?\[\.[ ]?|{_SPOKEN})"
# A label is of one family of scripts: Arabic prose stands right behind a Latin address.
# Nothing that may follow a label is part of one: what was matched is never given back.
_LETTER = r"A-Za-z0-9\u00c0-\u04ff"
_LATIN = rf"(?>[{_LETTER}](?:[{_LETTER}_-]{{0,61}}[{_LETTER}])?)"
_ARABIC = r"[\u0620-\u06ff](?:[\u0620-\u06ff0-9-]{0,61}[\u0620-\u06ff0-9])?"
_HOST = rf"(?:{_LATIN}(?:{_DOT}{_LATIN}){{1,9}}|{_ARABIC}(?:\.{_ARABIC}){{1,9}})"
_SCHEME = r"(?:h[tx*]{2}ps?|ftp)\s?[\[(]?\s?:\s?[\])]?\s?/\s?/\s?[\])]?\s?"
_PATH = r"(?:[/?#][^\s<>\"«»“”\0]{0,1500})?"
_V4 = r"\d{1,3}(?:\s?[\[({]\s?\.\s?[\])}]\s?|\.)" * 3 + r"\d{1,3}"
_LINK = re.compile(
    rf"(?P<scheme>{_SCHEME})(?P<user>[^\s/@<>\"'?#\0]{{1,64}}@)?(?P<host>{_HOST}|{_V4}|\[[0-9A-Fa-f:.]{{2,45}}\]|[A-Za-z0-9-]{{2,40}})"
    rf"(?P<port>:\d{{1,5}})?(?P<path>{_PATH})",
    re.IGNORECASE,
)
_BARE = re.compile(
    rf"(?<![\w@.\-/\0])(?P<host>{_HOST})(?P<port>:\d{{1,5}}(?!\d))?(?P<path>{_PATH})", re.IGNORECASE
)
_AT = (
    r"(?:@|\s?[\[({]\s?(?:@|at|arobase|arrobase|آت|ات|ایٹ)\s?[\])}]\s?"
    r"|\s{1,2}(?:at|arobase|arrobase|آت|ایٹ)\s{1,2}|\s{1,2}@\s{0,2}|@\s{1,2})"
)
_LOCAL = r"(?>[A-Za-z0-9_](?:[A-Za-z0-9._%+'-]{0,62}[A-Za-z0-9_+])?)"
_MAIL = re.compile(
    rf"(?<![A-Za-z0-9._%+\0-])(?P<local>{_LOCAL}(?:{_SPOKEN}{_LOCAL}){{0,3}})"
    rf"(?P<at>{_AT})(?P<host>{_LATIN}(?:(?:{_DOT}|[ ]\.[ ]){_LATIN}){{1,5}}"
    r"|(?:gmail|hotmail|yahoo|outlook),(?:com|fr)\b)",
    re.IGNORECASE,
)
_SPOKEN_DOT = re.compile(_SPOKEN, re.IGNORECASE)
_IPV4 = re.compile(
    rf"(?<![\d.\w])(?P<ip>{_V4})(?!\.?\d|\w)(?:(?:\s?:\s?|,?\s{{1,2}}(?:port|بورت|المنفذ|منفذ|پورٹ)\s"
    r"{0,2}[:n°]{0,2}\s{0,2})(?P<port>\d{1,5})(?!\d|:))?",
    re.IGNORECASE,
)
_IPV6 = re.compile(r"(?<![\w:.])\[?(?P<ip>[0-9A-Fa-f:]{3,39}(?:\d{1,3}(?:\.\d{1,3}){3})?)(?![\w:])")
# 52.57.60.94 is also how phones are written.
_PAIRED = re.compile(r"\d\d(?:\.\d\d){3}")
_CALLED = re.compile(r"tel|tél|phone|num|nmr|ra9m|whats|رقم|هاتف|واتس|جوال|نمبر|فون", re.IGNORECASE)
_VERSION = re.compile(
    r"(?:\bv|versions?|firmware|build|إصدار|الإصدار|ورژن)\s{0,2}[:.]?\s{0,2}$", re.IGNORECASE
)
_TIME = re.compile(
    r"(?P<day>\d{4}-\d{2}-\d{2}|\d{1,2}[/.]\d{1,2}[/.]\d{2,4})?"
    r"[T ,àa@t]{0,6}(?P<hour>\d{1,2}[:h]\d{2}(?::\d{2})?)\s?(?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2})?"
)
_TRAILING = ".,;:!?'\"،؛؟…*`"
_PAIRS = {")": "(", "]": "[", "}": "{"}
_MAIL_HOSTS = re.compile(
    r"(?:gmail|g-mail|hotmail|outlook|yahoo|ymail|live|icloud|proton(?:mail)?|aol|gmx|mail|yandex"
    r"|orange|laposte|free|menara|wanadoo|msn|tutanota|zoho|rediffmail)\b",
    re.IGNORECASE,
)
_SITE_WORD = re.compile(
    r"(?:\bsite|website|web ?site|domain|domaine|\blinks?|\blien|\burl|\bwww|page|portal"
    r"|موقع|الموقع|رابط|الرابط|لينك|دومين|نطاق|ویب ?سائٹ|سائٹ|لنک|ڈومین)"
    r"\W{0,3}(?:\w{1,12}\W{1,3}){0,3}$",
    re.IGNORECASE,
)
# "edit.king.pk", but not "shop.co.uk".
_OF_COUNTRY = re.compile(r"\.(?!(?:com?|net|org|gov|edu|gouv|ac|go)\.)[a-z0-9_]+\.[a-z]{2}$")
# Links that open an app: tg://resolve?domain=name, snapchat://add/name.
_APP_LINK = re.compile(
    r"\b(?P<app>tg|telegram|instagram|snapchat|twitter)://"
    r"(?:resolve\?domain=|user\?(?:username|screen_name)=|add/)(?P<name>[A-Za-z0-9_][\w.\-]{1,39})",
    re.IGNORECASE,
)
_APPS = {"tg": "telegram", "twitter": "x"}


def find_web(sheet: Sheet) -> None:
    """Take links first, then mail, IP addresses and bare domains."""
    _app_links(sheet)
    _links(sheet)
    _mails(sheet)
    _addresses(sheet)
    _bare(sheet)


def _app_links(sheet: Sheet) -> None:
    if "://" not in sheet.rest:
        return
    for match in list(_APP_LINK.finditer(sheet.rest)):
        app, name = match["app"].lower(), match["name"].lower().rstrip(".-")
        value = f"{_APPS.get(app, app)}:{name}"
        sheet.take("handle", value, match.start(), match.end(), note="link")


def _links(sheet: Sheet) -> None:
    for match in list(_LINK.finditer(sheet.rest)):
        end = match.start() + len(_trimmed(match.group()))
        scheme = re.sub(r"[^a-z]", "", match["scheme"].lower().replace("x", "t").replace("*", "t"))
        rest = match.group()[match.start("host") - match.start() : end - match.start()]
        tight = _tight(rest, match["host"])
        if "." not in tight.split("/")[0] and ":" not in tight.split("/")[0]:
            continue
        take_link(sheet, f"{scheme}://{match['user'] or ''}{tight}", match.start(), end)


def take_link(sheet: Sheet, link: str, start: int, end: int) -> bool:
    """Take a link as what it means: a phone, an account, or the link itself."""
    try:
        found = url(link)
    except BadIdentifier:
        return False
    if is_chat_link(found.value):
        try:
            number = phone_in(found.value)
        except BadIdentifier:
            sheet.take("url", found.value, start, end)
            return True
        sheet.take("phone", number.value, start, end, region=number.country, note="chat_link")
        return True
    account = account_at(found.value)
    if account:
        sheet.take("handle", _as_written(link, account.value), start, end, note="link")
    else:
        sheet.take("url", found.value, start, end, note=found.note)
    return True


def _as_written(link: str, value: str) -> str:
    """Facebook's dots are dropped when accounts are compared, not when they are shown."""
    platform, _, key = value.partition(":")
    if platform != "facebook":
        return value
    for part in re.split(r"[/?=&#]", link):
        if part.lower().replace(".", "") == key:
            return f"{platform}:{part.lower().strip('.')}"
    return value


def _mails(sheet: Sheet) -> None:
    for match in list(_MAIL.finditer(sheet.rest)):
        host = _tight(match["host"], match["host"]).replace(",", ".")
        plain_at = match["at"] == "@"
        if not plain_at and not re.search(r"[\[({]", match["at"]):
            known = _MAIL_HOSTS.match(host)
            if not known and not re.search(r"[\d._]", match["local"]):
                continue
            if match["at"].strip().lower() in {"at", "آت"} and not known and "." in match["host"]:
                continue
        name, end = _host_with_suffix(match["host"], host)
        if not name:
            continue
        try:
            found = email(f"{_SPOKEN_DOT.sub('.', match['local'])}@{name}")
        except BadIdentifier:
            continue
        start = match.start()
        if sheet.rest[max(0, start - 7) : start].lower() == "mailto:":
            start -= 7
        sheet.take("email", found.value, start, match.start("host") + end, note=found.note)


def _host_with_suffix(written: str, host: str) -> tuple[str, int]:
    """Return the longest front of a host that ends in a public suffix, and its length as written.

    What stands behind a mail address in prose ("a@b.com.Merci") is no part of it.
    """
    labels = host.split(".")
    for count in range(len(labels), 1, -1):
        name = ".".join(labels[:count])
        if is_suffix(labels[count - 1]):
            break
    else:
        return "", 0
    tail = labels[count:]
    end = len(written)
    for label in reversed(tail):
        end = written.rindex(label, 0, end)
        end = len(re.sub(rf"(?:{_DOT}|[\s.])+$", "", written[:end]))
    return name, end


def _addresses(sheet: Sheet) -> None:
    for match in list(_IPV4.finditer(sheet.rest)):
        if _PAIRED.fullmatch(match["ip"]) and _CALLED.search(
            sheet.rest[max(0, match.start() - 24) : match.start()]
        ):
            continue
        _take_ip(sheet, re.sub(r"[\s\[\](){}]", "", match["ip"]), match)
    for match in list(_IPV6.finditer(sheet.rest)):
        text = match["ip"]
        groups = [group for group in text.split(":") if group]
        if text.count(":") < 2 or len(groups) < 2 or not any(c.isdigit() for c in text):
            continue
        _take_ip(
            sheet, text.rstrip(":") if text.endswith(":") and text[-2:] != "::" else text, match
        )


def _take_ip(sheet: Sheet, text: str, match: re.Match[str]) -> None:
    start, end = match.start("ip"), match.end()
    if _VERSION.search(sheet.rest[max(0, start - 14) : start]):
        return
    port = match.groupdict().get("port")
    try:
        found = ip(f"{text}:{port}" if port else text)
    except BadIdentifier:
        try:
            found, end = ip(text), match.end("ip")
        except BadIdentifier:
            return
    when = _TIME.search(sheet.rest[end : end + 60])
    notes = [found.note]
    if when:
        said = "T".join(filter(None, (when["day"], when["hour"])))
        notes.append(f"time:{said}{when['zone'] or ''}")
    sheet.take("ip", found.value, start, end, note=" ".join(filter(None, notes)))


def _bare(sheet: Sheet) -> None:
    for match in list(_BARE.finditer(sheet.rest)):
        whole = _trimmed(match.group())
        path = whole[match.end("host") - match.start() :]
        host, length = _host_with_suffix(match["host"], _tight(match["host"], match["host"]))
        if not host or (path and length < len(match["host"])):
            continue
        before = sheet.rest[max(0, match.start() - 50) : match.start()]
        if not (path or _is_meant(match["host"][:length], host, before)):
            continue
        after = sheet.rest[match.end() : match.end() + 50]
        if not path and _may_be_account(match["host"], host, before, after):
            continue
        end = match.start() + (len(whole) if path else length)
        if path and (take_link(sheet, host + path, match.start(), end)):
            continue
        try:
            name = a_domain(host)
        except BadIdentifier:
            continue
        sheet.take("domain", name, match.start(), end, note="idn" if "xn--" in name else "")


def _is_meant(written: str, host: str, before: str) -> bool:
    """Whether a name without scheme and path is a domain, and not two words without a blank."""
    last = host.rsplit(".", 1)[-1].lower()
    if re.search(r"[\[({]|\s", written):
        return bool(re.search(r"[\[({]", written)) or is_plain_suffix(last)
    if host.lower().startswith("www.") or _SITE_WORD.search(before):
        return True
    if is_file_ending(last) or not re.search(r"[^\W\d]", host.rsplit(".", 1)[0]):
        return False
    return is_plain_suffix(last) and host == host.lower()


def _may_be_account(written: str, host: str, before: str, after: str) -> bool:
    """Whether a name is an account beside its platform, by its form too: three parts of which the
    last is a country, or one that goes on behind what ends like a domain ("lina.dz.oran")."""
    if not re.fullmatch(r"[a-z0-9_.]+", written) or host.startswith("www."):
        return False
    goes_on = len(written) > len(host)
    if not goes_on and (_SITE_WORD.search(before) or not _OF_COUNTRY.search(host)):
        return False
    return names_an_account(before, after, also_places=goes_on)


def _tight(text: str, host: str) -> str:
    """Return `text`, which begins with `host`, with the host's dots made plain."""
    clean = re.sub(_DOT, ".", host, flags=re.IGNORECASE)
    return re.sub(r"\s?\.\s?", ".", clean) + text[len(host) :]


def _trimmed(text: str) -> str:
    """Drop what ends a sentence or closes a bracket that was opened before the link."""
    text = text[:LONGEST]
    # Arabic prose glued to a Latin path is no part of it.
    glued = re.search(r"(?<=[A-Za-z0-9])[\u0620-\u06ff]", text)
    if glued and not re.match(r"[^/]*[\u0620-\u06ff]", text.split("://")[-1]):
        text = text[: glued.start()]
    while text:
        last = text[-1]
        if last in _TRAILING or (last in _PAIRS and text.count(last) > text.count(_PAIRS[last])):
            text = text[:-1]
        else:
            break
    return text
