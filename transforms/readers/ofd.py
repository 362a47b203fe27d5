"""OFD (GB/T 33190-2016), the fixed pages that Chinese offices publish: a ZIP archive of XML that places every character.

Its pages are printed into a PDF, object by object, and read as those of one: what is seen, what makes a table and what is a scan is
decided in one place. Lengths are in millimetres, from the top left corner, in the document; in points in the PDF.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate, repeat
from math import cos, hypot, isfinite, radians, sin, sqrt
from typing import NamedTuple
from unicodedata import east_asian_width

from transforms.grid import Reading, UnreadableDocument
from transforms.names import width
from transforms.readers.office_package import Element, Package, damaged, parse_xml
from transforms.readers.pdf import document
from transforms.readers.pdf.writing import Writer

_POINTS = 72 / 25.4                        # per millimetre
_PAPER = (0.0, 0.0, 210.0, 297.0)          # of a document that does not say
_LARGEST = 5_000.0                         # millimetres of a page's side; PDF programs draw 5,080
_LINE_WIDTH = 0.353                        # where none is said (8.1)
_MOST_PAGES = 5_000
_MOST_OBJECTS = 300_000                    # characters and objects of a page; a dense one has 5,000
_DEPTH = 12                                # blocks within blocks; real ones have up to 3
_LARGEST_PART = 50_000_000                 # bytes of one part in XML
_BLACK, _UNTOLD = (0, 0, 0), (128, 128, 128)                  # the latter for a shading: seen on white and on black, and below both
_LETTER, _LOOSE = 0.5, 0.15                # of its size, by which Latin letters may be wider than half of it (W), and others than usual
_APART: set[str] = {"Stamp", "Watermark", "Link"}    # kinds of annotations that lie over what is published, and are none of it
_ENCRYPTED = "Encryptions.xml"             # GM/T 0099: parts are encrypted one by one
_LAYERS = {"Background": 0, "Body": 1, "Foreground": 2}
_PARTS = {"M": 2, "S": 2, "L": 2, "Q": 4, "B": 6, "A": 7, "C": 0}    # numbers behind each operator of a path (table 35)

Matrix = tuple[float, float, float, float, float, float]
_IDENTITY: Matrix = (1, 0, 0, 1, 0, 0)


class Printed(NamedTuple):
    """A document as a PDF, page by page, and what of its pages could not be printed."""

    pdf: bytes
    errors: tuple[UnreadableDocument, ...]


def read(data: bytes) -> Reading:
    """Read an OFD document.

    Args:
        data: the whole file.

    Returns:
        As of a PDF with the same pages. Signatures, seals and watermarks are no part of it.

    Raises:
        UnreadableDocument: `damaged-file`, `encrypted-document` or `too-large`.
    """
    printed_pages = printed(data)
    reading = document.read(printed_pages.pdf)
    return replace(reading, format="ofd", errors=(*printed_pages.errors, *reading.errors))


def printed(data: bytes) -> Printed:
    """Print an OFD document into a PDF.

    Args:
        data: the whole file.

    Returns:
        The PDF; pages that could not be printed are blank in it and told in errors (`damaged-page`, `too-large`).

    Raises:
        UnreadableDocument: as `read`.
    """
    package = Package(data)
    if _ENCRYPTED in package:
        raise UnreadableDocument("encrypted-document", "The document needs a password; ask the department to publish it without one.")
    writer = Writer()
    errors: list[UnreadableDocument] = []
    number = 0
    for path in _documents(package):
        held = _Document(package, path)
        for page in held.pages():
            number += 1
            if number > _MOST_PAGES:
                raise UnreadableDocument("too-large", f"The document has more than {_MOST_PAGES:,} pages; publish it in parts.")
            try:
                box, content, doubts = held.drawn(page, writer)
                errors += (_page_error(doubt, number) for doubt in doubts)
            except (UnreadableDocument, ValueError, OverflowError, RecursionError) as error:
                errors.append(_page_error(error, number))
                box, content = _PAPER, b""
            writer.add_page(box[2] * _POINTS, box[3] * _POINTS, content)
    if not number:
        raise damaged("it has no page")
    return Printed(writer.written(), tuple(errors))


def _page_error(error: Exception, number: int) -> UnreadableDocument:
    if isinstance(error, UnreadableDocument):
        return UnreadableDocument("damaged-page" if error.code == "damaged-file" else error.code, error.message, number)
    return UnreadableDocument("damaged-page", f"The page is damaged ({error}); fetch or publish the file again.", number)


def _documents(package: Package) -> Iterator[str]:
    """The roots of the documents in a file, mostly one."""
    for root in _xml(package, "OFD.xml").iterfind("{*}DocBody/{*}DocRoot"):
        yield _resolved(package, "", root.text or "")


def _xml(package: Package, path: str) -> Element:
    data = package.read(path)
    if len(data) > _LARGEST_PART:
        raise UnreadableDocument("too-large", f"A part of the document has more than {_LARGEST_PART:,} bytes.")
    return parse_xml(data)


def _resolved(package: Package, folder: str, location: str) -> str:
    """The path of a part: from the package's root, from the folder of the part that names it, or from those around it as some write."""
    path = _joined(folder, location)
    while folder and path not in package:
        folder = posixpath.dirname(folder)
        path = _joined(folder, location)
    return path


