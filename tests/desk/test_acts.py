# SPDX-License-Identifier: AGPL-3.0-or-later
"""The acts on a report through their pages: what is missing is said, nothing typed is lost."""

from __future__ import annotations

import pytest

from amana.casework.models import Assignment, Closing, Suspect
from amana.config.clock import now
from amana.people.models import Gender, Role
from amana.people.services import end_placement
from amana.referral.models import CrossBorderTask, Instruction, ProsecutorNotice
from amana.reports.models import PartGrant, Refusal, Report, Stage
from amana.triage.models import Diagnosis
from tests.desk.steps import Desk, desk, of, ok, refused, text, went_on
from tests.support import builders as make

pytestmark = pytest.mark.db

FOUND: dict[str, object] = {
    "online": "no",
    "identifiers": "some",
    "jurisdiction": "domestic",
    "elements": "present",
    "offences": ["X1"],
}


def diagnosed(who: Desk, report: Report, **changed: object) -> None:
    went_on(who.send(of(report, "diagnosis/"), {**FOUND, **changed}))


def missing(report: Report) -> list[str]:
    return list(Refusal.objects.filter(report=report).values_list("missing", flat=True))


def test_m035_the_diagnosis_explains_itself_and_says_what_is_still_open() -> None:
    agency = make.node()
    report = make.report(agency)
    who = desk(agency, "jo/ccu/aqaba", Role.INTAKE_OFFICER)
    page = ok(who.get(of(report, "diagnosis/")))
    assert "Elements of the offence" in page
    assert "The parts that an article of law names." in page
    page = refused(who.send(of(report, "diagnosis/"), {"note": "half", "online": "yes"}))
    assert "half" in page
    assert 'value="yes"' in page
    assert not Diagnosis.objects.exists()


def test_m061_an_offence_is_dropped_with_a_reason_only() -> None:
    agency = make.node()
    report = make.report(agency, offences=["X1", "H1"], category="X1")
    who = desk(agency, "jo/ccu/aqaba")
    page = refused(who.send(of(report, "diagnosis/"), {**FOUND, "note": "typed before"}))
    assert "A reason is missing." in page
    assert "typed before" in page
    assert missing(report) == ["reason"]
    diagnosed(who, report, dropped_H1="It was never said.")
    assert make.fresh(report).offences == ["X1"]
    assert "It was never said." in ok(who.get(of(report, "diagnosis/")))


def test_an_offence_that_the_officer_sees_is_added() -> None:
    agency = make.node()
    report = make.report(agency)
    who = desk(agency, "jo/ccu/aqaba")
    diagnosed(who, report, more="H1")
    assert make.fresh(report).offences == ["X1", "H1"]


def test_another_category_keeps_its_history() -> None:
    agency = make.node()
    report = make.report(agency)
    who = desk(agency, "jo/ccu/aqaba")
    went_on(who.post(of(report, "category/"), category="X3"))
    assert make.fresh(report).category == "X3"
    assert "→" in ok(who.get(of(report, "category/")))
    assert "done already" in refused(who.post(of(report, "category/"), category="X3"))


def test_m003_an_override_without_a_reason_is_refused_and_counted() -> None:
    agency = make.node()
    report = make.report(agency)
    who = desk(agency, "jo/ccu/aqaba", Role.SUPERVISOR)
    page = refused(who.post(of(report, "override/"), unit="jo/ccu/irbid", reason="  "))
    assert "A reason is missing." in page
    assert 'value="jo/ccu/irbid" selected' in page
    assert missing(report) == ["reason"]
    went_on(who.post(of(report, "override/"), unit="jo/ccu/irbid", reason="She moved"), "/desk/")
    irbid = desk(agency, "jo/ccu/irbid")
    page = ok(irbid.get(of(report)))
    assert "Sent here by a supervisor" in page
    assert "She moved" in page


def test_a_joint_case_stays_visible_to_the_one_who_referred() -> None:
    agency = make.node()
    report = make.report(agency)
    who = desk(agency, "jo/ccu/aqaba")
    diagnosed(who, report)
    went_on(
        who.post(of(report, "refer/"), unit="jo/ccu/irbid", reason="He is there", keep="on"),
        of(report),
    )
    assert "Joint case" in ok(who.get(of(report)))
    assert report.locator in ok(who.get("/desk/inbox/joint/"))


