# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

from tests.kernel.sealing.builders import HPKE_VECTORS

collect_ignore = [] if HPKE_VECTORS.is_dir() else ["test_vectors_hpke.py"]