def _joined(folder: str, location: str) -> str:
    return posixpath.normpath(posixpath.join("/", folder, location.strip().replace("\\", "/"))).lstrip("/")


def _numbers(text: str | None, count: int | None = None) -> list[float]:
    """The numbers in a text.

    Raises:
        ValueError: it holds something else, or another count of them.
    """
    found = [float(part) for part in (text or "").split()]
    if not all(map(isfinite, found)) or (count is not None and len(found) != count):
        raise ValueError(f"{(text or '')[:40]!r} where {count or ''} numbers were expected")
    return found


def _box(text: str | None) -> tuple[float, float, float, float]:
    left, top, across, down = _numbers(text, 4)
    return left, top, across, down


@dataclass(slots=True)
class _Document:
    """One document of a package: where its pages are, and what they share."""

    package: Package
    path: str
    root: Element = field(init=False)
    shared: dict[str, tuple[Element, str]] = field(default_factory=dict)    # by id: a resource, and the folder of what it names

    def __post_init__(self) -> None:
        self.root = _xml(self.package, self.path)
        for tag in ("PublicRes", "DocumentRes"):
            for location in self.root.iterfind(f"{{*}}CommonData/{{*}}{tag}"):
                self.shared.update(self.resources(self.folder, location.text or ""))

    @property
    def folder(self) -> str:
        return posixpath.dirname(self.path)

    def pages(self) -> Iterator[Element]:
        yield from self.root.iterfind("{*}Pages/{*}Page")

    def resources(self, folder: str, location: str) -> dict[str, tuple[Element, str]]:
        """Everything that a part of resources holds, by id."""
        path = _resolved(self.package, folder, location)
        root = _xml(self.package, path)
        base = _joined(posixpath.dirname(path), root.get("BaseLoc", ""))
        return {one.get("ID", ""): (one, base) for group in root.iterchildren("{*}*") for one in group.iterchildren("{*}*")}

    def drawn(self, page: Element, writer: Writer) -> tuple[tuple[float, float, float, float], bytes, list[UnreadableDocument]]:
        """A page's box in millimetres, what draws it in a PDF, and why pictures are missing from it."""
        path = _resolved(self.package, self.folder, page.get("BaseLoc", ""))
        content = _xml(self.package, path)
        box = self._paper(content)
        resources = dict(self.shared)
        for location in content.iterfind("{*}PageRes"):
            resources.update(self.resources(posixpath.dirname(path), location.text or ""))
        pencil = _Pencil(self, writer, resources)
        pencil.begin(box)
        for layer in self._layers(content):
            pencil.draw(layer, _IDENTITY, _DEPTH, pencil.drawing_of(layer, {}))
        for appearance in self._annotations(page.get("ID", "")):
            left, top, *_ = _box(appearance.get("Boundary", "0 0 0 0"))
            pencil.draw(appearance, (1, 0, 0, 1, left, top), _DEPTH, {})
        return box, pencil.content(), pencil.doubts

    def _paper(self, content: Element) -> tuple[float, float, float, float]:
        for area in (content.find("{*}Area"), self.root.find("{*}CommonData/{*}PageArea")):
            if area is not None and (physical := area.findtext("{*}PhysicalBox")):
                box = _box(physical)
                if not (0 < box[2] <= _LARGEST and 0 < box[3] <= _LARGEST):
                    raise ValueError(f"a page of {box[2]:g} × {box[3]:g} mm")
                return box
        return _PAPER

    def _layers(self, content: Element) -> list[Element]:
        """The layers of a page and of its templates, from the lowest to the highest."""
        found = [(_LAYERS.get(layer.get("Type", "Body"), 1), layer) for layer in content.iterfind("{*}Content/{*}Layer")]
        for use in content.iterfind("{*}Template"):
            level = _LAYERS.get(use.get("ZOrder", "Background"), 0)
            found = [*((level, layer) for layer in self._template(use.get("TemplateID", ""))), *found]
        return [layer for _, layer in sorted(found, key=lambda one: one[0])]

    def _template(self, template: str) -> Iterator[Element]:
        for page in self.root.iterfind("{*}CommonData/{*}TemplatePage"):
            if page.get("ID") == template:
                content = _xml(self.package, _resolved(self.package, self.folder, page.get("BaseLoc", "")))
                yield from content.iterfind("{*}Content/{*}Layer")

    def _annotations(self, page: str) -> Iterator[Element]:
        """What annotations of a page look like."""
        for location in self.root.iterfind("{*}Annotations"):
            path = _resolved(self.package, self.folder, location.text or "")
            for listed in _xml(self.package, path).iterfind("{*}Page"):
                file = listed.findtext("{*}FileLoc")
                if listed.get("PageID") == page and file:
                    found = _xml(self.package, _resolved(self.package, posixpath.dirname(path), file))
                    shown = (one for one in found.iterfind("{*}Annot") if one.get("Type") not in _APART and _is_visible(one))
                    yield from (look for one in shown for look in one.iterfind("{*}Appearance"))


