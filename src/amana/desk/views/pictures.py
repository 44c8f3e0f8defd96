# SPDX-License-Identifier: AGPL-3.0-or-later
"""The text in a screenshot, read when an officer asks for it. Nothing is taken over by itself."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django import forms
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from amana.desk.forms.report import PurposeForm
from amana.desk.links import said as link_words
from amana.desk.shell import Visit, act_page, attempt, filled, report_view
from amana.desk.views.files import row_of
from amana.evidence.ocr import keeping, reading
from amana.evidence.ocr.keeping import PictureText
from amana.kernel.identifiers import Found
from amana.people.policies import Action

_KINDS = {"btc": "wallet", "eth": "wallet", "tron": "wallet", "url": "link"}
"""Finer kinds of the finders, by the words that the desk has for them."""


class ReadForm(PurposeForm):
    again = forms.BooleanField(
        label=gettext_lazy("Read it anew, although a text is kept"), required=False
    )


@require_http_methods(["GET", "POST"])
@report_view(Action.HANDLE_EVIDENCE)
def text(visit: Visit, item_id: UUID) -> HttpResponse:
    """Asks for the purpose, reads the picture and shows the text with what is found in it."""
    if row_of(visit, item_id).meta.media_type not in keeping.PICTURES:
        raise Http404
    kept = keeping.kept_text(item_id) is not None
    form = filled(visit.request, ReadForm)
    if not kept:
        del form.fields["again"]
    found: list[PictureText] = []

    def act() -> None:
        found.append(
            keeping.text_of_picture(
                staff=visit.staff,
                report=visit.report,
                item_id=item_id,
                purpose=form.cleaned_data["purpose"],
                again=bool(form.cleaned_data.get("again")),
            )
        )

    if form.is_bound and attempt(form, act):
        return _shown(visit, item_id, found[0])
    said = {
        "title": _("Text in a picture"),
        "lead": _(
            "A program of this node reads the picture, which may take a minute; nothing of it "
            "leaves the node. The text is sealed and kept beside the picture. Programs misread: "
            "compare with the picture."
        ),
        "button": _("Read the text in this picture"),
    }
    if not kept and reading.installed() is None:
        lead = _("This node has no program that reads text in pictures.")
        return act_page(visit, None, {**said, "lead": lead})
    return act_page(visit, form, said)


def _shown(visit: Visit, item_id: UUID, found: PictureText) -> HttpResponse:
    said: dict[str, object] = {
        "title": _("Text in a picture"),
        "text": found.said.split("\n\n") if found.said else [],
        "rows": _rows(found.identifiers),
        "columns": [{"label": _("What")}, {"label": _("Value")}],
        "file": visit.url("file", item_id=item_id),
    }
    return act_page(visit, None, said, "picture_text")


def _rows(found: Iterable[Found]) -> list[list[dict[str, object]]]:
    return [
        [
            {"text": _kind(one.type)},
            {
                "text": one.value,
                "ltr": True,
                "note": " · ".join(reading.value for reading in one.readings[1:]),
            },
        ]
        for one in found
    ]


def _kind(code: str) -> str:
    own = {"card": _("Bank card"), "domain": _("Domain")}
    return own.get(code) or link_words.kind(_KINDS.get(code, code))
