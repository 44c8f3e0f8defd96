# SPDX-License-Identifier: AGPL-3.0-or-later
"""Draws pictures and documents anew. Runs in the jail only, with nothing but bytes in and out."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import Any, Final

import pypdfium2
from PIL import (
    BmpImagePlugin,
    GifImagePlugin,
    Image,
    ImageFilter,
    ImageOps,
    JpegImagePlugin,
    PdfImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)

from amana.evidence.safeview.kinds import kind_of, visible

PLUGINS: Final = (
    BmpImagePlugin,
    GifImagePlugin,
    JpegImagePlugin,
    PdfImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)
"""Loaded before the jail closes: in it no file can be opened, not even a module."""
FORMATS: Final = ("JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF")
MOST_PIXELS: Final = 80_000_000
MOST_PIXELS_OF_A_JPEG: Final = 250_000_000
"""A JPEG is decoded at an eighth of its size where that is enough."""
LONGEST_SIDE: Final = 2000
MOST_PAGES: Final = 30
MOST_LETTERS: Final = 200_000
SMALL: Final = 320
BLUR: Final = 14


class CannotDraw(Exception):
    """`code`: kind, damaged, pixels, locked, pages."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(slots=True)
class Drawn:
    """`kind` picture, document or text; pages in all; the drawn ones; text where it is one."""

    kind: str
    pages: int = 1
    text: str = ""
    cut: bool = False
    type: str = "image/jpeg"
    images: list[bytes] = field(default_factory=list)


def draw(data: bytes, how: str, page: int) -> Drawn:
    """`how`: `blur` a small one, `view` one page, `clean` a whole copy without anything hidden.
    Raises `CannotDraw`."""
    kind = kind_of(data)
    if kind == "none":
        raise CannotDraw("kind")
    if kind == "text":
        return _text(data)
    if kind == "document":
        return _document(data, how, page)
    return _picture(data, how, page)


def _picture(data: bytes, how: str, page: int) -> Drawn:
    Image.MAX_IMAGE_PIXELS = None  # ours is stricter, and an error instead of a warning
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            pages = min(_frames(image), MOST_PAGES)
            if page > pages:
                raise CannotDraw("pages")
            if page > 1:
                image.seek(page - 1)
            return _drawn(_fitting(image, how), "picture", how, pages, png=_sharp(image))
    except CannotDraw:
        raise
    except Exception as error:
        raise CannotDraw("damaged") from error


def _frames(image: Image.Image) -> int:
    """Pages of a TIFF; a moving picture counts as its first one."""
    return int(getattr(image, "n_frames", 1)) if image.format == "TIFF" else 1


def _sharp(image: Image.Image) -> bool:
    return image.format in {"PNG", "GIF", "BMP"}


def _fitting(image: Image.Image, how: str) -> Image.Image:
    """Decoded within the limit of pixels, turned upright, on white where it was transparent."""
    pixels = image.width * image.height
    if pixels > (MOST_PIXELS_OF_A_JPEG if image.format == "JPEG" else MOST_PIXELS):
        raise CannotDraw("pixels")
    if how != "clean":
        image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    if image.width * image.height > MOST_PIXELS:
        raise CannotDraw("pixels")
    upright = ImageOps.exif_transpose(image)
    if upright.mode in {"RGBA", "LA", "PA"} or "transparency" in upright.info:
        layer = upright.convert("RGBA")
        upright = Image.new("RGB", layer.size, "white")
        upright.paste(layer, mask=layer.getchannel("A"))
    return upright.convert("RGB")


def _document(data: bytes, how: str, page: int) -> Drawn:
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise CannotDraw("locked" if "assword" in str(error) else "damaged") from error
    try:
        pages = len(document)
        if not pages or page > min(pages, MOST_PAGES) or (how == "clean" and pages > MOST_PAGES):
            raise CannotDraw("pages")
        wanted = range(pages) if how == "clean" else [page - 1]
        images = [_page(document, number) for number in wanted]
    except CannotDraw:
        raise
    except Exception as error:
        raise CannotDraw("damaged") from error
    finally:
        document.close()
    if how == "clean":
        return Drawn("document", pages, type="application/pdf", images=[_bound(images)])
    return _drawn(images[0], "document", how, min(pages, MOST_PAGES), cut=pages > MOST_PAGES)


def _page(document: Any, number: int) -> Image.Image:
    page = document[number]
    width, height = page.get_size()
    scale = min(LONGEST_SIDE / max(width, height, 1.0), 3.0)
    if scale * max(width, height) < 1 or scale * min(width, height) < 1:
        raise CannotDraw("damaged")
    drawn: Image.Image = page.render(scale=scale, may_draw_forms=False).to_pil().convert("RGB")
    return drawn


def _bound(images: list[Image.Image]) -> bytes:
    out = io.BytesIO()
    first, *rest = images
    first.save(out, "PDF", save_all=True, append_images=rest, quality=80)
    return out.getvalue()


def _drawn(
    image: Image.Image, kind: str, how: str, pages: int, *, png: bool = False, cut: bool = False
) -> Drawn:
    if how == "blur":
        image.thumbnail((SMALL, SMALL))
        image = image.filter(ImageFilter.GaussianBlur(BLUR))
    elif how == "view":
        image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    out = io.BytesIO()
    # A new picture: nothing of the old file's metadata, profile or tail is carried over.
    bare = Image.frombytes("RGB", image.size, image.tobytes())
    if png and how == "clean":
        bare.save(out, "PNG")
        return Drawn(kind, pages, cut=cut, type="image/png", images=[out.getvalue()])
    bare.save(out, "JPEG", quality=92 if how == "clean" else 82)
    return Drawn(kind, pages, cut=cut, images=[out.getvalue()])


def _text(data: bytes) -> Drawn:
    """Text with everything shown that would stay unseen or turn the line around."""
    encoding = "utf-16" if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8"
    try:
        whole = data.decode(encoding)
    except UnicodeDecodeError:
        raise CannotDraw("kind") from None
    text = whole[:MOST_LETTERS].replace("\r\n", "\n")
    if sum(letter < " " and letter not in "\t\r\n\f" for letter in text) * 10 > len(text):
        raise CannotDraw("kind")
    return Drawn("text", text=visible(text), cut=len(whole) > MOST_LETTERS, type="")


def warm_up() -> None:
    """Use everything once, so that the jail finds it loaded."""
    picture = Image.effect_noise((16, 16), 32).convert("RGB")
    for name in FORMATS:
        out = io.BytesIO()
        picture.save(out, name)
        for how in ("blur", "view", "clean"):
            draw(out.getvalue(), how, 1)
    draw(_bound([picture, picture]), "clean", 1)
    draw("\N{RIGHT-TO-LEFT OVERRIDE}text".encode("utf-16"), "view", 1)