def _is_visible(element: Element) -> bool:
    return _is_set(element, "Visible", default=True) and _opacity(element.get("Alpha")) > 0


def _is_set(element: Element, name: str, *, default: bool) -> bool:
    return element.get(name, "true" if default else "false").strip().lower() in {"true", "1"}


class _Color(NamedTuple):
    red: int
    green: int
    blue: int
    opacity: int


_Style = Mapping[str, "Element | str"]    # what a drawing parameter says: elements of colours and attributes
_HIDDEN = "hidden"                        # stands in the style of what is not shown


@dataclass(slots=True)
class _Pencil:
    """Draws the objects of a page."""

    document: _Document
    writer: Writer
    resources: dict[str, tuple[Element, str]]
    doubts: list[UnreadableDocument] = field(default_factory=list)
    _operators: list[str] = field(default_factory=list)
    _left: int = _MOST_OBJECTS

    def begin(self, box: tuple[float, float, float, float]) -> None:
        """Begin a page: from millimetres below its top left corner to points above its bottom left one."""
        left, top, _, down = box
        self._operators.append(f"{_POINTS:.6f} 0 0 {-_POINTS:.6f} {_number(-left * _POINTS)} {_number((top + down) * _POINTS)} cm")

    def content(self) -> bytes:
        """What was drawn."""
        return "\n".join(self._operators).encode()

    def draw(self, block: Element, matrix: Matrix, depth: int, style: _Style) -> None:
        """Draw the objects of a layer or block, placed by `matrix`, with what holds where they do not say."""
        if not depth:
            raise UnreadableDocument("too-large", "The page has blocks within blocks without end; print it into a PDF.")
        for element in block.iterchildren("{*}*"):
            self._spend(1)
            kind = element.tag.rpartition("}")[2]
            if kind == "PageBlock":
                self.draw(element, matrix, depth - 1, self.drawing_of(element, style))
            elif kind in {"TextObject", "PathObject", "ImageObject", "CompositeObject"}:
                self._draw_object(kind, element, matrix, depth, self.drawing_of(element, style))

    def drawing_of(self, element: Element, outer: _Style) -> _Style:
        """What holds for an element: its own word, that of its drawing parameter, of those this is relative to, of what it is in."""
        chosen: dict[str, Element | str] = {} if _is_visible(element) else {_HIDDEN: ""}
        name, left = element.get("DrawParam"), _DEPTH
        source: Element | None = element
        while source is not None and left:
            for child in source.iterchildren("{*}FillColor", "{*}StrokeColor"):
                chosen.setdefault(child.tag.rpartition("}")[2], child)
            if thickness := source.get("LineWidth"):
                chosen.setdefault("LineWidth", thickness)
            source = self.resources[name][0] if name in self.resources else None
            name, left = source.get("Relative") if source is not None else None, left - 1
        return {**outer, **chosen}

    def _spend(self, count: int) -> None:
        self._left -= count
        if self._left < 0:    # a table without some of its lines would be another table
            raise UnreadableDocument("too-large", "The page draws more than can be read; print it into a new PDF.")

    def _draw_object(self, kind: str, element: Element, matrix: Matrix, depth: int, style: _Style) -> None:
        left, top, across, down = _box(element.get("Boundary"))
        self._operators.append(f"q {_cm(_times((1, 0, 0, 1, left, top), matrix))}")
        self._clip(element, is_placed=False)
        self._operators.append(_cm(_matrix(element.get("CTM"))))
        self._clip(element, is_placed=True)
        if kind == "TextObject":
            self._draw_text(element, style)
        elif kind == "CompositeObject":
            self._draw_composite(element, depth, style)
        elif _HIDDEN not in style and kind == "PathObject":
            self._draw_path(element, style)
        elif _HIDDEN not in style:
            if not element.get("CTM"):
                self._operators.append(_cm((across, 0, 0, down, 0, 0)))
            self._draw_image(element)
        self._operators.append("Q")

    def _draw_composite(self, element: Element, depth: int, style: _Style) -> None:
        unit, _ = self.resources.get(element.get("ResourceID", ""), (None, ""))
        if unit is None:
            raise ValueError(f"its drawing {element.get('ResourceID')} is missing")
        for content in unit.iterfind("{*}Content"):
            self.draw(content, _IDENTITY, depth - 1, style)

    def _draw_image(self, element: Element) -> None:
        resource, base = self.resources.get(element.get("ResourceID", ""), (None, ""))
        location = resource.findtext("{*}MediaFile") if resource is not None else None
        if location is None:
            raise ValueError(f"its picture {element.get('ResourceID')} is missing")
        path = _resolved(self.document.package, base, location)
        try:
            name = self.writer.picture(path, self.document.package.read(path))
        except UnreadableDocument as error:
            self.doubts.append(error)    # it may be a scan, or an ornament beside a table
        else:
            self._operators.append(f"/{self.writer.opacity(_opacity(element.get('Alpha')))} gs 1 0 0 -1 0 1 cm /{name} Do")

    def _clip(self, element: Element, *, is_placed: bool) -> None:
        """Cut off what an object's clips do not show, each by its areas: those that its matrix places, or those that it does not."""
        clips = (one for one in element.iterfind("{*}Clips") if _is_set(one, "TransFlag", default=True) == is_placed)
        for clip in (one for clips_of in clips for one in clips_of.iterfind("{*}Clip")):
            areas = clip.iterfind("{*}Area")
            paths = [part for area in areas for path in area.iterfind("{*}Path") for part in _outline(path, _matrix(area.get("CTM")))]
            if paths:
                self._operators.append(" ".join([*paths, "W n"]))

    def _draw_path(self, element: Element, style: _Style) -> None:
        parts = list(_path(element.findtext("{*}AbbreviatedData") or "", _IDENTITY))
        self._spend(len(parts))
        fill = self._color(style.get("FillColor"), element) if _is_set(element, "Fill", default=False) and "FillColor" in style else None
        stroke = self._color(style.get("StrokeColor"), element) if _is_set(element, "Stroke", default=True) else None
        if not parts or not (fill or stroke):
            return
        thickness = style.get("LineWidth")
        self._operators.append(f"{_number(float(thickness) if isinstance(thickness, str) else _LINE_WIDTH)} w")
        evenly = "*" if element.get("Rule") == "Even-Odd" else ""
        for color, operators, paint in ((fill, "rg", f"f{evenly}"), (stroke, "RG", "S")):
            if color and color.opacity:
                self._operators.append(" ".join([self._ink(color, operators), *parts, paint]))

    def _ink(self, color: _Color, operator: str) -> str:
        red, green, blue = (f"{part / 255:.4f}" for part in color[:3])
        return f"/{self.writer.opacity(color.opacity)} gs {red} {green} {blue} {operator}"

    def _color(self, color: Element | str | None, element: Element) -> _Color:
        """A colour as it shows, with the opacity of its object."""
        opacity = _opacity(element.get("Alpha"))
        if color is None or isinstance(color, str):
            return _Color(0, 0, 0, opacity)
        opacity = round(opacity * _opacity(color.get("Alpha")) / 255)
        if len(color):
            return _Color(*_UNTOLD, opacity)
        match [min(max(_color_part(part), 0), 255) for part in color.get("Value", "").split()]:
            case [grey]:
                return _Color(grey, grey, grey, opacity)
            case [red, green, blue]:
                return _Color(red, green, blue, opacity)
            case [cyan, magenta, yellow, black]:
                red, green, blue = (round((255 - part) * (255 - black) / 255) for part in (cyan, magenta, yellow))
                return _Color(red, green, blue, opacity)
        return _Color(*(_UNTOLD if "Index" in color.attrib else _BLACK), opacity)

    def _draw_text(self, element: Element, style: _Style) -> None:
        fills, strokes = _is_set(element, "Fill", default=True), _is_set(element, "Stroke", default=False)
        fill, stroke = self._color(style.get("FillColor"), element), self._color(style.get("StrokeColor"), element)
        is_seen = _HIDDEN not in style and ((fills and fill.opacity > 0) or (strokes and stroke.opacity > 0))
        mode = (2 if strokes and fills else 1 if strokes else 0) if is_seen else 3
        size = _numbers(element.get("Size"), 1)[0]
        glyph = _Glyph(size, _numbers(element.get("HScale", "1"), 1)[0], int(_numbers(element.get("CharDirection", "0"), 1)[0]))
        ink = f"{self._ink(stroke, 'RG')} {self._ink(fill, 'rg')}" if fills or not strokes else self._ink(stroke, "RG")
        self._operators.append(f"{ink} BT {mode} Tr")
        x = y = 0.0
        for code in element.iterfind("{*}TextCode"):
            text = code.text or ""
            self._spend(len(text))
            x, y = (_numbers(code.get(name), 1)[0] if code.get(name) else before for name, before in (("X", x), ("Y", y)))
            if glyph.advance:
                self._write(text, glyph, (x, y), [_deltas(code.get(name), len(text) - 1) for name in ("DeltaX", "DeltaY")])
        self._operators.append("ET")

    def _write(self, text: str, glyph: _Glyph, begin: tuple[float, float], deltas: Sequence[list[float] | None]) -> None:
        """Write characters that stand so far from each other, as one run where they stand on one line."""
        across, down = deltas
        if across is None and down is None:
            across = [width(character) * glyph.advance for character in text]
        still = [0.0] * len(text)
        x, y = list(accumulate(across or still, initial=begin[0])), list(accumulate(down or still, initial=begin[1]))
        run: list[str] = []
        before = None    # where the run's last character was, its font and its width
        for place, character in enumerate(text):
            if character < " ":
                continue
            at = _Place(x[place], y[place])
            step = hypot(x[place + 1] - at.x, y[place + 1] - at.y) / abs(glyph.advance) if place + 1 < len(text) else 0
            wide = _width(character, step)
            font, code = self.writer.code(character, wide)
            if before and before[1] == font and before[0].y == at.y and not glyph.direction:
                run.append(f"{_number((before[2] - (at.x - before[0].x) / glyph.advance) * 1000)} <{code}>")
            else:
                self._finish(run)
                run = [f"/{font} {_number(glyph.size)} Tf {glyph.placed(at)} Tm [<{code}>"]
            before = at, font, wide
        self._finish(run)

    def _finish(self, run: Sequence[str]) -> None:
        if run:
            self._operators.append(f"{' '.join(run)}] TJ")


