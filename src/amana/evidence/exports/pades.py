# SPDX-License-Identifier: AGPL-3.0-or-later
"""PAdES by pyHanko: a signature on a PDF, with trusted time in it where an authority answers.

Loading pyHanko takes a second: import this where it is needed. Nothing here touches the database,
so that it may run in a thread of its own."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import Final

from asn1crypto import cms, keys, tsp, x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import signers
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko_certvalidator.registry import SimpleCertificateStore

from amana.kernel.ledger.errors import StampError
from amana.kernel.sealing.certificates import SigningIdentity

ROOM: Final = 16 * 1024
"""Digits kept free for the signature: certificate and signature need less than two thousand
bytes."""
ROOM_FOR_TIME: Final = 48 * 1024
"""The same with a stamp, which brings the authority's certificates along."""
DIGEST: Final = "sha256"


class Authority(TimeStamper):
    """Time for pyHanko as the log gets it: `ask` takes a SHA-256 and gives an authority's answer,
    already proven. `roots` (DER) complete what the authority sends of its certificates."""

    def __init__(self, ask: Callable[[bytes], bytes], roots: Sequence[bytes]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._ask = ask
        self._roots = roots
        self._token: cms.ContentInfo | None = None

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        """The token over this digest, exactly as it came."""
        if md_algorithm != DIGEST:
            raise StampError(f"no stamps over {md_algorithm}")
        try:
            answer = tsp.TimeStampResp.load(self._ask(message_digest), strict=True)
            self._token = answer["time_stamp_token"]
        except ValueError as error:
            raise StampError(f"the stamp cannot stand in a signature: {error}") from error
        return self._token

    def certificates(self) -> list[x509.Certificate]:
        """What the authority sent along, and our roots that issued any of it."""
        if self._token is None:
            return []
        choices = [each.chosen for each in self._token["content"]["certificates"]]
        sent = [each for each in choices if isinstance(each, x509.Certificate)]
        issuers = {each.issuer.hashable for each in sent}
        known = [x509.Certificate.load(der) for der in self._roots]
        found = [*sent, *(each for each in known if each.subject.hashable in issuers)]
        return list({each.dump(): each for each in found}.values())


def sign(pdf: bytes, identity: SigningIdentity, name: str, time: Authority | None = None) -> bytes:
    """The same file with a signature: baseline B-B, or B-T with `time` and the authority's
    certificates after it. Raises `StampError` when there is no stamp or no room for it."""
    signer = signers.SimpleSigner(
        signing_cert=x509.Certificate.load(identity.certificate),
        signing_key=keys.PrivateKeyInfo.load(identity.private),
        cert_registry=SimpleCertificateStore(),  # type: ignore[no-untyped-call]
    )
    how = signers.PdfSignatureMetadata(
        field_name="Signature",
        md_algorithm=DIGEST,
        subfilter=SigSeedSubFilter.PADES,
        name=name,
    )
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    by = signers.PdfSigner(how, signer, timestamper=time)
    if time is None:
        return bytes(by.sign_pdf(writer, bytes_reserved=ROOM).getbuffer())
    try:
        signed = by.sign_pdf(writer, bytes_reserved=ROOM_FOR_TIME)
    except SigningError as error:
        raise StampError(f"the stamp does not fit into the signature: {error}") from error
    _keep_certificates(signed, time)
    return bytes(signed.getbuffer())


def _keep_certificates(signed: io.BytesIO, time: Authority) -> None:
    """Put them after the signature (a document security store), for whoever checks the stamp when
    the authority is gone. No revocation lists: nobody is asked for them (docs/decisions/0031)."""
    contents = PdfFileReader(signed).embedded_signatures[0].pkcs7_content
    DocumentSecurityStore.add_dss(signed, contents.hex().encode(), certs=time.certificates())
