# SPDX-License-Identifier: AGPL-3.0-or-later
"""Links by what stands only in the words, and by the very same file (issue C, parts 2 and 5)."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from amana.kernel.linking import told
from amana.kernel.linking.told import told_in
from amana.reports.models import Report
from amana.triage.links.models import LinkSet
from tests.portal.visitor import Visitor
from tests.support import builders as make
from tests.triage.links import clusters, naming

pytestmark = pytest.mark.db
IBAN = "JO94CBJO0010000000000131000302"


@pytest.mark.parametrize(
    "words",
    [
        "He wrote from +962 79 123 4567 and wants it on JO94 CBJO 0010 0000 0000 0131 0003 02.",
        "كتب لي من الرقم ٠٧٩١٢٣٤٥٦٧ وطلب التحويل إلى JO94CBJO0010000000000131000302",
        "Il écrit du 00962791234567, compte JO94CBJO0010000000000131000302, vite",
    ],
)
def test_a_number_and_an_account_that_stand_only_in_the_words_link_reports(words: str) -> None:
    at = make.node()
    named = naming(at, ("phone", "+962791234567"), ("iban", IBAN))
    told = make.report(at, narrative=words, identifiers=None)
    assert clusters(named, told) == [{0, 1}]


def test_what_was_named_and_told_counts_once() -> None:
    at = make.node()
    words = "His number is +962 79 123 4567, I wrote it above."
    plain = naming(at, ("phone", "+962791234567"))
    both = naming(at, ("phone", "+962791234567"), narrative=words)
    rows = {report.pk: bytes(LinkSet.objects.get(report=report).packed) for report in (plain, both)}
    assert rows[both.pk].startswith(rows[plain.pk])


def test_her_own_number_in_her_words_is_no_token() -> None:
    at = make.node()
    report = make.report(
        at, narrative="My own number is +962 79 000 0000.", identifiers=None, **make.NAMED
    )
    row = LinkSet.objects.filter(report=report).first()
    kinds = set() if row is None else {bytes(row.packed)[i] for i in range(0, len(row.packed), 9)}
    assert 1 not in kinds, "no phone"


def test_words_without_a_sign_of_an_identifier_are_not_searched(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Looking closely costs as much as the rest of filing; most reports hold nothing to find."""
    monkeypatch.setattr(told, "find_identifiers", lambda *_a, **_m: pytest.fail("searched"))
    assert list(told_in("يهددني بنشر صوري إن لم أدفع قبل الغد، ولا أعرف من هو.", "JO")) == []
    assert list(told_in("كتب لي على واتساب ثم على انستغرام ولم أجب.", "JO")) == []
    assert list(told_in("He is 25 and wants 300 dinars until the 30th.", "JO")) == []


def test_very_long_words_are_read_up_to_a_limit() -> None:
    text = "x " * 50_000 + " +962791234567"
    assert list(told_in(text, "JO")) == []


def test_a_card_and_a_bare_domain_are_no_tokens() -> None:
    found = list(told_in("card 4111 1111 1111 1111 at example.com, www.", "JO"))
    assert [one.kind for one in found] == []


def test_two_reports_with_the_very_same_file_are_linked_by_it() -> None:
    make.node()
    said = {"groups": "blackmail", "pace": "full", "victim_country": "JO", "narrative": "CANARY"}
    for content in (b"\x89PNG\r\n\x1a\nsame", b"\x89PNG\r\n\x1a\nsame", b"\x89PNG\r\n\x1a\nother"):
        picture = SimpleUploadedFile("a.png", content, content_type="image/png")
        Visitor("en").file({**said, "files": [picture]})
    reports = list(Report.objects.order_by("received_at", "pk"))
    rows = [set(_rows(report)) for report in reports]
    shared = rows[0] & rows[1] - rows[2]
    assert shared, "the same file is the same token"
    assert b"\x89PNG" not in b"".join(b"".join(row) for row in rows)


def _rows(report: Report) -> list[bytes]:
    packed = bytes(LinkSet.objects.get(report=report).packed)
    return [packed[i : i + 9] for i in range(0, len(packed), 9)]
