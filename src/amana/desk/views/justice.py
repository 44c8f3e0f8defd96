# SPDX-License-Identifier: AGPL-3.0-or-later
"""The prosecution: notices as JSON and on paper, and what it directs (M-004, M-005)."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from amana.desk import words
from amana.desk.downloads import attachment
from amana.desk.forms.justice import InstructionForm, NoticeForm
from amana.desk.shell import Visit, act_page, attempt, done, filled, posted_from, report_view
from amana.desk.views.preview import notice_preview
from amana.packs import UnknownCodeError
from amana.people.policies import Action
from amana.referral import selectors, services
from amana.referral.models import Instruction, ProsecutorNotice
from amana.referral.notice_pdf import notice_pdf
from amana.reports.errors import NoKey, NoSuchPart
from amana.triage.selectors import latest_diagnosis


@require_http_methods(["GET", "POST"])
@report_view(Action.NOTIFY_PROSECUTOR)
def notice(visit: Visit) -> HttpResponse:
    """Shown first, sent with a second press: a notice cannot be called back."""
    offices = selectors.prosecution_offices(visit.report)
    form = filled(visit.request, NoticeForm, units=offices)

    def act() -> None:
        services.notify_prosecutor(
            staff=visit.staff,
            report=visit.report,
            office=form.unit_chosen,
            statement=form.cleaned_data["reason"],
            override_basis=form.cleaned_data["override_basis"],
        )

    sending = "send" in visit.request.POST
    if form.is_bound and sending and attempt(form, act):
        return done(visit, _("The notice is signed and sent."), "notice")
    found = latest_diagnosis(visit.report)
    agreed = "police" in visit.report.consents and visit.report.withdrawn_at is None
    ready = form.is_bound and form.is_valid() and found is not None
    grounded = agreed or bool(form.data.get("override_basis", "").strip())
    preview = notice_preview(visit, form) if ready and grounded else []
    said = {
        "title": _("Notify the prosecution"),
        "lead": _("The office reads this signed notice, with the answers in it, and nothing else."),
        "missing": found is None,
        "agreed": agreed,
        "ungrounded": ready and not grounded,
        "preview": preview,
        "notices": [_notice(visit, row) for row in selectors.notices(visit.report)],
    }
    response = act_page(visit, form, said, "notice")
    if form.is_valid() and not sending:
        response.status_code = 200
    return response


@posted_from("desk:notice", "locator")
@report_view(Action.READ_NOTICE)
def notice_file(visit: Visit, notice_id: UUID, form: str) -> HttpResponse:
    """A notice as it was sent: the signed file, or on paper with its digest."""
    row = ProsecutorNotice.objects.filter(pk=notice_id, report=visit.report).first()
    if row is None:
        raise Http404
    try:
        if form == "jws":
            text = selectors.notice_jws(staff=visit.staff, row=row)
            return attachment(text.encode(), "notice.jws", "application/octet-stream")
        paper = notice_pdf(staff=visit.staff, row=row, language=words.language())
    except (NoKey, NoSuchPart):
        raise Http404 from None
    return attachment(paper, "notice.pdf", "application/pdf")


@require_http_methods(["GET", "POST"])
@report_view(Action.RECORD_INSTRUCTION)
def instructions(visit: Visit) -> HttpResponse:
    """Record what an office directed; it unlocks the acts that need it."""
    form = filled(
        visit.request,
        InstructionForm,
        units=selectors.prosecution_offices(visit.report),
        pack=visit.pack,
    )

    def act() -> None:
        data = form.cleaned_data
        services.record_instruction(
            staff=visit.staff,
            report=visit.report,
            office=form.unit_chosen,
            action=data["action"],
            authority=data["authority"],
            legal_basis=data["legal_basis"],
            given_on=data["given_on"],
            text=data["text"],
        )

    if form.is_bound and attempt(form, act):
        return done(visit, _("The instruction is recorded."), "instructions")
    said = {
        "title": _("Instructions of the prosecution"),
        "lead": _("Some acts wait for one. Without it they are refused, and the refusal counted."),
        "button": _("Record the instruction"),
        "recorded": [_instruction(visit, row) for row in selectors.instructions(visit.report)],
    }
    return act_page(visit, form, said, "instructions")


def _notice(visit: Visit, row: ProsecutorNotice) -> dict[str, object]:
    digest = bytes(row.digest).hex()
    return {
        "at": words.moment(row.at),
        "office": words.unit_name(row.office),
        "digest": " ".join(digest[at : at + 8] for at in range(0, len(digest), 8)),
        "basis": row.override_basis,
        "pdf": visit.url("notice-file", notice_id=row.pk, form="pdf"),
        "jws": visit.url("notice-file", notice_id=row.pk, form="jws"),
    }


def _instruction(visit: Visit, row: Instruction) -> dict[str, object]:
    try:
        what = visit.pack.action(row.action).names.in_(words.language())
    except UnknownCodeError:
        what = row.action
    try:
        text = selectors.instruction_text(staff=visit.staff, row=row)
    except (NoKey, NoSuchPart):
        text = ""
    return {
        "what": what,
        "facts": [
            {"label": _("Prosecution office"), "value": words.unit_name(row.office)},
            {"label": _("Who gave it"), "value": row.authority},
            {"label": _("Article of law"), "value": row.legal_basis},
            {"label": _("Given on"), "value": row.given_on.strftime("%d/%m/%Y"), "ltr": True},
            {"label": _("In its words"), "value": text},
        ],
    }
