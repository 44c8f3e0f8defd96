# SPDX-License-Identifier: AGPL-3.0-or-later
"""People who file through the API of a running node, and remember what they were promised."""

from __future__ import annotations

import http.client
import json
import secrets
import threading
import urllib.error
import urllib.request
from dataclasses import dataclass, field

BODY = {"language": "ar", "category": "X1", "narrative": "He asks for money."}


def post(
    url: str, body: object, headers: dict[str, str] | None = None, *, timeout: float = 55
) -> tuple[int, dict[str, object]]:
    """Status and body of an answer. Raises `OSError` when there was none, or half of one."""
    request = urllib.request.Request(
        url,
        data=json.dumps(body).encode(),
        headers={"Content-Type": "application/json", **(headers or {})},
    )
    try:
        with urllib.request.urlopen(request, timeout=timeout) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.loads(error.read() or b"{}")
    except http.client.HTTPException as error:
        raise ConnectionError("the answer broke off") from error


def file_report(url: str, key: str, body: object = BODY) -> tuple[int, dict[str, object]]:
    """File one report under an Idempotency-Key."""
    return post(f"{url}/api/v1/reports", body, {"Idempotency-Key": key})


def status(url: str, receipt: str) -> tuple[int, dict[str, object]]:
    """What the node says to the holder of a receipt."""
    return post(f"{url}/api/v1/status", {"receipt": receipt})


@dataclass
class Filer:
    """Files one report after the other until told to stop. A request that got no answer is sent
    again under the same key, as a phone in a lift would."""

    url: str
    stop: threading.Event
    promised: dict[str, str] = field(default_factory=dict)
    unanswered: list[str] = field(default_factory=list)
    wrong: list[int] = field(default_factory=list)

    def run(self) -> None:
        while not self.stop.is_set():
            self.once(secrets.token_urlsafe(24))

    def once(self, key: str) -> None:
        try:
            code, answer = file_report(self.url, key)
        except (OSError, ValueError):
            self.unanswered.append(key)
            self.stop.wait(0.05)
            return
        if code == 201:
            self.promised[key] = str(answer["receipt"])
        elif code != 503:
            self.wrong.append(code)


def start(url: str, count: int) -> tuple[threading.Event, list[Filer], list[threading.Thread]]:
    """Start filers; set the event and join the threads to stop them."""
    stop = threading.Event()
    filers = [Filer(url, stop) for _ in range(count)]
    threads = [threading.Thread(target=filer.run, daemon=True) for filer in filers]
    for thread in threads:
        thread.start()
    return stop, filers, threads
