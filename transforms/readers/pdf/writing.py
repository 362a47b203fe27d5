"""Pages of other formats written as a PDF, so that one reader knows pages: what is seen of them, their rulings, pictures and text.

Characters are written with the widths that their document gives them, in fonts that are made for it: each code stands for one
character of one width.
"""

from __future__ import annotations

import io
import warnings
import zlib
from typing import TYPE_CHECKING

from transforms.grid import UnreadableDocument

if TYPE_CHECKING:
    from PIL import Image

_EM = 1000              # glyph space units of a font's size (ISO 32000-1, 9.2.4)
_ASCENT, _DESCENT = 880, -120    # of the size, as Chinese fonts have them
_FIRST, _MOST_CODES = 0x8000, 0x7F00    # of one font; they have two bytes, and lower ones have a meaning in Chinese fonts (Adobe-GB1)
_MOST_DOTS = 40_000_000          # of a picture: a sheet of A3 at 400 dots per inch has 31 million
_MOST_OF_ALL = 1_000_000_000     # bytes of a document's pictures
_JBIG2 = b"\x97JB2"    # its file's signature (ITU-T T.88, annex D.4.1)
_FORMATS = ("PNG", "JPEG", "BMP", "GIF", "TIFF", "WEBP")
_SPACES = {"1": "DeviceGray", "L": "DeviceGray", "RGB": "DeviceRGB"}    # by Pillow's modes
_RESOURCES, _PAGES, _CATALOGUE = 1, 2, 3    # numbers of objects that are written last


