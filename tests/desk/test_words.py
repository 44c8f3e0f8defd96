# SPDX-License-Identifier: AGPL-3.0-or-later
"""Codes in words: none is left without, one that nobody knows stands for itself, and a lateness
is said in the unit that fits it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from amana.casework.models import DeadlineKind
from amana.desk import custody_words, downloads, file_words, words
from amana.evidence.custody import Kind
from amana.evidence.formats import Flag
from amana.evidence.models import Basis, Copy, Source
from amana.people.models import Role
from amana.referral import competence
from amana.reports.models import AccessRole, Identity, Origin, Stage
from amana.triage.models import Urgency

LANGUAGES = ("en", "ar", "fr", "ur")
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
TABLES: list[tuple[Mapping[str, object], Iterable[str]]] = [
    (words.STAGES, Stage.values),
    (words.ORIGINS, Origin.values),
    (words.IDENTITY, Identity.values),
    (words.GROUNDS, AccessRole.values),
    (words.DEADLINES, DeadlineKind.values),
    (words.LETTER, Urgency.values),
    (words.LANGUAGES, LANGUAGES),
    (custody_words.COPIES, Copy.values),
    (file_words.COPIES, Copy.values),
    (custody_words.SOURCES, Source.values),
    (custody_words.BASES, Basis.values),
    (custody_words.FLAGS, [str(flag) for flag in Flag]),
    (custody_words.KINDS, [str(kind) for kind in Kind]),
]


@pytest.mark.parametrize(("table", "codes"), TABLES, ids=range(len(TABLES)))
def test_every_code_has_words_and_no_word_is_left_over(
    table: Mapping[str, object], codes: Iterable[str]
) -> None:
    assert set(map(str, table)) == set(map(str, codes))
    for language in LANGUAGES:
        with override(language):
            said = [str(text) for text in table.values()]
            assert all(said)
            assert len(set(said)) == len(said), "two codes are not said alike"


@pytest.mark.parametrize("code", ["", "of a newer node", "%(what)s", "<b>", "JO-XX", "ZZ", "Z9"])
def test_a_code_that_nobody_knows_stands_for_itself(code: str) -> None:
    assert words.said(words.STAGES, code) == code
    assert words.category(code) == code
    assert words.facet("platform", code) == code
    assert words.place(code) == code
    assert words.route(code, {"victim_region": "JO-AQ"}) == code


@pytest.mark.parametrize("language", LANGUAGES)
def test_m003_a_rule_names_the_place_that_it_looked_at(language: str) -> None:
    with override(language):
        aqaba = words.place("JO-AQ")
        assert aqaba != "JO-AQ"
        assert aqaba in words.route(competence.RESIDENCE, {"victim_region": "JO-AQ"})
        assert aqaba in words.route(competence.ACT, {"act_region": "JO-AQ"})
        assert aqaba in words.route(competence.OTHER_SIDE, {"suspect_region": "JO-AQ"})
        for rule in (competence.NATIONAL, competence.LEGAL_REVIEW, "referral", "override"):
            assert "%" not in words.route(rule, {})


@pytest.mark.parametrize(
    ("late", "said"),
    [
        (timedelta(seconds=-1), ""),
        (timedelta(0), ""),
        (timedelta(microseconds=999_999), ""),
        (timedelta(seconds=1), "1 min late"),
        (timedelta(minutes=59, seconds=59), "59 min late"),
        (timedelta(hours=1), "1 h late"),
        (timedelta(hours=23, minutes=59), "23 h late"),
        (timedelta(days=1), "1 d late"),
        (timedelta(days=548), "548 d late"),
    ],
)
def test_a_lateness_is_said_in_the_unit_that_fits(late: timedelta, said: str) -> None:
    with override("en"):
        assert words.late_by(NOW - late, NOW) == said


@given(st.sampled_from(Role), st.text(max_size=12))
def test_an_author_is_a_role_in_words_with_the_pseudonym_behind_it(
    role: Role, pseudonym: str
) -> None:
    with override("en"):
        said = words.author(f"{role} {pseudonym}")
        assert said == (f"{role.label} · {pseudonym}" if pseudonym else role.label)
        assert words.author(f"of-a-newer-node {pseudonym}").startswith("Officer")


RISKS = [{"risk": "self_harm"}, {"risk": "threat_to_life"}]


def test_an_urgency_is_said_by_the_first_risk_that_nobody_denied() -> None:
    denied = [{**RISKS[0], "denied": "yes"}, RISKS[1]]
    unknown = [{"risk": "of a newer node"}]
    with override("en"):
        assert words.urgency("immediate", RISKS) == str(words.RISKS["self_harm"])
        assert words.urgency("immediate", denied) == str(words.RISKS["threat_to_life"])
        assert words.urgency("normal", RISKS) == "Normal"
        for none in ([], unknown, [{**RISKS[0], "denied": "yes"}]):
            assert [words.urgency(code, none) for code in Urgency.values] == [
                "Now",
                "Today",
                "Normal",
            ]


@given(
    st.sampled_from([*(magic for magic, *_ in downloads.PICTURES), b"RIFF\0\0\0\0WEBP"]),
    st.binary(max_size=40),
)
def test_a_picture_is_known_by_its_first_bytes_whatever_follows(magic: bytes, rest: bytes) -> None:
    known = downloads.picture_type(magic + rest)
    assert known == downloads.picture_type(magic)
    assert known is not None
    assert known[0].startswith("image/")
    assert downloads.picture_type(magic[:-1]) is None
    assert downloads.picture_type(b"<" + magic + rest) is None


@pytest.mark.parametrize(
    "raw", [b"", b"<svg xmlns=''>", b"RIFF....AVI ", b"RIFF", b"%PDF-1.7", b" \x89PNG\r\n\x1a\n"]
)
def test_a_drawing_that_can_hold_a_script_is_no_picture(raw: bytes) -> None:
    assert downloads.picture_type(raw) is None


def test_what_leaves_as_a_file_is_never_shown_as_a_page_of_ours() -> None:
    for answer in (
        downloads.attachment(b"<script>", "notice.pdf", "text/html"),
        downloads.picture(b"<script>", "image/svg+xml"),
        downloads.packed(iter([b"PK"]), "bag.zip"),
    ):
        assert "sandbox" in answer["Content-Security-Policy"]
        assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"] == 'attachment; filename="bag.zip"'
