# SPDX-License-Identifier: AGPL-3.0-or-later
"""Runs the browser apart from the node: a process group of its own, an empty environment, a
folder in memory, one way out to the network, an end in time."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Final, cast

from amana.evidence.capture.fence import PORTS, Fence
from amana.evidence.capture.proxy import Proxy, Traffic

NAMES: Final = ("chromium", "chromium-browser", "google-chrome")
MAX_TRAFFIC: Final = 150 * 1024 * 1024
MAX_OUTPUT: Final = 300 * 1024 * 1024
MAX_LINE: Final = 4096
PAGE_SECONDS: Final = 30
WHOLE_SECONDS: Final = 100
MEMORY: Final = Path("/dev/shm")  # noqa: S108  (a folder of our own is made in it)


class CaptureFailed(Exception):
    """The page could not be captured; the message says why, in English, for the officer's page."""


class NoBrowser(CaptureFailed):
    """There is no Chromium on this machine, or its driver is not installed."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request with its response, the body as the browser decoded it."""

    about: dict[str, Any]
    body: bytes = field(repr=False)


@dataclass
class Raw:
    """All that came out of the jail. `views`: page.png, .mhtml, .pdf, .txt, .html."""

    views: dict[str, bytes] = field(default_factory=dict, repr=False)
    exchanges: list[Exchange] = field(default_factory=list, repr=False)
    certificates: list[str] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)
    traffic: Traffic = field(default_factory=Traffic)


def program() -> str:
    """Path of the browser: AMANA_CHROMIUM, or the system's own; empty when there is none."""
    named = os.environ.get("AMANA_CHROMIUM")
    return next((path for name in (named, *NAMES) if name and (path := shutil.which(name))), "")


def missing() -> str:
    """What is missing for captures, in English for operators; empty when nothing is."""
    if not program():
        return "no Chromium (on Debian: apt-get install chromium)"
    try:
        import playwright  # noqa: F401
    except ImportError:
        return "the package playwright is not installed"
    return ""


def run(url: str, *, fence: Fence, locale: str = "en", timezone: str = "UTC") -> Raw:
    """Open a page and collect it. Raises `Fenced`, `NoBrowser`, `CaptureFailed`."""
    parts = fence.url(url)
    fence.target(parts.hostname or "", parts.port or PORTS[parts.scheme])
    why = missing()
    if why:
        raise NoBrowser(why)
    with Proxy(fence, limit=MAX_TRAFFIC, seconds=WHOLE_SECONDS) as proxy, _folder() as folder:
        order = {
            "url": url,
            "proxy": proxy.address,
            "program": program(),
            "locale": locale,
            "timezone": timezone,
            "seconds": PAGE_SECONDS,
        }
        raw = _collect(order, folder)
        raw.traffic = proxy.traffic
    return raw


def _collect(order: dict[str, Any], folder: str) -> Raw:
    child = subprocess.Popen(
        [sys.executable, "-m", "amana.evidence.capture.browser"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={"HOME": folder, "TMPDIR": folder, "LANG": "C.UTF-8", "PATH": os.defpath},
        cwd=folder,
        start_new_session=True,
    )
    late = threading.Timer(WHOLE_SECONDS, _end, (folder,))
    late.start()
    try:
        with cast("IO[bytes]", child.stdin) as stdin:
            stdin.write(json.dumps(order).encode())
        with cast("IO[bytes]", child.stdout) as stdout:
            return _read(stdout)
    except BrokenPipeError:
        raise CaptureFailed("the browser did not start") from None
    finally:
        late.cancel()
        _end(folder)
        child.wait()


def _read(stream: IO[bytes]) -> Raw:
    raw, about = Raw(), {}
    for name, content in _frames(stream):
        if name == "done":
            return raw
        if name == "failed":
            raise CaptureFailed(content.decode(errors="replace"))
        if name == "exchange":
            about = json.loads(content)
        elif name == "body":
            raw.exchanges.append(Exchange(about, content))
        elif name == "facts":
            raw.facts = json.loads(content)
        elif name == "certificates":
            raw.certificates = json.loads(content)
        elif name.startswith("page."):
            raw.views[name] = content
    raise CaptureFailed("the page took too long, or the browser ended")


def _frames(stream: IO[bytes]) -> Iterator[tuple[str, bytes]]:
    left = MAX_OUTPUT
    while line := stream.readline(MAX_LINE):
        try:
            head = json.loads(line)
            name, size = str(head["name"]), int(head["size"])
        except (ValueError, KeyError, TypeError):
            raise CaptureFailed("the browser answered in no known form") from None
        left -= size
        if size < 0 or left < 0:
            raise CaptureFailed("the page is larger than can be kept")
        content = stream.read(size)
        if len(content) != size:
            return
        yield name, content


def _end(folder: str) -> None:
    """End every process that was started in this folder. The driver puts the browser into a group
    of its own, so groups do not reach it; what all of them inherit is the folder as their home."""
    mark = f"HOME={folder}".encode()
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            with contextlib.suppress(OSError):
                if mark in (entry / "environ").read_bytes().split(b"\0"):
                    os.kill(int(entry.name), signal.SIGKILL)


@contextlib.contextmanager
def _folder() -> Iterator[str]:
    """What the browser writes lies in memory where there is room, and is gone afterwards."""
    roomy = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > 2**29
    folder = tempfile.mkdtemp(prefix="amana-capture-", dir=MEMORY if roomy else None)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
