# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

import sys

from amana.cli import main

sys.exit(main())
