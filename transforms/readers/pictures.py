"""Tables that an Office document shows as pictures, recognised as those of scans."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from dataclasses import replace
from math import sqrt
from typing import TYPE_CHECKING, NamedTuple

from transforms.grid import Grid, TextLine, UnreadableDocument
from transforms.readers import metafiles
from transforms.readers.shapes import EMU_PER_POINT

if TYPE_CHECKING:
    from transforms.readers.ocr.upright import Picture
    from transforms.readers.office_package import Element

POINTS_PER_PIXEL = 72 / 96          # of a picture whose size is not said
_WHOLE = 100_000                    # of a side, of which they give parts
_MOST_PIXELS = 40_000_000           # a sheet of A3 at 400 dots per inch has 31 million
LEAST_SIZE = (120.0, 50.0)         # points: width and height of the smallest picture of a table; seals and marks are smaller
_LARGEST = 3_000.0                  # points: a larger size is a slip, or hostile
LEAST_CELLS = 6                    # of a table in a picture: photographs have lines, too
_RESOLUTION = 200                   # dots per inch: scans are made with 150 to 300
_MOST_ENLARGED = 3.0                # times: more adds nothing that could be recognised
MARGIN = 30                        # dots of white around a picture: a border at its edge is no ruling, it may be its frame
_UNREAD = "A drawing (EMF or WMF) that may show a table is not read; publish the table itself, or its picture as PNG or JPEG."
_SOLID = 255
_DAMAGE = (OSError, ValueError, SyntaxError, EOFError, IndexError)    # what Pillow raises for a damaged picture, besides its own bound
_FORMATS = ("PNG", "JPEG", "BMP", "GIF", "TIFF", "WEBP")


class Crop(NamedTuple):
    """What is cut off a picture at each side, as shares of its size."""

    left: float = 0.0
    top: float = 0.0
    right: float = 0.0
    bottom: float = 0.0


def crop_of(rectangle: Element | None) -> Crop:
    """What a picture's `a:srcRect` cuts off."""
    return Crop(*(min(max(_number(rectangle, side) / _WHOLE, 0.0), 1.0) for side in "ltrb"))


def emu_in_points(extent: Element | None) -> float | None:
    """The width that an `a:ext` says; None where it says none."""
    return _number(extent, "cx") / EMU_PER_POINT or None


def _number(element: Element | None, name: str) -> float:
    """A number among the attributes of an element; 0 for none."""
    try:
        return float(element.get(name, 0)) if element is not None else 0.0
    except ValueError:
        return 0.0


def is_opaque(data: bytes) -> bool:
    """Whether nothing is seen through a picture; none that cannot be drawn hides anything."""
    from PIL import Image

    try:
        with warnings.catch_warnings(), Image.open(io.BytesIO(data), formats=_FORMATS) as image:
            warnings.simplefilter("ignore")
            if not image.has_transparency_data:
                return True
            return image.width * image.height <= _MOST_PIXELS and image.convert("RGBA").getchannel("A").getextrema() == (_SOLID, _SOLID)
    except (Image.DecompressionBombError, *_DAMAGE):
        return False


def blocks(data: bytes, width: float | None = None, crop: Crop = Crop()) -> list[TextLine | Grid]:    # noqa: B008 it cannot be changed
    """Recognise the tables of a picture, and the text around them.

    Args:
        data: the picture's file.
        width: how wide it is shown, in points; None where that is not said.
        crop: what of it is not shown.

    Returns:
        Blocks without page and place; none for a picture without a ruled table.

    Raises:
        UnreadableDocument: `too-large`; `unread-picture` for a drawing (EMF, WMF) with as many texts as a table has.
    """
    import numpy as np
    from PIL import Image  # few documents need it

    if (metafiles.text_count(data) or 0) >= LEAST_CELLS and (width is None or width >= LEAST_SIZE[0]):
        raise UnreadableDocument("unread-picture", _UNREAD)
    try:
        with warnings.catch_warnings(), Image.open(io.BytesIO(data), formats=_FORMATS) as image:
            warnings.simplefilter("ignore")    # its own bound on sizes is higher than ours
            if image.width * image.height > _MOST_PIXELS:
                size = f"{image.width:,} × {image.height:,}"
                raise UnreadableDocument("too-large", f"A picture has {size} dots; at most {_MOST_PIXELS:,} are read.")
            points = _points_per_pixel(image.width, width, crop)
            if image.width * points < LEAST_SIZE[0] or image.height * points < LEAST_SIZE[1]:
                return []
            shown = image.crop(_box(image.width, image.height, crop))
            if shown.has_transparency_data:
                paper = Image.new("RGBA", shown.size, "white")
                paper.alpha_composite(shown.convert("RGBA"))
                shown = paper
            return list(_recognised(np.asarray(shown.convert("RGB"), np.uint8), points))
    except (Image.DecompressionBombError, *_DAMAGE):
        return []    # a damaged picture is shown by no program


def _points_per_pixel(pixels: int, width: float | None, crop: Crop) -> float:
    share = 1 - crop.left - crop.right
    if width is None or not 0 < width <= _LARGEST or share <= 0:
        return POINTS_PER_PIXEL
    return width / (pixels * share)


def _box(width: int, height: int, crop: Crop) -> tuple[int, int, int, int]:
    return round(width * crop.left), round(height * crop.top), round(width * (1 - crop.right)), round(height * (1 - crop.bottom))


def _recognised(pixels: Picture, points_per_pixel: float) -> Iterator[TextLine | Grid]:
    import cv2
    import numpy as np

    from transforms.readers.ocr import has_table, recognise
    from transforms.readers.pdf.characters import Pieces
    from transforms.readers.pdf.lattice import lattices
    from transforms.readers.pdf.tables import blocks as blocks_of

    enough = sqrt(_MOST_PIXELS / (pixels.shape[0] * pixels.shape[1]))
    scale = min(points_per_pixel * _RESOLUTION / 72, _MOST_ENLARGED, enough)
    resized = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
    pixels = np.pad(np.asarray(resized, np.uint8), ((MARGIN, MARGIN), (MARGIN, MARGIN), (0, 0)), constant_values=255)
    size = points_per_pixel / scale
    if not has_table(pixels, size, LEAST_CELLS):
        return
    seen = recognise(pixels, size)
    boxes = np.array([word.box for word in seen.words], np.float64).reshape(-1, 4)
    confidence = np.array([word.confidence for word in seen.words], np.float64)
    for block in blocks_of(lattices(seen.segments), Pieces([word.text for word in seen.words], boxes, confidence), 1, None)[0]:
        if isinstance(block, Grid):
            yield replace(block, cells=tuple(cell._replace(page=None, box=None, room=None) for cell in block.cells))
        else:
            yield replace(block, page=None, box=None)
