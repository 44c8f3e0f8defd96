# SPDX-License-Identifier: AGPL-3.0-or-later
"""What staff see. A report is always named by the path, children through their report."""

from __future__ import annotations

from django.urls import include, path

from amana.desk.links import looking, offender
from amana.desk.links import pages as links
from amana.desk.views import (
    capture,
    closing,
    custody,
    devices,
    diagnosis,
    doubting,
    export,
    files,
    house,
    inbox,
    intake,
    justice,
    lending,
    messages,
    pictures,
    referral,
    report,
    suspects,
)

_pages = [
    path("", inbox.home, name="home"),
    path("inbox/<slug:name>/", inbox.lane, name="lane"),
    path("deadlines/", inbox.deadlines, name="deadlines"),
    path("alerts/seen/", inbox.seen, name="alerts-seen"),
    path("intake/", intake.begin, name="intake"),
    path("intake/form/", intake.form, name="intake-form"),
    path("intake/drop/", intake.drop, name="intake-drop"),
    path("intake/leave/", intake.leave, name="intake-leave"),
    path("search/", looking.looking, name="search"),
    path("journal/", house.journal, name="journal"),
    path("health/", house.health, name="health"),
]

_report = [
    path("", report.report, name="report"),
    path("identity/", report.identity, name="identity"),
    path("annex/", report.annex, name="annex"),
    path("message/", messages.message, name="message"),
    path("note/", messages.note, name="note"),
    path("code/", report.code, name="new-code"),
    path("take/", closing.take, name="take"),
    path("diagnosis/", diagnosis.diagnosis, name="diagnosis"),
    path("category/", diagnosis.category, name="category"),
    path("risks/<uuid:denial>/undo/", doubting.undo, name="risk-undo"),
    path("risks/<slug:risk>/", doubting.deny, name="risk"),
    path("lend/", lending.lend, name="lend"),
    path("refer/", referral.refer, name="refer"),
    path("override/", referral.override, name="override"),
    path("joint/", referral.joint, name="joint"),
    path("joint/end/", referral.end_joint, name="end-joint"),
    path("cross-border/", referral.cross_border, name="cross-border"),
    path("review/", referral.review, name="review"),
    path("notice/", justice.notice, name="notice"),
    path("notice/<uuid:notice_id>/<slug:form>/", justice.notice_file, name="notice-file"),
    path("instructions/", justice.instructions, name="instructions"),
    path("suspects/", suspects.suspects, name="suspects"),
    path("suspects/<uuid:suspect_id>/present/", suspects.present, name="suspect-present"),
    path("suspects/<uuid:suspect_id>/search/", suspects.search, name="suspect-search"),
    path("suspects/<uuid:suspect_id>/withdraw/", suspects.withdraw, name="suspect-withdraw"),
    path("files/", files.add_files, name="add-files"),
    path("links/", links.links, name="links"),
    path("links/undo/<uuid:decision>/", links.undo, name="link-undo"),
    path("links/value/<slug:act>/<slug:token>/", links.value, name="link-value"),
    path("links/<slug:act>/<slug:other>/", links.pair, name="link-pair"),
    path("offender/", offender.offender, name="offender"),
    path("capture/", capture.capture, name="capture"),
    path("files/<uuid:item_id>/", files.file, name="file"),
    path("files/<uuid:item_id>/look/", files.look, name="look"),
    path("files/<uuid:item_id>/picture/", files.shown, name="picture"),
    path("files/<uuid:item_id>/thumbnail/", files.thumbnail, name="thumbnail"),
    path("files/<uuid:item_id>/text/", pictures.text, name="picture-text"),
    path("export/", export.export, name="export"),
    path("custody/", custody.custody, name="custody"),
    path("custody/hold/", custody.hold, name="hold"),
    path("custody/holds/<uuid:hold_id>/", custody.lift, name="lift"),
    path("custody/destroy/", custody.ask_shred, name="ask-shred"),
    path("custody/destroy/<uuid:shred_id>/", custody.shred, name="shred"),
    path("custody/import/", devices.tool_import, name="tool-import"),
    path("custody/devices/", devices.hand_in, name="hand-in"),
    path("custody/devices/<uuid:hand_in_id>/paper/", devices.paper, name="hand-in-paper"),
    path("custody/devices/<uuid:hand_in_id>/back/", devices.give_back, name="hand-in-back"),
    path("close/", closing.close, name="close"),
    path("reopen/", closing.reopen, name="reopen"),
]

urlpatterns = [
    path("", include("amana.desk.accounts.urls")),
    path(
        "",
        include(
            (
                [*_pages, path("reports/<slug:locator>/", include(_report))],
                "desk",
            )
        ),
    ),
]
