# SPDX-License-Identifier: AGPL-3.0-or-later
"""What every template knows about the node, and how little it costs to know it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import DatabaseError
from django.test import RequestFactory
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from amana.agencies import selectors
from amana.agencies.context import EXIT_URL, OWN_NAMES, Node, node
from amana.agencies.models import Agency
from amana.agencies.services import apply_pack, mark_demonstration
from amana.packs import available_packs, load_pack

pytestmark = pytest.mark.db


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    selectors.forget_shown()
    yield
    selectors.forget_shown()


def the_agency(pack: str = "jo") -> Agency:
    return apply_pack(pack=load_pack(pack))


def test_a_page_that_asks_nothing_costs_no_query(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    the_agency()
    with django_assert_num_queries(0):
        assert set(node(RequestFactory().get("/"))) == {"node"}


def test_a_page_that_asks_everything_costs_one_query(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    the_agency()
    with django_assert_num_queries(1):
        for _ in range(3):
            facts = Node()
            assert facts.name
            assert facts.emergency is not None
            assert not facts.demonstration
            assert facts.exit_url.startswith("https://")
            assert facts.languages


@pytest.mark.parametrize("language", ["ar", "fr", "en", "ur"])
def test_the_name_and_the_number_come_in_the_readers_language(language: str) -> None:
    agency = the_agency()
    with translation.override(language):
        facts = Node()
        assert facts.name == agency.names[language]
        emergency = load_pack("jo").emergency
        assert facts.emergency is not None
        assert facts.emergency.name == emergency.names[language]
        assert facts.emergency.number == emergency.shown_number


@pytest.mark.parametrize("pack", available_packs())
def test_only_lines_that_somebody_has_called_are_shown(pack: str) -> None:
    the_agency(pack)
    assert [line.number for line in Node().crisis_lines] == [
        line.shown_number for line in load_pack(pack).public_crisis_lines()
    ]


@pytest.mark.parametrize("pack", available_packs())
def test_languages_stand_in_the_packs_order_by_their_own_names(pack: str) -> None:
    the_agency(pack)
    shown = [(choice.code, choice.name) for choice in Node().languages]
    assert shown == [(code, OWN_NAMES[code]) for code in load_pack(pack).header.languages]
    assert {code for code, _ in shown} == {"ar", "fr", "en", "ur"}


def test_before_the_first_start_the_exit_and_the_languages_still_work() -> None:
    facts = Node()
    assert facts.name == ""
    assert facts.emergency is None
    assert facts.crisis_lines == ()
    assert facts.exit_url == EXIT_URL
    assert len(facts.languages) == 4


def test_a_first_start_is_seen_at_once() -> None:
    assert Node().name == ""
    the_agency()
    assert Node().name


def test_a_demonstration_is_announced_within_two_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    moment = [100.0]
    monkeypatch.setattr("amana.agencies.selectors.time.monotonic", lambda: moment[0])
    agency = the_agency()
    assert not Node().demonstration
    mark_demonstration(agency=agency)
    moment[0] += selectors.SHOWN_FOR_SECONDS + 0.01
    assert selectors.SHOWN_FOR_SECONDS <= 2
    assert Node().demonstration


def test_without_a_database_the_last_known_words_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    the_agency()
    name = Node().name
    monkeypatch.setattr(selectors, "SHOWN_FOR_SECONDS", 0.0)

    def broken() -> Agency:
        raise DatabaseError("database is locked")

    monkeypatch.setattr(selectors, "current_agency", broken)
    assert Node().name == name


def test_decisions_never_read_the_copy() -> None:
    with pytest.raises(selectors.NoAgencyError):
        selectors.current_agency()
    agency = the_agency()
    assert selectors.current_agency() == agency
    assert selectors.current_pack().code == "jo"
