# SPDX-License-Identifier: AGPL-3.0-or-later
"""Trusted time (RFC 3161): asking an authority, reading what it answered, checking it offline.

The answer is kept exactly as it came. Checking is the library's; the one thing done before is to
sort the certificates in it (``_sorted_certificates``), because common authorities send them in an
order that DER forbids and the library rightly refuses. The signature does not cover that order.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final

from cryptography import x509
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerifierBuilder,
    decode_timestamp_response,
)

from .errors import StampError

MAX_TOKEN_BYTES: Final = 64 * 1024
GRANTED: Final = 0

_SEQUENCE: Final = 0x30
_SHA256_SIZE: Final = 32
_VERSION_1: Final = bytes.fromhex("020101")
_IMPRINT_OF_SHA256: Final = bytes.fromhex("3031300d060960864801650304020105000420")
_WITH_CERTIFICATES: Final = bytes.fromhex("0101ff")
_CONTEXT_0: Final = 0xA0


@dataclass(frozen=True, slots=True)
class StampRequest:
    """What is sent to an authority: a SHA-256 and a random number that must come back."""

    raw: bytes
    digest: bytes
    nonce: int


@dataclass(frozen=True, slots=True)
class Stamped:
    """What an answer claims: the time, for which SHA-256, in reply to which random number, by
    whom, and until when its certificate lasts (both times in UTC)."""

    at: datetime
    digest: bytes
    nonce: int | None
    authority: str
    expires_at: datetime


def ask_for(message: bytes) -> StampRequest:
    """The request for a stamp over ``message``; only its SHA-256 leaves this machine."""
    builder = TimestampRequestBuilder().data(message).hash_algorithm(HashAlgorithm.SHA256)
    request = builder.nonce(nonce=True).cert_request(cert_request=True).build()
    return StampRequest(
        raw=request.as_bytes(), digest=sha256(message).digest(), nonce=int(request.nonce or 0)
    )


def ask_for_digest(digest: bytes) -> StampRequest:
    """The same where only the SHA-256 is known, as it is to whoever signs a PDF.

    The library asks for the message, so the request is written here (RFC 3161 section 2.4.1).
    Raises ``ValueError`` for a digest of another length."""
    if len(digest) != _SHA256_SIZE:
        raise ValueError("a SHA-256 has 32 bytes")
    # The first byte is 1 to 127: the number is positive and DER knows one way to write it.
    nonce = bytes([secrets.randbelow(127) + 1]) + secrets.token_bytes(7)
    number = b"\x02" + bytes([len(nonce)]) + nonce
    content = _VERSION_1 + _IMPRINT_OF_SHA256 + digest + number + _WITH_CERTIFICATES
    return StampRequest(
        raw=bytes([_SEQUENCE, len(content)]) + content, digest=digest, nonce=int.from_bytes(nonce)
    )


def read_stamp(raw: bytes) -> Stamped:
    """What a time-stamp response says; nothing of it is checked. Raises ``StampError`` for an
    answer that is no granted stamp or does not hold the authority's certificate."""
    response = _decode(raw)
    try:
        info, signer = response.tst_info, _signer(response)
        return Stamped(
            at=info.gen_time.astimezone(UTC),
            digest=bytes(info.message_imprint.message),
            nonce=info.nonce,
            authority=signer.subject.rfc4514_string(),
            expires_at=signer.not_valid_after_utc,
        )
    except StampError:
        raise
    except Exception as error:
        raise StampError(f"the time stamp cannot be read: {error}") from error


def check_stamp(raw: bytes, digest: bytes, roots: Sequence[x509.Certificate]) -> Stamped:
    """Return what a stamp says once it is proven to be of ``digest`` (the SHA-256 of what was
    stamped) and of a trusted authority.

    Certificates are judged at the time of the stamp. Raises ``StampError`` with the reason
    otherwise."""
    said = read_stamp(raw)
    if not roots:
        raise StampError("no root certificate is trusted for time stamps")
    try:
        VerifierBuilder(roots=list(dict.fromkeys(roots))).build().verify(_decode(raw), digest)
    except Exception as error:
        raise StampError(f"the time stamp does not hold: {error}") from error
    return said


def answers(request: StampRequest, raw: bytes) -> Stamped:
    """What a response says, once it is the reply to this request. Raises ``StampError``."""
    said = read_stamp(raw)
    if said.digest != request.digest:
        raise StampError("the authority stamped something else")
    if said.nonce != request.nonce:
        raise StampError("the answer belongs to another request")
    return said


def load_roots(pem: bytes) -> list[x509.Certificate]:
    """The certificates in a PEM file. Raises ``StampError``."""
    try:
        return x509.load_pem_x509_certificates(pem)
    except ValueError as error:
        raise StampError(f"the root certificates cannot be read: {error}") from error


def _decode(raw: bytes) -> TimeStampResponse:
    if len(raw) > MAX_TOKEN_BYTES:
        raise StampError("the time-stamp response is too long")
    try:
        response = decode_timestamp_response(_sorted_certificates(raw))
        if response.status != GRANTED:
            said = "; ".join(response.status_string)
            raise StampError(f"the authority refused (status {response.status}): {said}")
    except StampError:
        raise
    except Exception as error:
        raise StampError(f"this is no time-stamp response: {error}") from error
    return response


def _signer(response: TimeStampResponse) -> x509.Certificate:
    (info,) = response.signed_data.signer_infos
    for der in response.signed_data.certificates:
        certificate = x509.load_der_x509_certificate(der)
        if (certificate.issuer, certificate.serial_number) == (info.issuer, info.serial_number):
            return certificate
    raise StampError("the time stamp does not hold its authority's certificate")


def _sorted_certificates(raw: bytes) -> bytes:
    """The same response with the certificates in the order DER demands of a SET; as it is when
    it is built otherwise than expected (the library says what is wrong then).

    TimeStampResp ::= SEQUENCE { status, ContentInfo { type, [0] SignedData { version, digests,
    content, [0] certificates, … } } } (RFC 3161 section 2.4.2, RFC 5652 section 5.1)."""
    try:
        (response,) = _parts(raw, 0, len(raw))
        content_info = _inner(raw, response, _SEQUENCE)[1]
        wrapped = _inner(raw, content_info, _SEQUENCE)[1]
        (signed_data,) = _inner(raw, wrapped, _CONTEXT_0)
        certificates = _inner(raw, signed_data, _SEQUENCE)[3]
        found = _inner(raw, certificates, _CONTEXT_0)
    except (IndexError, ValueError):
        return raw
    ordered = b"".join(sorted(raw[begin:end] for begin, _body, end in found))
    start = certificates[2] - len(ordered)
    return raw[:start] + ordered + raw[certificates[2] :]


_Part = tuple[int, int, int]
"""Where an element begins, where its content begins, where it ends."""


def _inner(raw: bytes, part: _Part, tag: int) -> list[_Part]:
    if raw[part[0]] != tag:
        raise ValueError("another element stands here")
    return _parts(raw, part[1], part[2])


def _parts(raw: bytes, begin: int, end: int) -> list[_Part]:
    """The DER elements between two offsets. Raises ``ValueError`` or ``IndexError``."""
    found: list[_Part] = []
    while begin < end:
        length, body = raw[begin + 1], begin + 2
        if length & 0x80:
            body += length & 0x7F
            length = int.from_bytes(raw[begin + 2 : body], "big")
        if body + length > end:
            raise ValueError("an element is longer than what holds it")
        found.append((begin, body, body + length))
        begin = body + length
    return found
