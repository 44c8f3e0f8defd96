# SPDX-License-Identifier: AGPL-3.0-or-later
"""What people entrust to a node never touches its disk in clear (design, Sealing).

Canaries go in by every door of a running node: a draft that stays half-filled, a whole report
with a file of five megabytes, a report through the API, a message, an officer's note. Then
everything the node could have written is searched."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.processes.clients import post
from tests.processes.homes import count
from tests.processes.plaintext import search
from tests.processes.walker import Walker
from tests.support.server import Node, group_members, healthy, start_node

pytestmark = pytest.mark.processes
MEGABYTES = 5

WORDS = {
    "draft": "CANARY-halfway-zq81",
    "narrative": "كناري النص يهددني بنشر صوري",
    "person": "CANARY Samar Zaytouneh",
    "file": "CANARY-picture-bytes-kx52",
    "filename": "كناري-محادثة-الصور",
    "api": "كناري القناة الأخرى تسع وتسعون",
    "identifier": "canary_extorter_9981",
    "message": "CANARY-from-her-mailbox-ww3",
    "note": "كناري ملاحظة الضابط السرية",
}
NOTE = """
import sys, django
django.setup()
from amana.journal.events import Actor
from amana.people.models import UnitKey
from amana.reports.models import Report
from amana.reports.services.parts import write_internal
from django.db import transaction
report = Report.objects.order_by("received_at").first()
with transaction.atomic():
    write_internal(report=report, text=sys.stdin.read(), actor=Actor("investigator", "bcdfg"),
                   unit_id=UnitKey.objects.first().unit_id)
"""


def leave_a_draft_half_filled(node: Node) -> None:
    walker = Walker(node.url).get("/start/").post({})
    walker.to_question("narrative")
    walker.post({"narrative": WORDS["draft"]})
    assert walker.code == 200


def file_with_a_picture(node: Node) -> str:
    """A whole report through the forms; returns the receipt."""
    walker = Walker(node.url, language="ar").get("/start/").post({})
    told = {
        "narrative": WORDS["narrative"],
        "identity": "named",
        "person-name": WORDS["person"],
        "identifiers-0-type": "handle",
        "identifiers-0-value": WORDS["identifier"],
    }
    walker.to_question("files", told)
    line = WORDS["file"].encode() + b" " + secrets.token_hex(8).encode() + b"\n"
    picture = line * (MEGABYTES * 1024 * 1024 // len(line))
    walker.upload({"_add": "1"}, name="files", filename=f"{WORDS['filename']}.png", data=picture)
    assert WORDS["filename"] in walker.html
    walker.upload({}, name="unused", filename="", data=b"")
    walker.to_check(told).post({"pin": ""})
    assert walker.path == "/done/", walker.path
    return walker.receipt()


def file_by_api(node: Node) -> None:
    body = {
        "language": "ar",
        "category": "X1",
        "narrative": WORDS["api"],
        "identifiers": [{"type": "handle", "value": WORDS["identifier"]}],
    }
    key = {"Idempotency-Key": secrets.token_urlsafe(24)}
    assert post(f"{node.url}/api/v1/reports", body, key)[0] == 201


def write_from_the_mailbox(node: Node, receipt: str) -> None:
    walker = Walker(node.url).get("/code/")
    walker.post({"code": receipt})
    assert walker.path == "/box/", walker.path
    walker.post({"text": WORDS["message"]}, "/box/write/")
    assert WORDS["message"] in walker.html


def write_an_officers_note(node: Node) -> None:
    environment = {**node.environment, "DJANGO_SETTINGS_MODULE": "amana.config.settings"}
    subprocess.run(
        [sys.executable, "-c", NOTE],
        input=WORDS["note"].encode(),
        env=environment,
        check=True,
        timeout=60,
    )


def crash_a_web_process(node: Node) -> None:
    """Abort one that has had the words in its memory; the node makes a new one."""
    for member in group_members(node.process.pid):
        command = Path(f"/proc/{member}/cmdline").read_bytes().split(b"\0")
        limits = Path(f"/proc/{member}/limits").read_text()
        assert "Max core file size        0                    0" in limits
        if b"serve" in command and member != node.process.pid:
            os.kill(member, signal.SIGABRT)
            break
    end = time.monotonic() + 30
    while not healthy(node.url) and time.monotonic() < end:
        time.sleep(0.1)


def test_nothing_that_was_entrusted_touches_the_disk_in_clear(tmp_path: Path) -> None:
    temporary, home = tmp_path / "temporary", tmp_path / "home"
    temporary.mkdir()
    extra = {"TMPDIR": str(temporary), "SQLITE_TMPDIR": str(temporary)}
    log = tmp_path / "node.log"
    node = start_node(home=home, log=log, extra={**extra, "AMANA_LOG_LEVEL": "DEBUG"})
    places = [home, temporary, log, Path.cwd() / "core"]
    try:
        leave_a_draft_half_filled(node)
        receipt = file_with_a_picture(node)
        write_from_the_mailbox(node, receipt)
        file_by_api(node)
        write_an_officers_note(node)
        # The words did arrive: else the search below would prove nothing.
        assert count(home, "reports_draft") == 2
        assert count(home, "reports_report") == 2
        assert count(home, "reports_message") >= 2
        assert sum(p.stat().st_size for p in (home / "blobs").rglob("*") if p.is_file()) > 5_000_000
        words = [*WORDS.values(), receipt.replace(" ", "")[-16:], receipt[-19:]]
        assert search([place for place in places if place.exists()], words) == []
        crash_a_web_process(node)
        backup = tmp_path / "backup"
        assert node.amana("backup", "--to", str(backup)).returncode == 0
        node.stop()
        places.append(backup)
        assert search([place for place in places if place.exists()], words) == []
        assert not [p for p in Path.cwd().glob("core*") if p.is_file()]
    finally:
        node.kill()
