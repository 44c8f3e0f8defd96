# SPDX-License-Identifier: AGPL-3.0-or-later
"""Mail addresses, links and IP addresses."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import SplitResult, quote, urlsplit

from amana.kernel.identifiers.text import domain, no_blanks, refang, tidy
from amana.kernel.identifiers.types import BadIdentifier, Identifier

_LOCAL = re.compile(r"[^\s@<>()\[\]\\,;:\"]{1,64}")
_SCHEMES = {"http": 80, "https": 443, "ftp": 21}
_HAS_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_HOST_AND_PORT = re.compile(r"[^/?#@:]+:\d{1,5}(?=[/?#]|$)")
# Only marks that name the visit and never the page; anything else may be part of the evidence.
_TRACKERS = re.compile(r"(?:utm_[a-z_]+|fbclid|gclid|igsh|igshid)(?:=|$)", re.IGNORECASE)

# Providers that deliver what follows a plus to the same mailbox (RFC 5233 calls it the detail), and
# those that read no dots in a name, by their own help pages.
_PLUS = frozenset(
    {
        *("gmail.com", "outlook.com", "hotmail.com", "live.com", "icloud.com", "me.com", "mac.com"),
        *("proton.me", "protonmail.com", "pm.me", "fastmail.com", "yandex.com", "yandex.ru"),
    }
)
_NO_DOTS = frozenset({"gmail.com"})
_SAME_HOST = {"googlemail.com": "gmail.com"}


def email(value: str) -> Identifier:
    """Normalise a mail address: domain in ASCII, all in lower case, a plus part kept.

    RFC 5321 lets a provider tell ``A@`` from ``a@``; none in use does, and two reporters will
    type it differently. `display` keeps the case that was typed.
    """
    text = refang(tidy(value)).removeprefix("mailto:").strip("<>")
    no_blanks(text, "not_an_email")
    local, at, host = text.rpartition("@")
    if not at or not _LOCAL.fullmatch(local) or local[0] == "." or local[-1] == ".":
        raise BadIdentifier("not_an_email")
    name = domain(host)
    return Identifier("email", f"{local.lower()}@{name}", f"{local}@{name}", note=_idn(name))


def mailbox(address: str) -> str:
    """The address of the mailbox that a normalised address leads to, where its provider is known
    to have several for one: k.arim+shop@googlemail.com is karim@gmail.com. Else the same."""
    name, _, host = address.rpartition("@")
    host = _SAME_HOST.get(host, host)
    if host in _PLUS:
        name = name.partition("+")[0] or name
    if host in _NO_DOTS:
        name = name.replace(".", "")
    return f"{name}@{host}"


def url(value: str) -> Identifier:
    """Normalise a link without losing what it points to.

    Scheme and host in lower case and ASCII, default port and visit trackers dropped, other
    characters percent-encoded. Path, query and fragment are otherwise kept as they are.
    """
    text = no_blanks(refang(tidy(value)), "not_a_link")
    assumed = not _HAS_SCHEME.match(text) or bool(_HOST_AND_PORT.match(text))
    try:
        parts = urlsplit(("https://" if assumed else "") + text.removeprefix("//"))
        port = parts.port
    except ValueError:
        raise BadIdentifier("not_a_link") from None
    if parts.scheme not in _SCHEMES:
        raise BadIdentifier("not_a_link")
    host, is_name = _host(parts.hostname or "")
    user = parts.netloc.rpartition("@")[0]
    where = (_quoted(user) + "@" if user else "") + host
    if port is not None and port != _SCHEMES[parts.scheme]:
        where += f":{port}"
    rest = _rest(parts)
    whole = f"{parts.scheme}://{where}{rest}"
    notes = [
        "scheme_assumed" if assumed else "",
        "user_part" if user else "",
        _idn(host) if is_name else "",
    ]
    return Identifier("url", whole, whole, note=" ".join(filter(None, notes)))


def ip(value: str) -> Identifier:
    """Normalise an IPv4 or IPv6 address; a port goes to the note and the display."""
    text = no_blanks(refang(tidy(value)), "not_an_ip")
    match = re.fullmatch(r"\[([^\]]+)\](?::(\d{1,5}))?|([\d.]+):(\d{1,5})", text)
    bare, port = text, ""
    if match:
        bare, port = match[1] or match[3], match[2] or match[4] or ""
    try:
        address = ipaddress.ip_address(bare)
    except ValueError:
        raise BadIdentifier("not_an_ip") from None
    if "%" in bare or (port and int(port) > 65_535):
        raise BadIdentifier("not_an_ip")
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    shown = str(address)
    if port:
        shown = f"[{address}]:{int(port)}" if address.version == 6 else f"{address}:{int(port)}"
    notes = [f"port:{int(port)}" if port else "", "" if address.is_global else "not_public"]
    return Identifier("ip", str(address), shown, note=" ".join(filter(None, notes)))


def _host(name: str) -> tuple[str, bool]:
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return domain(name), True
    return (f"[{address}]" if address.version == 6 else str(address)), False


def _rest(parts: SplitResult) -> str:
    kept = [part for part in parts.query.split("&") if part and not _TRACKERS.match(part)]
    rest = _quoted(parts.path) or "/"
    if kept:
        rest += "?" + _quoted("&".join(kept))
    if parts.fragment:
        rest += "#" + _quoted(parts.fragment)
    return rest


def _quoted(text: str) -> str:
    """Percent-encode what RFC 3986 does not allow; what is encoded already stays, in capitals."""
    quoted = quote(text, safe="/?:@!$&'()*+,;=-._~%#", errors="replace")
    quoted = re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", quoted)
    return re.sub(r"%[0-9a-fA-F]{2}", lambda found: found.group().upper(), quoted)


def _idn(name: str) -> str:
    return "idn" if "xn--" in name else ""
