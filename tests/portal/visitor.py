# SPDX-License-Identifier: AGPL-3.0-or-later
"""Somebody who uses the pages as a browser without JavaScript does: reads forms, sends them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.utils import translation

from amana.agencies.selectors import current_agency
from amana.portal.visits import draft_of
from amana.portal.walk import Walk
from amana.reports.questionnaire import Answers

Fields = Mapping[str, str | Sequence[str] | Sequence[SimpleUploadedFile]]
QUESTION = re.compile(r"/[qc]/[0-9]{10}/")
MOST_PAGES = 90

STORY: dict[str, str | list[str]] = {
    "danger_now": "no",
    "role": "victim",
    "groups": ["blackmail", "money"],
    "offences": ["X2", "F4"],
    "category": "X2",
    "pace": "full",
    "minor": "no",
    "deadline_known": "yes",
    "deadline-day": "٣٠",
    "deadline-month": "11",
    "deadline-year": "2026",
    "victim_country": "JO",
    "victim_region": "JO-AQ",
    "suspect_location": "abroad",
    "suspect_country-other": "ألمانيا",
    "how_obtained": ["hacked_account"],
    "published": "published_url_known",
    "published_urls": "https://example.com/a\nhttps://example.com/b",
    "money_paid": "yes",
    "payments-0-amount": "١٥٠",
    "payments-0-currency": "JOD",
    "self_harm": "yes",
    "honour_risk": "yes",
    "identifiers-0-type": "phone",
    "identifiers-0-value": "+962 79 000 0000",
    "narrative": "CANARY يهددني بنشر الصور",
    "safe_contact-channel": "mailbox",
    "identity": "named",
    "person-name": "CANARY Samar",
    "police": "yes",
    "cross_border": "no",
}
"""Answers of somebody who is blackmailed from abroad; what is not here is skipped."""


class _Reader(HTMLParser):
    """The fields, links and headings of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: set[str] = set()
        self.links: list[str] = []
        self.texts: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if said.get("id"):
            self.ids.append(str(said["id"]))
        if tag in {"input", "select", "textarea", "button"} and said.get("name"):
            self.fields.add(str(said["name"]))
        if tag == "a" and said.get("href"):
            self.links.append(str(said["href"]))

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.texts.append(data.strip())


@dataclass
class Visitor:
    """A browser with its cookies. `seen` keeps every address and location it met.

    The first in a worker who tells a story walks through all its pages; who tells it after her in
    the same language finds its answers in her draft, unless she `walks` too, because the test
    looks at what happens on the way."""

    language: str = "en"
    walks: bool = False
    client: Client = field(init=False)
    url: str = ""
    page: HttpResponse = field(default_factory=HttpResponse)
    seen: list[str] = field(default_factory=list)
    pages: list[tuple[str, HttpResponse]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.client = Client(enforce_csrf_checks=True, headers={"accept-language": self.language})

    @property
    def html(self) -> str:
        return self.page.content.decode()

    @property
    def text(self) -> str:
        return " ".join(self._read().texts)

    @property
    def heading(self) -> str:
        found = re.search(r"<h1>(.*?)</h1>", self.html, re.DOTALL)
        return re.sub(r"<[^>]+>|\s+", " ", found[1]).strip() if found else ""

    @property
    def fields(self) -> set[str]:
        return self._read().fields - {"language", "next", "csrfmiddlewaretoken"}

    @property
    def links(self) -> list[str]:
        return self._read().links

    @property
    def ids(self) -> list[str]:
        return self._read().ids

    @property
    def code(self) -> str:
        """The code that the page shows."""
        return " ".join(re.findall(r'class="nowrap">(\d{4})<', self.html))

    def _read(self) -> _Reader:
        reader = _Reader()
        reader.feed(self.html)
        return reader

    def get(self, url: str) -> Visitor:
        return self._follow(self.client.get(url), url)

    def send(self, fields: Fields, url: str = "", **more: object) -> Visitor:
        """Post a form of the present page with its token."""
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.html)
        body: dict[str, object] = {"csrfmiddlewaretoken": found[1] if found else "", **fields}
        if "multipart" not in self.html or not more.pop("files", False):
            return self._follow(self._plain(url or self.url, body), url or self.url)
        return self._follow(self.client.post(url or self.url, body), url or self.url)

    def _plain(self, url: str, body: dict[str, object]) -> HttpResponse:
        from urllib.parse import urlencode

        kind = "application/x-www-form-urlencoded"
        return self.client.post(url, urlencode(body, doseq=True), content_type=kind)  # type: ignore[return-value]

    def _follow(self, response: object, url: str) -> Visitor:
        answer: HttpResponse = response  # type: ignore[assignment]
        self.seen.append(url)
        while answer.status_code in {301, 302, 303, 307, 308}:
            url = answer["Location"]
            self.seen.append(url)
            answer = self.client.get(url)  # type: ignore[assignment]
        self.url, self.page = url.partition("#")[0], answer
        self.pages.append((self.url, answer))
        return self

    def begin(self) -> Visitor:
        """Past the page on safety to the first question."""
        return self.get("/start/").send({})

    def to_question(self, name: str, told: Fields | None = None) -> Visitor:
        """Walk on until a question with this field is asked."""
        for _ in self.walking(told or {}):
            if name in self.fields:
                return self
        raise AssertionError(f"{name} was not asked")

    def walking(self, told: Fields) -> Iterator[str]:
        """Yield the address of each page of the walk, then answer it from `told` or skip it."""
        for _ in range(MOST_PAGES):
            if not QUESTION.fullmatch(self.url):
                return
            yield self.url
            on = re.search(r'rel="next" href="([^"]+)"', self.html)
            if on:
                self.get(on[1])
                continue
            known = {name: told[name] for name in self.fields if name in told}
            before = self.url
            self.send(known or {"_skip": "1"}, files=True)
            if self.url == before:
                raise AssertionError(f"{self.heading}: {self.text}")
        raise AssertionError("the walk has no end")

    def to_check(self, told: Fields | None = None) -> Visitor:
        """Through all questions to the page where answers are checked."""
        story = STORY if told is None else told
        name = f"{current_agency().pk} {self.language} {sorted(story.items())}"
        draft = self._draft()
        fresh = draft is not None and not draft.told and not _brings_files(story)
        if draft is not None and fresh and name in _told and not self.walks:
            with translation.override(self.language):
                draft.store(_told[name])
            return self.get("/check/")
        for _ in self.walking(story):
            pass
        assert self.url == "/check/", self.url
        walked = self._draft()
        if fresh and walked is not None:
            _told[name] = walked.told
        return self

    def _draft(self) -> Walk | None:
        """The draft behind the cookie."""
        request = HttpRequest()
        request.COOKIES.update({key: cookie.value for key, cookie in self.client.cookies.items()})
        opened = draft_of(request)
        return None if opened is None else Walk(opened)

    def file(self, told: Fields | None = None, pin: str = "") -> Visitor:
        """The whole way to the receipt."""
        self.begin().to_check(told).send({"pin": pin})
        assert self.url == "/done/", self.text
        return self


_told: dict[str, Answers] = {}
"""What a story comes to, by agency, language and story."""


def _brings_files(told: Fields) -> bool:
    return any(not isinstance(item, str) for value in told.values() for item in value)
