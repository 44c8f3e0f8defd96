# SPDX-License-Identifier: AGPL-3.0-or-later
"""The signature on a PDF: PAdES, by the certificate of this node itself.

No authority vouches for that certificate, and the paper says so. It shows that a file was not
changed after it was signed; who signed it is known only to those who know the certificate. Where a
time-stamp authority answers, its stamp stands in the signature (baseline B-T) and its certificates
in the file; where none does, the file has neither (B-B), and the paper says that too."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

import structlog
from cryptography.hazmat.primitives.serialization import Encoding

from amana.config.node import keyring, verifier
from amana.journal import stamps
from amana.journal.models import Stamp
from amana.kernel.ledger.errors import StampError
from amana.kernel.sealing.certificates import SigningIdentity, signing_identity

if TYPE_CHECKING:
    from amana.evidence.exports.pades import Authority

PURPOSE: Final = "pdf-signature/1"
Draw = Callable[[bool], bytes]
log = structlog.get_logger("amana.exports")


def node_identity() -> SigningIdentity:
    """The certificate of this node, which follows from its keys."""
    return signing_identity(keyring().derived(PURPOSE), verifier().name)


def sign_pdf(pdf: bytes) -> bytes:
    """The same file with a signature that anybody can check, without trusted time."""
    return _apart(pdf, None)


def sign_paper(draw: Draw) -> bytes:
    """A paper with a signature and, where an authority answers, its time in it.

    `draw` is told whether there will be a stamp, since the paper says so and is drawn before."""
    if stamps.authorities():
        try:
            return _in_time(draw(True))
        except StampError as error:
            log.warning("no time stamp in a signature", reason=str(error))
    return sign_pdf(draw(False))


def _in_time(pdf: bytes) -> bytes:
    """The stamp is kept like every other, by the caller's thread: its transaction is not that of
    the thread that signs."""
    from amana.evidence.exports.pades import Authority

    got: list[Stamp] = []

    def ask(digest: bytes) -> bytes:
        row = stamps.obtain(digest)
        if row is None:
            raise StampError("no time-stamp authority answers")
        got.append(row)
        return bytes(row.token)

    roots = [each.public_bytes(Encoding.DER) for each in stamps.roots()]
    signed = _apart(pdf, Authority(ask, roots))
    for row in got:
        stamps.keep(row)
    return signed


def _apart(pdf: bytes, time: Authority | None) -> bytes:
    """pyHanko starts an event loop, of which a thread can have only one: it gets a thread of its
    own, so that a caller who already stands in a loop may sign too."""
    with ThreadPoolExecutor(max_workers=1) as apart:
        return apart.submit(_signed, pdf, node_identity(), verifier().name, time).result()


def _signed(pdf: bytes, node: SigningIdentity, name: str, time: Authority | None) -> bytes:
    from amana.evidence.exports.pades import sign

    return sign(pdf, node, name, time)
