# SPDX-License-Identifier: AGPL-3.0-or-later
"""Words about files and looking at them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from amana.desk import words
from amana.evidence.models import Copy

NO_SAFE_VIEW: Final[Mapping[str, Promise]] = {
    "kind": _("There is no safe view of this kind of file."),
    "damaged": _("The file is damaged, or not what it seems to be. It cannot be drawn."),
    "pixels": _("The picture says that it is larger than can be drawn safely."),
    "locked": _("The document is locked with a password."),
    "pages": _("It has more pages than can be drawn, or none."),
    "size": _("The file is too large to be drawn."),
    "memory": _("Drawing it would take more memory than is allowed."),
    "time": _("Drawing it took too long and was stopped."),
    "broken": _("Drawing it was stopped by the limits. The file may be made to do harm."),
    "busy": _("Others are looking at files right now. Try again in a moment."),
}
COPIES: Final[Mapping[str, Promise]] = {
    Copy.EVIDENTIARY: _("The evidentiary copy: exactly as it came in"),
    Copy.WORKING: _("A working copy of another file, to work on"),
    Copy.DETAILS: _("What the file says of itself"),
    Copy.THUMBNAIL: _("A small picture of another file"),
    Copy.SAFE_VIEW: _("A safe view of another file"),
    Copy.CLEANED: _("A cleaned copy of another file, for sharing"),
    Copy.TEXT: _("The text of another file"),
}


def verdict(found: str, at: datetime) -> str:
    """What the virus scanner said last, and when: it knows more every day."""
    said = {"name": words.apart(found), "at": words.apart(words.moment(at))}
    if found:
        return gettext("found “%(name)s” · %(at)s") % said
    return gettext("found nothing · %(at)s") % said