def test_m004_a_notice_is_shown_before_it_is_signed_and_its_digest_after() -> None:
    agency = make.node()
    report = make.report(agency)
    who = desk(agency, "jo/ccu/aqaba")
    went_on(who.send(of(report, "diagnosis/"), FOUND))
    page = ok(who.get(of(report, "notice/")))
    assert 'value="jo/pp/aqaba" selected' in page, "the competent office is suggested"
    page = ok(who.post(of(report, "notice/"), unit="jo/pp/aqaba", reason="Please", preview="1"))
    assert "This will be sent" in page
    assert "What was found" in page
    assert make.NARRATIVE in page, "with the answers that go along"
    assert not ProsecutorNotice.objects.exists()
    went_on(
        who.post(of(report, "notice/"), unit="jo/pp/aqaba", reason="Please", send="1"),
        of(report, "notice/"),
    )
    row = ProsecutorNotice.objects.get()
    digest = bytes(row.digest).hex()
    assert digest[:8] in ok(who.get(of(report, "notice/")))
    paper = who.post(of(report, f"notice/{row.pk}/pdf/"))
    assert paper.headers["Content-Disposition"] == 'attachment; filename="notice.pdf"'
    assert paper.content.startswith(b"%PDF")
    signed = who.post(of(report, f"notice/{row.pk}/jws/"))
    assert signed.content.count(b".") == 2
    assert signed.headers["X-Content-Type-Options"] == "nosniff"


def test_a_notice_without_consent_is_refused_and_the_statement_stays() -> None:
    agency = make.node()
    report = make.report(agency, consents=[])
    who = desk(agency, "jo/ccu/aqaba")
    diagnosed(who, report)
    assert "has not agreed" in ok(who.get(of(report, "notice/")))
    page = refused(
        who.post(of(report, "notice/"), unit="jo/pp/aqaba", reason="My statement", send="1")
    )
    assert "has not agreed that the report leaves" in page
    assert "My statement" in page
    assert missing(report) == ["consent"]
    shown = ok(who.post(of(report, "notice/"), unit="jo/pp/aqaba", preview="1"))
    assert "there is nothing to send" in shown
    assert "Sign and send" not in shown


def test_the_prosecutor_reads_the_notice_and_nothing_else_and_records_her_instruction() -> None:
    agency = make.node()
    report = make.report(agency)
    who = desk(agency, "jo/ccu/aqaba")
    prosecutor = desk(agency, "jo/pp/aqaba", Role.PROSECUTOR)
    assert prosecutor.get(of(report)).status_code == 404
    diagnosed(who, report)
    went_on(who.post(of(report, "note/"), **{"note-text": "Only for us."}))
    who.post(of(report, "notice/"), unit="jo/pp/aqaba", reason="Please", send="1")
    page = ok(prosecutor.get(of(report)))
    assert make.NARRATIVE in page
    assert "Please" in page
    for closed in ("Only for us.", "Send to the person", "Mailbox of the person", "Files"):
        assert closed not in page
    row = ProsecutorNotice.objects.get()
    assert prosecutor.post(of(report, f"notice/{row.pk}/pdf/")).content.startswith(b"%PDF")
    for address in ("identity/", "annex/", "suspects/", "notice/", "diagnosis/"):
        assert prosecutor.get(of(report, address)).status_code == 404
    told = {
        "unit": "jo/pp/aqaba",
        "action": "before_justice",
        "authority": "Public prosecutor",
        "legal_basis": "Article 18",
        "given_on": now().date().isoformat(),
        "text": "Bring him in.",
    }
    page = refused(prosecutor.send(of(report, "instructions/"), {**told, "authority": ""}))
    assert "Name the authority" in page
    assert "Bring him in." in page
    went_on(prosecutor.send(of(report, "instructions/"), told))
    assert Instruction.objects.count() == 1
    assert "Bring him in." in ok(who.get(of(report, "instructions/")))


def test_m097_a_suspect_goes_on_only_with_an_instruction() -> None:
    agency = make.node()
    report = make.report(agency)
    who = desk(agency, "jo/ccu/aqaba")
    diagnosed(who, report)
    went_on(who.post(of(report, "suspects/"), identity="“Tariq”", role="executor", relation="ex"))
    suspect = Suspect.objects.get()
    page = ok(who.get(of(report, "suspects/")))
    assert "“Tariq”" in page
    assert "Ongoing" in page
    page = refused(who.post(of(report, f"suspects/{suspect.pk}/present/")))
    assert "needs an instruction" in page
    typed = {f"{suspect.pk}-authority": "Court of Aqaba", f"{suspect.pk}-expires_on": ""}
    page = refused(who.send(of(report, f"suspects/{suspect.pk}/search/"), typed))
    assert "needs an instruction" in page
    assert "Court of Aqaba" in page
    assert sorted(missing(report)) == ["instruction", "instruction"]


