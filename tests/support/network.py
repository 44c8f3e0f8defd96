# SPDX-License-Identifier: AGPL-3.0-or-later
"""Keeps tests on this machine: a connection elsewhere is an error, not a slow test."""

from __future__ import annotations

import ipaddress
import socket


class OutsideError(RuntimeError):
    """A test tried to reach another machine."""


def _here(host: object) -> bool:
    if host in {"localhost", ""}:
        return True
    try:
        return ipaddress.ip_address(str(host)).is_loopback
    except ValueError:
        return False


def only_this_machine() -> None:
    """Refuse every connection of this process but local ones. Calling it twice is harmless."""
    if getattr(socket.socket, "only_this_machine", False):
        return

    class LocalSocket(socket.socket):
        only_this_machine = True

        def connect(self, address: object, /) -> None:
            _check(self, address)
            super().connect(address)  # type: ignore[arg-type]

        def connect_ex(self, address: object, /) -> int:
            _check(self, address)
            return super().connect_ex(address)  # type: ignore[arg-type]

    socket.socket = LocalSocket  # type: ignore[misc]


def _check(which: socket.socket, address: object) -> None:
    if which.family not in {socket.AF_INET, socket.AF_INET6}:
        return
    host = address[0] if isinstance(address, tuple) else address
    if not _here(host):
        raise OutsideError(f"tests stay on this machine; this one wanted {host!r}")
