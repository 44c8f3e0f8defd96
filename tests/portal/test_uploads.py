# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files by a plain form: sealed on the way in, refused by name, removable, never half kept."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from amana.config.env import env
from amana.evidence import limits
from amana.evidence.models import EvidenceItem
from tests.portal.test_walk import answers_of
from tests.portal.visitor import Visitor
from tests.support.builders import node

pytestmark = pytest.mark.db
CANARY = b"CANARY-FILE " * 4000


def blob_files() -> list[Path]:
    return [path for path in env().blob_folder.rglob("*") if path.is_file()]


def at_files() -> Visitor:
    node()
    return Visitor().begin().to_question("files")


def upload(visitor: Visitor, *files: tuple[str, bytes], **more: str) -> Visitor:
    sent = [SimpleUploadedFile(name, data, "image/png") for name, data in files]
    return visitor.send({"files": sent, **more}, files=True)


def test_the_limits_stand_on_the_page_before_anything_is_sent() -> None:
    visitor = at_files()
    assert "Up to 20 files, 25 MB each, 200 MB together" in visitor.text
    assert 'enctype="multipart/form-data"' in visitor.html


def test_a_file_is_listed_by_name_and_lies_sealed() -> None:
    visitor = at_files()
    here = visitor.url
    upload(visitor, ("محادثة.png", CANARY), _add="1")
    assert visitor.url == here
    assert "محادثة.png" in visitor.text
    item = EvidenceItem.objects.get()
    assert answers_of(visitor)["files"] == [str(item.id)]
    assert blob_files()
    assert not [path for path in blob_files() if b"CANARY" in path.read_bytes()]


def test_continue_keeps_what_was_chosen_and_goes_on() -> None:
    visitor = at_files()
    here = visitor.url
    upload(visitor, ("a.png", b"x"))
    assert visitor.url != here
    assert EvidenceItem.objects.count() == 1


def test_a_removed_file_is_gone_with_its_bytes() -> None:
    visitor = at_files()
    upload(visitor, ("a.png", b"one"), ("b.png", b"two"), _add="1")
    item = EvidenceItem.objects.order_by("id")[0]
    assert str(item.id) in visitor.html
    visitor.send({"_remove": str(item.id)}, files=True)
    assert [row.pk for row in EvidenceItem.objects.all()] != [item.pk]
    assert EvidenceItem.objects.count() == 1
    assert not [path for path in blob_files() if item.blob in path.name]
    assert answers_of(visitor)["files"] == [str(EvidenceItem.objects.get().id)]


@pytest.mark.parametrize("item", ["", "x", "' OR 1=1", "00000000-0000-0000-0000-000000000000"])
def test_removing_what_is_not_there_is_no_error(item: str) -> None:
    visitor = at_files()
    upload(visitor, ("a.png", b"one"), _add="1")
    visitor.send({"_remove": item, "_add": "1"}, files=True)
    assert visitor.page.status_code == 200
    assert EvidenceItem.objects.count() == 1


def test_a_file_of_another_draft_cannot_be_removed() -> None:
    mine = at_files()
    upload(mine, ("a.png", b"one"), _add="1")
    stranger = Visitor().begin().to_question("files")
    stranger.send({"_remove": str(EvidenceItem.objects.get().id), "_add": "1"}, files=True)
    assert EvidenceItem.objects.count() == 1


def test_a_file_too_large_is_refused_by_name_and_the_others_are_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("amana.evidence.limits.max_file", lambda: 1000)
    visitor = at_files()
    upload(visitor, ("small.png", b"x" * 900), ("large <b>.png", b"x" * 1001), _add="1")
    assert visitor.page.status_code == 422
    assert "large &lt;b&gt;.png" in visitor.html
    assert "larger than 25 MB" in visitor.text
    assert EvidenceItem.objects.count() == 1
    assert "small.png" in visitor.text


def test_the_twenty_first_file_is_refused_by_name_and_twenty_are_kept() -> None:
    visitor = at_files()
    upload(visitor, *[(f"f{number}.png", b"x%d" % number) for number in range(21)])
    assert visitor.page.status_code == 422
    assert "“f20.png” was not kept: there is room for 20 files" in visitor.text
    assert EvidenceItem.objects.count() == limits.max_files()


def test_a_body_too_large_is_answered_before_it_is_read() -> None:
    visitor = at_files()
    answer = visitor.client.post(
        visitor.url,
        b"",
        content_type="multipart/form-data; boundary=x",
        headers={"content-length": str(300 * 1024 * 1024)},
        CONTENT_LENGTH=str(300 * 1024 * 1024),
    )
    assert answer.status_code == 413
    assert not EvidenceItem.objects.exists()


def test_too_many_uploads_wait_and_leave_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    visitor = at_files()
    monkeypatch.setattr("amana.portal.files.allow", lambda *_said, **_more: False)
    before = blob_files()
    upload(visitor, ("a.png", b"one"), _add="1")
    assert visitor.page.status_code == 429
    assert not EvidenceItem.objects.exists()
    assert blob_files() == before


def test_files_sent_to_a_question_that_asks_none_are_not_kept() -> None:
    node()
    visitor = Visitor().begin()
    before = blob_files()
    visitor.client.post(
        visitor.url,
        {"danger_now": "no", "files": SimpleUploadedFile("a.png", CANARY)},
        headers={"x-csrftoken": visitor.client.cookies["c"].value},
    )
    assert blob_files() == before
    assert not EvidenceItem.objects.exists()


def test_an_empty_choice_goes_on() -> None:
    visitor = at_files()
    here = visitor.url
    visitor.send({}, files=True)
    assert visitor.url != here
    assert answers_of(visitor)["files"] is None
