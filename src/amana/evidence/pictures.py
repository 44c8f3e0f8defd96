# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a picture says of itself: size in pixels, camera, moment, place.

Only headers are read, and no pixel is ever decoded here: of hostile pictures nothing but lengths
and tags is looked at, and of those a bounded number of bytes. Where a picture was taken is
evidence, so the original keeps it; what is read here is sealed like the picture itself."""

from __future__ import annotations

import io
import warnings
from typing import BinaryIO, Final

import PIL
from PIL import ExifTags, Image

from amana.evidence.formats import Flag

READ_BY: Final = f"pillow/{PIL.__version__}"
MOST_PIXELS: Final = 100_000_000
"""Pixels beyond which a picture is flagged; nothing opens such a one without limits."""
MOST_READ: Final = 8 * 1024 * 1024
MOST_SAID: Final = 200
_PLUGINS: Final = {
    "image/jpeg": ("JPEG", "MPO"),
    "image/png": ("PNG",),
    "image/gif": ("GIF",),
    "image/tiff": ("TIFF",),
}
_TAGS: Final = {
    ExifTags.Base.Make: "make",
    ExifTags.Base.Model: "model",
    ExifTags.Base.Software: "software",
    ExifTags.Base.DateTime: "changed",
    ExifTags.Base.Artist: "artist",
    ExifTags.Base.ImageDescription: "description",
    ExifTags.Base.DateTimeOriginal: "taken",
    ExifTags.Base.OffsetTimeOriginal: "taken_offset",
    ExifTags.Base.LensModel: "lens",
    ExifTags.Base.BodySerialNumber: "serial",
}

Details = dict[str, str | int | float]


class _Budget(io.RawIOBase):
    """A file of which only so many bytes may be read in all."""

    def __init__(self, source: BinaryIO) -> None:
        super().__init__()
        self._source, self._left = source, MOST_READ

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._source.seek(offset, whence)

    def tell(self) -> int:
        return self._source.tell()

    def read(self, size: int = -1) -> bytes:
        wanted = self._left + 1 if size < 0 else size
        data = self._source.read(min(wanted, self._left + 1))
        self._left -= len(data)
        if self._left < 0:
            raise ValueError("too much of this picture had to be read")
        return data


def details(media: str, source: BinaryIO) -> tuple[Details, tuple[Flag, ...]]:
    """What the headers of a picture say, and what is odd about it. `source` is a seekable file
    of the plaintext and stays open. Nothing for what is no picture. Never raises for what the
    picture holds."""
    if media == "image/webp":
        return _details_of_webp(source)
    if media not in _PLUGINS:
        return {}, ()
    try:
        return _details(source, _PLUGINS[media])
    except Exception:  # noqa: BLE001  (a parser on hostile bytes: any fault means "broken")
        return {}, (Flag.BROKEN_PICTURE,)


def _details(source: BinaryIO, plugins: tuple[str, ...]) -> tuple[Details, tuple[Flag, ...]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            with Image.open(_Budget(source), formats=plugins) as picture:  # type: ignore[arg-type]
                said: Details = {"width": picture.width, "height": picture.height}
                # A PNG without it in front would be decoded in search of it.
                if picture.format != "PNG" or "exif" in picture.info:
                    said.update(_exif(picture.getexif()))
        except Image.DecompressionBombError:
            return {}, (Flag.MANY_PIXELS,)
    many = int(said["width"]) * int(said["height"]) > MOST_PIXELS
    return said, (Flag.MANY_PIXELS,) if many else ()


def _details_of_webp(source: BinaryIO) -> tuple[Details, tuple[Flag, ...]]:
    """Walks the chunks of a RIFF file (WebP container, RFC 9649) to its EXIF."""
    source.seek(12)
    for _ in range(64):
        header = source.read(8)
        if len(header) < 8:
            return {}, ()
        size = int.from_bytes(header[4:], "little")
        if header[:4] == b"EXIF" and size <= MOST_READ:
            exif = Image.Exif()
            try:
                exif.load(source.read(size))
                return _exif(exif), ()
            except Exception:  # noqa: BLE001  (as above)
                return {}, (Flag.BROKEN_PICTURE,)
        source.seek(size + size % 2, 1)
    return {}, ()


def _exif(exif: Image.Exif) -> Details:
    tags = {**exif, **exif.get_ifd(ExifTags.IFD.Exif)}
    said: Details = {
        name: _text(tags[tag]) for tag, name in _TAGS.items() if tags.get(tag) is not None
    }
    place = exif.get_ifd(ExifTags.IFD.GPSInfo)
    latitude = _degrees(place.get(ExifTags.GPS.GPSLatitude), place.get(ExifTags.GPS.GPSLatitudeRef))
    longitude = _degrees(
        place.get(ExifTags.GPS.GPSLongitude), place.get(ExifTags.GPS.GPSLongitudeRef)
    )
    if latitude is not None and longitude is not None:
        said["latitude"], said["longitude"] = latitude, longitude
    return said


def _text(value: object) -> str:
    text = value.decode(errors="replace") if isinstance(value, bytes) else str(value)
    return "".join(letter for letter in text if letter.isprintable())[:MOST_SAID].strip()


def _degrees(parts: object, side: object) -> float | None:
    if not isinstance(parts, tuple) or len(parts) != 3:
        return None
    try:
        degrees, minutes, seconds = (float(part) for part in parts)
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    value = degrees + minutes / 60 + seconds / 3600
    if not 0 <= value <= 180:
        return None
    return round(-value if side in ("S", "W") else value, 6)
