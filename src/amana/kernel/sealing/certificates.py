# SPDX-License-Identifier: AGPL-3.0-or-later
"""A signing pair with a certificate of its own, for formats that know no other keys (PDF).

Both follow from one secret: nothing is stored, nothing can be lost apart from it, and the same
secret always gives the same certificate. P-256, since readers of PDF know it; signatures of the
certificate are deterministic (RFC 6979)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from amana.kernel.sealing import boxes
from amana.kernel.sealing.errors import BadKey

_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_INFO: Final = b"amana/certificate/1\x00"
_FROM: Final = datetime(2020, 1, 1, tzinfo=UTC)
_UNTIL: Final = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
"""RFC 5280, section 4.1.2.5: no end that would mean anything."""


@dataclass(frozen=True, slots=True)
class SigningIdentity:
    """A private key (PKCS #8) and its self-signed certificate, both DER."""

    private: bytes = field(repr=False)
    certificate: bytes

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the certificate, in hex."""
        return sha256(self.certificate).hexdigest()


def signing_identity(secret: bytes, name: str) -> SigningIdentity:
    """The pair and certificate of 32 secret bytes under a name. Raises `BadKey`."""
    if len(secret) != boxes.KEY_BYTES:
        raise BadKey
    # 48 bytes are reduced, so that no scalar is likelier than another (FIPS 186-5, A.4.1).
    wide = boxes.derive(secret, salt=b"", info=_INFO, length=48)
    scalar = int.from_bytes(wide) % (_ORDER - 1) + 1
    private = ec.derive_private_key(scalar, ec.SECP256R1())
    return SigningIdentity(
        private.private_bytes(
            serialization.Encoding.DER,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ),
        _certificate(private, name),
    )


def _certificate(private: ec.EllipticCurvePrivateKey, name: str) -> bytes:
    public = private.public_key()
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:64])])
    identifier = x509.SubjectKeyIdentifier.from_public_key(public)
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(public)
        .serial_number(int.from_bytes(identifier.digest[:16]) >> 1 | 1)
        .not_valid_before(_FROM)
        .not_valid_after(_UNTIL)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(identifier, critical=False)
        .sign(private, hashes.SHA256(), ecdsa_deterministic=True)
        .public_bytes(serialization.Encoding.DER)
    )
