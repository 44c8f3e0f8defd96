# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the public sees. No word in an address gives the visit away (U-04)."""

from __future__ import annotations

from django.urls import include, path
from django.views.generic import RedirectView

from amana.portal import (
    box,
    box_consents,
    box_devices,
    box_files,
    box_pages,
    box_proof,
    box_stop,
    check,
    code,
    draft,
    home,
    questions,
    receipt,
    tus,
)
from amana.portal.draw_views import draw_receipt
from amana.portal.exit import leave
from amana.portal.record_views import record

urlpatterns = [
    path("", home.home, name="home"),
    path("start/", home.start, name="start"),
    path("q/<str:number>/", questions.question, name="question"),
    path("c/<str:number>/", questions.question, {"changing": True}, name="change"),
    path("check/", check.check, name="check"),
    path("done/", receipt.done, name="done"),
    path("done/print/", receipt.printed, name="print"),
    path("done/note.pdf", receipt.paper, name="paper"),
    path("draft/", draft.pause, name="pause"),
    path("draft/delete/", draft.delete, name="delete"),
    path("draft/deleted/", draft.deleted, name="deleted"),
    path("code/", code.enter, name="code"),
    path("status/", RedirectView.as_view(pattern_name="code"), name="status"),
    path("draw/", draw_receipt, name="draw"),
    path("box/", box.box, name="box"),
    path("box/pin/", box.pin, name="box-pin"),
    path("box/write/", box.write, name="box-write"),
    path("box/files/", box_files.add, name="box-files"),
    path("box/proof/", box_proof.page, name="box-proof-page"),
    path("box/note.txt", box_proof.opening, name="box-proof"),
    path("box/note.tlog-proof", box_proof.file, name="box-proof-file"),
    path("box/note.pdf", box_proof.sheet, name="box-proof-sheet"),
    path("box/devices/<uuid:hand_in_id>/note.pdf", box_devices.paper, name="box-device"),
    path("box/stop/", box_stop.stop, name="box-stop"),
    path("box/pages/", box_pages.pages, name="box-pages"),
    path("box/consents/", box_consents.consents, name="box-consents"),
    path("box/leave/", box.leave, name="box-leave"),
    path("files/", tus.files, name="files"),
    path("files/<uuid:upload_id>", tus.file, name="upload"),
    path("exit/", leave, name="exit"),
    path("record/", record, name="record"),
    path("help/", include("amana.portal.guidance_urls")),
    path("", include("amana.portal.figures_urls")),
]
