# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is written down with each capture: the fields of the Berkeley Protocol (UN HR/PUB/20/2, the
capture list) and of SWGDE 21-F-001. Each is filled, or says why it is not available."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Final

FORMAT: Final = "amana/capture/1"

Told = str | int | bool | list[str] | Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Missing:
    """A field that could not be filled; `why` is a short sentence."""

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureRecord:
    """One capture. Times are UTC claims of this machine; the place in the log is what counts."""

    asked_url: str
    final_url: Told | Missing
    redirects: Told | Missing
    started_at: str
    finished_at: str
    title: Told | Missing
    status: Told | Missing
    html_source: Told | Missing
    full_page: Told | Missing
    embedded_media: Told | Missing
    embedded_metadata: Told | Missing
    context: Told | Missing
    collector: Told | Missing
    collector_address: Told | Missing
    virtual_identity: Told | Missing
    server_address: Told | Missing
    certificate: Told | Missing
    tool: str
    environment: Mapping[str, str]
    refused: Mapping[str, str]
    digests: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> bytes:
        """UTF-8, sorted keys; a missing field is `{"not_available": why}`."""
        said = {"format": FORMAT} | {
            name: {"not_available": value["why"]} if _is_missing(self, name) else value
            for name, value in asdict(self).items()
        }
        return json.dumps(said, ensure_ascii=False, sort_keys=True, indent=1).encode()


def _is_missing(record: CaptureRecord, name: str) -> bool:
    return isinstance(getattr(record, name), Missing)


def told(value: Told | None, why: str) -> Told | Missing:
    """The value, or the reason when it is empty."""
    return Missing(why) if value is None or value in ("", [], {}) else value
