"""Whether a document has layers (optional contents) of which some are switched off, or masks that hide what is drawn."""

from __future__ import annotations

import re

from transforms.readers.pdf import objects

_LAYERS = b"/OCProperties"    # of the catalogue (ISO 32000-1, 8.11.4.2)
# A list of layers that are off, or the state OFF of one or all; contents that show while others do not (8.11.2.2, 8.11.4.3, 8.11.4.4).
_OFF = re.compile(rb"/OFF(?!\s*\[\s*\])|/(?:AllOff|AnyOff|VE)\b")
_MASKS = (b"/Luminosity", b"/Alpha")
_MASK = re.compile(rb"/S\s*/(?:Luminosity|Alpha)\b")    # of a soft mask in the graphics state (11.6.5.2); those of pictures are none


def may_hide(data: bytes) -> bool:
    """Whether a document may have layers or masks that hide what is drawn: PDFium knows what, and does not tell.

    Args:
        data: the whole file.
    """
    if objects.ENCRYPTED in data and b"/ObjStm" in data:
        return True
    has_layers = False
    for part in objects.parts(data):
        if any(kind in part for kind in _MASKS) and _MASK.search(part):    # most have none, and are searched faster for plain bytes
            return True
        has_layers = has_layers or _LAYERS in part
    return has_layers and any(map(_OFF.search, objects.parts(data)))
