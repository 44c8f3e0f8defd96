# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

import hashlib

import pytest

from amana.kernel.sealing import pairs
from amana.kernel.sealing.encoding import join
from amana.kernel.sealing.errors import BadKey, CannotOpen
from tests.kernel.sealing import hpke_oracle
from tests.kernel.sealing.builders import CONTEXT, KEY, OTHER_CONTEXT, OTHER_KEY

ANNA = pairs.pair_from_seed(KEY)


def test_a_wrap_made_by_an_older_version_still_opens() -> None:
    sealed = bytes.fromhex(FROZEN_WRAP)
    assert pairs.unwrap(ANNA.private, sealed, context=CONTEXT) == OTHER_KEY


def test_a_part_made_by_an_older_version_still_opens() -> None:
    assert pairs.open_from(ANNA.private, bytes.fromhex(FROZEN_PART), context=CONTEXT) == b"later"


def test_a_wrap_is_rfc9180_with_the_context_in_info() -> None:
    wrapped = pairs.wrap(ANNA.public, OTHER_KEY, context=CONTEXT)
    opened = hpke_oracle.open_base(
        ANNA.private,
        wrapped[1:33],
        wrapped[33:],
        info=b"amana/wrap/1\x00" + hashlib.sha256(CONTEXT).digest(),
        aead=hpke_oracle.AEAD_AES_256_GCM,
    )
    assert (wrapped[0], opened) == (1, OTHER_KEY)


def test_a_wrapped_key_has_81_bytes() -> None:
    assert len(pairs.wrap(ANNA.public, KEY, context=CONTEXT)) == 81


def test_anyone_with_the_public_half_adds_a_part_and_cannot_read_it() -> None:
    """The thirty-day note: the node holds no private half and still writes."""
    part = pairs.seal_to(ANNA.public, "ما زال بلاغك مفتوحا".encode(), context=CONTEXT)
    assert pairs.open_from(ANNA.private, part, context=CONTEXT).decode() == "ما زال بلاغك مفتوحا"
    with pytest.raises(CannotOpen):
        pairs.open_from(ANNA.public, part, context=CONTEXT)


def test_the_key_of_one_part_cannot_be_put_before_another() -> None:
    first = pairs.seal_to(ANNA.public, b"first", context=CONTEXT)
    second = pairs.seal_to(ANNA.public, b"second", context=CONTEXT)
    with pytest.raises(CannotOpen):
        pairs.open_from(ANNA.private, first[:81] + second[81:], context=CONTEXT)


def test_t05_a_report_rewrapped_to_a_new_unit_pair_is_closed_to_the_old_one() -> None:
    old, new = pairs.new_pair(), pairs.new_pair()
    wrapped = pairs.wrap(old.public, KEY, context=CONTEXT)
    again = pairs.wrap(
        new.public, pairs.unwrap(old.private, wrapped, context=CONTEXT), context=CONTEXT
    )
    assert pairs.unwrap(new.private, again, context=CONTEXT) == KEY
    with pytest.raises(CannotOpen):
        pairs.unwrap(old.private, again, context=CONTEXT)


def test_a_part_is_padded_to_its_size_class() -> None:
    sizes = {len(pairs.seal_to(ANNA.public, bytes(n), context=CONTEXT)) for n in (0, 100, 255)}
    assert len(sizes) == 1


# Points of small order (RFC 7748, section 6.1): the shared secret would be all zero.
LOW_ORDER = [
    bytes(32),
    b"\x01" + bytes(31),
    bytes.fromhex("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"),
    bytes.fromhex("5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157"),
]


@pytest.mark.parametrize("public", LOW_ORDER)
def test_a_public_half_that_everyone_could_open_is_refused(public: bytes) -> None:
    with pytest.raises(BadKey):
        pairs.wrap(public, KEY, context=CONTEXT)


@pytest.mark.parametrize("point", LOW_ORDER)
def test_a_wrap_with_a_low_order_ephemeral_key_is_refused(point: bytes) -> None:
    with pytest.raises(CannotOpen):
        pairs.unwrap(ANNA.private, b"\x01" + point + bytes(48), context=CONTEXT)


@pytest.mark.parametrize("length", [0, 31, 33])
def test_halves_of_another_length_are_refused(length: int) -> None:
    with pytest.raises(BadKey):
        pairs.wrap(bytes(length), KEY, context=CONTEXT)
    with pytest.raises(BadKey):
        pairs.unwrap(bytes(length), bytes(81), context=CONTEXT)
    with pytest.raises(BadKey):
        pairs.pair_from_seed(bytes(length))


def test_a_part_whose_inner_key_is_no_key_is_refused() -> None:
    forged = pairs.wrap(ANNA.public, bytes(31), context=join("part", CONTEXT))
    with pytest.raises(CannotOpen):
        pairs.open_from(ANNA.private, forged + bytes(300), context=CONTEXT)


def test_seed_and_private_half_give_the_same_pair_each_time() -> None:
    assert pairs.pair_from_seed(KEY) == ANNA
    assert pairs.pair_from_private(ANNA.private) == ANNA
    assert pairs.pair_from_seed(OTHER_KEY) != ANNA
    assert ANNA.private != KEY


def test_a_pair_does_not_show_its_private_half() -> None:
    assert str(ANNA.private) not in repr(ANNA)
    assert "private" not in f"{ANNA}"


def test_contexts_of_two_reports_differ_for_the_same_secret() -> None:
    wrapped = pairs.wrap(ANNA.public, KEY, context=CONTEXT)
    with pytest.raises(CannotOpen):
        pairs.unwrap(ANNA.private, wrapped, context=OTHER_CONTEXT)


FROZEN_WRAP = (
    "01cd67c823aebaa20fbfc768bbdcca48ebeb1f930a00a75545e70bd291696fff44bfe362793ef0bafde1"
    "75d68518465a554301cff4907fc1a7c8b0a76b55aaa5b532b25dfcf0a4f19d7542b4873c062cf1"
)
FROZEN_PART = (
    "01065f1e31bcdf36be9e1bf664f68c8db6253dc4ebdd2bfb1670956f6eacfc2d1a3cec8dd129a81cf841"
    "aad4f977b66457af528d81b94b6f03f6809e3c8d6906c3f168be4c0358b268e0335b35d18784c201a65e"
    "1528980001c262427febd91f5f0cb76e2eeec087b09af5813aed5d2648591da23870236cdf5bd2d97eaf"
    "547aee17d7c0b06261641bc2fec57d1469aebc0782d9e4af5c04bebefcfb59678ced115ec47ef9e2dc8f"
    "7d40f1419969b8374e25247ffbe5c13449425ef70ccde8cb1a1280afb9d7690b623196f93e2474067ef7"
    "bb259f33850a08bc59c707d2d2af374ab5dbf7d62a68f6e8ae3084465395749d6bcbde343cddf0d597fd"
    "2037e94c8cdf98bb7c339900c1d8dd7aebf276f3e85cd4c128f78c2b61026eff723ed525d5f94c18338f"
    "b0340051766a110ff5235f65d8fd660ce6925cb2a5e738213a011e7af49af7a58e4a0db958ca43922d53"
    "6e0fd7bfaf4c45860d199aa46683670162c3ac137f55a0f429b56c45536e"
)
