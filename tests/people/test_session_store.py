# SPDX-License-Identifier: AGPL-3.0-or-later
"""A copy of the database signs nobody in: sessions of the desk are hashed and sealed at rest."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session

from amana.people.session_store import SessionStore, row_key

pytestmark = [pytest.mark.db, pytest.mark.django_db]


def _kept(**said: str) -> str:
    store = SessionStore()
    for name, value in said.items():
        store[name] = value
    store.save()
    assert store.session_key is not None
    return str(store.session_key)


def test_the_desk_uses_this_store() -> None:
    assert import_module(settings.SESSION_ENGINE).SessionStore is SessionStore


def test_the_row_holds_neither_the_cookie_nor_what_was_kept() -> None:
    key = _kept(factor="CANARY-FACTOR", names="CANARY-لقطة.png")
    row = Session.objects.get()
    assert key not in f"{row.session_key} {row.session_data}"
    assert "CANARY" not in str(SessionStore().decode(row.session_data))
    assert SessionStore(row.session_key).load() == {}, "what stands in the row opens nothing"
    assert SessionStore(key)["names"] == "CANARY-لقطة.png"


def test_a_session_is_changed_renewed_and_ended() -> None:
    key = _kept(factor="totp")
    store = SessionStore(key)
    store["next"] = "/desk/"
    store.save()
    assert SessionStore(key)["next"] == "/desk/"
    store.cycle_key()
    assert store.session_key != key
    assert SessionStore(key).load() == {}
    assert SessionStore(store.session_key)["factor"] == "totp"
    store.flush()
    assert not Session.objects.exists()


def test_data_moved_to_another_row_opens_nothing() -> None:
    mine, hers = _kept(who="me"), _kept(who="her")
    data = Session.objects.get(session_key=row_key(hers)).session_data
    Session.objects.filter(session_key=row_key(mine)).update(session_data=data)
    assert SessionStore(mine).load() == {}


@pytest.mark.parametrize("data", ["", "x", "not base64", "AAAA", "é"])
def test_broken_data_is_an_empty_session(data: str) -> None:
    key = _kept(who="me")
    Session.objects.update(session_data=data)
    assert SessionStore(key).load() == {}


@pytest.mark.parametrize("key", [None, "", "x", "a" * 500, "' OR 1=1", "\x00", "\ud800"])
def test_an_unknown_key_opens_nothing(key: str | None) -> None:
    _kept(who="me")
    assert SessionStore(key).load() == {}
    assert not SessionStore().exists(key)
