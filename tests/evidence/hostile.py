# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files that are made to do harm, or look like it. All are generated; none shows anything."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

from PIL import Image
from PIL.PngImagePlugin import PngInfo

HIDDEN = b"HIDDEN-IN-THE-FILE"
Size = tuple[int, int]


def picture(kind: str = "JPEG", size: Size = (64, 48), **more: object) -> bytes:
    """A small picture of noise."""
    out = io.BytesIO()
    Image.effect_noise(size, 64).convert("RGB").save(out, kind, **more)
    return out.getvalue()


def with_metadata() -> bytes:
    """A JPEG that says where and with what it was taken."""
    exif = Image.Exif()
    exif[0x010F] = HIDDEN.decode()
    exif[0x0112] = 6  # to be turned by a quarter
    return picture(exif=exif, comment=HIDDEN, icc_profile=HIDDEN)


def png_header(width: int, height: int) -> bytes:
    """A PNG that announces this size, and holds next to nothing."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return (
            struct.pack("!I", len(data)) + name + data + struct.pack("!I", zlib.crc32(name + data))
        )

    head = struct.pack("!IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0" * 100))
        + chunk(b"IEND", b"")
    )


def text_bomb() -> bytes:
    """A PNG whose comment unpacks to half a gigabyte."""
    packed = zlib.compressobj(9)
    bomb = b"".join(packed.compress(b"\0" * 2**20) for _ in range(512)) + packed.flush()
    said = PngInfo()
    said.add(b"zTXt", b"Comment\0\0" + bomb)
    return picture("PNG", pnginfo=said)


def polyglot() -> bytes:
    """A JPEG, and a page with a script, and an archive."""
    return picture(comment=b"<script>alert(1)</script>") + b"<html>" + HIDDEN + nested_archive()


def nested_archive(depth: int = 5) -> bytes:
    """An archive in an archive in an archive."""
    inner = HIDDEN
    for _ in range(depth):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("../../inner.zip", inner)
        inner = out.getvalue()
    return inner


def pdf(*objects: str, root: str = "1 0 R") -> bytes:
    """A PDF of these objects, with a table of where they stand."""
    out, places = bytearray(b"%PDF-1.7\n"), []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode()
    table = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{place:010d} 00000 n \n".encode() for place in places)
    out += f"trailer<</Size {len(objects) + 1}/Root {root}>>\nstartxref\n{table}\n%%EOF".encode()
    return bytes(out)


def stream(words: str) -> str:
    return f"<</Length {len(words)}>>\nstream\n{words}\nendstream"


def page_of(
    content: str = "0 0 1 rg 10 10 50 50 re f", box: str = "[0 0 200 100]", **more: str
) -> bytes:
    """One page; `more` are entries of the catalogue."""
    extra = "".join(f"/{name} {value}" for name, value in more.items())
    return pdf(
        f"<</Type/Catalog/Pages 2 0 R{extra}>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        f"<</Type/Page/Parent 2 0 R/MediaBox{box}/Contents 4 0 R>>",
        stream(content),
    )


def many_pages(count: int) -> bytes:
    kids = " ".join("3 0 R" for _ in range(count))
    return pdf(
        "<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Kids[{kids}]/Count {count}>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]/Contents 4 0 R>>",
        stream("1 0 0 rg 10 10 50 50 re f"),
    )


MALFORMED: dict[str, bytes] = {
    "cut off": page_of()[:150],
    "noise": b"%PDF-1.7\n" + bytes(range(256)) * 20,
    "nothing": b"%PDF-1.4",
    "pages that hold themselves": pdf(
        "<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[2 0 R]/Count 1>>"
    ),
    "a count that is not true": pdf(
        "<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[]/Count 2000000000>>"
    ),
    "no pages": pdf("<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[]/Count 0>>"),
    "a root that is missing": page_of().replace(b"/Root 1 0 R", b"/Root 9 0 R"),
    "deep": page_of("[" * 100_000),
    "a huge sheet": page_of(box="[0 0 99999999 1]"),
    "a sheet of nothing": page_of(box="[0 0 0 0]"),
    "a sheet that is not a number": page_of(box="[0 0 (a) /b]"),
}

NAMES: dict[str, str] = {
    "turned around": "photo\N{RIGHT-TO-LEFT OVERRIDE}gpj.exe",
    "out of the folder": "../../../../etc/passwd",
    "of another system": "C:\\Windows\\..\\secret.txt",
    "nul": "a\0b.png",
    "lines": "a\r\nContent-Type: text/html\r\n\r\n<script>",
    "endless": "ا" * 4096 + ".png",
    "right to left": "محادثة مع المبتز ٢٠٢٦.png",
    "a tag": "<img src=x onerror=alert(1)>.png",
    "nothing": "",
    "invisible": "a\N{ZERO WIDTH SPACE}\N{WORD JOINER}b.png",
    "half a letter": "a\ud800b.png",
}