def test_a_search_notice_is_recorded_and_withdrawn() -> None:
    agency = make.node()
    report = make.report(agency)
    who = desk(agency, "jo/ccu/aqaba")
    diagnosed(who, report)
    who.post(of(report, "notice/"), unit="jo/pp/aqaba", send="1")
    for action in ("search_notice", "before_justice"):
        went_on(
            who.post(
                of(report, "instructions/"),
                unit="jo/pp/aqaba",
                action=action,
                authority="Public prosecutor",
                legal_basis="Article 18",
                given_on=now().date().isoformat(),
            )
        )
    who.post(of(report, "suspects/"), identity="“Tariq”", role="executor", relation="unknown")
    suspect = Suspect.objects.get()
    path = of(report, f"suspects/{suspect.pk}/")
    name = str(suspect.pk)
    page = refused(who.send(f"{path}search/", {f"{name}-authority": "Court"}))
    assert "Name the day on which this ends." in page
    assert 'value="Court"' in page
    until = {f"{name}-authority": "Court", f"{name}-expires_on": "2099-01-01"}
    went_on(who.send(f"{path}search/", until), of(report, "suspects/"))
    assert "Withdraw the search notice" in ok(who.get(of(report, "suspects/")))
    went_on(who.post(f"{path}withdraw/"))
    assert "Ongoing" in ok(who.get(of(report, "suspects/")))
    went_on(who.post(f"{path}present/"))
    assert "Before justice" in ok(who.get(of(report, "suspects/")))


def test_m009_closing_needs_exactly_one_ending_and_a_supervisor_before_any_referral() -> None:
    agency = make.node()
    report = make.report(agency)
    investigator = desk(agency, "jo/ccu/aqaba")
    supervisor = desk(agency, "jo/ccu/aqaba", Role.SUPERVISOR)
    page = refused(investigator.post(of(report, "close/"), message="Thank you."))
    assert "Choose exactly one way" in page
    assert "Thank you." in page
    page = refused(investigator.post(of(report, "close/"), disposition="settled_takedown"))
    assert "This needs a supervisor." in page
    page = ok(supervisor.get(of(report, "close/")))
    assert "أُزيل المحتوى" in page, "the reason as the person reads it"
    went_on(supervisor.post(of(report, "close/"), disposition="settled_takedown"), of(report))
    assert make.fresh(report).stage == Stage.CLOSED
    assert Closing.objects.count() == 1
    page = refused(supervisor.post(of(report, "close/"), disposition="settled_takedown"))
    assert "This report is closed" in page


def test_a_closed_report_is_opened_again_with_a_reason() -> None:
    agency = make.node()
    report = make.report(agency)
    who = desk(agency, "jo/ccu/aqaba", Role.SUPERVISOR)
    who.post(of(report, "close/"), disposition="settled_takedown")
    assert "A reason is missing." in refused(who.post(of(report, "reopen/"), reason=""))
    went_on(who.post(of(report, "reopen/"), reason="It came back"), of(report))
    assert make.fresh(report).stage == Stage.IN_PROGRESS


def test_m130_a_legal_reviewer_releases_or_keeps_with_a_reason() -> None:
    agency = make.node()
    kept = make.report(agency, category="D1", offences=["D1"], groups=["hate"])
    reviewer = desk(agency, "jo/legal/review", Role.LEGAL_REVIEWER)
    branch = desk(agency, "jo/ccu/aqaba")
    assert kept.locator in ok(reviewer.get("/desk/inbox/legal-review/"))
    assert branch.get(of(kept)).status_code == 404
    assert "A reason is missing." in refused(reviewer.post(of(kept, "review/"), release="1"))
    went_on(reviewer.post(of(kept, "review/"), keep="1", reason="An opinion"), of(kept))
    assert branch.get(of(kept)).status_code == 404
    went_on(reviewer.post(of(kept, "review/"), release="1", reason="A threat in it"), "/desk/")
    assert make.NARRATIVE in ok(branch.get(of(kept)))


def test_m018_abroad_opens_a_task_and_is_no_way_to_close() -> None:
    agency = make.node()
    report = make.report(agency, suspect_location="abroad", suspect_country="DE")
    who = desk(agency, "jo/ccu/aqaba", Role.SUPERVISOR)
    page = refused(who.post(of(report, "close/"), disposition="no_suspect_found"))
    assert "Finish the cross-border task first." in page
    assert "A reason is missing." in refused(who.post(of(report, "cross-border/"), result=""))
    went_on(who.post(of(report, "cross-border/"), result="Asked Berlin; no answer."))
    assert CrossBorderTask.objects.get().state == "done"
    assert "Asked Berlin; no answer." in ok(who.get(of(report, "cross-border/")))
    went_on(who.post(of(report, "close/"), disposition="no_suspect_found"))


