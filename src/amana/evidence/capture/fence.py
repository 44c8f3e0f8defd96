# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which addresses a capture may reach: public ones, by http or https, on their usual ports.

A page that somebody names is a request made by our machine. Without a fence it could read what
only our machine can reach (a router, a metadata service, our own desk). Names are resolved once
and the connection goes to the address that was checked, so that a second answer changes nothing.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Callable, Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from urllib.parse import SplitResult, urlsplit

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolver = Callable[[str, int], list[str]]

MAX_URL: Final = 2000
MAX_HOST: Final = 253
PORTS: Final = {"http": 80, "https": 443}
_LABEL: Final = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_CONTROL: Final = re.compile(r"[\x00-\x20\x7f\\]")

# Names that stand for this machine or this network wherever they are asked for (RFC 6761, 6762,
# 8375, 7686, 9476) and those of metadata services.
_LOCAL_NAMES: Final = frozenset(
    {"localhost", "local", "internal", "intranet", "lan", "home", "corp", "private", "onion"}
    | {"test", "invalid", "alt", "localdomain", "workgroup"}
)
_LOCAL_SUFFIXES: Final = (".home.arpa", ".in-addr.arpa", ".ip6.arpa")

# Addresses that carry an IPv4 address inside: what counts is the one inside (RFC 6052, 3056, 4380).
_NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")
_NAT64_LOCAL: Final = ipaddress.IPv6Network("64:ff9b:1::/48")
_COMPATIBLE: Final = ipaddress.IPv6Network("::/96")
_TRANSLATED: Final = ipaddress.IPv6Network("::ffff:0:0:0/96")
_ISATAP: Final = re.compile(rb"\x00\x00\x5e\xfe|\x02\x00\x5e\xfe")
# Not for the whole world, though older tables of Python call them global.
_KEPT_APART: Final = tuple(
    ipaddress.ip_network(text)
    for text in (
        "0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24",
        "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        "100::/64", "2001::/23", "2001:db8::/32", "3fff::/20", "5f00::/16", "fc00::/7",
        "fe80::/10", "fec0::/10", "ff00::/8", "2002::/16",
    )
)  # fmt: skip

# What the browser asks for on its own account, whatever page it shows: nobody is told that a
# capture is being made here.
_BROWSER_ITSELF: Final = frozenset(
    {"clients2.google.com", "update.googleapis.com", "clientservices.googleapis.com"}
    | {"safebrowsing.googleapis.com", "optimizationguide-pa.googleapis.com"}
    | {"content-autofill.googleapis.com", "edgedl.me.gvt1.com", "redirector.gvt1.com"}
    | {"accounts.google.com", "android.clients.google.com", "mtalk.google.com"}
)


class Why(StrEnum):
    """Why an address is refused; a code, said in words where it is shown."""

    FORM = "form"
    SCHEME = "scheme"
    PORT = "port"
    ACCOUNT = "account"
    LOCAL_NAME = "local_name"
    NOT_PUBLIC = "not_public"
    BROWSER_ITSELF = "browser_itself"
    UNKNOWN_HOST = "unknown_host"


class Fenced(ValueError):
    """An address that a capture does not reach; `why` says which rule spoke."""

    def __init__(self, why: Why) -> None:
        super().__init__(why.value)
        self.why = why


@dataclass(frozen=True, slots=True)
class Target:
    """Where a connection goes: to `address`, whatever `host` may resolve to later."""

    host: str
    port: int
    address: str


def resolve(host: str, port: int) -> list[str]:
    """All addresses of a name, by the system. Raises `OSError`."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return sorted({str(row[4][0]) for row in found})


@dataclass(frozen=True, slots=True)
class Fence:
    """`laboratory`: addresses as "127.0.0.1:8001" that are let through besides, for tests and
    trials on one machine; empty on a node that serves people."""

    resolver: Resolver = resolve
    laboratory: Collection[str] = ()

    def url(self, url: str) -> SplitResult:
        """The parts of an address that may be asked for, before its name is resolved. Raises
        `Fenced`."""
        if not url or len(url) > MAX_URL or _CONTROL.search(url):
            raise Fenced(Why.FORM)
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            raise Fenced(Why.FORM) from None
        if parts.scheme not in PORTS:
            raise Fenced(Why.SCHEME)
        if "@" in parts.netloc:
            raise Fenced(Why.ACCOUNT)
        host = self._host(parts.hostname or "")
        self._port(host, PORTS[parts.scheme] if port is None else port)
        return parts

    def target(self, host: str, port: int) -> Target:
        """Resolve a name once and choose an address; every one of its addresses must be public,
        so that no answer of a name server decides which one is taken. Raises `Fenced`."""
        name = self._host(host)
        self._port(name, port)
        if name in _BROWSER_ITSELF:
            raise Fenced(Why.BROWSER_ITSELF)
        literal = _literal(name)
        try:
            found = [str(literal)] if literal is not None else self.resolver(name, port)
        except (OSError, UnicodeError):
            raise Fenced(Why.UNKNOWN_HOST) from None
        if not found:
            raise Fenced(Why.UNKNOWN_HOST)
        for text in found:
            if f"{text}:{port}" not in self.laboratory and not is_public(_parsed(text)):
                raise Fenced(Why.NOT_PUBLIC)
        return Target(name, port, found[0])

    def _host(self, host: str) -> str:
        name = host.strip("[]") if host.startswith("[") else host
        if _literal(name) is not None:
            return name
        name = _ascii(name)
        labels = name.split(".")
        if labels[-1] in _LOCAL_NAMES or name.endswith(_LOCAL_SUFFIXES) or len(labels) < 2:
            raise Fenced(Why.LOCAL_NAME)
        # 127.1, 0x7f.1, 017700000001: forms that only some programs read as an address.
        if labels[-1].isdigit() or re.fullmatch(r"0x[0-9a-f]*", labels[-1]):
            raise Fenced(Why.FORM)
        return name

    def _port(self, host: str, port: int) -> None:
        usual = port in PORTS.values()
        if not usual and not any(place.endswith(f":{port}") for place in self.laboratory):
            raise Fenced(Why.PORT)


def is_public(address: Address) -> bool:
    """Whether an address belongs to the whole world, and so does the IPv4 address it carries."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = _carried(address)
        if inner is not None:
            return is_public(inner) and address in _NAT64
        if address.scope_id is not None or _ISATAP.match(address.packed[8:12]):
            return False
    if any(address.version == net.version and address in net for net in _KEPT_APART):
        return False
    return address.is_global and not address.is_multicast


def _carried(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address in _NAT64_LOCAL or address in _NAT64 or address in _TRANSLATED:
        return ipaddress.IPv4Address(address.packed[12:])
    if address in _COMPATIBLE:
        return ipaddress.IPv4Address(address.packed[12:])
    if address.teredo is not None:
        return address.teredo[1]
    return None


def _literal(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _parsed(text: str) -> Address:
    found = _literal(text)
    if found is None:
        raise Fenced(Why.UNKNOWN_HOST)
    return found


def _ascii(host: str) -> str:
    """The name as it is asked for: lower case, ASCII, no final dot."""
    try:
        # Full-width digits and dots become ordinary ones here, and are looked at as such.
        name = host.encode("idna").decode("ascii").lower().removesuffix(".")
    except UnicodeError:
        raise Fenced(Why.FORM) from None
    if not name or len(name) > MAX_HOST or not all(map(_LABEL.fullmatch, name.split("."))):
        raise Fenced(Why.FORM)
    if _literal(name) is not None:
        raise Fenced(Why.FORM)
    return name
