# SPDX-License-Identifier: AGPL-3.0-or-later
"""The signature on a PDF: PAdES baseline B, by the certificate of this node itself.

No authority vouches for that certificate, and the paper says so. It shows that a file was not
changed after it was signed; who signed it is known only to those who know the certificate."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from amana.config.node import keyring, verifier
from amana.kernel.sealing.certificates import SigningIdentity, signing_identity

PURPOSE: Final = "pdf-signature/1"
ROOM: Final = 16 * 1024
"""Bytes kept free for the signature: certificate and signature need less than two thousand."""


def node_identity() -> SigningIdentity:
    """The certificate of this node, which follows from its keys."""
    return signing_identity(keyring().derived(PURPOSE), verifier().name)


def sign_pdf(pdf: bytes) -> bytes:
    """The same file with a signature that anybody can check.

    pyHanko starts an event loop, of which a thread can have only one: it gets a thread of its own,
    so that a caller who already stands in a loop may sign too."""
    with ThreadPoolExecutor(max_workers=1) as apart:
        return apart.submit(_signed, pdf, node_identity(), verifier().name).result()


def _signed(pdf: bytes, node: SigningIdentity, name: str) -> bytes:
    from asn1crypto import keys, x509
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import signers
    from pyhanko.sign.fields import SigSeedSubFilter
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    signer = signers.SimpleSigner(
        signing_cert=x509.Certificate.load(node.certificate),
        signing_key=keys.PrivateKeyInfo.load(node.private),
        cert_registry=SimpleCertificateStore(),  # type: ignore[no-untyped-call]
    )
    how = signers.PdfSignatureMetadata(
        field_name="Signature",
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        name=name,
    )
    signed = signers.PdfSigner(how, signer).sign_pdf(
        IncrementalPdfFileWriter(io.BytesIO(pdf)), bytes_reserved=ROOM
    )
    return bytes(signed.getbuffer())
