# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who is trusted with what: partners by their keys, auditors by a token."""

from __future__ import annotations

import pytest
from django.test import Client

from amana.config.node import cosigner_vkeys, signing_key
from amana.journal import enrolling
from amana.journal.enrolling import CannotEnrol
from amana.journal.models import Auditor, Enrolled
from amana.journal.verify import verify
from amana.kernel.ledger import Vkey, root_of, verify_consistency
from amana.kernel.ledger.encoding import decode_base64
from tests.journal.builders import add, log_of
from tests.journal.partners import PartnerLog, PartnerWitness

pytestmark = pytest.mark.db
WITNESS = PartnerWitness()
PLAIN, LATTICE = (each.vkey for each in WITNESS.cosigners)
LOG = PartnerLog().key.vkey
URL = "https://partner.example/log"


def test_the_type_of_a_key_says_what_it_is_for() -> None:
    for vkey in (LOG, PLAIN, LATTICE):
        enrolling.enrol(vkey=f" {vkey}\n", url="" if vkey is LOG else URL)
    assert enrolling.logs(LOG.name) == [LOG]
    assert enrolling.logs(PLAIN.name) == []
    assert set(enrolling.witness_keys()) == {PLAIN, LATTICE, *cosigner_vkeys()}
    assert verify().problems == []


def test_the_same_key_again_changes_its_address() -> None:
    enrolling.enrol(vkey=str(PLAIN), url=URL)
    enrolling.enrol(vkey=str(PLAIN), url=f"{URL}/2")
    assert Enrolled.objects.get().url == f"{URL}/2"
    assert verify().problems == []


def test_a_removed_key_is_trusted_no_more_and_can_come_back() -> None:
    enrolling.enrol(vkey=str(LOG))
    assert [row.name for row in enrolling.remove(name=LOG.name)] == [LOG.name]
    assert enrolling.logs(LOG.name) == []
    assert enrolling.remove(name=LOG.name) == []
    enrolling.enrol(vkey=str(LOG))
    assert enrolling.logs(LOG.name) == [LOG]
    assert verify().problems == []


SMALL = Vkey.of("other.example", b"\x09" * 32, kind=0xFF).format()
REFUSED = {
    "nonsense": ("nonsense", ""),
    "unknown type": (SMALL, ""),
    "small order": (f"w+{'0' * 8}+BAEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", ""),
    "log with an address": (str(LOG), URL),
    "address in clear": (str(PLAIN), "http://partner.example/log"),
    "address with a password": (str(PLAIN), "https://a:b@partner.example/log"),
    "name too long": (Vkey.of("n" * 201, LOG.public).format(), ""),
}


