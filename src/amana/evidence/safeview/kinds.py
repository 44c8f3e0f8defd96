# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a file is for the eye, by its first bytes; and text with nothing hidden in it."""

from __future__ import annotations

from typing import Final

FIRST: Final = 1024
"""How many bytes tell."""
PICTURES: Final = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF8", b"BM", b"II*\0", b"MM\0*")
CLOSED: Final = (
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"\xd0\xcf\x11\xe0",
    b"7z\xbc\xaf",
    b"Rar!",
    b"\x1f\x8b",
)
"""Archives and office documents: of these there is no safe view."""
# Directions, joiners and separators that change how a line looks without being seen.
HIDDEN: Final = {
    0x00AD,
    0x061C,
    0x180E,
    *range(0x200B, 0x2010),
    *range(0x2028, 0x202F),
    *range(0x2060, 0x2070),
    0xFEFF,
}


def kind_of(data: bytes) -> str:
    """`picture`, `document`, `text` or `none`, never by a name. That it is one is not said: the
    jail finds out."""
    if data.startswith(CLOSED):
        return "none"
    if data.startswith(PICTURES) or (data[:4] == b"RIFF" and data[8:12] == b"WEBP"):
        return "picture"
    if b"%PDF-" in data[:FIRST]:
        return "document"
    wide = data[:2] in {b"\xff\xfe", b"\xfe\xff"}
    return "text" if wide or b"\0" not in data[:FIRST] else "none"


def visible(text: str) -> str:
    """`text` with controls and hidden marks written out; lines and tabs stay."""
    return "".join(_seen(letter) for letter in text)


def shown_name(name: str, *, longest: int = 120) -> str:
    """A file's name as it may be shown: one line, nothing hidden, beginning and end of a long
    one. What it was is kept as it came."""
    plain = "".join(_seen(letter) if letter not in "\n\t" else " " for letter in name)
    if len(plain) <= longest:
        return plain
    return f"{plain[: longest - 40]}…{plain[-39:]}"


def _seen(letter: str) -> str:
    code = ord(letter)
    if letter in "\n\t":
        return letter
    if code < 0x20:
        return chr(0x2400 + code)
    if 0x7F <= code < 0xA0 or code in HIDDEN or 0xD800 <= code < 0xE000:
        return f"[U+{code:04X}]"
    return letter
