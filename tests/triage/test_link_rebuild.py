# SPDX-License-Identifier: AGPL-3.0-or-later
"""All links made anew: the same as one by one, and nothing left behind."""

from __future__ import annotations

import pytest

from amana.config.env import env
from amana.kernel.linking.clusters import Decisions, Outcome
from amana.kernel.linking.decided import settle
from amana.kernel.linking.ground import Ground
from amana.people.models import Role
from amana.triage.links import rebuild as rebuilding
from amana.triage.links import selectors, services
from amana.triage.links.linking import link_new
from amana.triage.links.models import LinkSet, SharedToken
from amana.triage.links.rebuild import rebuild
from tests.support import builders as make
from tests.triage.links import clusters, naming

pytestmark = pytest.mark.db
PHONE = ("phone", "+962791234567")


def test_a_rebuild_finds_what_the_worker_found_and_twice_changes_nothing() -> None:
    agency = make.node()
    wallet = ("iban", "JO94CBJO0010000000000131000302")
    rows = [naming(agency, PHONE, wallet), naming(agency, wallet), naming(agency, PHONE)]
    rows.append(naming(agency, ("phone", "+962795550000")))
    assert clusters(*rows) == [{0, 1, 2}, {3}]
    before = dict(LinkSet.objects.values_list("pk", "cluster"))
    done = rebuild()
    assert (done.reports, done.clusters, done.moved) == (4, 1, 0)
    LinkSet.objects.update(cluster=0)
    assert rebuild().moved == 4
    assert dict(LinkSet.objects.values_list("pk", "cluster")) == before
    assert not list(env().run_folder.glob("links-*"))


def test_written_in_pieces_it_is_what_was_linked_one_by_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Twenty-one reports of six men who share values in chains: filed and linked one after the
    other, then all forgotten and made anew in pieces of two."""
    monkeypatch.setattr("amana.triage.links.rebuild.AT_ONCE", 2)
    monkeypatch.setattr("amana.kernel.linking.agreeing.AT_ONCE", 3)
    monkeypatch.setattr("amana.triage.links.bulk.CHUNK", 4)
    agency = make.node()
    rows = []
    for at in range(21):
        man, turn = at % 6, at // 6
        phone = ("phone", f"+96279{man}{turn // 2}04{man}17")
        mail = ("email", f"{'abcdef'[man] * 6}{'xyz'[(turn + 1) // 2 % 3] * 4}@mail.example")
        rows.append(naming(agency, phone, mail))
        link_new()
    before = dict(LinkSet.objects.values_list("pk", "cluster"))
    assert [len(group) for group in clusters(*rows)] == [4, 4, 4, 3, 3, 3]
    LinkSet.objects.update(cluster=0)
    assert rebuild().moved == 21
    assert dict(LinkSet.objects.values_list("pk", "cluster")) == before
    assert rebuild().moved == 0


def test_a_report_filed_while_others_are_read_is_left_to_the_worker(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    agency = make.node()
    naming(agency, PHONE)
    link_new()

    def filed_meanwhile(ground: Ground, decisions: Decisions) -> Outcome:
        naming(agency, PHONE)
        return settle(ground, decisions)

    monkeypatch.setattr(rebuilding, "settle", filed_meanwhile)
    done = rebuild()
    assert (done.reports, done.moved) == (1, 0)
    assert link_new() == 1
    assert LinkSet.objects.values("cluster").distinct().count() == 1


def test_a_rebuild_keeps_what_officers_decided() -> None:
    agency = make.node()
    officer = make.staff(agency, "jo/ccu", Role.SUPERVISOR)
    one, two, three = (naming(agency, PHONE, victim_region="JO-AM") for _ in range(3))
    link_new()
    services.split(staff=officer, report=one, other=two.pk, reason="Another man.")
    (token,) = selectors.values_of(one, make.answers())
    parted = clusters(one, two, three)
    assert len(parted) == 2
    rebuild()
    assert clusters(one, two, three) == parted
    services.mute(staff=officer, report=one, token=token, reason="A hotline.")
    rebuild()
    assert clusters(one, two, three) == [{0}, {1}, {2}]


def test_a_hotline_is_muted_by_rule_and_says_so() -> None:
    agency = make.node()
    officer = make.staff(agency, "jo/ccu/aqaba")
    hotline = ("phone", "+962790111222")
    rows = [
        naming(
            agency,
            hotline,
            ("email", "abcdefghijkl"[at] * 7 + "@mail.example"),
            ("handle", "instagram:" + "mnopqrstuvwx"[at] * 8),
        )
        for at in range(12)
    ]
    assert clusters(*rows) == [{at} for at in range(12)]
    (value,) = selectors.picture(staff=officer, report=rows[3]).muted
    assert (value.kind, value.why) == ("phone", "spread")
    assert value.holders == 12
    SharedToken.objects.all().delete()
    assert rebuild().muted == 1
    assert SharedToken.objects.get().muted == "spread"


def test_the_numbers_that_packs_give_out_link_nobody() -> None:
    agency = make.node()
    rows = [naming(agency, ("phone", "+96265633404")) for _ in range(2)]
    assert clusters(*rows) == [{0}, {1}]


def test_mail_of_a_platform_is_a_suggestion_at_most() -> None:
    agency = make.node()
    for address, found in (
        ("alerts.eu@facebookmail.com", [{0}, {1}]),
        ("alerts.eu@facebookmale.example", [{0, 1}]),
    ):
        rows = [naming(agency, ("email", address)) for _ in range(2)]
        assert clusters(*rows) == found
