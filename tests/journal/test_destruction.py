# SPDX-License-Identifier: AGPL-3.0-or-later
"""What an entry says can be destroyed; the tree still verifies and says so."""

from __future__ import annotations

import pytest

from amana.journal.events import NODE
from amana.journal.models import Event
from amana.journal.sequencer import sequence_all
from amana.journal.services import shred
from amana.journal.verify import verify
from tests.journal.builders import AGENCY, log_of

pytestmark = pytest.mark.db


def test_a_destroyed_entry_leaves_a_leaf_and_the_log_holds() -> None:
    events = log_of(6)
    shred(events=events[:2], actor=NODE, agency_id=AGENCY, purpose="retention")
    sequence_all()
    verdict = verify()
    assert (verdict.problems, verdict.shredded) == ([], 2)
    gone = Event.objects.get(pk=events[0].pk)
    assert (gone.body, gone.salt, gone.tag, gone.subject_id) == (None, None, "", None)


@pytest.mark.parametrize("column", ["tag", "subject_id", "unit_id", "agency_id"])
def test_nothing_may_be_written_into_a_destroyed_entry(column: str) -> None:
    events = log_of(6)
    shred(events=events[:1], actor=NODE, agency_id=AGENCY, purpose="retention")
    sequence_all()
    value = "node:log:pad" if column == "tag" else AGENCY
    Event.objects.filter(pk=events[0].pk).update(**{column: value})
    assert any(column in line for line in verify().problems)
