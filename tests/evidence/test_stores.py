# SPDX-License-Identifier: AGPL-3.0-or-later
"""One contract for every place where sealed files may lie: folder, memory, a bucket with object
lock (moto's server on this machine)."""

from __future__ import annotations

import errno
import io
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer

from amana.config.env import env
from amana.config.faults import Fault, fault_of
from amana.evidence import blobs as blobs_module
from amana.evidence.blobs import BlobStore, FolderBlobs, blobs, writing
from amana.evidence.ingest import forget, take_in
from amana.evidence.keys import bytes_context
from amana.evidence.stores import s3
from amana.evidence.stores.memory import MemoryBlobs
from amana.evidence.stores.s3 import Bucket, S3Blobs, StoreAway
from amana.kernel.sealing.streams import decrypting_reader

KIND = ("folder", "memory", "bucket", "locked bucket")
WHO = {"access_key": "names-nobody", "secret_key": "opens-nothing", "region": "us-east-1"}


@pytest.fixture(scope="module")
def service() -> Iterator[str]:
    """The address of an S3 service of this test run."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(scope="module")
def client(service: str) -> Any:
    return boto3.client(
        "s3",
        endpoint_url=service,
        region_name=WHO["region"],
        aws_access_key_id=WHO["access_key"],
        aws_secret_access_key=WHO["secret_key"],
    )


@pytest.fixture(scope="module")
def locked(client: Any) -> str:
    """A bucket that keeps every version for a day, whoever deletes it."""
    client.create_bucket(Bucket="sealed", ObjectLockEnabledForBucket=True)
    client.put_object_lock_configuration(
        Bucket="sealed",
        ObjectLockConfiguration={
            "ObjectLockEnabled": "Enabled",
            "Rule": {"DefaultRetention": {"Mode": "COMPLIANCE", "Days": 1}},
        },
    )
    return "sealed"


@pytest.fixture(scope="module")
def plain(client: Any) -> str:
    """A bucket like any other."""
    client.create_bucket(Bucket="unlocked")
    return "unlocked"


def in_bucket(service: str, bucket: str, spool: Path, prefix: str = "node") -> S3Blobs:
    found = Bucket(bucket, prefix=prefix, endpoint=service, **WHO)
    return S3Blobs(found, spool=spool, retry_for=timedelta(seconds=1))


@pytest.fixture(params=KIND)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> BlobStore:
    if request.param == "folder":
        return FolderBlobs(tmp_path / "blobs")
    if request.param == "memory":
        return MemoryBlobs()
    service = request.getfixturevalue("service")
    bucket = request.getfixturevalue("locked" if "locked" in request.param else "plain")
    return in_bucket(service, bucket, tmp_path / "spool", prefix=tmp_path.name)


def put(store: BlobStore, content: bytes) -> str:
    sink = store.create()
    half = len(content) // 2
    sink.write(content[:half])
    sink.write(memoryview(content)[half:])
    return sink.finish()


def test_what_is_stored_is_found_under_its_digest(store: BlobStore) -> None:
    content = os.urandom(3_000_000)
    address = put(store, content)
    assert address == sha256(content).hexdigest()
    with store.open(address) as file:
        assert file.read() == content
    assert list(store.addresses()) == [address]


def test_it_is_read_from_anywhere(store: BlobStore) -> None:
    content = os.urandom(700_000)
    with store.open(put(store, content)) as file:
        assert file.seek(0, io.SEEK_END) == len(content)
        assert file.read(5) == b""
        for place in (0, 1, 65_535, 300_000, len(content) - 3):
            file.seek(place)
            assert file.tell() == place
            assert file.read(1000) == content[place : place + 1000]
        with pytest.raises((ValueError, OSError)):
            file.seek(-1)


def test_it_is_written_once(store: BlobStore) -> None:
    address = put(store, b"the first one stays")
    with pytest.raises(FileExistsError):
        put(store, b"the first one stays")
    with store.open(address) as file:
        assert file.read() == b"the first one stays"


def test_a_large_one_is_written_once_too(store: BlobStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(s3, "ONE_PIECE", 1000)
    content = os.urandom(20_000)
    address = put(store, content)
    with pytest.raises(FileExistsError):
        put(store, content)
    with store.open(address) as file:
        assert file.read() == content


def test_what_is_not_there_is_said_so(store: BlobStore) -> None:
    with pytest.raises(FileNotFoundError):
        store.open("0" * 64)
    store.delete("0" * 64)
    assert list(store.addresses()) == []


def test_what_is_deleted_is_not_found_any_more(store: BlobStore) -> None:
    kept, gone = put(store, b"kept"), put(store, b"gone")
    store.delete(gone)
    with pytest.raises(FileNotFoundError):
        store.open(gone)
    assert list(store.addresses()) == [kept]


def test_an_abandoned_one_leaves_nothing(store: BlobStore, tmp_path: Path) -> None:
    def broken() -> None:
        with writing(store) as sink:
            sink.write(b"half of it")
            raise OSError("cut")

    with pytest.raises(OSError, match="cut"):
        broken()
    assert list(store.addresses()) == []
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_nothing_is_left_on_this_machine_but_what_lies_in_its_place(
    store: BlobStore, tmp_path: Path
) -> None:
    put(store, b"x" * 5000)
    spooled = [path for path in tmp_path.rglob("incoming/*") if path.is_file()]
    assert spooled == []
    if isinstance(store, S3Blobs):
        assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("address", ["", "../../etc/passwd", "A" * 64, "0" * 64 + "/x"])
def test_only_an_address_is_an_address(store: BlobStore, address: str) -> None:
    for act in (store.open, store.delete):
        with pytest.raises(ValueError, match="address"):
            act(address)


def test_old_ones_are_told_from_new_ones(store: BlobStore) -> None:
    address = put(store, b"now")
    now = datetime.now(UTC)
    assert list(store.addresses(now - timedelta(days=1))) == []
    assert list(store.addresses(now + timedelta(days=1))) == [address]


def test_a_file_goes_in_and_comes_out_sealed(store: BlobStore) -> None:
    content = os.urandom(2_500_000)
    taken = take_in(io.BytesIO(content), name="film.mp4", store=store)
    with store.open(taken.address) as stored:
        assert content[1000:1032] not in stored.read()
    plain = decrypting_reader(taken.key, store.open(taken.address), context=bytes_context(taken.id))
    with plain:
        plain.seek(2_000_000)
        assert plain.read(1000) == content[2_000_000:2_001_000]
    forget(taken, store=store)
    assert list(store.addresses()) == []


def test_many_at_once(store: BlobStore) -> None:
    contents = [os.urandom(40_000 + number) for number in range(16)]
    with ThreadPoolExecutor(8) as pool:
        addresses = list(pool.map(lambda content: put(store, content), contents))
    assert sorted(store.addresses()) == sorted(addresses)


# --- what is special about a bucket


def test_a_bucket_with_lock_keeps_the_version_that_was_deleted_here(
    service: str, locked: str, client: Any, tmp_path: Path
) -> None:
    store = in_bucket(service, locked, tmp_path, prefix="lock")
    address = put(store, b"kept by the bucket")
    store.delete(address)
    versions = client.list_object_versions(Bucket=locked, Prefix="lock/")["Versions"]
    (version,) = [one for one in versions if one["Key"].endswith(address)]
    stored = client.get_object(Bucket=locked, Key=version["Key"], VersionId=version["VersionId"])
    assert stored["Body"].read() == b"kept by the bucket"


def test_two_nodes_share_a_bucket_by_prefix(service: str, locked: str, tmp_path: Path) -> None:
    one = in_bucket(service, locked, tmp_path, prefix="one")
    two = in_bucket(service, locked, tmp_path, prefix="two")
    address = put(one, b"mine")
    assert list(two.addresses()) == []
    with pytest.raises(FileNotFoundError):
        two.open(address)


@pytest.fixture
def away(tmp_path: Path) -> S3Blobs:
    """A bucket behind a door where nobody listens."""
    return in_bucket("http://127.0.0.1:9", "sealed", tmp_path / "spool")


def test_a_store_that_is_away_keeps_nothing_and_says_so(away: S3Blobs, tmp_path: Path) -> None:
    with pytest.raises(StoreAway) as caught:
        take_in([b"a file"], name="a", store=away)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    assert fault_of(caught.value) is Fault.BUSY
    for act in (lambda: away.open("0" * 64), lambda: away.delete("0" * 64)):
        with pytest.raises(StoreAway):
            act()
    with pytest.raises(StoreAway):
        list(away.addresses())


def test_a_bucket_that_is_not_there_or_not_ours_is_no_missing_file(
    service: str, tmp_path: Path
) -> None:
    with pytest.raises(OSError):
        put(in_bucket(service, "nowhere", tmp_path), b"x")
    assert list(tmp_path.iterdir()) == []


def test_no_secret_is_in_what_is_said(away: S3Blobs) -> None:
    bucket = Bucket("sealed", endpoint="http://127.0.0.1:9", **WHO)
    assert WHO["secret_key"] not in repr(bucket)
    with pytest.raises(StoreAway) as caught:
        away.open("0" * 64)
    assert caught.value.errno == errno.EHOSTDOWN
    assert WHO["secret_key"] not in str(caught.value)


def test_the_settings_choose_the_store(
    service: str, locked: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert isinstance(blobs(), FolderBlobs)
    secret = tmp_path / "secret"
    secret.write_text(WHO["secret_key"] + "\n", "utf-8")
    changed = env().model_copy(
        update={
            "blobs": f"s3://{locked}/by/settings/",
            "s3_endpoint": service,
            "s3_region": WHO["region"],
            "s3_access_key": WHO["access_key"],
            "s3_secret_file": secret,
        }
    )
    assert changed.blob_bucket == (locked, "by/settings")
    monkeypatch.setattr(blobs_module, "env", lambda: changed)
    blobs_module._bucket.cache_clear()
    try:
        store = blobs()
        assert isinstance(store, S3Blobs)
        assert list(store.addresses()) == []
        assert store is blobs()
        put(store, b"by settings")
    finally:
        blobs_module._bucket.cache_clear()
