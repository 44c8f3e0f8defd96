# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files that are made to do harm are drawn in a jail or not at all; never does more come out than a
picture that we made, or text."""

from __future__ import annotations

import io
import json
import random
import subprocess
import sys
import threading
import time
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from amana.evidence.safeview import jail
from amana.evidence.safeview.jail import NoSafeView, View, probe, render
from amana.evidence.safeview.kinds import kind_of, shown_name
from tests.evidence import hostile
from tests.evidence.hostile import HIDDEN, picture

FORMATS = ["JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF"]


def drawn(data: bytes, how: str = "view", page: int = 1) -> View:
    return render(io.BytesIO(data), how, page)


def refused(data: bytes, how: str = "view", page: int = 1) -> str:
    with pytest.raises(NoSafeView) as caught:
        drawn(data, how, page)
    return caught.value.code


def size_of(image: bytes) -> tuple[int, int]:
    with Image.open(io.BytesIO(image)) as opened:
        return opened.size


def test_from_inside_the_jail_there_is_no_way_out() -> None:
    found = probe()
    assert found["no_connection"]
    assert found["no_file"]
    assert found["no_process"]
    assert found["limits"]


def test_the_filter_of_calls_holds_where_a_container_forbids_namespaces() -> None:
    found = probe("namespaces")
    assert found["calls"]
    assert not found["network"]
    assert found["no_connection"]
    assert found["no_file"]
    assert found["no_process"]


def test_without_any_wall_the_probe_says_so() -> None:
    found = probe("namespaces", "filter")
    assert not found["calls"]
    assert not found["no_file"]


@pytest.mark.parametrize("kind", FORMATS)
def test_a_picture_is_drawn_anew_as_jpeg(kind: str) -> None:
    view = drawn(picture(kind, (300, 200)))
    assert (view.kind, view.pages, view.type) == ("picture", 1, "image/jpeg")
    assert size_of(view.images[0]) == (300, 200)


def test_a_large_picture_comes_out_within_the_limit() -> None:
    assert max(size_of(drawn(picture(size=(5000, 300))).images[0])) == 2000


def test_blurred_it_is_small_and_nothing_can_be_made_out() -> None:
    sharp = Image.new("L", (640, 480))
    for x in range(0, 640, 20):
        sharp.paste(255, (x, 0, x + 10, 480))
    out = io.BytesIO()
    sharp.save(out, "PNG")
    blurred = drawn(out.getvalue(), "blur").images[0]
    assert size_of(blurred) == (320, 240)
    with Image.open(io.BytesIO(blurred)) as image:
        middle = image.convert("L").crop((60, 60, 260, 180))
    shades = sorted(set(middle.tobytes()))
    assert shades[-1] - shades[0] < 20, "stripes of ten pixels, black and white, are one grey"


def test_a_cleaned_copy_has_no_metadata_and_is_turned_upright() -> None:
    raw = hostile.with_metadata()
    assert HIDDEN in raw
    for how in ("view", "blur", "clean"):
        image = drawn(raw, how).images[0]
        assert HIDDEN not in image
        with Image.open(io.BytesIO(image)) as opened:
            assert not opened.getexif()
            assert "icc_profile" not in opened.info
    assert size_of(drawn(raw, "clean").images[0]) == (48, 64)


def test_a_cleaned_png_stays_without_loss() -> None:
    raw = picture("PNG")
    view = drawn(raw, "clean")
    assert view.type == "image/png"
    with Image.open(io.BytesIO(raw)) as one, Image.open(io.BytesIO(view.images[0])) as two:
        assert one.convert("RGB").tobytes() == two.tobytes()


def test_transparent_letters_are_seen_on_white() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (8, 8), (0, 0, 0, 0)).save(out, "PNG")
    with Image.open(io.BytesIO(drawn(out.getvalue()).images[0])) as image:
        assert image.getpixel((4, 4)) == (255, 255, 255)


def test_pages_of_a_tiff_are_drawn_one_by_one() -> None:
    pages = [Image.new("RGB", (20 + n, 20)) for n in range(3)]
    out = io.BytesIO()
    pages[0].save(out, "TIFF", save_all=True, append_images=pages[1:])
    assert drawn(out.getvalue()).pages == 3
    assert size_of(drawn(out.getvalue(), page=3).images[0]) == (22, 20)
    assert refused(out.getvalue(), page=4) == "pages"


def test_a_document_is_drawn_page_by_page() -> None:
    view = drawn(hostile.many_pages(3), page=2)
    assert (view.kind, view.pages, len(view.images)) == ("document", 3, 1)
    assert max(size_of(view.images[0])) == 300
    assert refused(hostile.many_pages(3), page=4) == "pages"


def test_of_a_long_document_the_first_pages_are_shown_and_it_is_said() -> None:
    view = drawn(hostile.many_pages(500))
    assert (view.pages, view.cut) == (30, True)
    assert refused(hostile.many_pages(500), "clean") == "pages", "a copy is whole or none"


def test_a_cleaned_document_is_pictures_bound_anew() -> None:
    raw = hostile.page_of(OpenAction="<</S/JavaScript/JS(app.alert(1))>>", Title=f"({HIDDEN!r})")
    view = drawn(raw, "clean")
    assert view.type == "application/pdf"
    assert b"JavaScript" not in view.images[0]
    assert HIDDEN not in view.images[0]


@pytest.mark.parametrize("size", [(100_000, 100_000), (2**31 - 1, 2**31 - 1), (20_000, 20_000)])
def test_a_picture_of_ten_gigapixels_is_refused_by_its_header(size: tuple[int, int]) -> None:
    began = time.monotonic()
    assert refused(hostile.png_header(*size)) in {"pixels", "damaged"}
    assert time.monotonic() - began < 10


def test_a_bomb_in_a_comment_is_contained() -> None:
    raw = hostile.text_bomb()
    assert len(raw) < 2**20
    assert refused(raw) in {"damaged", "memory"}


def test_a_picture_that_is_other_things_too_comes_out_as_a_picture_only() -> None:
    raw = hostile.polyglot()
    for how in ("view", "clean"):
        image = drawn(raw, how).images[0]
        assert image.startswith(b"\xff\xd8\xff")
        assert image.endswith(b"\xff\xd9")
        for sign in (HIDDEN, b"<script", b"PK\x03\x04", b"<html"):
            assert sign not in image


@pytest.mark.parametrize("name", sorted(hostile.MALFORMED))
def test_a_malformed_document_is_refused_or_contained(name: str) -> None:
    with suppress(NoSafeView):
        assert max(size_of(drawn(hostile.MALFORMED[name]).images[0])) <= 2000


def test_archives_and_office_documents_have_no_safe_view() -> None:
    for raw in (hostile.nested_archive(), b"\xd0\xcf\x11\xe0" + b"\0" * 600, b"\x1f\x8b\x08rest"):
        assert kind_of(raw) == "none"
        assert refused(raw) == "kind"


def test_a_page_with_a_script_is_text_like_any_other() -> None:
    for raw in (b"<svg onload=alert(1)></svg>", b"<!doctype html><script>alert(1)</script>"):
        view = drawn(raw)
        assert (view.kind, view.text, view.images) == ("text", raw.decode(), ())


def test_text_hides_nothing() -> None:
    said = "pay \N{RIGHT-TO-LEFT OVERRIDE}now\N{ZERO WIDTH SPACE}\x07\x1b[31m\r\nمرحبا"
    for raw in (said.encode(), said.encode("utf-16")):
        text = drawn(raw).text
        assert "[U+202E]now[U+200B]␇␛[31m\nمرحبا" in text


def test_a_long_text_is_cut_and_it_is_said() -> None:
    view = drawn(b"a" * 300_000)
    assert (len(view.text), view.cut) == (200_000, True)


@pytest.mark.parametrize("raw", [b"\xff" * 300, bytes(range(1, 256)) * 4, b"\x01\x02" * 99, b"a\0"])
def test_what_is_neither_picture_nor_document_nor_text_is_not_drawn(raw: bytes) -> None:
    assert refused(raw) == "kind"


def test_a_file_too_large_is_not_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    endless = random.Random(1).randbytes(2**20)

    class Endless(io.RawIOBase):
        def read(self, size: int = -1, /) -> bytes:
            return endless[:size]

    with pytest.raises(NoSafeView) as caught:
        render(Endless(), "view")  # type: ignore[arg-type]
    assert caught.value.code == "size"


def test_what_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jail, "WALL_SECONDS", 0.001)
    assert refused(picture()) == "time"


def test_when_all_places_are_taken_one_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jail, "WAIT_SECONDS", 0.01)
    monkeypatch.setattr(jail, "_places", threading.BoundedSemaphore(1))
    with jail._place():
        assert refused(picture()) == "busy"


def lie(rest: bytes, **said: object) -> bytes:
    true = {"kind": "picture", "pages": 1, "images": 1, "type": "image/jpeg", "text": ""}
    return json.dumps(true | said).encode() + b"\n" + rest


SCRIPT = b"\0\0\0\x08<script>"
LIES = [
    b"",
    b"not json\n",
    b"[]\n",
    lie(b"", kind="page", images=0),
    lie(b"", pages="many", images=0),
    lie(SCRIPT, type="text/html"),
    lie(SCRIPT),
    lie(b"\xff\xff"),
    lie(b"", images=2),
    b'{"error": "<script>"}\n',
]


@pytest.mark.parametrize("answer", LIES)
def test_a_jail_that_lies_is_not_believed(answer: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jail, "_run", lambda *_said: answer)
    assert refused(b"") == "broken"


def test_a_file_that_does_not_open_is_the_callers_to_know() -> None:
    class Changed(io.RawIOBase):
        def read(self, size: int = -1, /) -> bytes:
            raise ValueError("changed")

    with pytest.raises(ValueError, match="changed"):
        render(Changed(), "view")  # type: ignore[arg-type]


def test_the_process_gets_nothing_of_ours() -> None:
    program = "import os, json; print(json.dumps(dict(os.environ)))"
    said = subprocess.run(
        [sys.executable, "-I", "-c", program],
        env=jail.ENVIRONMENT,
        capture_output=True,
        check=True,
    )
    assert set(json.loads(said.stdout)) <= {*jail.ENVIRONMENT, "LC_CTYPE"}


@settings(max_examples=12)
@given(
    which=st.sampled_from([picture("PNG"), picture("GIF"), picture(), hostile.many_pages(2)]),
    seed=st.integers(0, 2**32),
)
def test_changed_at_random_a_file_is_drawn_or_refused(which: bytes, seed: int) -> None:
    choice, raw = random.Random(seed), bytearray(which)
    for _ in range(choice.randint(1, 12)):
        raw[choice.randrange(len(raw))] = choice.randrange(256)
    began = time.monotonic()
    with suppress(NoSafeView):
        view = drawn(bytes(raw[: choice.randint(1, len(raw))]))
        assert all(image.startswith(b"\xff\xd8\xff") for image in view.images)
    assert time.monotonic() - began < jail.WALL_SECONDS


@pytest.mark.parametrize("name", sorted(hostile.NAMES))
def test_a_name_is_shown_in_one_line_with_nothing_hidden(name: str) -> None:
    shown = shown_name(hostile.NAMES[name])
    assert len(shown) <= 120
    assert not {"\0", "\r", "\n", "\N{RIGHT-TO-LEFT OVERRIDE}", "\N{ZERO WIDTH SPACE}"} & set(shown)
    shown.encode()


def test_a_harmless_name_is_shown_as_it_is() -> None:
    for name in ("محادثة مع المبتز ٢٠٢٦.png", "Ma photo.jpg"):
        assert shown_name(name) == name
    assert shown_name("x" * 500 + ".pdf").endswith(".pdf")