@pytest.mark.parametrize(("vkey", "url"), REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_trusted_is_refused(vkey: str, url: str) -> None:
    with pytest.raises(CannotEnrol):
        enrolling.enrol(vkey=vkey, url=url)
    assert not Enrolled.objects.exists()


def test_a_node_does_not_trust_itself_as_another() -> None:
    own = [signing_key().vkey, *cosigner_vkeys()]
    for vkey in own:
        with pytest.raises(CannotEnrol, match="this node itself"):
            enrolling.enrol(vkey=Vkey.of("other.example", vkey.public, kind=vkey.kind).format())


def test_one_witness_is_not_counted_twice_under_two_names() -> None:
    enrolling.enrol(vkey=str(LATTICE), url=URL)
    again = Vkey.of("again.example", LATTICE.public, kind=LATTICE.kind)
    with pytest.raises(CannotEnrol, match=r"witness\.example/w"):
        enrolling.enrol(vkey=str(again), url=URL)


def test_a_log_may_have_the_key_of_its_earlier_name() -> None:
    """After a restore a partner's log goes on under another name with the same key."""
    enrolling.enrol(vkey=str(LOG))
    enrolling.enrol(vkey=Vkey.of(f"{LOG.name}/0123456789abcdef", LOG.public).format())
    assert Enrolled.objects.count() == 2


def test_a_token_is_shown_once_and_kept_as_a_hash() -> None:
    token = enrolling.add_auditor(name="Court of audit")
    row = Auditor.objects.get()
    assert token.encode() not in bytes(row.token_hash)
    assert enrolling.is_auditor(token)
    for other in ("", token[:-1], token + "x", token.swapcase(), "\ud800"):
        assert not enrolling.is_auditor(other)
    assert enrolling.end_auditor(name="Court of audit")
    assert not enrolling.is_auditor(token)
    assert not enrolling.end_auditor(name="Court of audit")
    assert verify().problems == []


def test_two_auditors_have_two_names() -> None:
    first = enrolling.add_auditor(name="Court")
    with pytest.raises(CannotEnrol, match="already"):
        enrolling.add_auditor(name="Court ")
    with pytest.raises(CannotEnrol):
        enrolling.add_auditor(name=" ")
    enrolling.end_auditor(name="Court")
    assert enrolling.add_auditor(name="Court") != first


def get(path: str, token: str = "") -> tuple[int, bytes]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    answer = Client().get(f"/log/{path}", headers=headers)
    return answer.status_code, answer.content


@pytest.fixture
def token() -> str:
    log_of(600)  # published with 640 leaves
    add(70)
    return enrolling.add_auditor(name="Court")


@pytest.mark.parametrize("path", ["tile/0/000", "tile/0/000.p/5", "consistency?from=1&to=64"])
def test_hashes_are_for_auditors_alone(token: str, path: str) -> None:
    for other in ("", "x", token[:-1]):
        assert get(path, other) == (401, b"for auditors\n")
    assert get(path, token)[0] == 200


def test_the_published_tree_can_be_rebuilt_from_tiles(token: str) -> None:
    leaves = b"".join(get(f"tile/0/{n}", token)[1] for n in ("000", "001", "002.p/128"))
    hashes = [leaves[i : i + 32] for i in range(0, len(leaves), 32)]
    status, note = get("checkpoint")
    assert status == 200
    size, root = note.decode().split("\n")[1:3]
    assert len(hashes) == int(size) == 640
    assert root_of(hashes) == decode_base64(root)
    assert get("tile/1/000.p/2", token)[1] == b"".join(
        root_of(hashes[n : n + 256]) for n in (0, 256)
    )


@pytest.mark.parametrize(
    "path",
    [
        "tile/0/002.p/129",
        "tile/0/002",
        "tile/0/003",
        "tile/1/000.p/3",
        "tile/1/000",
        "tile/2/000.p/1",
        "tile/00/000",
        "tile/64/000",
        "tile/0/0",
        "tile/0/0000",
        "tile/0/000.p/0",
        "tile/0/000.p/01",
        "tile/0/000.p/256",
        "tile/0/x000/000",
        "tile/0/x001/234/567",
        "tile/0/%2e%2e/000",
        "tile/entries/000",
        "tile/0/entries/000",
    ],
)
def test_nothing_beyond_the_published_size_and_never_an_entry(token: str, path: str) -> None:
    assert get(path, token)[0] == 404


def test_a_consistency_proof_holds(token: str) -> None:
    status, text = get("consistency?from=256&to=640", token)
    assert status == 200
    leaves = b"".join(get(f"tile/0/{n}", token)[1] for n in ("000", "001", "002.p/128"))
    hashes = [leaves[i : i + 32] for i in range(0, len(leaves), 32)]
    proof = [decode_base64(line) for line in text.decode().split()]
    verify_consistency(256, 640, root_of(hashes[:256]), root_of(hashes), proof)


@pytest.mark.parametrize(
    "query", ["from=0&to=64", "from=65&to=64", "from=1&to=641", "from=1", "", "from=a&to=b"]
)
def test_pitfall_3_nothing_is_proven_from_size_0_or_to_an_unpublished_one(
    token: str, query: str
) -> None:
    assert get(f"consistency?{query}", token)[0] == 400
