# SPDX-License-Identifier: AGPL-3.0-or-later
"""The journal: every act is an event, every event a leaf of one RFC 6962 tree.

`verify` recomputes each column below from `body`, `salt` and the signed checkpoints, so a change
in any of them is found without a key.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from amana.kernel.ids import uuid7


class Event(models.Model):
    """One act. `body` is the canonical form; the other columns repeat parts of it for queries."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    agency_id = models.UUIDField()
    tag = models.CharField(max_length=64)
    subject_id = models.UUIDField(null=True)
    unit_id = models.UUIDField(null=True)
    at = models.DateTimeField()
    body = models.BinaryField(null=True)
    salt = models.BinaryField(null=True)
    commitment = models.BinaryField(max_length=32)
    leaf_index = models.BigIntegerField(null=True)

    class Meta:
        # What a report writes is kept small: the places and the tags are indexed for entries that
        # have their place, many at once and by the worker (docs/decisions/0028).
        constraints = [
            models.UniqueConstraint(
                fields=["leaf_index"],
                condition=Q(leaf_index__isnull=False),
                name="journal_event_place_once",
            ),
            models.CheckConstraint(
                name="journal_event_shredded_whole",
                condition=Q(body__isnull=True, salt__isnull=True)
                | Q(body__isnull=False, salt__isnull=False),
            ),
            models.CheckConstraint(
                name="journal_event_leaf_index_not_negative",
                condition=Q(leaf_index__isnull=True) | Q(leaf_index__gte=0),
            ),
        ]
        indexes = [
            models.Index(fields=["subject_id", "at"], name="journal_event_subject"),
            models.Index(
                fields=["tag", "id"],
                name="journal_event_placed_tag",
                condition=Q(leaf_index__isnull=False),
            ),
            models.Index(
                fields=["id"], name="journal_event_waiting", condition=Q(leaf_index__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tag} {self.id}"


class Tile(models.Model):
    """Up to 256 hashes of one level of the tree (C2SP tlog-tiles, height 8).

    The key is made of level and index, so that `verify` can check it like every other column."""

    id = models.BigIntegerField(primary_key=True)
    level = models.PositiveSmallIntegerField()
    index = models.BigIntegerField()
    hashes = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["level", "index"], name="journal_tile_once"),
        ]

    def __str__(self) -> str:
        return f"tile {self.level}/{self.index}"

    @staticmethod
    def key(level: int, index: int) -> int:
        """The primary key of a tile; a tree of 2**63 leaves has no index beyond 2**55."""
        return level << 56 | index


class Checkpoint(models.Model):
    """A signed state of the tree. Internal after each batch; one an hour leaves the node."""

    size = models.BigIntegerField(primary_key=True)
    root = models.BinaryField(max_length=32)
    note = models.TextField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="journal_checkpoint_size", condition=Q(size__gte=0)),
        ]

    def __str__(self) -> str:
        return f"checkpoint {self.size}"


class PublicCheckpoint(models.Model):
    """Which checkpoint was shown to the world in an hour; the hour is counted from the epoch.

    The last leaf before it is a `node:log:publish` event that names the hour, so that `verify`
    can check this table too."""

    hour = models.BigIntegerField(primary_key=True)
    checkpoint = models.ForeignKey(Checkpoint, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"hour {self.hour}"


class Enrolled(models.Model):
    """A partner's verifier key (C2SP vkey): of a log that this node cosigns, or of a witness that
    cosigns this node's log. Kept after it was removed, since it checks what it signed before."""

    MAX_NAME = 200

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=MAX_NAME)
    key_id = models.CharField(max_length=8)
    kind = models.PositiveSmallIntegerField()
    vkey = models.CharField(max_length=2400)
    url = models.CharField(max_length=500, blank=True)
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["name", "key_id"], name="journal_enrolled_once"),
        ]

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id}"


class Witnessed(models.Model):
    """The last state of a partner's log that this node cosigned, with that log's signature."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    origin = models.CharField(max_length=Enrolled.MAX_NAME, unique=True)
    size = models.BigIntegerField()
    root = models.BinaryField(max_length=32)
    note = models.TextField()
    signed_at = models.BigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="journal_witnessed_size", condition=Q(size__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.origin} at {self.size}"


class Cosignature(models.Model):
    """A cosignature under a public checkpoint of this node: its own (ML-DSA-44), or a partner's.

    `signed_at` is the cosigner's own time, in seconds since 1970."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    checkpoint = models.ForeignKey(
        Checkpoint, on_delete=models.PROTECT, related_name="cosignatures", db_index=False
    )
    name = models.CharField(max_length=Enrolled.MAX_NAME)
    key_id = models.CharField(max_length=8)
    kind = models.PositiveSmallIntegerField()
    signed_at = models.BigIntegerField()
    value = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["checkpoint", "name", "key_id"], name="journal_cosignature_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} under {self.checkpoint_id}"


class Auditor(models.Model):
    """Somebody who may read tiles and proofs, by a token of which only the hash is kept."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=100)
    token_hash = models.BinaryField(max_length=32, unique=True)
    added_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["name"], name="journal_auditor_once", condition=Q(ended_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Stamp(models.Model):
    """One answer of a time-stamp authority (RFC 3161), kept as it came.

    Vouched for by a leaf (`amana.journal.vouching`). `renewed_by` stands outside of that: the
    later stamp is over the tokens that it renews, so `verify` recomputes it."""

    class Subject(models.TextChoices):
        CHECKPOINT = "checkpoint"
        EXPORT = "export"
        RENEWAL = "renewal"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    subject = models.CharField(max_length=16, choices=Subject)
    checkpoint = models.ForeignKey(
        Checkpoint, on_delete=models.PROTECT, null=True, related_name="stamps", db_index=False
    )
    digest = models.BinaryField(max_length=32)
    authority = models.CharField(max_length=500)
    token = models.BinaryField()
    at = models.DateTimeField()
    expires_at = models.DateTimeField()
    renewed_by = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="renews"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="journal_stamp_of_a_checkpoint",
                condition=Q(subject="checkpoint", checkpoint__isnull=False)
                | (~Q(subject="checkpoint") & Q(checkpoint__isnull=True)),
            ),
            models.CheckConstraint(
                name="journal_stamp_not_by_itself",
                condition=Q(renewed_by__isnull=True) | ~Q(renewed_by=models.F("id")),
            ),
            models.UniqueConstraint(
                fields=["checkpoint", "authority"], name="journal_stamp_of_checkpoint_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["expires_at"],
                name="journal_stamp_to_renew",
                condition=Q(renewed_by__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"stamp {self.id}"
