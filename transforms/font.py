"""The one font with Chinese characters: for documents that do not carry their own, and for pictures of pages."""

from __future__ import annotations

from pathlib import Path

import manimgx_fonts_cjk

FONT = Path(manimgx_fonts_cjk.__file__).with_name("NotoSansCJK-VF.otf.ttc")
SIMPLIFIED, WEIGHT = 2, "Regular"    # of the faces in the file that with the mainland's forms, of its weights the one of books
