# SPDX-License-Identifier: AGPL-3.0-or-later
"""Filing invented reports through the portal's own pages, as a phone without JavaScript does:
each page is fetched, its form read, filled in and sent, with its token and its cookie."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from amana.cli.errors import CommandFailed
from amana.cli.replay import forms, limits
from amana.cli.replay.client import Answer, Client
from amana.cli.replay.forms import Control, Form, Sent
from amana.cli.replay.sketch import Sketch

MOST_PAGES: Final = 120
UNREADABLE: Final = 422
PURPOSES: Final = ("police", "partner", "cross_border", "platform_notice", "research")
_CODE: Final = re.compile(r'<p class="code".*?</p>', re.DOTALL)
_GROUP: Final = re.compile(r">(\d{4})<")
_ERROR: Final = re.compile(r'<div class="errors".*?</div>', re.DOTALL)


class PortalFiler:
    """Files one report after the other over one connection, each as somebody new."""

    def __init__(self, node: str) -> None:
        self._client = Client(node)

    def file(self, sketch: Sketch) -> str:
        """Walk from the first page to the receipt; returns the locator. Raises `CommandFailed`."""
        client = self._client
        client.cookies.clear()
        language = {"Accept-Language": sketch.language, "Accept": "text/html"}
        said = {**sketch.answers, "groups": sketch.groups, "danger_now": "no", "pace": "short"}
        self._ask("GET", "/", language)
        answer = self._ask("GET", "/start/", language)
        for _ in range(MOST_PAGES):
            text = answer.body.decode("utf-8")
            if code := _CODE.search(text):
                return "".join(_GROUP.findall(code[0])[:2])
            answer = self._onward(answer, text, said, language)
        raise CommandFailed(f"no receipt after {MOST_PAGES} pages, at {answer.path}")

    def close(self) -> None:
        self._client.close()

    def _onward(
        self, answer: Answer, text: str, said: Mapping[str, Any], language: Mapping[str, str]
    ) -> Answer:
        page = forms.read(text)
        if not page.forms:
            if not page.onward:
                raise CommandFailed(f"no way leads on from {answer.path}")
            return self._ask("GET", page.onward, language)
        form = page.forms[0]
        tried = self._send(form, answer.path, filled(form, said), language)
        if tried.status != UNREADABLE:
            return tried
        if "_skip" not in form.buttons:
            raise CommandFailed(f"{answer.path} was not taken: {_said(tried)}")
        return self._send(form, answer.path, [("_skip", "1")], language)

    def _send(
        self, form: Form, path: str, sent: Sequence[tuple[str, str]], language: Mapping[str, str]
    ) -> Answer:
        body, kind = forms.encode(form, [*form.hidden(), *sent])
        headers = {**language, "Content-Type": kind}
        return self._ask("POST", form.action or path, headers, body)

    def _ask(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes | None = None
    ) -> Answer:
        for _ in range(limits.TRIES):
            answer = self._client.follow(method, path, body=body, headers=headers)
            if answer.status != 429:
                break
            limits.lift(self._client.address)
        if answer.status not in {200, UNREADABLE}:
            raise CommandFailed(f"{method} {path}: the node answered {answer.status}")
        return answer


def filled(form: Form, said: Mapping[str, Any]) -> Sent:
    """What a person with these answers sends: "I don't know" wherever nothing was planned."""
    sent = [pair for control in form.asked() for pair in _fill(control, said)]
    if not sent and "_skip" in form.buttons:
        return [("_skip", "1")]
    return sent


def _fill(control: Control, said: Mapping[str, Any]) -> Sent:
    wanted = _wanted(control.name, said)
    if control.kind == "radio":
        return [(control.name, choice)] if (choice := _choice(control, wanted)) else []
    if control.kind in {"checkbox", "select"}:
        several = wanted if isinstance(wanted, list | tuple) else [wanted]
        return [(control.name, value) for value in several if value in control.options]
    return [(control.name, wanted)] if isinstance(wanted, str) and wanted else []


def _choice(control: Control, wanted: object) -> str:
    for value in (wanted, "unknown", "no", "no_preference", "none"):
        if isinstance(value, str) and value in control.options:
            return value
    return ""


def _wanted(name: str, said: Mapping[str, Any]) -> object:
    """The planned answer for a field: of its own name, inside a row, or inside a record."""
    if name in said:
        return said[name]
    if name in PURPOSES:
        return "yes" if name in said.get("consents", ()) else "no"
    key, _dash, rest = name.partition("-")
    holder = said.get(key)
    if isinstance(holder, Mapping):
        return holder.get(rest)
    place, _dash, inside = rest.partition("-")
    if isinstance(holder, list) and place.isdigit() and int(place) < len(holder):
        return holder[int(place)].get(inside)
    return None


def _said(answer: Answer) -> str:
    """The page's own words on what was wrong."""
    found = _ERROR.search(answer.body.decode("utf-8", "replace"))
    return " ".join(re.sub(r"<[^>]+>", " ", found[0]).split())[:300] if found else "no reason given"
