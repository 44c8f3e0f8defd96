# SPDX-License-Identifier: AGPL-3.0-or-later
"""What may stand in the fields of accounts, and what happens at pages that were open too long: a
page with the reason each time, and never a page of an error."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from amana.people import selectors, services
from amana.people.models import Officer, Placement, Role
from amana.people.services.accounts import normal_login
from tests.desk.steps import Desk, desk, ok, refused, text, went_on
from tests.support import builders as make

pytestmark = pytest.mark.db

NAMELESS = "Use letters, digits, dot and hyphen."


def administrator() -> Desk:
    return desk(make.node(), "jo/ccu/aqaba", Role.ADMINISTRATOR)


def colleague(who: Desk) -> Officer:
    """Somebody in the same house who is at work."""
    return Officer.objects.get(pk=make.staff(who.officer.agency, "jo/ccu/irbid").officer_id)


@pytest.mark.parametrize(
    ("login", "said"),
    [
        ("", "This field is required."),
        ("two words", NAMELESS),
        ("a/b", NAMELESS),
        ("line\nbreak", NAMELESS),
        ("a" * 41, "at most 40 characters"),
        ("\N{ARABIC LIGATURE SALLALLAHOU ALAYHE WASALLAM}", NAMELESS),
        ("\N{LATIN SMALL LIGATURE FFI}" * 20, "at most 40 characters"),
        ("nul\x00", "Null characters are not allowed."),
    ],
    ids=["empty", "space", "slash", "line", "long", "words in one sign", "long signs", "nul"],
)
def test_a_sign_in_name_is_judged_as_it_will_be_kept(login: str, said: str) -> None:
    who = administrator()
    page = refused(who.post("/desk/people/", login=login, name="Huda", language="en"))
    assert said in page
    assert 'value="Huda"' in page, "what was typed beside it stays"
    assert Officer.objects.count() == 1


@pytest.mark.parametrize("login", ["هدى.١", "Ḥuda@unit", "ｆｕｌｌ", "STRASSE"])
def test_a_sign_in_name_in_any_script_is_taken_and_found_again(login: str) -> None:
    who = administrator()
    page = ok(who.post("/desk/people/", login=login, name="Huda", language="ar"))
    assert "One-time code" in page
    kept = Officer.objects.exclude(pk=who.officer.pk).get().login
    assert kept == normal_login(login)
    again = refused(who.post("/desk/people/", login=login.upper(), name="Other", language="ar"))
    assert "already taken" in again


@pytest.mark.parametrize(
    "fields",
    [
        {"name": ""},
        {"name": "x" * 121},
        {"name": "a\x00b"},
        {"language": "xx"},
        {"gender": "both"},
        {"language": ""},
    ],
    ids=str,
)
def test_each_field_of_an_account_says_what_is_wrong(fields: dict[str, str]) -> None:
    who = administrator()
    sent = {"login": "newcomer", "name": "Huda", "language": "en", **fields}
    page = refused(who.send("/desk/people/", sent))
    assert 'value="newcomer"' in page
    assert 'class="error"' in page
    assert Officer.objects.count() == 1


@pytest.mark.parametrize("search", ["%", "_", "'", "\\", "ا" * 500, "\ud83d", "<b>x"])
def test_the_search_for_people_takes_anything(search: str) -> None:
    who = administrator()
    answer = who.get("/desk/people/", q=search.encode("utf-8", "replace").decode())
    assert "Find" in ok(answer)
    assert b"<b>x" not in answer.content


@pytest.mark.parametrize(
    "address", ["people/?q=", "journal/?tag=", "inbox/open/?q=", "inbox/open/?category=a", "?x="]
)
def test_a_nul_in_an_address_is_no_text_on_either_database(address: str) -> None:
    agency = make.node()
    make.report(agency)
    who = desk(agency, "jo/ccu/aqaba", Role.ADMINISTRATOR, Role.AUDITOR, Role.SUPERVISOR)
    answer = who.get(f"/desk/{address}%00")
    assert answer.status_code == 400
    assert answer.headers["Content-Language"] in text(answer)


def test_a_sign_of_the_search_is_a_sign_and_no_pattern() -> None:
    who = administrator()
    other = colleague(who)
    assert other.login in ok(who.get("/desk/people/", q=other.login.upper()))
    assert other.login not in ok(who.get("/desk/people/", q="%"))


LATE: dict[str, Callable[[Desk, Officer], object]] = {
    "reset": lambda who, other: who.post(f"/desk/people/{other.pk}/reset/"),
    "disable": lambda who, other: who.post(f"/desk/people/{other.pk}/disable/"),
    "place": lambda who, other: who.post(
        f"/desk/people/{other.pk}/place/", unit=str(make.unit("jo/ccu/karak").pk), role="auditor"
    ),
    "see": lambda who, other: who.get(f"/desk/people/{other.pk}/"),
}


@pytest.mark.parametrize("act", LATE)
def test_an_account_that_was_ended_in_another_window_gives_a_page(act: str) -> None:
    who = administrator()
    other = colleague(who)
    services.disable(staff=who.staff, officer=other)
    answer = LATE[act](who, other)
    assert answer.status_code in {200, 302, 422}, answer  # type: ignore[attr-defined]
    other.refresh_from_db()
    assert not other.is_active
    assert not other.has_usable_password()
    assert not selectors.active_placements().filter(officer=other).exists()


def test_a_role_that_was_ended_in_another_window_is_said_to_be_gone() -> None:
    who = administrator()
    other = colleague(who)
    (row,) = Placement.objects.filter(officer=other)
    went_on(who.post(f"/desk/people/placements/{row.pk}/end/"))
    assert who.post(f"/desk/people/placements/{row.pk}/end/").status_code == 404
