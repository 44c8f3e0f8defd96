# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where a request comes from, as a number that means nothing tomorrow."""

from __future__ import annotations

import hmac
from ipaddress import IPv4Address, IPv6Address, ip_address

from django.http import HttpRequest

from amana.config.env import env
from amana.limits.daykey import key_of_the_day

# A household or a phone is given a whole /64, so single IPv6 addresses would limit nobody.
_IPV6_NETWORK_BYTES = 8


def source_of(request: HttpRequest) -> bytes:
    """32 bytes: HMAC-SHA256 of the sender's address under the key of the day."""
    return keyed(b"address", network_of(client_address(request)))


def keyed(*parts: bytes) -> bytes:
    """32 bytes that stand for `parts` until midnight, for buckets of another kind."""
    message = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
    return hmac.digest(key_of_the_day(), b"amana/limits/1\x00" + message, "sha256")


def client_address(request: HttpRequest) -> IPv4Address | IPv6Address | None:
    """The address next to the outermost trusted proxy.

    Each proxy writes its caller at the end of X-Forwarded-For, so with n trusted ones the n-th
    entry from the end was written by ours; all before it anybody may have made up.
    """
    hops = env().trusted_proxies
    direct = str(request.META.get("REMOTE_ADDR", ""))
    if hops:
        entries = str(request.META.get("HTTP_X_FORWARDED_FOR", "")).split(",")
        if len(entries) >= hops:
            return _parse(entries[-hops]) or _parse(direct)
    return _parse(direct)


def network_of(address: IPv4Address | IPv6Address | None) -> bytes:
    """The bytes that are counted: an IPv4 address, the /64 of an IPv6 one, or nothing."""
    if isinstance(address, IPv6Address):
        return (
            address.ipv4_mapped.packed
            if address.ipv4_mapped
            else address.packed[:_IPV6_NETWORK_BYTES]
        )
    return address.packed if address else b""


def _parse(text: str) -> IPv4Address | IPv6Address | None:
    text = text.strip().strip('"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        return ip_address(text.partition("%")[0])
    except ValueError:
        return None
