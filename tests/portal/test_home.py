# SPDX-License-Identifier: AGPL-3.0-or-later
"""The first page: help first, light, in the reader's language, with nothing to remember."""

from __future__ import annotations

import gzip
import re
from importlib.resources import files

import pytest
from django.test import Client

from amana.agencies.selectors import forget_shown
from amana.reports.models import Draft
from tests.portal.visitor import Visitor
from tests.support.builders import node

pytestmark = pytest.mark.db
FIRST_PAGE = 14 * 1024


@pytest.mark.parametrize("language", ["ar", "fr", "en", "ur"])
def test_the_first_page_with_all_it_needs_is_light(language: str) -> None:
    node()
    visitor = Visitor(language).get("/")
    assert visitor.page["Content-Language"] == language
    size = len(gzip.compress(visitor.page.content, 6))
    for url in set(re.findall(r'(?:src|href)="/static/([^"]+)"', visitor.html)):
        name = re.sub(r"\.[0-9a-f]{12}(?=\.)", "", url)
        data = files("amana").joinpath("portal", "static", name).read_bytes()
        size += len(gzip.compress(data, 6))
    assert size <= FIRST_PAGE
    assert "font-face" not in visitor.html


def test_u07_danger_stands_before_everything_else() -> None:
    node()
    text = Visitor().get("/").text
    assert text.index("Are you or a child in danger now?") < text.index("Begin")
    assert "Then come back" in text


def test_m053_what_is_needed_is_said_up_front_and_needs_no_office() -> None:
    node()
    visitor = Visitor().get("/")
    assert "What you need" in visitor.text
    assert visitor.text.count("from where you are") >= 2
    assert "Nobody has to come to an office" in visitor.text


def test_the_ways_in_are_all_there() -> None:
    node()
    links = Visitor().get("/").links
    for way in ("/start/", "/code/", "/help/keep/", "/help/someone-else/", "/help/first-steps/"):
        assert way in links
        assert Client().get(way).status_code == 200


def test_looking_around_plants_no_cookie_and_writes_nothing() -> None:
    node()
    client = Client()
    for url in ("/", "/help/", "/draft/deleted/"):
        client.get(url)
    assert not client.cookies
    assert not Draft.objects.exists()


def test_no_page_asks_anything_of_another_host() -> None:
    node()
    visitor = Visitor(walks=True).file()
    for _url, page in visitor.pages:
        assert not re.findall(r'(?:src|action)="https?:', page.content.decode())


def test_a_demonstration_says_so_on_every_page() -> None:
    agency = node()
    type(agency).objects.update(demonstration=True)
    forget_shown()
    assert "Demonstration" in Visitor().get("/").text
    assert "Demonstration" in Visitor().begin().text
    forget_shown()
