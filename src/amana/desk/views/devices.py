# SPDX-License-Identifier: AGPL-3.0-or-later
"""What comes from outside: devices that a person hands in, lists of forensic tools."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from amana.desk import custody_words as said_words
from amana.desk import words
from amana.desk.custody import names
from amana.desk.downloads import attachment
from amana.desk.forms.custody import HandInForm, ImportForm
from amana.desk.shell import Visit, carry_out, done, filled, posted_from, report_view
from amana.evidence import forensics, hand_ins
from amana.evidence.hand_in_pdf import hand_in_pdf
from amana.evidence.hand_ins import Device, HandInRow
from amana.people.policies import Action
from amana.reports.errors import AlreadyDone, NoKey, NoSuchPart

SHOWN = 50


@require_http_methods(["GET", "POST"])
@report_view(Action.HANDLE_EVIDENCE)
def hand_in(visit: Visit) -> HttpResponse:
    """Take a device in; those that are here stand beside the form."""
    form = filled(visit.request, HandInForm)

    def act() -> str:
        data = form.cleaned_data
        hand_ins.take(
            staff=visit.staff,
            report=visit.report,
            device=Device(data["what"], data["to_whom"], data["scope"]),
            return_by=data["return_by"],
        )
        return _("Taken in. Print the receipt and give it to the person.")

    said = {
        "title": _("Devices handed in"),
        "lead": _("The person reads this with her code, and has it on paper."),
        "button": _("Take the device in"),
        "recorded": [_device(visit, row) for row in _rows(visit)],
        "none": _("No device is here."),
    }
    return carry_out(visit, form, act, said, back="hand-in", template="devices")


@require_safe
@report_view()
def paper(visit: Visit, hand_in_id: UUID) -> HttpResponse:
    """The receipt, to print."""
    row = next((row for row in _rows(visit) if row.id == hand_in_id), None)
    if row is None:
        raise Http404
    made = hand_in_pdf(row=row, language=visit.report.language)
    return attachment(made, "receipt.pdf", "application/pdf")


@posted_from("desk:hand-in", "locator")
@report_view(Action.HANDLE_EVIDENCE)
def give_back(visit: Visit, hand_in_id: UUID) -> HttpResponse:
    """The device is with its owner again."""
    try:
        hand_ins.give_back(staff=visit.staff, report=visit.report, hand_in_id=hand_in_id)
    except AlreadyDone as said:
        return done(visit, str(said), "hand-in")
    return done(visit, _("Given back."), "hand-in")


@require_http_methods(["GET", "POST"])
@report_view(Action.HANDLE_EVIDENCE)
def tool_import(visit: Visit) -> HttpResponse:
    """Hold a tool's list against the files of the report."""
    form = filled(visit.request, ImportForm, files=names(visit))

    def act() -> str:
        data = form.cleaned_data
        if form.item_id is not None:
            forensics.import_list(
                staff=visit.staff,
                report=visit.report,
                item_id=form.item_id,
                tool=forensics.Tool(data["tool"], data["version"], data["examiner"]),
            )

        return _("Compared. What differs is flagged.")

    said = {
        "title": _("Import of a forensic tool"),
        "lead": _("Add the tool's list to the files first. Nothing is unpacked or decrypted here."),
        "button": _("Compare"),
        "recorded": [_imported(row) for row in _imports(visit)],
        "none": _("Nothing was imported yet."),
    }
    return carry_out(visit, form, act, said, back="tool-import", template="devices")


def _rows(visit: Visit) -> list[HandInRow]:
    try:
        return hand_ins.for_unit(staff=visit.staff, report=visit.report)
    except (NoKey, NoSuchPart):
        return []


def _imports(visit: Visit) -> list[forensics.ImportRow]:
    try:
        return forensics.imports(staff=visit.staff, report=visit.report)
    except (NoKey, NoSuchPart):
        return []


def _device(visit: Visit, row: HandInRow) -> dict[str, object]:
    day = row.return_by.strftime("%d/%m/%Y") if row.return_by else ""
    back = visit.url("hand-in-back", hand_in_id=row.id) if row.returned_at is None else ""
    return {
        "what": row.device.what,
        "facts": [
            {"label": _("To whom"), "value": row.device.to_whom},
            {"label": _("What may be done with it"), "value": row.device.scope},
            {"label": _("Taken in"), "value": words.moment(row.at), "ltr": True},
            {"label": _("Comes back by"), "value": day, "ltr": True},
            {"label": _("Given back"), "value": words.moment(row.returned_at), "ltr": True},
        ],
        "paper": visit.url("hand-in-paper", hand_in_id=row.id),
        "back": back,
    }


def _imported(row: forensics.ImportRow) -> dict[str, object]:
    telling = [one for one in row.rows if one[1] != forensics.ABSENT][:SHOWN]
    return {
        "what": row.tool,
        "facts": [
            {"label": _("Imported"), "value": words.moment(row.at), "ltr": True},
            {"label": _("Files listed"), "value": str(row.listed), "ltr": True},
            {"label": _("The same as here"), "value": str(row.matched), "ltr": True},
            {"label": _("Same name, other bytes"), "value": str(row.differing), "ltr": True},
            *({"label": name, "value": said_words.result(result)} for name, result in telling),
        ],
    }
