# SPDX-License-Identifier: AGPL-3.0-or-later
"""What every envelope promises: it opens for the right key in the right place, and only then."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amana.kernel.sealing import boxes, pairs, passphrases, tokens
from amana.kernel.sealing.errors import CannotOpen, SealingError
from amana.kernel.sealing.streams import decrypting_reader
from tests.kernel.sealing.builders import (
    CHEAP,
    CONTEXT,
    KEY,
    OTHER_CONTEXT,
    OTHER_KEY,
    encrypted,
    flipped,
)

ANNA, BASMA = pairs.pair_from_seed(KEY), pairs.pair_from_seed(OTHER_KEY)


@dataclass(frozen=True)
class Envelope:
    """One way to seal, with a right and a wrong opener."""

    seal: Callable[[bytes, bytes], bytes]
    open: Callable[[bytes, bytes], bytes]
    open_wrongly: Callable[[bytes, bytes], bytes]


def read_stream(key: bytes, sealed: bytes, context: bytes) -> bytes:
    with decrypting_reader(key, BytesIO(sealed), context=context) as reader:
        return reader.read()


ENVELOPES = {
    "box": Envelope(
        lambda plain, c: boxes.seal(KEY, plain, context=c),
        lambda sealed, c: boxes.open_box(KEY, sealed, context=c),
        lambda sealed, c: boxes.open_box(OTHER_KEY, sealed, context=c),
    ),
    "wrap": Envelope(
        lambda plain, c: pairs.wrap(ANNA.public, plain, context=c),
        lambda sealed, c: pairs.unwrap(ANNA.private, sealed, context=c),
        lambda sealed, c: pairs.unwrap(BASMA.private, sealed, context=c),
    ),
    "part": Envelope(
        lambda plain, c: pairs.seal_to(ANNA.public, plain, context=c),
        lambda sealed, c: pairs.open_from(ANNA.private, sealed, context=c),
        lambda sealed, c: pairs.open_from(BASMA.private, sealed, context=c),
    ),
    "lock": Envelope(
        lambda plain, c: passphrases.lock("four calm words here", plain, context=c, cost=CHEAP),
        lambda sealed, c: passphrases.unlock("four calm words here", sealed, context=c),
        lambda sealed, c: passphrases.unlock("four calm words there", sealed, context=c),
    ),
    "token": Envelope(
        lambda plain, c: tokens.wrap_under("token-a", plain, context=c),
        lambda sealed, c: tokens.unwrap_under("token-a", sealed, context=c),
        lambda sealed, c: tokens.unwrap_under("token-b", sealed, context=c),
    ),
    "stream": Envelope(
        lambda plain, c: encrypted(plain, context=c),
        lambda sealed, c: read_stream(KEY, sealed, c),
        lambda sealed, c: read_stream(OTHER_KEY, sealed, c),
    ),
}

each = pytest.mark.parametrize("envelope", ENVELOPES.values(), ids=ENVELOPES.keys())


@each
@given(plain=st.binary(max_size=600), context=st.binary(max_size=40))
@settings(max_examples=40, deadline=None)
def test_it_opens_to_what_was_sealed(envelope: Envelope, plain: bytes, context: bytes) -> None:
    assert envelope.open(envelope.seal(plain, context), context) == plain


@each
def test_any_changed_byte_is_noticed(envelope: Envelope) -> None:
    sealed = envelope.seal(b"a secret of hers", CONTEXT)
    for position in range(len(sealed)):
        with pytest.raises(SealingError):
            envelope.open(flipped(sealed, position, position % 8), CONTEXT)


@each
def test_any_cut_is_noticed(envelope: Envelope) -> None:
    sealed = envelope.seal(b"a secret of hers", CONTEXT)
    for length in range(len(sealed)):
        with pytest.raises(SealingError):
            envelope.open(sealed[:length], CONTEXT)


@each
@given(extra=st.binary(min_size=1, max_size=40))
@settings(max_examples=20, deadline=None)
def test_anything_appended_is_noticed(envelope: Envelope, extra: bytes) -> None:
    sealed = envelope.seal(b"a secret of hers", CONTEXT)
    with pytest.raises(SealingError):
        envelope.open(sealed + extra, CONTEXT)


@each
def test_it_does_not_open_in_another_report(envelope: Envelope) -> None:
    with pytest.raises(CannotOpen):
        envelope.open(envelope.seal(b"a secret of hers", CONTEXT), OTHER_CONTEXT)


@each
def test_it_does_not_open_for_another_recipient(envelope: Envelope) -> None:
    with pytest.raises(CannotOpen):
        envelope.open_wrongly(envelope.seal(b"a secret of hers", CONTEXT), CONTEXT)


@each
@given(garbage=st.binary(max_size=300))
@settings(max_examples=60, deadline=None)
def test_bad_input_is_an_expected_error(envelope: Envelope, garbage: bytes) -> None:
    with pytest.raises(SealingError):
        envelope.open(garbage, CONTEXT)


@each
def test_the_same_plaintext_never_looks_the_same(envelope: Envelope) -> None:
    assert envelope.seal(b"again", CONTEXT) != envelope.seal(b"again", CONTEXT)


@each
def test_no_error_carries_the_secret(envelope: Envelope) -> None:
    sealed = envelope.seal(b"a secret of hers", CONTEXT)
    with pytest.raises(SealingError) as caught:
        envelope.open_wrongly(sealed, CONTEXT)
    shown = f"{caught.value!r} {caught.value} {caught.value.__cause__}"
    assert "secret of hers" not in shown
    assert KEY.hex() not in shown
    assert caught.value.__suppress_context__


def test_one_kind_of_envelope_does_not_open_as_another() -> None:
    """A session's wrapped secret or a lock's box is no box of the same bytes, and so on."""
    part = pairs.seal_to(ANNA.public, b"x", context=CONTEXT)
    with pytest.raises(CannotOpen):
        pairs.unwrap(ANNA.private, part[:81], context=CONTEXT)
    lock = passphrases.lock("words", b"x", context=CONTEXT, cost=CHEAP)
    with pytest.raises(CannotOpen):
        boxes.open_box(KEY, lock, context=CONTEXT)