def test_m108_a_case_is_taken_against_the_wish_with_a_reason_only() -> None:
    agency = make.node()
    report = make.report(agency, officer_gender="female")
    man = desk(agency, "jo/ccu/aqaba", gender=Gender.MAN)
    woman = desk(agency, "jo/ccu/aqaba", gender=Gender.WOMAN)
    assert "asks for a woman" in ok(man.get(of(report, "take/")))
    assert "A reason is missing." in refused(man.post(of(report, "take/"), reason=""))
    went_on(woman.post(of(report, "take/")), of(report))
    assert Assignment.objects.get(until=None).officer_id == woman.officer.pk
    assert report.locator in ok(woman.get("/desk/inbox/mine/"))
    assert report.locator not in ok(man.get("/desk/inbox/mine/"))


def test_alerts_are_seen_once_and_lead_to_the_urgent_lane() -> None:
    agency = make.node()
    make.report(agency, threat_to_life="yes")
    who = desk(agency, "jo/ccu/aqaba")
    assert "1 urgent alert" in ok(who.get("/desk/inbox/to-read/"))
    went_on(who.post("/desk/alerts/seen/"), "/desk/inbox/urgent/")
    assert "urgent alert" not in ok(who.get("/desk/inbox/to-read/"))


def test_late_promises_stand_in_red_with_words() -> None:
    agency = make.node()
    report = make.report(agency)
    report.deadlines.filter(met_at=None).update(due_at=report.received_at.replace(year=2020))
    who = desk(agency, "jo/ccu/aqaba")
    for path in ("/desk/inbox/to-read/", "/desk/deadlines/", of(report)):
        assert "d late" in ok(who.get(path))


def test_the_inbox_is_ordered_filtered_and_paged() -> None:
    agency = make.node()
    calm = make.report(agency, ongoing="no", category="F1", offences=["F1"], groups=["money"])
    urgent = make.report(agency, threat_to_life="yes")
    who = desk(agency, "jo/ccu/aqaba")
    page = ok(who.get("/desk/inbox/open/"))
    assert page.index(urgent.locator) < page.index(calm.locator)
    page = ok(who.get("/desk/inbox/open/", category="F1"))
    assert urgent.locator not in page
    assert calm.locator in page
    page = ok(who.get("/desk/inbox/open/", q=urgent.locator[:5], urgency="immediate"))
    assert calm.locator not in page
    for wrong in (
        {"page": "x"},
        {"page": "-1"},
        {"page": "99999"},
        {"q": "' or 1=1"},
        {"unit": "?"},
    ):
        assert who.get("/desk/inbox/open/", **wrong).status_code == 200
    assert who.get("/desk/inbox/no-such-lane/").status_code == 404


def test_an_auditor_reads_who_did_what_and_no_content_and_verifies_the_log() -> None:
    agency = make.node()
    report = make.report(agency, **make.NAMED)
    who = desk(agency, "jo/ccu/aqaba")
    went_on(who.post(of(report, "note/"), **{"note-text": "Not for auditors."}))
    ok(who.post(of(report, "identity/"), purpose="A purpose in words"))
    auditor = desk(agency, "jo/ccu", Role.AUDITOR)
    page = ok(auditor.get("/desk/journal/"))
    assert "Identity opened" in page
    assert who.officer.pseudonym in page
    for hidden in (
        "Not for auditors.",
        "A purpose in words",
        "Salma",
        report.locator,
        str(report.pk),
    ):
        assert hidden not in page
    assert "Identity opened" in ok(auditor.get("/desk/journal/", tag="person:identity:read"))
    assert "Internal note written</bdi>" not in ok(
        auditor.get("/desk/journal/", tag="person:identity:read")
    )
    assert auditor.get("/desk/journal/", before="nonsense").status_code == 200
    assert "Silent over 30 days" in page
    verified = text(auditor.post("/desk/journal/"))
    assert "Verified" in verified or "does not hold" in verified


def test_an_administrator_sees_the_health_of_the_node_and_no_report() -> None:
    agency = make.node()
    report = make.report(agency)
    who = desk(agency, "jo/ccu", Role.ADMINISTRATOR)
    went_on(who.get("/desk/"), "/desk/health/")
    page = ok(who.get("/desk/health/"))
    assert "The database answers" in page
    assert "Provisional units" in page
    assert report.locator not in page
    assert who.get(of(report)).status_code == 404


def test_keys_of_a_unit_that_somebody_left_are_renewed_by_the_next_member_at_work() -> None:
    agency = make.node()
    who = desk(agency, "jo/ccu/aqaba")
    gone = desk(agency, "jo/ccu/aqaba")
    desk(agency, "jo/ccu/aqaba")
    report = make.report(agency)
    boss = make.staff(agency, "jo/ccu", Role.ADMINISTRATOR)
    placement = gone.officer.placements.get()
    end_placement(staff=boss, placement_id=placement.pk)
    old = PartGrant.objects.filter(part__report=report, unit_key__retired_at__isnull=False)
    assert old.exists()
    ok(who.get("/desk/inbox/to-read/"))
    assert not old.exists()
    assert make.NARRATIVE in ok(who.get(of(report)))
