# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where invented reports may be filed, and where never."""

from __future__ import annotations

import pytest

from amana.agencies.models import Agency
from amana.cli.errors import CommandFailed
from amana.cli.replay import ground, jordan, officers
from amana.cli.replay.client import Client
from amana.cli.replay.working import replay_officer, work
from amana.journal.models import Event
from amana.packs import load_pack
from amana.people.factors import check_code
from amana.people.models import Officer, Role
from amana.reports.models import Report
from tests.support import builders as make

pytestmark = pytest.mark.db


def test_a_home_with_a_real_report_is_refused_and_left_alone() -> None:
    agency = make.node()
    make.report(agency)
    with pytest.raises(CommandFailed, match="real reports"):
        ground.check("http://127.0.0.1:1")
    assert not Agency.objects.get().demonstration


def test_an_empty_home_becomes_a_demonstration_for_good_with_a_leaf() -> None:
    agency = ground.mark(make.node())
    assert agency.demonstration
    assert Event.objects.filter(tag="config:demonstration:mark").count() == 1
    assert make.report(agency).demonstration
    ground.refuse_real(agency)


def test_a_report_that_slipped_in_before_the_mark_stops_the_replay() -> None:
    agency = make.node()
    make.report(agency)
    with pytest.raises(CommandFailed, match="real reports"):
        ground.mark(agency)


def test_no_node_and_no_home_are_said_plainly() -> None:
    make.node()
    with pytest.raises(CommandFailed, match="no node answers"):
        ground.check("http://127.0.0.1:1")


@pytest.mark.parametrize(
    "address", ["", "127.0.0.1:8000", "ftp://127.0.0.1", "http://", "http://::1:8000", "http://h:x"]
)
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(CommandFailed, match="--node"):
        Client(address)


def test_the_year_in_jordan_needs_its_pack() -> None:
    with pytest.raises(CommandFailed, match="'jo'"):
        jordan.check_pack(make.node("ma"))


def test_doors_that_only_officers_open_are_filed_by_the_same_journey() -> None:
    agency = ground.mark(make.node())
    those = jordan.arrivals(40, load_pack("jo"))
    seen: list[int] = []
    locators = jordan.file_behind(agency, those, progress=seen.append)
    assert seen[-1] == len(locators) == 40
    filed = {r.locator: r for r in Report.objects.all()}
    assert [filed[locator].origin for locator in locators] == [a.origin for a in those]
    assert all(report.demonstration for report in filed.values())


def test_invented_officers_can_sign_in_and_open_what_their_units_hold() -> None:
    agency = ground.mark(make.node())
    first = replay_officer(agency)
    assert first.vault is not None
    made = officers.ensure(
        agency,
        login="rania",
        name="Rania (invented)",
        posts=[officers.Post("jo/ccu", Role.SUPERVISOR)],
    )
    officer = Officer.objects.get(login="rania")
    assert officer.check_password(made.password)
    staff = officers.at_work(made)
    assert staff.vault is not None
    assert staff.vault.all_unit_privates([make.unit("jo/ccu").id])
    assert check_code(officer=officer, code="000000") == ""
    again = officers.ensure(agency, login="rania", name="Rania (invented)", posts=[])
    assert again == made


def test_officers_work_suspects_and_closings_by_the_services_of_the_desk() -> None:
    agency = ground.mark(make.node())
    those = jordan.arrivals(60, load_pack("jo"))
    locators = jordan.file_behind(agency, those, progress=lambda _n: None)
    done: list[int] = []
    work(
        agency,
        locators,
        suspects={"before_justice": 2, "search_notice": 1, "ongoing": 3},
        closings=2,
        progress=done.append,
    )
    assert done[-1] == 10
    tags = list(Event.objects.values_list("tag", flat=True))
    assert tags.count("case:suspect:identify") == 6
    assert tags.count("case:suspect:present") == 2
    assert tags.count("justice:notice:publish") == 1
    assert tags.count("report:report:close") == 2


def test_too_few_reports_to_work_are_said_plainly() -> None:
    agency = ground.mark(make.node())
    nobody = {"before_justice": 0, "search_notice": 0, "ongoing": 1}
    with pytest.raises(CommandFailed, match="too few"):
        work(agency, [], suspects=nobody, closings=0, progress=lambda _n: None)
