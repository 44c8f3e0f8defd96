# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

from enum import StrEnum


class Tag(StrEnum):
    """Looking at a report and saying what it is."""

    ASSESS = "report:report:triage"
    TEXT_LEND = "report:text:lend"
    MODEL_TRAIN = "node:model:train"
    MODEL_USE = "node:model:use"
    DIAGNOSE = "justice:diagnosis:record"
    SPEECH_QUARANTINE = "report:speech:quarantine"
    SPEECH_RELEASE = "report:speech:release"
    SPEECH_KEEP = "report:speech:keep"
    SEARCH = "report:report:search"
    RISK_DENY = "report:risk:deny"
    RISK_UNDO = "report:risk:undo"
    LINK_FIND = "report:link:find"
    LINK_CONFIRM = "report:link:confirm"
    LINK_SPLIT = "report:link:split"
    LINK_UNDO = "report:link:undo"
    LINK_MUTE = "report:link:mute"
    LINK_UNMUTE = "report:link:unmute"
