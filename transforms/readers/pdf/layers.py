"""Whether a document has layers (optional contents), which may be switched off."""

from __future__ import annotations

from transforms.readers.pdf import objects

_LAYERS = b"/OCProperties"    # of the catalogue (ISO 32000-1, 8.11.4.2)


def may_have(data: bytes) -> bool:
    """Whether a document may have layers: PDFium knows which are shown, and does not tell.

    Args:
        data: the whole file.
    """
    return (objects.ENCRYPTED in data and b"/ObjStm" in data) or any(_LAYERS in part for part in objects.parts(data))
