# SPDX-License-Identifier: AGPL-3.0-or-later
"""Second factors: each code works once however it is typed, each officer's alone, and neither
secrets nor recovery codes stand in the database."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from hypothesis import given, settings
from hypothesis import strategies as st

from amana.cli.replay.officers import one_time_code
from amana.config.env import env
from amana.journal.models import Event
from amana.kernel.sealing.errors import CannotOpen
from amana.kernel.sealing.keyring import Keyring
from amana.people import factors
from amana.people.adapters import MfaAdapter
from amana.people.events import Tag
from amana.people.models import Officer
from tests.people import builders as make

pytestmark = pytest.mark.db
PERIOD = timedelta(seconds=30)
START = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)


@pytest.fixture
def officer() -> Officer:
    agency, _units = make.agency_with_units()
    return make.officer(agency)


def colleague(officer: Officer) -> Officer:
    return make.officer(officer.agency)


def secret_of(officer: Officer, sealed: str) -> str:
    """What she types into her app."""
    shown, _picture = factors.totp_to_show(officer, sealed)
    return shown.replace(" ", "")


def later(periods: int) -> time_machine.travel:
    """So many times thirty seconds after the start, with a clock that stands."""
    return time_machine.travel(START + periods * PERIOD, tick=False)


def enrolled(officer: Officer) -> str:
    """The secret in her app, whose first code was used up at the start."""
    sealed = factors.new_totp()
    secret = secret_of(officer, sealed)
    with later(0):
        assert factors.enrol_totp(officer=officer, sealed=sealed, code=code(secret))
    return secret


def code(secret: str, periods: int = 0) -> str:
    return one_time_code(secret, at=(START + periods * PERIOD).timestamp())


def rows(officer: Officer) -> str:
    return json.dumps(list(Authenticator.objects.filter(user_id=officer.pk).values("type", "data")))


# --- the app on a phone


def test_a_right_first_code_enrols_with_a_leaf_and_a_wrong_one_leaves_nothing(
    officer: Officer,
) -> None:
    sealed = factors.new_totp()
    right = code(secret_of(officer, sealed))
    wrong = f"{(int(right) + 1) % 10**6:06d}"
    with later(0):
        for bad in (wrong, "", "x", right[:5], f"{right}0", "٠" * 6, "\x00"):
            assert not factors.enrol_totp(officer=officer, sealed=sealed, code=bad)
        assert factors.kinds(officer.pk) == frozenset()
        assert factors.enrol_totp(officer=officer, sealed=sealed, code=right)
    assert factors.kinds(officer.pk) == {factors.TOTP_TYPE}
    (leaf,) = Event.objects.filter(tag=Tag.FACTOR_ENROL, subject_id=officer.pk)
    assert json.loads(bytes(leaf.body or b""))["facts"] == {"kind": factors.TOTP_TYPE}


def test_the_code_that_enrolled_lets_nobody_in(officer: Officer) -> None:
    """Whoever looked over her shoulder has seen it."""
    secret = enrolled(officer)
    with later(0):
        assert factors.check_code(officer=officer, code=code(secret)) == ""
    with later(1):
        assert factors.check_code(officer=officer, code=code(secret, 1)) == factors.TOTP_TYPE


@pytest.mark.parametrize("mark", [" ", "-", ".", "\t", "_", "/"])
def test_a_code_works_once_however_it_is_typed_again(mark: str, officer: Officer) -> None:
    typed = code(enrolled(officer), 1)
    with later(1):
        assert factors.check_code(officer=officer, code=typed) == factors.TOTP_TYPE
        for again in (
            typed,
            mark.join(typed),
            f"{mark}{typed}{mark}",
            typed[:3] + mark + typed[3:],
        ):
            assert factors.check_code(officer=officer, code=again) == ""


@pytest.mark.parametrize("periods", [-20, -3, -2, 2, 3, 20])
def test_a_code_of_another_time_is_none(periods: int, officer: Officer) -> None:
    secret = enrolled(officer)
    with later(30):
        assert factors.check_code(officer=officer, code=code(secret, 30 + periods)) == ""


def test_a_code_is_hers_alone(officer: Officer) -> None:
    other = colleague(officer)
    mine, hers = enrolled(officer), enrolled(other)
    with later(1):
        assert factors.check_code(officer=other, code=code(mine, 1)) == ""
        assert factors.check_code(officer=other, code=code(hers, 1)) == factors.TOTP_TYPE
        assert factors.check_code(officer=officer, code=code(mine, 1)) == factors.TOTP_TYPE


def test_a_new_phone_takes_the_place_of_the_old_one(officer: Officer) -> None:
    old, new = enrolled(officer), enrolled(officer)
    with later(1):
        assert factors.check_code(officer=officer, code=code(old, 1)) == ""
        assert factors.check_code(officer=officer, code=code(new, 1)) == factors.TOTP_TYPE
    assert Authenticator.objects.filter(user_id=officer.pk).count() == 1


def test_the_secret_is_shown_for_typing_and_for_the_camera_and_is_sealed_at_rest(
    officer: Officer,
) -> None:
    sealed = factors.new_totp()
    shown, picture = factors.totp_to_show(officer, sealed)
    groups = shown.split(" ")
    assert {len(group) for group in groups} == {4}
    secret = "".join(groups)
    assert picture.startswith("<svg")
    for foreign in ("<script", "style=", "http", "href", secret):
        assert foreign not in picture
    with later(0):
        assert factors.enrol_totp(officer=officer, sealed=sealed, code=code(secret))
    assert secret not in rows(officer)
    assert secret not in sealed
    assert factors.new_totp() != sealed


@pytest.mark.parametrize("sealed", ["", "AAAA", "not base64 !", "JBSWY3DPEHPK3PXP"])
def test_what_this_node_did_not_seal_is_no_secret(sealed: str, officer: Officer) -> None:
    with pytest.raises((CannotOpen, ValueError)):
        factors.enrol_totp(officer=officer, sealed=sealed, code="000000")
    assert not factors.has_factor(officer.pk)


@settings(max_examples=15)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_what_is_sealed_comes_back_and_never_looks_the_same(text: str) -> None:
    Keyring.ensure(env().key_folder)
    adapter = MfaAdapter()
    one, two = adapter.encrypt(text), adapter.encrypt(text)
    assert adapter.decrypt(one) == adapter.decrypt(two) == text
    assert one != two
    assert one.isascii()


# --- recovery codes


def test_recovery_codes_are_shown_until_she_keeps_them(officer: Officer) -> None:
    codes = factors.recovery_codes(officer)
    assert len(codes) == len(set(codes)) >= 8
    assert factors.recovery_codes(officer) == codes
    factors.keep_recovery_codes(officer)
    assert factors.recovery_codes(officer) == []
    assert not any(each in rows(officer) for each in codes)


def test_each_recovery_code_works_once_and_for_her_alone(officer: Officer) -> None:
    other = colleague(officer)
    codes = factors.recovery_codes(officer)
    factors.recovery_codes(other)
    factors.keep_recovery_codes(officer)
    for each in codes:
        assert factors.check_code(officer=other, code=each) == ""
        assert factors.check_code(officer=officer, code=each) == factors.RECOVERY_TYPE
    for each in codes:
        assert factors.check_code(officer=officer, code=each) == ""


def test_paper_alone_is_no_second_factor(officer: Officer) -> None:
    """Codes that are made with the account would lie beside the password."""
    factors.recovery_codes(officer)
    assert factors.kinds(officer.pk) == {factors.RECOVERY_TYPE}
    assert not factors.has_factor(officer.pk)
    enrolled(officer)
    assert factors.has_factor(officer.pk)


@pytest.mark.parametrize("typed", ["", " ", "0", "00000000", "x" * 10_000, "\x00", "٣" * 8, "🙂"])
def test_what_is_no_code_is_none_and_no_error(typed: str, officer: Officer) -> None:
    enrolled(officer)
    factors.recovery_codes(officer)
    assert factors.check_code(officer=officer, code=typed) == ""


@pytest.mark.parametrize(
    "credential", [{}, {"id": "x"}, {"response": None}, {"response": {"clientDataJSON": "x"}}]
)
def test_a_passkey_that_is_none_is_refused_and_no_error(
    credential: dict[str, object], officer: Officer
) -> None:
    assert not factors.enrol_passkey(officer=officer, credential=credential)
    assert not factors.check_passkey(officer=officer, credential=credential)
    assert not factors.has_factor(officer.pk)
