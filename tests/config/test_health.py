# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from django.db import DatabaseError
from django.test import Client

from amana import __version__
from amana.config import health
from amana.config.env import env


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    settings = env().model_copy(update={"home": tmp_path})
    monkeypatch.setattr("amana.config.health.env", lambda: settings)
    return tmp_path


@pytest.mark.db
def test_a_healthy_node_says_so() -> None:
    response = Client().get("/healthz")
    assert response.status_code == 200
    body = response.json()
    assert body["status"] == "ok"
    assert body["version"] == __version__
    assert body["checks"]["database"] == body["checks"]["storage"] == "ok"


@pytest.mark.db
def test_a_home_that_is_gone_is_not_healthy(home: Path) -> None:
    shutil.rmtree(home)
    response = Client().get("/healthz")
    assert response.status_code == 503
    assert response.json()["status"] == "failing"
    assert response.json()["checks"]["storage"] == "failing"


def test_a_database_that_does_not_answer_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        def cursor(self) -> None:
            raise DatabaseError("secret host name")

    monkeypatch.setattr(health, "connection", Broken())
    assert health.database() is False


@pytest.mark.db
def test_a_check_that_breaks_is_a_check_that_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> bool:
        raise RuntimeError("secret path")

    monkeypatch.setitem(health.CHECKS, "added", broken)
    response = Client().get("/healthz")
    assert response.status_code == 503
    assert response.json()["checks"]["added"] == "failing"
    assert "secret" not in response.content.decode()


@pytest.mark.db
def test_health_is_only_read() -> None:
    assert Client().post("/healthz").status_code == 405
