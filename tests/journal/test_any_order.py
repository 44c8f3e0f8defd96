# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whatever happens to a node and in which order: its log holds, and under one name it never signs
two histories; nor does it cosign two of a partner's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from amana.journal import accepting, enrolling, state, witnessing
from amana.journal.events import NODE
from amana.journal.models import Checkpoint, Event
from amana.journal.sequencer import head, publish_hour, sequence, sequence_all
from amana.journal.services import shred
from amana.journal.state import LogHeldBack
from amana.journal.verify import verify
from amana.kernel.ledger import leaf_hash, root_of
from amana.kernel.ledger.checkpoint_text import Checkpoint as Said
from tests.journal.builders import AGENCY, add
from tests.journal.partners import PartnerLog

pytestmark = pytest.mark.db
HOUR = 500_000
quietly = settings(max_examples=20, suppress_health_check=list(HealthCheck), deadline=None)


@contextmanager
def a_node_of_its_own() -> Iterator[None]:
    """Rows and a last signed state that end with the block."""
    with TemporaryDirectory() as folder:
        place = Path(folder) / "state" / state.FILE
        point = transaction.savepoint()
        with patch.object(state, "path", lambda: place):
            try:
                yield
            finally:
                transaction.savepoint_rollback(point)


@dataclass
class World:
    """A node, an older copy of its database, and every state it ever signed, by name."""

    hour: int = HOUR
    copy: str | None = None
    signed: dict[str, dict[int, bytes]] = field(default_factory=dict)
    refused: int = 0

    def add(self, count: int) -> None:
        add(count)

    def place(self, limit: int) -> None:
        self._sign(lambda: sequence(limit=limit))

    def place_all(self, batch: int) -> None:
        self._sign(lambda: sequence_all(batch=batch))

    def publish(self, _number: int) -> None:
        self.hour += 1
        self._sign(lambda: publish_hour(hour=self.hour))

    def keep_a_copy(self, _number: int) -> None:
        self.copy = transaction.savepoint()

    def put_the_copy_back(self, _number: int) -> None:
        if self.copy is not None:
            transaction.savepoint_rollback(self.copy)

    def destroy(self, number: int) -> None:
        """What an entry says; only one that has its place may be emptied."""
        rows = Event.objects.filter(leaf_index__isnull=False, body__isnull=False)
        found = list(rows.filter(agency_id=AGENCY).order_by("id")[: number % 3])
        shred(events=found, actor=NODE, agency_id=AGENCY, purpose="law")

    def go_on(self, _number: int) -> None:
        if state.held_back(head()):
            accepting.accept(reason="put back")
            self._look()

    def _sign(self, act: Callable[[], object]) -> None:
        before = Checkpoint.objects.count()
        try:
            act()
        except LogHeldBack:
            self.refused += 1
            assert Checkpoint.objects.count() == before
        else:
            self._look()

    def _look(self) -> None:
        """What is signed now continues all that was ever signed under its name. Under a name that
        was given up there may be states that are lost, and none is added."""
        last = head()
        if last is None:
            return
        placed = Event.objects.filter(leaf_index__isnull=False).order_by("leaf_index")
        leaves = [leaf_hash(bytes(row)) for row in placed.values_list("commitment", flat=True)]
        now = last.note.partition("\n")[0]
        for row in Checkpoint.objects.all():
            said = Said.parse(row.note.partition("\n\n")[0] + "\n")
            assert root_of(leaves[: said.size]) == said.root
            if said.origin != now:
                assert said.root == self.signed[said.origin][said.size], "an old name signed again"
            self.signed.setdefault(said.origin, {})[said.size] = said.root
        for size, root in self.signed[now].items():
            assert size <= last.size
            assert root_of(leaves[:size]) == root, "two histories under one name"


ACTS = (
    World.add,
    World.place,
    World.place_all,
    World.publish,
    World.keep_a_copy,
    World.put_the_copy_back,
    World.destroy,
    World.go_on,
)
STEPS = st.lists(st.tuples(st.sampled_from(ACTS), st.integers(1, 9)), min_size=5, max_size=18)


def test_no_name_ever_signs_two_histories() -> None:
    @quietly
    @given(steps=STEPS)
    def holds(steps: list[tuple[Callable[[World, int], None], int]]) -> None:
        with a_node_of_its_own():
            world = World()
            for act, number in steps:
                act(world, number)
            world.go_on(0)
            world.place_all(4)
            assert verify().problems == []

    holds()


def test_a_copy_that_is_put_back_after_more_was_signed_is_always_refused() -> None:
    @quietly
    @given(before=st.integers(0, 5), after=st.integers(1, 5), again=st.integers(0, 9))
    def holds(before: int, after: int, again: int) -> None:
        with a_node_of_its_own():
            world = World()
            for count in (before, after):
                world.keep_a_copy(0)
                if count:
                    world.add(count)
                    world.place_all(2)
            world.put_the_copy_back(0)
            if again:
                world.add(again)
            assert state.held_back(head())
            world.publish(0)
            assert world.refused == 1
            world.go_on(0)
            world.place_all(3)
            assert verify().problems == []

    holds()


@dataclass
class Partner:
    """Two histories of one log; which of them a witness follows is up to its first words."""

    logs: tuple[PartnerLog, PartnerLog] = field(
        default_factory=lambda: (PartnerLog(), PartnerLog(entries=b"other %d"))
    )
    cosigned: list[tuple[int, bytes]] = field(default_factory=list)

    def ask(self, which: int, grown: int, old: int | None) -> None:
        log = self.logs[which]
        log.grow(grown)
        size = old if old is not None else _witnessed(log)
        if size > log.size:
            return
        reply = witnessing.add_checkpoint(log.request(size).encode())
        if reply.status == 200:
            said = log.checkpoint()
            self.cosigned.append((said.size, said.root))


def _witnessed(log: PartnerLog) -> int:
    last = witnessing.last_witnessed(log.key.name)
    return last.size if last is not None else 0


ASKED = st.tuples(
    st.integers(0, 1), st.integers(0, 4), st.one_of(st.none(), st.none(), st.integers(0, 12))
)


def test_a_witness_follows_one_history_whatever_it_is_asked() -> None:
    @quietly
    @given(asked=st.lists(ASKED, min_size=3, max_size=14))
    def holds(asked: list[tuple[int, int, int | None]]) -> None:
        with a_node_of_its_own():
            partner = Partner()
            enrolling.enrol(vkey=str(partner.logs[0].key.vkey))
            for which, grown, old in asked:
                partner.ask(which, grown, old)
            sizes = [size for size, _root in partner.cosigned]
            assert sizes == sorted(sizes)
            ours = [_roots(log) for log in partner.logs]
            assert any(
                all(roots.get(size) == root for size, root in partner.cosigned) for roots in ours
            )
            sequence_all()
            assert verify().problems == []

    holds()


def _roots(log: PartnerLog) -> dict[int, bytes]:
    """The root of a partner's history at every size."""
    leaves = [leaf_hash(log.entries % n) for n in range(log.size)]
    return {size: root_of(leaves[:size]) for size in range(log.size + 1)}
