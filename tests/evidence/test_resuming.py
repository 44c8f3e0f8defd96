# SPDX-License-Identifier: AGPL-3.0-or-later
"""Going on after a page was loaded again; room that is kept for what was announced openly; uploads
of a report that is destroyed."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoCaptureOnCommitCallbacks

from amana.agencies.models import Agency
from amana.config.clock import now
from amana.config.env import env
from amana.evidence import shredding, tombstones
from amana.evidence.models import Basis, EvidenceItem, Upload, UploadPiece
from amana.evidence.resumable import errors, pieces, services
from amana.evidence.resumable.owners import Owner
from amana.evidence.resumable.resuming import last_piece, unfinished
from amana.evidence.resumable.services import Said
from amana.people.models import Role
from amana.reports.models import Report
from tests.evidence.uploader import (
    again,
    begun,
    incoming,
    no_pieces,
    open_draft,
    open_receipt,
    staged,
)
from tests.processes.plaintext import search
from tests.support import builders as make

pytestmark = [pytest.mark.db, pytest.mark.django_db]
MEBIBYTE = 1024 * 1024


@pytest.fixture
def agency() -> Agency:
    no_pieces()
    return make.node()


@pytest.fixture
def owner(agency: Agency) -> Owner:
    return Owner.of_receipt(open_receipt(agency))


def half(owner: Owner, content: bytes = b"abcdef", *, of: int = 10) -> services.OpenUpload:
    upload = begun(owner, of)
    services.add(opened=upload, offset=0, incoming=incoming(content))
    return upload


class TestWhatIsHalfHere:
    def test_its_owner_is_told_name_size_and_how_far(self, owner: Owner) -> None:
        upload = half(owner)
        (found,) = unfinished(owner)
        assert (found.id, found.name) == (upload.row.id, upload.said.name)
        assert (found.size, found.offset) == (10, 6)

    def test_of_a_draft_too_and_no_other_one(self, agency: Agency) -> None:
        mine, other = open_draft(agency), open_draft(agency)
        half(Owner.of_draft(mine))
        assert len(unfinished(Owner.of_draft(mine))) == 1
        assert unfinished(Owner.of_draft(other)) == []

    def test_not_what_is_whole_or_has_not_begun_or_has_ended(self, owner: Owner) -> None:
        begun(owner, 10)
        whole = begun(owner, 3)
        services.add(opened=whole, offset=0, incoming=incoming(b"abc"))
        assert unfinished(owner) == []
        half(owner)
        with time_machine.travel(now() + timedelta(hours=25)):
            assert unfinished(owner) == []

    def test_not_what_somebody_else_sealed(self, agency: Agency, owner: Owner) -> None:
        upload = half(owner)
        foreign = Owner.of_receipt(open_receipt(agency))
        Upload.objects.filter(pk=upload.row.pk).update(report=foreign.report)
        assert unfinished(foreign) == []

    def test_the_last_piece_is_named_by_its_fingerprint(self, owner: Owner) -> None:
        upload = half(owner, b"abc")
        services.add(opened=again(upload), offset=3, incoming=incoming(b"def"))
        assert last_piece(again(upload)) == (3, hashlib.sha256(b"def").digest())
        assert last_piece(begun(owner, 10)) is None

    def test_after_a_restore_without_its_pieces_nothing_can_be_compared(self, owner: Owner) -> None:
        upload = half(owner)
        for path in staged():
            path.unlink()
        assert last_piece(again(upload)) is None

    def test_neither_name_nor_fingerprint_lies_in_clear(self, owner: Owner) -> None:
        upload = services.begin(
            owner=owner, length=10, said=Said("CANARY-OF-A-NAME.png", "image/png")
        ).upload
        services.add(opened=upload, offset=0, incoming=incoming(b"abcdef"))
        assert unfinished(owner)[0].name == "CANARY-OF-A-NAME.png"
        last_piece(again(upload))
        assert search([env().upload_folder], ["CANARY-OF-A-NAME"]) == []
        row = Upload.objects.get(pk=upload.row.pk)
        piece = UploadPiece.objects.get(upload=row)
        assert piece.blob != hashlib.sha256(b"abcdef").hexdigest()

    @settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(cuts=st.lists(st.integers(1, 40), min_size=1, max_size=4))
    def test_wherever_it_broke_off_the_comparison_names_bytes_of_this_file(
        self, owner: Owner, cuts: list[int]
    ) -> None:
        content = bytes(range(sum(cuts) + 1))
        upload = begun(owner, len(content))
        at = 0
        for size in cuts:
            services.add(
                opened=again(upload), offset=at, incoming=incoming(content[at : at + size])
            )
            at += size
        told = last_piece(again(upload))
        assert told is not None
        start, digest = told
        assert digest == hashlib.sha256(content[start:at]).digest()
        services.end(opened=again(upload))


class TestRoom:
    @pytest.fixture
    def draft(self, agency: Agency, monkeypatch: pytest.MonkeyPatch) -> Owner:
        monkeypatch.setattr(env(), "max_file_mb", 2)
        monkeypatch.setattr(env(), "max_report_mb", 5)
        return Owner.of_draft(open_draft(agency))

    def test_a_length_that_comes_later_counts_as_the_most_it_may_be(self, draft: Owner) -> None:
        """Two of them once counted as nothing, and so many as there are places could fill what
        all files together may have many times over."""
        for _ in range(2):
            services.begin(owner=draft, length=None, said=Said("open.mp4"))
        with pytest.raises(errors.TooMuch):
            services.begin(owner=draft, length=None, said=Said("open.mp4"))
        services.begin(owner=draft, length=MEBIBYTE, said=Said("small.png"))
        with pytest.raises(errors.TooMuch):
            services.begin(owner=draft, length=1, said=Said("one byte more.txt"))

    def test_once_it_is_said_it_counts_as_it_is(self, draft: Owner) -> None:
        open_ones = [
            services.begin(owner=draft, length=None, said=Said("open.mp4")).upload for _ in range(2)
        ]
        for upload in open_ones:
            services.add(opened=upload, offset=0, incoming=incoming(b"abc"), length=10)
        third = services.begin(owner=draft, length=None, said=Said("a third.mp4"))
        assert third.upload not in open_ones

    def test_whatever_is_announced_the_sum_of_what_may_come_stays_within_the_limit(
        self, draft: Owner
    ) -> None:
        for length in (None, 1, MEBIBYTE, None, 2 * MEBIBYTE, MEBIBYTE, None, 5):
            try:
                services.begin(owner=draft, length=length, said=Said("x"))
            except errors.UploadError:
                continue
        most = sum(
            2 * MEBIBYTE if length is None else length
            for length in Upload.objects.values_list("length", flat=True)
        )
        assert most <= 5 * MEBIBYTE

    def test_one_file_is_never_larger_than_all_together(
        self, draft: Owner, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(env(), "max_report_mb", 1)
        upload = services.begin(owner=draft, length=None, said=Said("open.mp4")).upload
        with pytest.raises(errors.TooMuch):
            services.add(opened=upload, offset=0, incoming=incoming(b"abc"), length=MEBIBYTE + 1)
        with pytest.raises(errors.TooMuch):
            services.begin(owner=draft, length=MEBIBYTE + 1, said=Said("large.mp4"))


class TestDestroyed:
    def destroy(self, agency: Agency, report: Report) -> None:
        """All of a closed report, by two people."""
        Report.objects.filter(pk=report.pk).update(
            closed_at=now(), stage="closed", disposition="solved"
        )
        report = make.fresh(report)
        row = shredding.ask(
            staff=make.staff(agency, "jo/ccu/aqaba"),
            report=report,
            basis=Basis.RETENTION_ENDED,
            article="Art. 4",
            reason="Time is over.",
        )
        supervisor = make.staff(agency, "jo/ccu/aqaba", Role.SUPERVISOR)
        shredding.shred(staff=supervisor, report=report, shred_id=row.id)

    def test_a_token_ends_with_its_report_and_the_bytes_go(
        self,
        agency: Agency,
        owner: Owner,
        django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    ) -> None:
        assert owner.report is not None
        begun_now = services.begin(owner=owner, length=10, said=Said("late.png"))
        services.add(opened=begun_now.upload, offset=0, incoming=incoming(b"abcdef"))
        assert staged()
        with django_capture_on_commit_callbacks(execute=True):
            self.destroy(agency, owner.report)
        with pytest.raises(errors.NoSuchUpload):
            services.find(upload_id=begun_now.upload.row.id, owner=None, token=begun_now.token)
        assert not Upload.objects.exists()
        assert not staged()

    def test_uploads_of_other_reports_go_on(self, agency: Agency, owner: Owner) -> None:
        other = Owner.of_receipt(open_receipt(agency))
        assert owner.report is not None
        upload = half(other)
        self.destroy(agency, owner.report)
        services.add(opened=again(upload), offset=6, incoming=incoming(b"ghij"))
        assert EvidenceItem.objects.filter(report=other.report).count() == 1

    def test_what_a_backup_brought_back_is_ended_again(self, owner: Owner) -> None:
        assert owner.report is not None
        half(owner)
        tombstones.remember([], Basis.COURT_ORDER, report_id=owner.report.id)
        tombstones.destroy_again()
        assert not Upload.objects.exists()

    def test_a_file_that_becomes_whole_meanwhile_has_ended(
        self, agency: Agency, owner: Owner, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Whoever was in the middle of a request is told that it has ended; it was once a fault of
        the node."""
        assert owner.report is not None
        upload = half(owner)
        monkeypatch.setattr(tombstones, "drop_all_of_report", lambda _report: None)
        self.destroy(agency, owner.report)
        with pytest.raises(errors.Expired):
            services.add(opened=upload, offset=6, incoming=incoming(b"ghij"))
        assert EvidenceItem.objects.count() == 0

    def test_bytes_stay_while_the_destroying_may_be_undone(self, owner: Owner) -> None:
        assert owner.report is not None
        half(owner)
        before = len(staged())
        services.drop_all_of_report(owner.report)
        assert len(staged()) == before
        assert pieces.staging() is not None
