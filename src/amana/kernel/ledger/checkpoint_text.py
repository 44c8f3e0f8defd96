# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a checkpoint says (c2sp.org/tlog-checkpoint), apart from who signed it."""

from __future__ import annotations

from dataclasses import dataclass

from .encoding import MAX_SIZE, decode_base64, encode_base64, has_control, parse_decimal
from .errors import CheckpointError, EmptyRootError
from .tree import EMPTY_ROOT, HASH_SIZE


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The state of the log ``origin``: ``size`` leaves under ``root`` (32 bytes).

    ``extensions`` are further lines of foreign logs. Our own checkpoints have none: nobody
    audits them, and not every cosignature covers them. Making a checkpoint that cannot be raises
    ``CheckpointError``.
    """

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for line in (self.origin, *self.extensions):
            if not line or "\n" in line or has_control(line):
                raise CheckpointError("a line of a checkpoint is empty or has control characters")
        if not 0 <= self.size <= MAX_SIZE:
            raise CheckpointError(f"tree size out of range: {self.size}")
        if len(self.root) != HASH_SIZE:
            raise CheckpointError("the root of a checkpoint is not 32 bytes long")
        if self.size == 0 and self.root != EMPTY_ROOT:
            raise EmptyRootError("an empty tree has the root of the empty tree")

    def format(self) -> str:
        """The note text: origin, size, root and extensions, a line each."""
        lines = (self.origin, str(self.size), encode_base64(self.root), *self.extensions)
        return "".join(f"{line}\n" for line in lines)

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        """Undo :meth:`format`. Raises ``CheckpointError`` for any text it would not write.

        This checks no signature; use ``open_checkpoint`` for what comes from outside.
        """
        lines = text.split("\n")
        if len(lines) < 4 or lines.pop():
            raise CheckpointError("a checkpoint has three lines or more, each with a newline")
        origin, size, root, *extensions = lines
        try:
            return cls(origin, parse_decimal(size), decode_base64(root), tuple(extensions))
        except CheckpointError:
            raise
        except ValueError as error:
            raise CheckpointError(f"malformed checkpoint: {error}") from error
