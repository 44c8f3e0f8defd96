# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

from tests.support.logs import log_of_its_own

__all__ = ["log_of_its_own"]
