# SPDX-License-Identifier: AGPL-3.0-or-later
"""The jail, from the outside: one process a look, with pipes for all it gets and gives, an end to
its time and to its answer. What it says is not believed: only the form is used."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import BinaryIO, Final, cast

from amana.evidence.safeview.worker import MOST_BYTES

WALL_SECONDS: Final = 30.0
MOST_ANSWER: Final = 96 * 1024 * 1024
AT_ONCE: Final = 2
WAIT_SECONDS: Final = 15.0
CHUNK: Final = 256 * 1024
# Nothing of ours goes in: no address of the database, no folder, no name.
ENVIRONMENT: Final = {"LC_ALL": "C.UTF-8", "MALLOC_ARENA_MAX": "1"}
MAGIC: Final = {
    "image/jpeg": b"\xff\xd8\xff",
    "image/png": b"\x89PNG\r\n\x1a\n",
    "application/pdf": b"%PDF-",
}
CODES: Final = frozenset({"kind", "damaged", "pixels", "locked", "pages", "size", "memory"})
_places = threading.BoundedSemaphore(AT_ONCE)


class NoSafeView(Exception):
    """There is no safe view. `code`: kind, damaged, pixels, locked, pages, size, memory, time,
    broken (the process ended otherwise), busy."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class View:
    """A file drawn anew. `kind`: picture, document, text; `cut`: there is more than is shown."""

    kind: str
    pages: int
    cut: bool
    type: str
    text: str = field(repr=False)
    images: tuple[bytes, ...] = field(repr=False)


def render(source: BinaryIO, how: str, page: int = 1) -> View:
    """Draw what `source` holds: `blur`, `view` (one page) or `clean`. Raises `NoSafeView`."""
    with _place():
        answer = _run([how, str(page)], source)
    return _read(answer)


def probe(*without: str) -> dict[str, bool]:
    """Which walls hold on this machine, by trying to break out. Raises `NoSafeView`."""
    answer = _run(["probe", "1", *without], None)
    said = _line(answer)[0]
    return {name: bool(value) for name, value in said.items()}


@contextmanager
def _place() -> Iterator[None]:
    """Each look may take a gigabyte for a moment: a few at once, the others wait."""
    if not _places.acquire(timeout=WAIT_SECONDS):
        raise NoSafeView("busy")
    try:
        yield
    finally:
        _places.release()


def _run(arguments: list[str], source: BinaryIO | None) -> bytes:
    process = subprocess.Popen(
        [sys.executable, "-I", "-m", "amana.evidence.safeview.worker", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=ENVIRONMENT,
        cwd="/",
        start_new_session=True,
    )
    sink, answers = cast("BinaryIO", process.stdin), cast("BinaryIO", process.stdout)
    faults: list[BaseException] = []
    feeder = threading.Thread(target=_feed, args=(sink, source, faults), daemon=True)
    feeder.start()
    try:
        answer = _collect(answers, time.monotonic() + WALL_SECONDS)
    finally:
        process.kill()
        process.wait()
        feeder.join()
        answers.close()
    if faults:
        raise faults[0]
    return answer


def _feed(pipe: BinaryIO, source: BinaryIO | None, faults: list[BaseException]) -> None:
    """Hand the file over. The jail may stop reading at any moment; a file that does not open is
    the caller's to know."""
    left = MOST_BYTES + 1
    try:
        while source is not None and left > 0 and (chunk := source.read(min(CHUNK, left))):
            left -= len(chunk)
            try:
                pipe.write(chunk)
            except BrokenPipeError:
                break
    except BaseException as error:  # noqa: BLE001  (it is raised in the thread that waits)
        faults.append(error)
    finally:
        with suppress(BrokenPipeError):
            pipe.close()


def _collect(pipe: BinaryIO, end: float) -> bytes:
    """All that the process says until it ends. Raises `NoSafeView`."""
    answer = bytearray()
    while True:
        left = end - time.monotonic()
        if left <= 0 or not select.select([pipe], [], [], left)[0]:
            raise NoSafeView("time")
        chunk = os.read(pipe.fileno(), CHUNK)
        if not chunk:
            return bytes(answer)
        answer += chunk
        if len(answer) > MOST_ANSWER:
            raise NoSafeView("broken")


def _line(answer: bytes) -> tuple[dict[str, object], bytes]:
    head, end, rest = answer.partition(b"\n")
    try:
        said = json.loads(head)
    except ValueError:
        said = None
    if not end or not isinstance(said, dict):
        raise NoSafeView("broken")
    return said, rest


def _read(answer: bytes) -> View:
    said, rest = _line(answer)
    if "error" in said:
        raise NoSafeView(str(said["error"]) if said["error"] in CODES else "broken")
    kind, pages, drawn = said.get("kind"), said.get("pages"), said.get("images")
    wanted, text = said.get("type"), said.get("text")
    fits = (
        kind in {"picture", "document", "text"}
        and isinstance(pages, int)
        and isinstance(drawn, int)
        and isinstance(wanted, str)
        and isinstance(text, str)
    )
    images = _images(rest)
    magic = MAGIC.get(str(wanted))
    drawn_ones = not images or (
        magic is not None and all(image.startswith(magic) for image in images)
    )
    if not fits or len(images) != drawn or not drawn_ones:
        raise NoSafeView("broken")
    return View(str(kind), int(str(pages)), said.get("cut") is True, str(wanted), str(text), images)


def _images(rest: bytes) -> tuple[bytes, ...]:
    found = []
    while rest:
        length = int.from_bytes(rest[:4], "big")
        if len(rest) < 4 + length:
            raise NoSafeView("broken")
        found.append(rest[4 : 4 + length])
        rest = rest[4 + length :]
    return tuple(found)
