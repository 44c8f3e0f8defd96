# SPDX-License-Identifier: AGPL-3.0-or-later
"""What of a report becomes tokens, and what never does."""

from __future__ import annotations

import pytest

from amana.config.node import blind_index
from amana.kernel.identifiers import tolerant
from amana.kernel.linking.ground import values_in
from amana.kernel.linking.kinds import Kind
from amana.kernel.linking.tokens import value_token
from amana.kernel.linking.told import told_in
from amana.reports.models import Report
from amana.triage.links import selectors
from amana.triage.links.linking import link_new
from amana.triage.links.models import LinkSet, LinkToken
from amana.triage.links.sets import identifiers_in, number_of
from tests.support import builders as make
from tests.triage.links import clusters, naming

pytestmark = pytest.mark.db
PHONE = ("phone", "+962791234567")


def held(report: Report) -> set[int]:
    row = LinkSet.objects.filter(report=report).first()
    return {token for _, token in values_in(bytes(row.packed))} if row else set()


def token(kind: str, value: str) -> int:
    return value_token(blind_index(), tolerant(kind, value, region="JO"))


def test_what_stands_only_in_her_words_links_like_what_stands_in_a_field() -> None:
    agency = make.node()
    field = naming(agency, PHONE)
    words = naming(agency, narrative="He writes from 0791234567 and wants money.")
    assert token(*PHONE) in held(words)
    assert clusters(field, words) == [{0, 1}]


@pytest.mark.parametrize(
    "text",
    [
        "He asks for three hundred before Thursday.",
        "On 12/11/2026 at 10:30 he called me twice.",
        "هددني أمس بنشر صوري على الجميع",
        "",
    ],
)
def test_dates_amounts_and_words_are_no_values(text: str) -> None:
    assert list(told_in(text, "JO")) == []


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("call 0791234567", "phone"),
        ("write to noor.casting@mail.example", "email"),
        ("pay to 0x52908400098527886E0F7030069857D2E4169EE7", "wallet"),
        ("he is @night_hunter77 on telegram", "handle"),
        ("see hxxps://pay.example/now", "url"),
    ],
)
def test_each_kind_is_found_in_words(text: str, kind: str) -> None:
    assert kind in {found.kind for found in told_in(text, "JO")}


def test_her_own_number_is_no_token_in_words_either() -> None:
    agency = make.node()
    report = naming(agency, PHONE, narrative="Call me on 0790000000.", **make.NAMED)
    assert held(report).isdisjoint({token("phone", "+962790000000")})
    assert token(*PHONE) in held(report)


@pytest.mark.parametrize("filled", ["0790000000 (whatsapp)", "my number is 0790000000"])
def test_her_own_number_is_known_however_she_filled_the_field(filled: str) -> None:
    """What she wrote beside it must not make her number one that leads to others."""
    agency = make.node()
    told = make.NAMED | {"safe_contact": {"channel": "phone", "value": filled}}
    report = naming(agency, PHONE, narrative="They reach me under 0790000000.", **told)
    assert held(report).isdisjoint({token("phone", "+962790000000")})
    assert token(*PHONE) in held(report)


def test_her_own_mailbox_is_known_by_any_of_its_addresses() -> None:
    agency = make.node()
    told = make.NAMED | {"safe_contact": {"channel": "email", "value": "lina.k@gmail.com"}}
    report = naming(agency, PHONE, narrative="He also has linak+old@gmail.com.", **told)
    assert held(report).isdisjoint({token("email", "linak@gmail.com")})
    assert token(*PHONE) in held(report)


@pytest.mark.parametrize(
    "rows",
    [None, "phone", 7, {"type": "phone"}, [None], ["x"], [{"type": 1, "value": "x"}],
     [{"type": "phone"}], [{"type": "phone", "value": None}], [{"type": "phone", "value": "  "}]],
)  # fmt: skip
def test_malformed_rows_are_passed_over(rows: object) -> None:
    assert identifiers_in({"identifiers": rows}) == []  # type: ignore[dict-item]


def test_a_report_that_names_nobody_has_no_set() -> None:
    agency = make.node()
    report = naming(agency, narrative="I am afraid.")
    assert not LinkSet.objects.filter(report=report).exists()
    staff = make.staff(agency, "jo/ccu/aqaba")
    seen = selectors.picture(staff=staff, report=report)
    assert (seen.members, seen.edges, seen.suggested, seen.ask) == ([report], [], [], [])


def test_the_index_holds_each_token_of_a_report_once_however_often_it_is_linked() -> None:
    agency = make.node()
    report = naming(agency, PHONE, narrative="Again 0791234567 and 0791234567.")
    link_new()
    before = sorted(LinkToken.objects.values_list("token", "number"))
    LinkSet.objects.update(linked_at=None)
    link_new()
    assert sorted(LinkToken.objects.values_list("token", "number")) == before
    assert len(set(before)) == len(before)
    assert held(report) <= {found for found, _ in before}


def test_the_number_of_a_report_says_nothing_and_never_changes() -> None:
    agency = make.node()
    report = naming(agency, PHONE)
    row = LinkSet.objects.get(report=report)
    assert row.number == number_of(blind_index(), report.pk) == row.cluster
    assert row.number != report.pk.int
    other = naming(agency, PHONE)
    assert LinkSet.objects.get(report=other).number != row.number


def test_kinds_in_the_index_are_those_of_the_set() -> None:
    agency = make.node()
    naming(agency, PHONE, ("handle", "instagram:lion_of_sea"))
    link_new()
    kinds = set(LinkToken.objects.values_list("kind", flat=True))
    assert {Kind.PHONE, Kind.HANDLE, Kind.PREFIX} <= kinds