class _Place(NamedTuple):
    """A point of a page."""

    x: float
    y: float


class _Glyph(NamedTuple):
    """How characters are set: their size, by how much they are widened, by how many degrees turned clockwise."""

    size: float
    stretch: float
    direction: int

    @property
    def advance(self) -> float:
        """How far it is from one full-width character to the next."""
        return self.size * self.stretch

    def placed(self, at: _Place) -> str:
        """The matrix that sets characters upright at a place where lengths run down the page."""
        across, down = cos(radians(self.direction)), sin(radians(self.direction))
        return " ".join(map(_number, (self.stretch * across, self.stretch * down, down, -across, *at)))


def _width(character: str, step: float) -> float:
    """How many times as wide as its size a character is: as far as it is to the next one, where that is no gap."""
    usual = width(character)
    loosest = 1.0 if east_asian_width(character) == "A" else usual    # such as · and ×, which Chinese fonts set as wide as ideographs
    widest = usual + _LETTER if character.isalpha() and usual < 1 else loosest + _LOOSE
    return step if 0 < step <= widest else usual


def _deltas(text: str | None, count: int) -> list[float] | None:
    """How far it is from each of so many characters to the next: numbers, of which `g 3 0.5` stands for three; the last one goes on.

    Raises:
        ValueError: it holds something else.
    """
    parts = (text or "").split()
    if not parts:
        return None
    found: list[float] = []
    place = 0
    while place < len(parts) and len(found) < count:
        if parts[place] == "g":
            times, value = _numbers(" ".join(parts[place + 1 : place + 3]), 2)
            found.extend(repeat(value, min(max(int(times), 0), count - len(found))))
            place += 3
        else:
            found.extend(_numbers(parts[place], 1))
            place += 1
    return [*found, *repeat(found[-1] if found else 0.0, count - len(found))]


