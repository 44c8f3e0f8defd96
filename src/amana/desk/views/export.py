# SPDX-License-Identifier: AGPL-3.0-or-later
"""Evidence leaves the house as a bag, sent while it is made: nothing of it lies on this disk."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from amana.desk import words
from amana.desk.downloads import packed
from amana.desk.forms.export import ExportForm
from amana.desk.shell import Visit, act_page, attempt, filled, report_view
from amana.evidence.exports import gathering, services
from amana.evidence.exports.contents import Contents
from amana.people.policies import Action


@require_http_methods(["GET", "POST"])
@report_view(Action.EXPORT_EVIDENCE)
def export(visit: Visit) -> HttpResponseBase:
    """Ask for what, for whom and without what; then send the bag as a zip file."""
    offered = gathering.offered(staff=visit.staff, report=visit.report)
    form = filled(visit.request, ExportForm, {"language": words.language()}, offered=offered)
    made: list[Contents] = []

    def act() -> None:
        made.append(services.prepare(staff=visit.staff, report=visit.report, wanted=form.wanted()))

    if form.is_bound and attempt(form, act):
        return packed(services.to_zip(made[0]), f"{made[0].name}.zip")
    said = {
        "title": _("Hand out the evidence"),
        "lead": _(
            "You get one zip file: the files as they came in, their custody, the proofs and two "
            "programs with which anybody can check them without us."
        ),
        "button": _("Make the bag"),
        "help": [
            {
                "term": _("It is a leaf of its own"),
                "text": _("The custody of each file will say that you took it out, and for what."),
            },
            {
                "term": _("Whoever gets it needs the key of our log"),
                "text": _("Give it by another way than the bag; a key inside it proves nothing."),
            },
            {
                "term": _("What you leave out"),
                "text": _("The bag says that something is left out and why, and nothing of it."),
            },
        ],
    }
    return act_page(visit, form, said)
