# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the script says that sends files in pieces (static/portal/upload.js)."""

from __future__ import annotations

import json

from django.utils.translation import gettext as _


def upload_words() -> str:
    """As JSON, for the attribute `data-uploads`; %s stands for the name of a file."""
    return json.dumps(
        {
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
