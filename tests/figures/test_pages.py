# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the public sees: the page, the JSON of the contract, the CSV."""

from __future__ import annotations

import csv
from datetime import timedelta
from io import StringIO
from xml.etree import ElementTree

import pytest
import time_machine
from django.test import Client

from amana.agencies.models import Unit
from amana.agencies.selectors import forget_shown
from amana.figures import services
from amana.figures.spreadsheet import safe_cell
from amana.reports.models import Refusal
from tests.figures import builders as make

pytestmark = pytest.mark.db
FIRST_PAGE = 60_000


def published(*, demonstration: bool = False, whole: bool = False) -> None:
    """September and the quarter; `whole`: with all that E-Blagh counted."""
    at = make.agency(demonstration=demonstration)
    if whole:
        make.eblagh(at)
    else:
        make.suspects(make.reports(at, 60)[0], 12)
        make.reports(at, 20, category="D1", victim_country="AE", identity_choice="named")
    Refusal.objects.create(agency=at, action="=HYPERLINK(1)", missing="authority", at=make.IN_Q3)
    with time_machine.travel(make.AFTER_Q3, tick=False):
        services.publish(agency=at, period=make.SEPTEMBER)
        services.publish(agency=at, period=make.Q3)
    forget_shown()


def test_the_json_has_the_shape_and_the_numbers_of_the_contract(client: Client) -> None:
    published(whole=True)
    said = client.get("/figures.json").json()
    assert said["period"] == "2026-Q3"
    assert said["checkpoint"]["size"] % 64 == 0  # the public one: it tells no count of entries
    rows = {
        table: {row["key"]: (row["count"], row["percent"]) for row in said["tables"][table]}
        for table in ("T1", "T2", "T3", "T4", "T5")
    }
    assert list(rows["T1"]) == ["fraud", "sexual_blackmail", "insult", "threats", "other"]
    assert set(said["tables"]["T1"][0]) == {"key", "count", "percent"}
    assert rows["T1"]["fraud"] == (4073, 60.0)
    assert rows["T2"]["isis"][0] == 85
    assert rows["T3"]["search_notice"][0] == 9
    assert rows["T4"]["named"] == (4117, 58.1)
    assert rows["T5"]["abroad"] == (564, 8.0)


def test_another_period_is_asked_for_by_its_name(client: Client) -> None:
    published()
    assert client.get("/figures.json?period=2026-09").json()["period"] == "2026-09"
    assert client.get("/figures/?period=2026-09").status_code == 200


NOT_THERE = (
    *("period=2026-Q4", "period=2026-08", "period=2020-Q1", "period=", "period=../../etc"),
    *("period=2026-Q3&revision=2", "period=2026-Q3&revision=x", "period=2026-Q3&revision=٢"),
    *("period=2026-08-01", "period=" + "9" * 9000, "period=2026-Q3&revision=99999999"),
    *("period=2026-Q3&revision=-1", "period=2026-Q3&revision=0"),
)


def test_a_period_that_was_not_published_is_not_there(client: Client) -> None:
    at = make.agency()
    make.reports(at, 12)
    with time_machine.travel(make.AFTER_Q3, tick=False):
        services.publish(agency=at, period=make.Q3)
    for path in ("/figures.json", "/figures.csv", "/figures/"):
        assert client.get(f"{path}?period=2026-Q3&revision=1").status_code == 200
        for query in NOT_THERE:
            assert client.get(f"{path}?{query}").status_code == 404, (path, query)
        assert client.get(f"{path}?period=2026-Q3%00").status_code == 400  # no text at all


def test_before_the_first_publication_the_page_says_so_and_the_data_is_not_there(
    client: Client,
) -> None:
    make.agency()
    assert client.get("/figures/").status_code == 200
    assert client.get("/figures.json").status_code == 404
    assert client.get("/figures.csv").status_code == 404


def test_a_program_that_asks_for_what_is_not_there_reads_so_in_its_own_form(
    client: Client,
) -> None:
    make.agency()
    for query in ("", "?period=2031-Q1", "?period=nonsense"):
        answer = client.get(f"/figures.json{query}")
        assert answer["Content-Type"] == "application/problem+json"
        assert answer.json() == {
            "type": "urn:amana:problem:not_published",
            "title": "These figures were not published.",
            "status": 404,
        }


def test_no_count_is_live(client: Client) -> None:
    published()
    before = client.get("/figures.json").content
    make.reports(Unit.objects.select_related("agency")[0].agency, 50)
    assert client.get("/figures.json").content == before


