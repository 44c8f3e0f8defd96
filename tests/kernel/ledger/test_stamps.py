# SPDX-License-Identifier: AGPL-3.0-or-later
"""Time stamps after RFC 3161, made by `openssl ts` on this machine."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from asn1crypto import tsp
from rfc3161_client import decode_timestamp_response

from amana.kernel.ledger.errors import StampError
from amana.kernel.ledger.stamps import (
    MAX_TOKEN_BYTES,
    answers,
    ask_for,
    ask_for_digest,
    check_stamp,
    load_roots,
    read_stamp,
)
from tests.support.authority import Authority

TEXT = b"amana/0123456789abcdef\n64\nroot\n"
DIGEST = sha256(TEXT).digest()


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"), days=365)


@pytest.fixture(scope="module")
def raw(authority: Authority) -> bytes:
    return authority.stamp(ask_for(TEXT).raw)


def test_a_stamp_says_when_of_what_by_whom_and_until_when(raw: bytes) -> None:
    said = read_stamp(raw)
    assert abs(said.at - datetime.now(UTC)) < timedelta(minutes=1)
    assert said.at.tzinfo is not None
    assert said.digest == DIGEST
    assert said.authority == "CN=Invented time"
    assert timedelta(days=360) < said.expires_at - said.at < timedelta(days=366)


def test_certificates_out_of_order_are_read_all_the_same(authority: Authority, raw: bytes) -> None:
    """Common authorities send the chain unsorted, and the library alone refuses that."""
    with pytest.raises(ValueError, match="InvalidSetOrdering"):
        decode_timestamp_response(raw)
    assert check_stamp(raw, DIGEST, load_roots(authority.roots.read_bytes())).digest == DIGEST


def test_an_answer_belongs_to_its_request(authority: Authority) -> None:
    request = ask_for(TEXT)
    raw = authority.stamp(request.raw)
    assert answers(request, raw).nonce == request.nonce
    with pytest.raises(StampError, match="another request"):
        answers(ask_for(TEXT), raw)
    with pytest.raises(StampError, match="something else"):
        answers(ask_for(TEXT + b"x"), raw)


def test_a_request_can_be_written_where_only_the_digest_is_known(authority: Authority) -> None:
    request = ask_for_digest(DIGEST)
    said = answers(request, authority.stamp(request.raw))
    assert said.digest == request.digest == DIGEST
    assert said.nonce == request.nonce
    with pytest.raises(StampError, match="another request"):
        answers(ask_for_digest(DIGEST), authority.stamp(request.raw))


def test_such_a_request_reads_for_others_as_the_library_s_own() -> None:
    for _ in range(300):
        request = ask_for_digest(DIGEST)
        mine = tsp.TimeStampReq.load(request.raw, strict=True)
        theirs = tsp.TimeStampReq.load(ask_for(TEXT).raw, strict=True)
        assert mine["nonce"].native == request.nonce > 0
        assert mine["message_imprint"].dump() == theirs["message_imprint"].dump()
        assert mine["cert_req"].native is theirs["cert_req"].native is True
        assert mine.dump(force=True) == request.raw
    with pytest.raises(ValueError, match="32 bytes"):
        ask_for_digest(bytes(20))


def test_only_trusted_authorities_count(
    raw: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = Authority(tmp_path_factory.mktemp("other"), chain=False)
    for roots in ([], load_roots(other.roots.read_bytes())):
        with pytest.raises(StampError):
            check_stamp(raw, DIGEST, roots)


def test_no_bit_of_a_stamp_may_change(authority: Authority, raw: bytes) -> None:
    """Where a change is not refused, it lies outside of what is signed: the same claim stands."""
    roots, true = load_roots(authority.roots.read_bytes()), read_stamp(raw)
    refused = 0
    for at in range(0, len(raw), 11):
        changed = raw[:at] + bytes([raw[at] ^ 4]) + raw[at + 1 :]
        try:
            said = check_stamp(changed, DIGEST, roots)
        except StampError:
            refused += 1
        else:
            assert (said.at, said.digest) == (true.at, true.digest)
    assert refused > len(raw) // 11 / 2


@pytest.mark.parametrize("cut", [0, 1, 2, 9, 40, 300])
def test_what_is_no_stamp_is_refused(raw: bytes, cut: int) -> None:
    for broken in (raw[:cut], raw[:cut] + b"\xff" * 40, raw[cut + 1 :]):
        with pytest.raises(StampError):
            read_stamp(broken)


def test_an_endless_answer_and_a_refusal_are_refused() -> None:
    with pytest.raises(StampError, match="too long"):
        read_stamp(b"0" * (MAX_TOKEN_BYTES + 1))
    with pytest.raises(StampError):
        read_stamp(bytes.fromhex("30053003020102"))


def test_roots_that_cannot_be_read_are_refused() -> None:
    with pytest.raises(StampError):
        load_roots(b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
