# SPDX-License-Identifier: AGPL-3.0-or-later
"""Why no bag was made, for its reader."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from amana.reports.errors import ReportError


class NothingToExport(ReportError):
    text = _("There is no file to hand out.")


class TooMuchToExport(ReportError):
    text = _("These are too many files for one bag. Export them one by one.")


class CustodyBroken(ReportError):
    """The chain of an item does not hold. `number` is its number in a bag."""

    text = _("The custody of an item does not hold. Nothing was handed out; ask the operator.")

    def __init__(self, number: int, problems: tuple[str, ...]) -> None:
        super().__init__(number, problems)
        self.number, self.problems = number, problems


class LogStands(ReportError):
    text = _("The log of this system stands still, so nothing can be proven. Ask the operator.")
