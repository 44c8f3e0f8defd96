# SPDX-License-Identifier: AGPL-3.0-or-later
"""The custody pages: chains in words, holds, two people to destroy, devices, lists of tools."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256

import pytest

from amana.config.clock import now
from amana.evidence import holding
from amana.evidence.models import CustodyRecord, EvidenceItem, HandIn, Hold, Shred
from amana.people.models import Role
from amana.referral import services
from amana.reports.models import Report
from tests.desk.steps import Desk, desk, text
from tests.evidence.files import UNIT, added
from tests.support import builders as make

pytestmark = pytest.mark.db


def of(report: Report, path: str) -> str:
    return f"/desk/reports/{report.locator}/custody/{path}"


def ok(answer: object) -> str:
    assert answer.status_code == 200, answer.status_code  # type: ignore[attr-defined]
    return text(answer)  # type: ignore[arg-type]


@pytest.fixture
def place() -> tuple[Report, EvidenceItem, Desk, Desk]:
    """A report with a file, an officer and a supervisor."""
    agency = make.node()
    report = make.report(agency)
    item = added(report, name="chat.png")
    return report, item, desk(agency, UNIT), desk(agency, UNIT, Role.SUPERVISOR)


def test_a_chain_is_read_in_words(place: tuple[Report, EvidenceItem, Desk, Desk]) -> None:
    report, item, who, _ = place
    who.post(f"/desk/reports/{report.locator}/files/{item.id}/", purpose="x", how="save").getvalue()
    page = ok(who.get(of(report, "")))
    for said in ("chat.png", "Came in and was sealed", "Opened", "The chain holds.", "captured by"):
        assert said in page
    assert "Custody of the files" in text(who.get(f"/desk/reports/{report.locator}/"))


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ("Handed over: from Aqaba", "Key given to Irbid", "Owns the case")),
        ("ar", ("سُلّم: من", "أُعطي المفتاح إلى")),
        ("fr", ("Remis : de", "Clé donnée à")),
        ("ur", ("حوالے کیا گیا:", "کو دی گئی")),
    ],
)
def test_who_was_given_the_keys_is_said_by_name(
    place: tuple[Report, EvidenceItem, Desk, Desk], language: str, said: tuple[str, ...]
) -> None:
    report, _item, who, _ = place
    make.diagnosed(who.staff, report)
    services.refer(
        staff=who.staff,
        report=make.fresh(report),
        to_unit=make.unit("jo/ccu/irbid"),
        reason="nearer",
        keep_as_co_owner=True,
    )
    who.officer.language = language
    who.officer.save(update_fields=["language"])
    page = ok(who.get(of(report, "")))
    for words in said:
        assert words in page
    assert "jo/ccu/irbid" not in page


def test_a_broken_chain_says_what_is_wrong(place: tuple[Report, EvidenceItem, Desk, Desk]) -> None:
    report, item, who, _ = place
    CustodyRecord.objects.filter(item=item).delete()
    page = ok(who.get(of(report, "")))
    assert "The chain does not hold:" in page
    assert "there is no record of this item" in page


def test_a_hold_is_laid_by_one_and_ended_by_a_supervisor(
    place: tuple[Report, EvidenceItem, Desk, Desk],
) -> None:
    report, item, who, supervisor = place
    refused = who.post(of(report, "hold/"), item=str(item.id), reason="", authority="Court")
    assert refused.status_code == 422
    assert "reason" in text(refused).lower()
    done = who.post(of(report, "hold/"), item=str(item.id), reason="Trial", authority="Court")
    assert done.status_code == 302
    hold = Hold.objects.get()
    assert "under legal hold" in ok(who.get(of(report, "")))
    assert who.get(of(report, f"holds/{hold.id}/")).status_code == 404
    assert supervisor.post(of(report, f"holds/{hold.id}/"), reason="Over").status_code == 302
    assert "under legal hold" not in ok(who.get(of(report, "")))


def test_the_page_says_held_of_what_cannot_be_destroyed_and_of_nothing_else(
    place: tuple[Report, EvidenceItem, Desk, Desk],
) -> None:
    """A hold on a copy holds the original too; the page once said so of the copy alone."""
    report, item, who, _ = place
    file = f"/desk/reports/{report.locator}/files/{item.id}/"
    for purpose in ("one", "two"):
        assert who.post(file, purpose=purpose, how="work").status_code == 302
    other = added(report, name="other.png")
    copy, sibling = EvidenceItem.objects.filter(parent=item).order_by("id")
    who.post(of(report, "hold/"), item=str(copy.id), reason="Trial", authority="Court")
    forbidden = {
        row.id: holding.live_holds(report, row).exists()
        for row in EvidenceItem.objects.filter(report=report)
    }
    assert forbidden == {item.id: True, copy.id: True, sibling.id: False, other.id: False}
    assert ok(who.get(of(report, ""))).count("under legal hold") == 2


def test_one_asks_and_another_one_destroys(
    place: tuple[Report, EvidenceItem, Desk, Desk],
) -> None:
    report, item, who, supervisor = place
    why = {"basis": "court_order", "article": "Art. 12", "reason": "By judgment."}
    assert who.post(of(report, "destroy/"), item=str(item.id), **why).status_code == 302
    asked = Shred.objects.get()
    assert "Somebody asks to destroy" in ok(who.get(of(report, "")))
    assert "By judgment." in ok(supervisor.get(of(report, f"destroy/{asked.id}/")))
    unsaid = supervisor.post(of(report, f"destroy/{asked.id}/"))
    assert unsaid.status_code == 422
    done = supervisor.post(of(report, f"destroy/{asked.id}/"), decision="yes")
    assert done.status_code == 302
    page = ok(who.get(of(report, "")))
    assert "Destroyed by law" in page
    assert "chat.png" not in page
    assert "The chain holds." in page


def test_a_supervisor_does_not_decide_what_she_asked(
    place: tuple[Report, EvidenceItem, Desk, Desk],
) -> None:
    report, item, _, supervisor = place
    why = {"basis": "never_lawful", "article": "Art. 12", "reason": "A mistake."}
    supervisor.post(of(report, "destroy/"), item=str(item.id), **why)
    asked = Shred.objects.get()
    refused = supervisor.post(of(report, f"destroy/{asked.id}/"), decision="yes")
    assert refused.status_code == 422
    assert "Somebody else must decide" in text(refused)
    assert supervisor.post(of(report, f"destroy/{asked.id}/"), decision="no").status_code == 302
    assert EvidenceItem.objects.get(pk=item.pk).shredded_at is None


def test_a_hold_forbids_it_on_the_page(place: tuple[Report, EvidenceItem, Desk, Desk]) -> None:
    report, item, who, _ = place
    who.post(of(report, "hold/"), item="", reason="Trial", authority="Court")
    why = {"basis": "court_order", "article": "Art. 12", "reason": "By judgment."}
    refused = who.post(of(report, "destroy/"), item=str(item.id), **why)
    assert refused.status_code == 422
    assert "legal hold" in text(refused)


def test_after_a_whole_report_was_destroyed_its_pages_still_answer(
    place: tuple[Report, EvidenceItem, Desk, Desk],
) -> None:
    report, _item, who, supervisor = place
    Report.objects.filter(pk=report.pk).update(
        closed_at=now(), stage="closed", disposition="solved"
    )
    why = {"basis": "retention_ended", "article": "Art. 4", "reason": "Time is over."}
    assert who.post(of(report, "destroy/"), item="", **why).status_code == 302
    asked = Shred.objects.get()
    assert supervisor.post(of(report, f"destroy/{asked.id}/"), decision="yes").status_code == 302
    for path in ("", "hold/", "destroy/", "devices/", "import/"):
        assert who.get(of(report, path)).status_code == 200, path
    assert who.get(f"/desk/reports/{report.locator}/").status_code == 200


def test_a_device_is_taken_in_printed_and_given_back(
    place: tuple[Report, EvidenceItem, Desk, Desk],
) -> None:
    report, _item, who, _ = place
    day = (now() + timedelta(days=9)).date().isoformat()
    said = {"what": "Blue telephone", "to_whom": "Window 3", "return_by": day}
    refused = who.post(of(report, "devices/"), scope="", **said)
    assert refused.status_code == 422
    assert who.post(of(report, "devices/"), scope="Messages", **said).status_code == 302
    page = ok(who.get(of(report, "devices/")))
    assert "Blue telephone" in page
    row = HandIn.objects.get()
    paper = who.get(of(report, f"devices/{row.id}/paper/"))
    assert paper["Content-Type"] == "application/pdf"
    assert who.post(of(report, f"devices/{row.id}/back/")).status_code == 302
    assert HandIn.objects.get().returned_at is not None
    assert who.post(of(report, f"devices/{row.id}/back/")).status_code == 302


def test_a_list_of_a_tool_is_compared(place: tuple[Report, EvidenceItem, Desk, Desk]) -> None:
    report, item, who, _ = place
    digest = sha256(b"a screenshot").hexdigest()
    listed = added(report, f"name,sha256\nx.png,{digest}\n".encode(), name="list.csv")
    said = {"tool": "Autopsy", "version": "4.21", "examiner": "Expert 7"}
    refused = who.post(of(report, "import/"), item=str(item.id), **said)
    assert refused.status_code == 422
    assert "no list of files" in text(refused)
    assert who.post(of(report, "import/"), item=str(listed.id), **said).status_code == 302
    page = ok(who.get(of(report, "import/")))
    assert "Autopsy 4.21" in page
    assert "unchanged" in page
    assert ">0<" in page, "what was not found is a number too"
