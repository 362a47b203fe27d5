"""Shapes and pictures of Office documents (DrawingML; ECMA-376 part 1, 20.1): which of them hide what lies below."""

from __future__ import annotations

from collections.abc import Callable

from transforms.readers.office_package import Element

EMU_PER_POINT = 12_700         # English Metric Units, in which Office documents give sizes
COVERED = 0.75                 # of the width and of the height of a text's place: what is left of a number is not its number
_OPAQUE = 80_000               # of 100,000: a wash of colour over a text leaves it readable
_FULL = {"rect", "roundRect", "flowChartProcess", "flowChartAlternateProcess"}    # shapes that fill their frame
_FILLS = ("noFill", "solidFill", "gradFill", "blipFill", "pattFill", "grpFill")    # 20.1.8


def fills(shape: Element) -> bool:
    """Whether a shape fills its frame with a colour through which nothing is seen."""
    properties = shape.find("{*}spPr")
    geometry = properties.find("{*}prstGeom") if properties is not None else None
    if properties is None or geometry is None or geometry.get("prst") not in _FULL:
        return False
    fill = next(properties.iterchildren(*(f"{{*}}{kind}" for kind in _FILLS)), None)
    if fill is None:
        reference = shape.find("{*}style/{*}fillRef")
        return reference is not None and reference.get("idx", "0") != "0"
    is_colour = fill.tag.endswith(("}solidFill", "}gradFill"))
    return is_colour and all(float(alpha.get("val", _OPAQUE)) >= _OPAQUE for alpha in fill.iterfind(".//{*}alpha"))


def hides(picture: Element, is_opaque: Callable[[str], bool]) -> bool:
    """Whether nothing is seen through a picture; `is_opaque` tells it of the relationship's id."""
    blip = picture.find("{*}blipFill/{*}blip")
    if blip is None or blip.find("{*}clrChange") is not None or blip.find("{*}alphaModFix") is not None:
        return False
    return is_opaque(embedded(blip))


def embedded(blip: Element) -> str:
    """The relationship's id of a picture that a drawing shows."""
    return next((value for name, value in blip.items() if name.endswith("}embed")), "")