class Writer:
    """A PDF that is written page by page."""

    def __init__(self) -> None:
        self._objects: dict[int, bytes] = {}
        self._last = _CATALOGUE
        self._codes: dict[tuple[str, int], int] = {}
        self._opacities: dict[int, str] = {}
        self._pictures: dict[str, int] = {}
        self._pages: list[int] = []
        self._left = _MOST_OF_ALL

    def code(self, character: str, width: float) -> tuple[str, str]:
        """The name of the font and the code, in hexadecimal digits, of a character that is so many times as wide as its size."""
        place = self._codes.setdefault((character, round(width * _EM)), len(self._codes))
        return f"F{place // _MOST_CODES}", f"{_FIRST + place % _MOST_CODES:04X}"

    def opacity(self, opacity: int) -> str:
        """The name of the state in which fills and strokes have an opacity, 0 to 255."""
        return self._opacities.setdefault(opacity, f"O{opacity}")

    def picture(self, name: str, data: bytes) -> str:
        """The name of a picture that is drawn into a square with sides of 1.

        Args:
            name: tells it from others.
            data: its file.

        Raises:
            UnreadableDocument: `too-large`, `unread-picture` for JBIG2, or `damaged-page` where it cannot be read.
        """
        if name not in self._pictures:
            self._pictures[name] = self._picture(data)
        return f"P{self._pictures[name]}"

    def add_page(self, width: float, height: float, content: bytes) -> None:
        """Add a page of this size, in points, with the operators that draw it."""
        stream = self._stream("", content)
        page = f"<</Type/Page/Parent {_PAGES} 0 R/MediaBox[0 0 {width:.3f} {height:.3f}]/Contents {stream} 0 R>>"
        self._pages.append(self._add(page.encode()))

    def written(self) -> bytes:
        """The whole file."""
        fonts = "".join(f"/F{number} {self._font(number)} 0 R" for number in range(-(-len(self._codes) // _MOST_CODES)))
        states = "".join(f"/{name}<</ca {value / 255:.3f}/CA {value / 255:.3f}>>" for value, name in self._opacities.items())
        pictures = "".join(f"/P{number} {number} 0 R" for number in self._pictures.values())
        pages = "".join(f"{number} 0 R " for number in self._pages)
        self._objects[_RESOURCES] = f"<</Font<<{fonts}>>/ExtGState<<{states}>>/XObject<<{pictures}>>>>".encode()
        self._objects[_PAGES] = f"<</Type/Pages/Count {len(self._pages)}/Kids[{pages}]/Resources {_RESOURCES} 0 R>>".encode()
        self._objects[_CATALOGUE] = f"<</Type/Catalog/Pages {_PAGES} 0 R>>".encode()
        file = io.BytesIO()
        file.write(b"%PDF-1.7\n")
        places = []
        for number in range(1, self._last + 1):
            places.append(file.tell())
            file.write(b"%d 0 obj\n%b\nendobj\n" % (number, self._objects[number]))
        begin = file.tell()
        file.write(b"xref\n0 %d\n0000000000 65535 f \n" % (self._last + 1))
        file.write(b"".join(b"%010d 00000 n \n" % place for place in places))
        file.write(b"trailer\n<</Size %d/Root %d 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (self._last + 1, _CATALOGUE, begin))
        return file.getvalue()

    def _add(self, content: bytes) -> int:
        self._last += 1
        self._objects[self._last] = content
        return self._last

    def _stream(self, entries: str, content: bytes, *, is_packed: bool = False) -> int:
        if not is_packed:
            entries, content = f"{entries}/Filter/FlateDecode", zlib.compress(content, 1)
        return self._add(f"<<{entries}/Length {len(content)}>>\nstream\n".encode() + content + b"\nendstream")

    def _font(self, number: int) -> int:
        chosen = list(self._codes)[number * _MOST_CODES : (number + 1) * _MOST_CODES]
        widths = " ".join(str(width) for _, width in chosen)
        unicode = self._stream("", _unicode([character for character, _ in chosen]))
        descriptor = self._add(
            f"<</Type/FontDescriptor/FontName/SimSun/Flags 4/FontBBox[0 {_DESCENT} {_EM} {_ASCENT}]/ItalicAngle 0"
            f"/Ascent {_ASCENT}/Descent {_DESCENT}/CapHeight {_ASCENT}/StemV 80>>".encode()
        )
        descendant = self._add(
            f"<</Type/Font/Subtype/CIDFontType2/BaseFont/SimSun/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>"
            f"/FontDescriptor {descriptor} 0 R/W[{_FIRST}[{widths}]]>>".encode()
        )
        return self._add(
            f"<</Type/Font/Subtype/Type0/BaseFont/SimSun/Encoding/Identity-H/DescendantFonts[{descendant} 0 R]/ToUnicode {unicode} 0 R>>"
            .encode()
        )

    def _picture(self, data: bytes) -> int:
        from PIL import Image, UnidentifiedImageError  # few documents need it

        try:
            with warnings.catch_warnings(), Image.open(io.BytesIO(data), formats=_FORMATS) as image:
                warnings.simplefilter("ignore")    # its own bound on sizes is higher than ours
                self._left -= image.width * image.height * 4
                if image.width * image.height > _MOST_DOTS or self._left < 0:
                    raise UnreadableDocument("too-large", f"A picture has {image.width:,} × {image.height:,} dots, or all have too many.")
                return self._drawn(image, data)
        except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError, EOFError, IndexError) as error:
            if data.startswith(_JBIG2):
                raise UnreadableDocument("unread-picture", "A picture in JBIG2 is not read; publish it as PNG or JPEG.") from error
            raise UnreadableDocument("damaged-page", "A picture of the page cannot be read; publish it as PNG or JPEG.") from error

    def _drawn(self, image: Image.Image, data: bytes) -> int:
        size = f"/Type/XObject/Subtype/Image/Width {image.width}/Height {image.height}/BitsPerComponent 8"
        if image.format == "JPEG" and image.mode in _SPACES:
            return self._stream(f"{size}/ColorSpace/{_SPACES[image.mode]}/Filter/DCTDecode", data, is_packed=True)
        mask = ""
        if image.has_transparency_data:
            opacity = image.convert("RGBA").getchannel("A")
            mask = f"/SMask {self._stream(f'{size}/ColorSpace/DeviceGray', opacity.tobytes())} 0 R"
        mode = "L" if image.mode in {"1", "L"} else "RGB"
        return self._stream(f"{size}/ColorSpace/{_SPACES[mode]}{mask}", image.convert(mode).tobytes())


def _unicode(characters: list[str]) -> bytes:
    """What the codes from the first on stand for (9.10.3)."""
    lines = [f"<{code:04X}> <{character.encode('utf-16-be').hex()}>" for code, character in enumerate(characters, start=_FIRST)]
    blocks = (lines[begin : begin + 100] for begin in range(0, len(lines), 100))
    mapped = "\n".join(f"{len(block)} beginbfchar\n{chr(10).join(block)}\nendbfchar" for block in blocks)
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CMapName /Codes def\n/CMapType 2 def\n"
        f"1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n{mapped}\nendcmap\nend\nend\n"
    ).encode()