def _opacity(text: str | None) -> int:
    return 255 if text is None else round(min(max(_numbers(text, 1)[0], 0), 255))


def _color_part(text: str) -> int:
    return int(text[1:], 16) if text.startswith("#") else int(float(text))


def _matrix(text: str | None) -> Matrix:
    if not text:
        return _IDENTITY
    a, b, c, d, e, f = _numbers(text, 6)
    return a, b, c, d, e, f


def _times(inner: Matrix, outer: Matrix) -> Matrix:
    """What it is to place by `inner` and then by `outer`."""
    a, b, c, d, e, f = inner
    g, h, i, j, k, m = outer
    return a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m


def _number(value: float) -> str:
    """A number as PDF writes it, without exponent."""
    return f"{value:.5f}".rstrip("0").rstrip(".")


def _cm(matrix: Matrix) -> str:
    return f"{' '.join(map(_number, matrix))} cm"


def _path(data: str, matrix: Matrix) -> Iterator[str]:
    """The operators of a path that is written in short (9.1, table 35), its points placed by a matrix.

    Raises:
        ValueError: it is no such path.
    """
    tokens = data.split()
    place, at = 0, _Place(0, 0)
    while place < len(tokens):
        operator = tokens[place]
        count = _PARTS.get(operator)
        if count is None:
            raise ValueError(f"a path with {operator[:20]!r}")
        numbers = _numbers(" ".join(tokens[place + 1 : place + 1 + count]), count)
        place += 1 + count
        if operator == "C":
            yield "h"
            continue
        end = _Place(*numbers[-2:])
        points = _controls(operator, at, numbers)
        placed = (part for point in (*points, end) for part in _moved(point, matrix))
        yield f"{' '.join(map(_number, placed))} {'c' if points else 'l' if operator == 'L' else 'm'}"
        at = end


