# SPDX-License-Identifier: AGPL-3.0-or-later
"""Our files against Tink itself, both ways: same format, so nobody is locked in."""

from __future__ import annotations

import io
import os
from typing import Any

import pytest
import tink
from tink import cleartext_keyset_handle, streaming_aead
from tink.proto import aes_gcm_hkdf_streaming_pb2, tink_pb2

from amana.kernel.sealing.stream_format import LABEL, SEGMENT_BYTES, segment_capacity
from amana.kernel.sealing.streams import decrypting_reader
from tests.kernel.sealing.builders import CONTEXT, KEY, OTHER_KEY, encrypted

ONE = segment_capacity(0)
SIZES = [0, 1, ONE, ONE + 1, ONE + segment_capacity(1), 2_600_000]


def tink_with(key: bytes) -> Any:
    streaming_aead.register()
    template = streaming_aead.streaming_aead_key_templates.AES256_GCM_HKDF_1MB
    wanted = aes_gcm_hkdf_streaming_pb2.AesGcmHkdfStreamingKeyFormat.FromString(template.value)
    stream_key = aes_gcm_hkdf_streaming_pb2.AesGcmHkdfStreamingKey(
        params=wanted.params, key_value=key
    )
    keyset = tink_pb2.Keyset(primary_key_id=1)
    entry = keyset.key.add()
    entry.key_data.type_url = template.type_url
    entry.key_data.value = stream_key.SerializeToString()
    entry.key_data.key_material_type = tink_pb2.KeyData.SYMMETRIC
    entry.status = tink_pb2.ENABLED
    entry.key_id = 1
    entry.output_prefix_type = tink_pb2.RAW
    handle = cleartext_keyset_handle.from_keyset(keyset)
    return handle.primitive(streaming_aead.StreamingAead)


def test_the_segment_size_is_that_of_the_tink_template() -> None:
    template = streaming_aead.streaming_aead_key_templates.AES256_GCM_HKDF_1MB
    wanted = aes_gcm_hkdf_streaming_pb2.AesGcmHkdfStreamingKeyFormat.FromString(template.value)
    assert wanted.params.ciphertext_segment_size == SEGMENT_BYTES


@pytest.mark.parametrize("size", SIZES)
def test_tink_opens_our_files(size: int) -> None:
    plain = os.urandom(size)
    source = io.BytesIO(encrypted(plain))
    with tink_with(KEY).new_decrypting_stream(source, LABEL + CONTEXT) as reader:
        assert reader.read() == plain


@pytest.mark.parametrize("size", SIZES)
def test_we_open_the_files_of_tink(size: int, tmp_path: Any) -> None:
    plain = os.urandom(size)
    path = tmp_path / "file"
    with tink_with(KEY).new_encrypting_stream(path.open("wb"), LABEL + CONTEXT) as writer:
        writer.write(plain)
    with decrypting_reader(KEY, path.open("rb"), context=CONTEXT) as reader:
        assert reader.read() == plain


def test_tink_refuses_what_we_refuse() -> None:
    source = io.BytesIO(encrypted(b"text"))
    with pytest.raises(tink.TinkError):
        tink_with(OTHER_KEY).new_decrypting_stream(source, LABEL + CONTEXT).read()
