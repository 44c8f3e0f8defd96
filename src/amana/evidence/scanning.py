# SPDX-License-Identifier: AGPL-3.0-or-later
"""An optional virus scanner: clamd's INSTREAM protocol (man clamd, "COMMANDS"). It sees the bytes
of one file in memory, over a socket of this machine or network, and nothing else."""

from __future__ import annotations

import socket
import struct
from contextlib import suppress
from dataclasses import dataclass
from typing import BinaryIO, Final

from amana.config.env import env

TIMEOUT_SECONDS: Final = 30.0
CHUNK: Final = 128 * 1024
LONGEST_ANSWER: Final = 4096


class ScannerFailed(Exception):
    """A scanner is set but gave no answer that can be used."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the scanner found: the name of a signature, or nothing."""

    found: str

    @property
    def clean(self) -> bool:
        return not self.found


def configured() -> bool:
    """Whether the operator has named a scanner (`AMANA_CLAMD`)."""
    return bool(env().clamd)


def scan(source: BinaryIO, *, patience: float = TIMEOUT_SECONDS) -> Verdict:
    """Hand all of `source` to the scanner; `patience` in seconds, for each step. Raises
    `ScannerFailed`."""
    try:
        with _connected(patience) as connection:
            connection.sendall(b"zINSTREAM\0")
            # A scanner that has seen enough closes its end; its answer still lies there.
            with suppress(BrokenPipeError, ConnectionResetError):
                while chunk := source.read(CHUNK):
                    connection.sendall(struct.pack("!I", len(chunk)) + chunk)
                connection.sendall(struct.pack("!I", 0))
            return _verdict(_answer(connection))
    except OSError as error:
        raise ScannerFailed from error


def answers() -> bool:
    """Whether the scanner is there (PING)."""
    try:
        with _connected() as connection:
            connection.sendall(b"zPING\0")
            return _answer(connection) == "PONG"
    except OSError:
        return False


def _connected(patience: float = TIMEOUT_SECONDS) -> socket.socket:
    """`host:port`, `[v6]:port`, or the path of a Unix socket."""
    where = env().clamd
    host, colon, port = where.rpartition(":")
    if colon and port.isdigit():
        return socket.create_connection((host.strip("[]"), int(port)), patience)
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        connection.settimeout(patience)
        connection.connect(where)
    except BaseException:
        connection.close()
        raise
    return connection


def _answer(connection: socket.socket) -> str:
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < LONGEST_ANSWER:
        more = connection.recv(LONGEST_ANSWER)
        if not more:
            break
        answer += more
    return answer.rstrip(b"\0\n").decode("utf-8", "replace")


def _verdict(answer: str) -> Verdict:
    said = answer.removeprefix("stream: ")
    if said == "OK":
        return Verdict("")
    if said.endswith(" FOUND") and len(said) > len(" FOUND"):
        return Verdict(said.removesuffix(" FOUND")[:120])
    raise ScannerFailed