def _outline(path: Element, matrix: Matrix) -> Iterator[str]:
    """The operators of a path object, placed by its own matrix and box, then by another."""
    left, top, *_ = _box(path.get("Boundary", "0 0 0 0"))
    return _path(path.findtext("{*}AbbreviatedData") or "", _times(_times(_matrix(path.get("CTM")), (1, 0, 0, 1, left, top)), matrix))


def _controls(operator: str, at: _Place, numbers: Sequence[float]) -> tuple[_Place, ...]:
    """The two points that bend a curve from one place to another; none for what is straight."""
    if operator == "B":
        return _Place(*numbers[:2]), _Place(*numbers[2:4])
    end = _Place(*numbers[-2:])
    if operator == "Q":
        x, y = numbers[:2]
        return _Place((at.x + 2 * x) / 3, (at.y + 2 * y) / 3), _Place((end.x + 2 * x) / 3, (end.y + 2 * y) / 3)
    if operator == "A":
        return _bulge(at, end, numbers)
    return ()


def _bulge(at: _Place, end: _Place, numbers: Sequence[float]) -> tuple[_Place, ...]:
    """About an arc: a curve as high over its chord. Text and rulings are none, so that more is not asked."""
    radius, is_large, is_clockwise = max(abs(numbers[0]), abs(numbers[1])), numbers[3] != 0, numbers[4] != 0
    across, down = end.x - at.x, end.y - at.y
    chord = hypot(across, down)
    if not chord:
        return at, end
    rest = sqrt(max(radius**2 - chord**2 / 4, 0))
    height = (radius + rest if is_large else radius - rest) * 4 / 3 * (1 if is_clockwise else -1)
    right, below = down / chord * height, -across / chord * height
    return _Place(at.x + right, at.y + below), _Place(end.x + right, end.y + below)


def _moved(point: _Place, matrix: Matrix) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * point.x + c * point.y + e, b * point.x + d * point.y + f
