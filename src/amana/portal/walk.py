# SPDX-License-Identifier: AGPL-3.0-or-later
"""The way through the questions: where somebody is, where she goes next, how it is called.

The address of a question is a number that only this draft's key explains. What a person was
asked depends on what she answered, so a readable address in the browser's history would tell it."""

from __future__ import annotations

from typing import Final

from django.urls import reverse
from django.utils.translation import get_language

from amana.kernel.sealing.boxes import derive
from amana.reports.intake import current_questionnaire
from amana.reports.questionnaire import Answers, Step
from amana.reports.services.drafts import DraftChanged, OpenDraft, open_draft, save

_INFO: Final = b"amana/portal/addresses/1"
_BYTES: Final = 6
_TRIES: Final = 5


class Walk:
    """One draft on its way. `answers` are those that count; `told` also keeps what stands under
    questions that are hidden at the moment, so that going back and forth loses nothing."""

    def __init__(self, opened: OpenDraft) -> None:
        self.opened = opened
        self.questions = current_questionnaire()
        self.told: Answers = dict(opened.content.answers)
        self.answers: Answers = self.questions.derive(self.questions.prune(self.told))

    @property
    def voice(self) -> str:
        return self.questions.voice(self.answers)

    def addresses(self) -> dict[str, str]:
        """Step id to its number in the address."""
        steps = self.questions.steps
        raw = derive(self.opened.key, salt=b"", info=_INFO, length=_BYTES * len(steps))
        parts = (raw[at : at + _BYTES] for at in range(0, len(raw), _BYTES))
        return {
            step.id: f"{int.from_bytes(part) % 10**10:010d}"
            for step, part in zip(steps, parts, strict=True)
        }

    def step_at(self, number: str) -> Step | None:
        """The step behind a number of an address, if this person sees it now."""
        for step_id, known in self.addresses().items():
            if known == number:
                step = self.questions.step(step_id)
                return step if self.questions.is_visible(step, self.answers) else None
        return None

    def url(self, step_id: str | None, *, changing: bool = False) -> str:
        """Where a step is; `None` is the end of the walk, where answers are checked."""
        if step_id is None:
            return reverse("check")
        name = "change" if changing else "question"
        return reverse(name, args=[self.addresses()[step_id]])

    def back(self, step_id: str | None) -> str:
        """The page before a step; before the first one stands the page on safety."""
        before = self.questions.previous(step_id, self.answers)
        return reverse("start") if before is None else self.url(before)

    def after(self, step_id: str, *, changing: bool = False) -> str:
        """The page after a step. Somebody who changes one answer sees only what this opens."""
        if not changing:
            return self.url(self.questions.next(step_id, self.answers))
        following = self.questions.next(step_id, self.answers)
        if following is not None and not self.questions.step(following).asks:
            return self.url(following, changing=True)
        return self.url(self._open_question(after=step_id), changing=True)

    def resume(self) -> str:
        """Where somebody goes on who comes back: the first question without an answer."""
        return self.url(self._open_question(after=None))

    def _open_question(self, *, after: str | None) -> str | None:
        passed = after is None
        for step in self.questions.visible(self.answers):
            if passed and step.asks and step.key not in self.told:
                return step.id
            passed = passed or step.id == after
        return None

    def store(self, values: Answers) -> Walk:
        """Keep answers. Another window that wrote in between keeps its own: the two are joined.

        Raises `DraftGone`, and `DraftChanged` when that did not succeed after some tries."""
        opened = self.opened
        for left in reversed(range(_TRIES)):
            told = {**opened.content.answers, **values}
            try:
                return Walk(save(opened=opened, answers=told, language=get_language() or ""))
            except DraftChanged:
                if not left:
                    raise
                opened.row.refresh_from_db()
                opened = open_draft(opened.row, opened.key)
        raise DraftChanged
