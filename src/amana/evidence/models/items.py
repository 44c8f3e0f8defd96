# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

from django.db import models
from django.db.models import Q

from amana.agencies.rows import AgencyRow
from amana.journal.models import Event
from amana.reports.models import Draft, Report


class Source(models.TextChoices):
    """Who captured an item. A hash proves that it is unchanged since then, and nothing of how it
    was before; so this is said with every item and on every paper."""

    REPORTER = "reporter"
    BROWSER = "browser"
    OFFICER = "officer"
    PLATFORM = "platform"
    FORENSIC = "forensic"
    PARTNER = "partner"


class Copy(models.TextChoices):
    """What a row is a copy of: the evidentiary copy is what came in, and nothing ever changes it;
    every other one was made of its `parent`."""

    EVIDENTIARY = "evidentiary"
    WORKING = "working"
    DETAILS = "details"
    THUMBNAIL = "thumbnail"
    SAFE_VIEW = "safe_view"
    CLEANED = "cleaned"
    TEXT = "text"


class EvidenceItem(AgencyRow):
    """One file, kept whole, sealed under a key of its own (`ItemKey`).

    `sealed_meta` holds name, type, size and both hashes of the plaintext under the item key: a
    hash in clear would let anyone who has a list of files test for them. `commitment` binds them
    (see `custody`) and says nothing without the key. `blob` is the address of the ciphertext.

    `verified_at` is the last time its stored bytes were read again, `damaged_at` the first time
    they were not the same: it is served no more. What was shredded stays as a tombstone."""

    draft = models.ForeignKey(Draft, null=True, on_delete=models.CASCADE, related_name="items")
    report = models.ForeignKey(Report, null=True, on_delete=models.CASCADE, related_name="items")
    part = models.CharField(max_length=10, default="answers")
    source = models.CharField(max_length=10, choices=Source.choices, default=Source.REPORTER)
    copy = models.CharField(max_length=12, choices=Copy.choices, default=Copy.EVIDENTIARY)
    parent = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="derived_items"
    )
    blob = models.CharField(max_length=64)
    stored_size = models.BigIntegerField()
    commitment = models.BinaryField(max_length=32, default=b"")
    sealed_meta = models.BinaryField()
    received_at = models.DateTimeField()
    verified_at = models.DateTimeField(null=True)
    damaged_at = models.DateTimeField(null=True)
    shredded_at = models.DateTimeField(null=True)
    shred_basis = models.CharField(max_length=24, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["verified_at"],
                condition=Q(report__isnull=False, shredded_at__isnull=True),
                name="evidence_item_to_verify",
            )
        ]
        constraints = [
            models.CheckConstraint(
                name="evidence_item_shredded_on_a_basis",
                condition=Q(shredded_at__isnull=True, shred_basis="")
                | (Q(shredded_at__isnull=False) & ~Q(shred_basis="")),
            ),
            models.CheckConstraint(
                name="evidence_item_has_an_owner",
                condition=Q(draft__isnull=False) | Q(report__isnull=False),
            ),
            models.CheckConstraint(name="evidence_item_size", condition=Q(stored_size__gte=0)),
            models.CheckConstraint(
                name="evidence_item_source", condition=Q(source__in=Source.values)
            ),
            models.CheckConstraint(
                name="evidence_item_copy_has_its_original",
                condition=Q(copy=Copy.EVIDENTIARY, parent__isnull=True)
                | Q(copy__in=[c for c in Copy.values if c != "evidentiary"], parent__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class ItemKey(models.Model):
    """The key of an item, apart from all that is only ever added to: destroying this row destroys
    what the item says. Closed under the key of the draft, then wrapped to a part of the report."""

    item = models.OneToOneField(
        EvidenceItem, primary_key=True, on_delete=models.CASCADE, related_name="key"
    )
    wrapped = models.BinaryField()

    def __str__(self) -> str:
        return "item key"


class CustodyRecord(AgencyRow):
    """What happened to an item: the n-th record of its own chain, sealed to the part of the report
    that holds the item's key. The leaf in the journal commits to it (see `custody`)."""

    item = models.ForeignKey(
        EvidenceItem, on_delete=models.PROTECT, related_name="custody", db_index=False
    )
    number = models.PositiveIntegerField()
    event = models.OneToOneField(Event, on_delete=models.PROTECT, related_name="+")
    sealed = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "number"], name="evidence_custody_once"),
            models.CheckConstraint(name="evidence_custody_from_one", condition=Q(number__gte=1)),
        ]

    def __str__(self) -> str:
        return f"custody {self.number}"
