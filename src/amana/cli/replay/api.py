# SPDX-License-Identifier: AGPL-3.0-or-later
"""Filing invented reports through `POST /api/v1/reports`."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from typing import Any, Final

from amana.cli.errors import CommandFailed
from amana.cli.replay import limits
from amana.cli.replay.client import Client
from amana.cli.replay.sketch import Sketch

PLACES: Final = {
    "role": ("reporter", "role"),
    "identity": ("reporter", "identity"),
    "person": ("reporter", "person"),
    "victim_country": ("victim", "country"),
    "victim_region": ("victim", "region"),
    "minor": ("victim", "minor"),
    "suspect_country": ("suspect", "country"),
    "suspect_location": ("suspect", "location"),
}
PLAIN: Final = frozenset({"category", "narrative", "identifiers", "consents"})


def body_of(sketch: Sketch) -> dict[str, Any]:
    """The answers in the shape of the contract."""
    body: dict[str, Any] = {"language": sketch.language, "answers": {}}
    for key, value in sketch.answers.items():
        if key in PLACES:
            head, name = PLACES[key]
            body.setdefault(head, {})[name] = value
        elif key in PLAIN:
            body[key] = value
        else:
            body["answers"][key] = value
    return body


class ApiFiler:
    """Files over one connection. `file` returns the locator of the report."""

    def __init__(self, node: str) -> None:
        self._client = Client(node)

    def file(self, sketch: Sketch) -> str:
        """File one. Raises `CommandFailed`."""
        return self.send(body_of(sketch))

    def send(self, body: Mapping[str, Any]) -> str:
        """File what the contract calls a report; a second try with the same key is the same one.
        Raises `CommandFailed`."""
        content = json.dumps(body, ensure_ascii=False).encode()
        headers: Mapping[str, str] = {
            "Content-Type": "application/json",
            "Accept": "application/json",
            "Idempotency-Key": secrets.token_urlsafe(24),
        }
        for _ in range(limits.TRIES):
            answer = self._client.request("POST", "/api/v1/reports", body=content, headers=headers)
            if answer.status != 429:
                break
            limits.lift(self._client.address)
        if answer.status != 201:
            said = answer.body.decode("utf-8", "replace")[:600]
            raise CommandFailed(f"the node answered {answer.status}: {said}")
        return str(json.loads(answer.body)["locator"])

    def close(self) -> None:
        self._client.close()
