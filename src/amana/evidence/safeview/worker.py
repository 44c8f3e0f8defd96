# SPDX-License-Identifier: AGPL-3.0-or-later
"""The process in the jail: `python -I -m amana.evidence.safeview.worker HOW PAGE [without…]`.

The file comes by standard input. By standard output go a line of JSON and the drawn images, each
after its length (four bytes, most significant first); nothing else, and no word of the file in
an error. `probe` instead of HOW tries to break out and says what did not work."""

from __future__ import annotations

import json
import os
import socket
import sys
from collections.abc import Callable
from typing import Final

from amana.evidence.safeview.confine import confine
from amana.evidence.safeview.drawing import CannotDraw, draw, warm_up

MOST_BYTES: Final = 64 * 1024 * 1024


def main(how: str, page: int, without: set[str]) -> int:
    """Draw one file, or probe the walls."""
    warm_up()
    held = confine(namespaces="namespaces" not in without, filtered="filter" not in without)
    if how == "probe":
        _say({**held, **_probe()})
        return 0
    data = sys.stdin.buffer.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        _say({"error": "size"})
        return 0
    try:
        drawn = draw(data, how, page)
    except CannotDraw as error:
        _say({"error": error.code})
    except MemoryError:
        _say({"error": "memory"})
    else:
        facts = {"kind": drawn.kind, "pages": drawn.pages, "cut": drawn.cut, "type": drawn.type}
        _say({**facts, "text": drawn.text, "images": len(drawn.images)})
        for image in drawn.images:
            sys.stdout.buffer.write(len(image).to_bytes(4, "big") + image)
    sys.stdout.buffer.flush()
    return 0


def _say(said: dict[str, object]) -> None:
    sys.stdout.buffer.write(json.dumps(said).encode() + b"\n")
    sys.stdout.buffer.flush()


def _probe() -> dict[str, bool]:
    """Whether an escape fails, each for itself."""
    return {
        "no_connection": _fails(_connect),
        "no_file": _fails(lambda: os.close(os.open(sys.executable, os.O_RDONLY))),
        "no_process": _fails(_start),
    }


def _connect() -> None:
    """To an address of the machine's own network, where sending alone shows that there is one."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))


def _start() -> None:
    if os.fork() == 0:
        os._exit(0)
    os.wait()


def _fails(act: Callable[[], None]) -> bool:
    try:
        act()
    except OSError:
        return True
    return False


if __name__ == "__main__":
    # At once, without the interpreter's own end: it would want to open files.
    os._exit(main(sys.argv[1], int(sys.argv[2]), set(sys.argv[3:])))