@pytest.mark.parametrize("language", ["en", "ar", "fr", "ur"])
def test_the_page_is_small_has_a_table_beside_each_picture_and_no_inline_style(
    client: Client, language: str
) -> None:
    published()
    page = client.get("/figures/", HTTP_ACCEPT_LANGUAGE=language)
    text = page.content.decode()
    assert page.status_code == 200
    assert len(page.content) <= FIRST_PAGE
    assert " style=" not in text
    assert "<style" not in text
    assert text.count("<h1") == 1
    assert f'lang="{language}"' in text
    for section in text.split("<section")[1:]:
        assert "<svg" not in section or "<table" in section
    assert page.cookies == {}


def test_the_page_prints_denominators_units_period_version_and_checkpoint(client: Client) -> None:
    published(whole=True)
    text = client.get("/figures/", HTTP_ACCEPT_LANGUAGE="en").content.decode()
    for said in (
        "6,788",
        "7,083",
        "4,073",
        "60.0 %",
        "58.1 %",
        "computed",
        "hacking",
        "Asia/Amman",
    ):
        assert said in text
    assert "2026-10-02 12:00" in text  # counted, by the clocks of the agency
    assert "2026-07-01" in text
    assert "2026-09-30" in text


def test_a_hidden_number_is_a_star_with_its_reason(client: Client) -> None:
    at = make.agency()
    make.reports(at, 30)
    make.reports(at, 3, category="D1")
    with time_machine.travel(make.AFTER_Q3, tick=False):
        services.publish(agency=at, period=make.Q3)
    text = client.get("/figures/", HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert ">*</bdi>" in text
    assert "A star (*)" in text
    rows = client.get("/figures.json").json()["tables"]["T1"]
    assert {row["key"]: row["count"] for row in rows}["insult"] is None


def test_an_older_revision_stays_in_sight_and_points_to_the_newer(client: Client) -> None:
    at = make.agency()
    make.reports(at, 30)
    with time_machine.travel(make.AFTER_Q3, tick=False):
        services.publish(agency=at, period=make.Q3)
    make.reports(at, 30)
    with time_machine.travel(make.AFTER_Q3 + timedelta(days=1), tick=False):
        services.publish(agency=at, period=make.Q3)
    newest = client.get("/figures/", HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert "revision=1" in newest
    old = client.get("/figures/?period=2026-Q3&revision=1", HTTP_ACCEPT_LANGUAGE="en")
    assert "counted again later" in old.content.decode()
    assert client.get("/figures.json?period=2026-Q3&revision=1").json()["revision"] == 1


def test_a_demonstration_says_so_beside_its_numbers(client: Client) -> None:
    published(demonstration=True)
    text = client.get("/figures/", HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert "these numbers are invented" in text


def test_the_csv_is_the_same_numbers_and_no_formula(client: Client) -> None:
    published()
    answer = client.get("/figures.csv?period=2026-Q3&table=T1")
    rows = list(csv.DictReader(StringIO(answer.content.decode())))
    assert next((row["key"], row["count"], row["percent"]) for row in rows) == (
        "fraud",
        "60",
        "75.0",
    )
    assert 'filename="figures-2026-Q3-T1.csv"' in answer["Content-Disposition"]
    refused = client.get("/figures.csv?period=2026-Q3&table=T19").content.decode()
    cells = [cell for row in csv.reader(StringIO(refused)) for cell in row]
    assert any(cell.startswith("'=HYPERLINK") for cell in cells)
    assert not any(cell[:1] in set("=+-@|%") for cell in cells if cell)
    assert client.get("/figures.csv?table=T99").status_code == 404
    assert client.get("/figures.csv").content.count(b"\r\n") > 60


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\t=1", "\r=1", "|x", "%x"])
def test_t18_text_like_a_formula_gets_an_apostrophe(text: str) -> None:
    assert safe_cell(text) == f"'{text}"


def test_t18_numbers_and_plain_words_stay_as_they_are() -> None:
    assert [safe_cell(v) for v in (-3, 4.5, None, "", "fraud", "a=b")] == [
        "-3", "4.5", "", "", "fraud", "a=b",
    ]  # fmt: skip


def test_pictures_are_well_formed_in_both_directions(client: Client) -> None:
    published()
    for language in ("en", "ar"):
        text = client.get("/figures/", HTTP_ACCEPT_LANGUAGE=language).content.decode()
        pictures = [part.partition("</svg>")[0] for part in text.split("<svg")[1:]]
        bars = [p for p in pictures if 'class="bars"' in p]
        assert len(bars) == 6
        for picture in bars:
            ElementTree.fromstring(f"<svg{picture}</svg>")
