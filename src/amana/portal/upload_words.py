# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the script says that sends files in pieces (static/portal/upload.js)."""

from __future__ import annotations

import json

from django.urls import reverse
from django.utils.translation import gettext as _

from amana.evidence.resumable.owners import Owner
from amana.evidence.resumable.resuming import unfinished


def upload_words(owner: Owner) -> str:
    """As JSON, for the attribute `data-uploads`; %s stands for the name of a file. `begun` are
    her files that broke off: the browser keeps no list of its own."""
    return json.dumps(
        {
            "begun": [
                {
                    "where": reverse("upload", args=[one.id]),
                    "name": one.name,
                    "size": one.size,
                    "offset": one.offset,
                }
                for one in unfinished(owner)
            ],
            "again": _("A part of it is here. Choose the same file again, and it goes on."),
            "pause": _("Pause"),
            "go": _("Continue sending"),
            "remove": _("Remove"),
            "removeIt": _("Remove") + " %s",
            "removed": _("Taken out:") + " %s",
            "paused": _("paused"),
            "kept": _("sealed and kept"),
            "isKept": _("Sealed and kept:") + " %s",
            "isNotKept": _("Not kept:") + " %s.",
            "waiting": _("waiting for the connection"),
            "failed": _("This did not work here. The file will be sent with the button below."),
            "busy": _("Files are still being sent. It goes on by itself when they are here."),
        },
        ensure_ascii=False,
    )
