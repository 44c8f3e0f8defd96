# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whatever words an officer, a tool or a scanner brings, an act is recorded; and many acts at once
on many files leave chains without a gap."""

from __future__ import annotations

import json
import random
import threading
from collections.abc import Callable

import pytest
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from amana.agencies.models import Agency
from amana.config.env import env
from amana.evidence import forensics, holding, looking, passing, shredding, verdicts
from amana.evidence.custody import Handling, Kind, Record, custodies_of, record_custodies
from amana.evidence.models import Basis, CustodyRecord, EvidenceItem
from amana.evidence.records import MAX_RECORD, fitting
from amana.journal.events import NODE
from amana.people.models import Role
from amana.people.policies import Staff
from amana.reports.models import PartKind, Report
from tests.evidence.files import UNIT, added, chain, half
from tests.support import builders as make
from tests.support.clamd import fake_clamd

NASTY = {
    "controls": "\x01" * 500,
    "emoji": "\N{GRINNING FACE}" * 500,
    "quotes": '"\\' * 250,
    "arabic": "أمر" * 200,
    "lines": "\u2028\r\n" * 200,
}


@given(text=st.text(max_size=80), most=st.integers(0, 200))
def test_what_fits_is_a_beginning_and_no_letter_more_would_fit(text: str, most: int) -> None:
    def written(part: str) -> int:
        return len(json.dumps(part, ensure_ascii=False).encode()) - 2

    cut = fitting(text, most)
    assert text.startswith(cut)
    assert written(cut) <= most
    assert cut == text or written(text[: len(cut) + 1]) > most


def last(agency: Agency, report: Report, item: EvidenceItem) -> Record:
    """The last record of a chain that holds, within its kilobyte."""
    custody = chain(item, half(agency, report))
    assert custody.problems == ()
    assert len(custody.records[-1].canonical) <= MAX_RECORD
    return custody.records[-1]


@pytest.mark.db
@pytest.mark.django_db
@pytest.mark.parametrize("words", NASTY.values(), ids=NASTY.keys())
class TestNastyWords:
    def test_of_whoever_ordered_a_hold(
        self, agency: Agency, report: Report, officer: Staff, words: str
    ) -> None:
        """Control characters are written as six bytes each: such an order once could not be
        recorded, and the hold was not laid."""
        item = added(report)
        holding.lay(staff=officer, report=report, reason=f"x {words}", authority=f"Court {words}")
        record = last(agency, report, item)
        assert (record.kind, record.authority[:5]) == (Kind.HOLD, "Court")

    def test_of_the_article_of_law_for_destroying(
        self, agency: Agency, report: Report, officer: Staff, words: str
    ) -> None:
        item = added(report)
        row = shredding.ask(
            staff=officer,
            report=report,
            item_id=item.id,
            basis=Basis.REQUEST_OF_THE_PERSON,
            article=f"Art. {words}",
            reason=f"x {words}",
        )
        supervisor = make.staff(agency, UNIT, Role.SUPERVISOR)
        shredding.shred(staff=supervisor, report=report, shred_id=row.id)
        assert last(agency, report, item).kind is Kind.SHRED

    def test_of_a_forensic_tool(
        self, agency: Agency, report: Report, officer: Staff, words: str
    ) -> None:
        listing = added(report, b"name,sha256\nx.png," + b"0" * 64 + b"\n", name="list.csv")
        tool = forensics.Tool(words, words, words)
        forensics.import_list(staff=officer, report=report, item_id=listing.id, tool=tool)
        assert last(agency, report, listing).kind is Kind.VERIFY

    def test_of_a_scanner(
        self,
        agency: Agency,
        report: Report,
        officer: Staff,
        words: str,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        item = added(report)
        answer = f"stream: {words.replace(chr(0), '')} FOUND\0".encode()
        with fake_clamd(answer) as address:
            monkeypatch.setattr(env(), "clamd", str(address))
            looking.reveal(staff=officer, report=report, item_id=item.id, purpose="who it is")
        record = last(agency, report, item)
        assert record.purpose == verdicts.SCAN
        assert record.facts["clean"] is False
        assert words.startswith(str(record.facts["found"])[:20])

    def test_of_a_purpose(self, agency: Agency, report: Report, officer: Staff, words: str) -> None:
        item = added(report)
        copy = looking.working_copy(
            staff=officer, report=report, item_id=item.id, purpose=f"x {words}"
        )
        assert last(agency, report, copy).kind is Kind.DERIVE


@pytest.mark.db
@pytest.mark.django_db
def test_the_longest_codes_of_units_fit(agency: Agency, report: Report, officer: Staff) -> None:
    item, here = added(report), make.unit(UNIT).id
    passing.handed_over(
        report=report,
        of="a" * 80,
        to="b" * 80,
        rule="r" * 40,
        actor=NODE,
        unit_id=here,
    )
    passing.given(
        report=report,
        kinds=PartKind.values,
        to="b" * 80,
        ground="owner",
        actor=NODE,
        unit_id=here,
    )
    assert last(agency, report, item).facts == {"unit": "b" * 80}


@pytest.mark.db
@pytest.mark.django_db(transaction=True)
def test_many_acts_at_once_on_many_files_leave_no_gap(agency: Agency, report: Report) -> None:
    """Each act takes the files in an order of its own; none waits for another for ever, and no
    number is taken twice."""
    with transaction.atomic():
        items = [added(report, b"%d" % number) for number in range(4)]
        private = half(agency, report)
    faults: list[BaseException] = []

    def acts(seed: int) -> Callable[[], None]:
        def run() -> None:
            dice = random.Random(seed)
            try:
                for _ in range(5):
                    some = dice.sample(items, dice.randint(2, 4))
                    record_custodies(items=some, act=Handling(Kind.VIEW, NODE, purpose=str(seed)))
            except BaseException as fault:  # noqa: BLE001 - told below, in the test's own thread
                faults.append(fault)
            finally:
                connection.close()

        return run

    threads = [threading.Thread(target=acts(seed)) for seed in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    found = custodies_of(items, private)
    assert [custody.problems for custody in found.values()] == [()] * 4
    for item in items:
        numbers = CustodyRecord.objects.filter(item=item).values_list("number", flat=True)
        assert sorted(numbers) == list(range(1, len(numbers) + 1))
