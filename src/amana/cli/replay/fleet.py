# SPDX-License-Identifier: AGPL-3.0-or-later
"""Several connections at once, as several people would."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue
from typing import Protocol

from django.db import close_old_connections, connections

from amana.cli.replay.sketch import Sketch


class Filer(Protocol):
    """Something that files, over a connection of its own."""

    def file(self, sketch: Sketch) -> str: ...

    def close(self) -> None: ...


def file_all(
    sketches: Sequence[Sketch],
    make: Callable[[], Filer],
    *,
    at_once: int,
    progress: Callable[[int], None],
) -> list[str]:
    """File all; returns their locators in the order of the sketches. The first error ends it."""
    waiting: SimpleQueue[int] = SimpleQueue()
    for place in range(len(sketches)):
        waiting.put(place)
    locators: list[str] = [""] * len(sketches)
    errors: list[BaseException] = []
    counted = _Counter(progress)

    def work() -> None:
        filer = make()
        try:
            while not errors:
                place = waiting.get_nowait()
                locators[place] = filer.file(sketches[place])
                counted.one()
        except Empty:
            pass
        except BaseException as error:  # noqa: BLE001  (told by the thread that waits)
            errors.append(error)
        finally:
            filer.close()
            connections.close_all()

    threads = [threading.Thread(target=work, daemon=True) for _ in range(at_once)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    close_old_connections()
    if errors:
        raise errors[0]
    return locators


class _Counter:
    def __init__(self, progress: Callable[[int], None]) -> None:
        self._lock = threading.Lock()
        self._progress, self._done = progress, 0

    def one(self) -> None:
        with self._lock:
            self._done += 1
            self._progress(self._done)
