"""What an HTML page's own styles hide and lay out as tables: by its style sheets and style attributes, on a screen of usual width.

Style sheets in other files are not fetched. What a rule hides and another one of the same class or id shows again is shown by a
script (tabs), so it is no more hidden than the back of a page.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeAlias

import tinycss2.color3
import tinycss2.color4
from lxml import etree

from transforms.amounts import is_amount
from transforms.readers import style_sheets
from transforms.readers.style_sheets import Rule, Style

Element: TypeAlias = etree._Element
Weight = tuple[bool, tuple[int, int, int, int], int]    # important, specificity (inline styles first), order
Color = tuple[float, float, float, float]               # red, green, blue and opacity, to 1

_SCREEN = 1280          # CSS pixels across; phones and print have rules of their own
_EM = 16                # CSS pixels, where nothing else is said
_FAINT = 0.05           # opacity
_CONTRAST = 24 / 255    # as in PDF: less difference from what is behind is not seen
_TINY = 2               # CSS pixels of a font
_FAR = -400             # CSS pixels: nobody moves shown text so far off its place
_SPECK = 1              # CSS pixels: a box of that size shows nothing
_WHITE: Color = (1, 1, 1, 1)
_PIXELS = {"px": 1.0, "pt": 96 / 72, "em": _EM, "rem": _EM, "ex": _EM / 2, "in": 96.0, "cm": 96 / 2.54, "mm": 96 / 25.4,
           "%": _EM / 100, "": 1.0}
_LENGTH = re.compile(r"(-?(?:\d+(?:\.\d*)?|\.\d+))([a-z%]*)")
_MOVED = ("left", "top", "right", "bottom", "text-indent", "margin-left", "margin-top")
_MOVES_ALWAYS = ("text-indent", "margin-left", "margin-top")    # the others move what has a position of its own
_BOX = ("width", "height", "max-width", "max-height")
_READ = frozenset({
    "display", "visibility", "opacity", "filter", "content-visibility", "font-size", "color", "-webkit-text-fill-color", "background",
    "background-color", "background-clip", "-webkit-background-clip", "position", "overflow", "clip", "clip-path", "transform", "translate",
    "scale", "white-space", "flex-direction", "flex-flow", "grid-template-columns", "text-decoration", "text-decoration-line",
    "background-image", "content", *_MOVED, *_BOX,
})
_INHERITED = ("inherit", "unset")    # values that leave text as what is around it
_DISPLAYED = {
    "table": "table", "inline-table": "table", "table-row": "tr", "table-cell": "td", "table-row-group": "tbody",
    "table-header-group": "thead", "table-footer-group": "tfoot", "table-caption": "caption",
}
_ROLES = {    # WAI-ARIA 1.2
    "table": "table", "grid": "table", "treegrid": "table", "row": "tr", "rowgroup": "tbody", "cell": "td", "gridcell": "td",
    "columnheader": "td", "rowheader": "td",
}
_BOXES = ("div", "span", "section", "article", "ul", "ol", "li", "dl", "dt", "dd", "p")    # what is no table by itself
_STRUCK = ("s", "strike", "del")
_TEXT_COLORS = ("color", "-webkit-text-fill-color")
_ROWS, _GRIDS = ("flex", "inline-flex"), ("grid", "inline-grid")
_LEAST_ROWS = 3     # of boxes that are laid out as a table, and amounts in them
_LEAST_CELLS = 2    # of a row: a box that is laid out as a table of one cell only keeps things together
_CUT = re.compile(r"rect\((?:\s*[01]?(?:px)?\s*,?){4}\)|inset\((?:50|[6-9]\d|100)%.*\)|circle\(0.*\)")
_CUTTING = re.compile("hidden|clip")
_TURN = re.compile(r"rotate(?:z)?\(\s*(-?(?:\d+(?:\.\d*)?|\.\d+))(deg|rad|grad|turn)\s*\)")
_DEGREES = {"deg": 1.0, "rad": 57.29578, "grad": 0.9, "turn": 360.0}
_UPRIGHT = 5           # degrees by which text may be turned and is still no watermark
_FADED = 0.4           # opacity of a watermark; what is disabled has 0.5
_PARTS_OF_NUMBERS = ".,-−+()%≥≤<>="
_NAME = re.compile(r"[.#][\w-]+")


@dataclass(slots=True)
class Styles:
    """The styles of a page; `winners` remembers which values hold by element, for each property that was asked for."""

    page: Element
    rules: list[Rule]
    inline: list[tuple[Element, Style]]
    generated: list[Rule] = field(default_factory=list)    # of what is written before and after the text of elements
    winners: dict[str, dict[Element, str]] = field(default_factory=dict)

    def values(self, name: str) -> set[str]:
        """All values that a property is given anywhere."""
        styles = (style for style in (*(rule.style for rule in self.rules), *(style for _, style in self.inline)))
        return {style[name][0] for style in styles if name in style}

    def of(self, name: str) -> dict[Element, str]:
        """The value of a property for each element that has one of its own."""
        if name not in self.winners:
            best: dict[Element, tuple[Weight, str]] = {}
            for rule in self.rules:
                if name in rule.style:
                    value, is_important = rule.style[name]
                    weight: Weight = (is_important, (0, *rule.specificity), rule.order)
                    for element in rule.matches(self.page):
                        _keep(best, element, weight, value)
            for element, style in self.inline:
                if name in style:
                    value, is_important = style[name]
                    _keep(best, element, (is_important, (1, 0, 0, 0), 0), value)
            self.winners[name] = {element: value for element, (_, value) in best.items() if value not in _INHERITED}
        return self.winners[name]


def lay_out(page: Element) -> list[str]:
    """Make tables of boxes that are laid out as tables, mark as `hidden` the elements that a page does not show, and take out unseen texts.

    Args:
        page: the root; attributes of old (`color` of `font`, `bgcolor`) count as styles.

    Returns:
        The texts in and around cells of tables that are not shown.
    """
    styles = _styles(page)
    _show_hidden(styles)
    _make_tables(styles)
    _write_into_elements(styles)
    _generate(styles)
    unseen: list[str] = []
    for element in _not_shown(styles):
        unseen += in_table(element, "".join(element.itertext()))
        element.set("hidden", "")
    has_visible_part = _has_visible_part(styles)
    color_tests = ((name, _color_test(styles, name)) for name in _TEXT_COLORS)
    for name, is_unseen in (("font-size", _is_tiny), ("visibility", has_visible_part), *color_tests):
        if is_unseen:
            own = styles.of(name)
            for element in [element for element, value in own.items() if is_unseen(element, value)]:
                unseen += in_table(element, _emptied(element, own))
    return [text for text in unseen if text.strip()]


def _show_hidden(styles: Styles) -> None:
    """Show what is marked as hidden and displayed by a style, which goes before the mark (HTML standard, 15.3.1)."""
    if any(map(_is_displayed, styles.values("display"))):
        for element, value in styles.of("display").items():
            if _is_displayed(value) and element.get("hidden", "until-found").lower() != "until-found":
                del element.attrib["hidden"]


def _is_displayed(value: str) -> bool:
    return value not in ("none", "revert", "contents")


def _write_into_elements(styles: Styles) -> None:
    """Write into elements what readers look for there: text that a style strikes through or does not, columns that it leaves out."""
    for name in ("text-decoration", "text-decoration-line"):
        for element, value in styles.of(name).items() if styles.values(name) else ():
            if "line-through" in value:
                element.set("style", f"{element.get('style', '')};text-decoration:line-through")
            elif element.tag in _STRUCK:
                element.tag = "span"
    if "collapse" in styles.values("visibility"):
        for element, value in styles.of("visibility").items():
            if element.tag in ("col", "colgroup") and value == "collapse":
                element.set("style", f"{element.get('style', '')};visibility:collapse")


def _generate(styles: Styles) -> None:
    """Write into cells of tables what style sheets write there before and after a text, in an element with a style of its own."""
    for place in ("before", "after"):
        own = Styles(styles.page, [rule for rule in styles.generated if rule.generated == place], [])
        for element, value in own.of("content").items() if own.rules else ():
            is_in_cell = element.tag in ("td", "th") or next(element.iterancestors("td", "th"), None) is not None
            text = _generated(element, value) if is_in_cell else ""
            if not _is_written(text):
                continue
            part = etree.Element("span")
            part.text = text
            if place == "before":
                part.tail, element.text = element.text, None
                element.insert(0, part)
            else:
                element.append(part)
            names = {name for rule in own.rules for name in rule.style}
            styles.inline.append((part, {name: (own.of(name)[element], False) for name in names if element in own.of(name)}))
            styles.winners.clear()


def _is_written(text: str) -> bool:
    """Whether it may be a part of a text or number; arrows, stars and bullets are decoration."""
    return bool(text) and (any(map(str.isalnum, text)) or all(character in _PARTS_OF_NUMBERS for character in text))


def _generated(element: Element, value: str) -> str:
    """The strings and attributes that `content` names; characters of private use are pictures."""
    texts: list[str] = []
    for node in tinycss2.parse_component_value_list(value):
        if node.type == "string":
            texts.append(node.value)
        elif node.type == "function" and node.lower_name == "attr":
            texts.append(element.get(tinycss2.serialize(node.arguments).strip().lower(), ""))
        elif node.type == "literal" and node.value == "/":    # what is read aloud
            break
    return "".join(character for character in "".join(texts) if unicodedata.category(character) != "Co")


def _make_tables(styles: Styles) -> None:
    """Give boxes that a style or role makes parts of a table the names of such parts, where they have rows of several cells."""
    parts: dict[Element, str] = {}
    if any(_DISPLAYED.get(value) == "td" for value in styles.values("display")):
        parts = {element: tag for element, value in styles.of("display").items() if (tag := _DISPLAYED.get(value))}
    parts |= {element: tag for element in styles.page.iterfind(".//*[@role]") if (tag := _ROLES.get(element.get("role", "")))}
    boxes = {element: tag for element, tag in parts.items() if element.tag in _BOXES}
    for table in [element for element, tag in boxes.items() if tag == "table"]:
        inside = [(element, boxes[element]) for element in table.iterdescendants() if element in boxes]
        if any(tag == "tr" and sum(boxes.get(child) == "td" for child in row) >= _LEAST_CELLS for row, tag in inside):
            for element, tag in [(table, "table"), *inside]:
                element.tag = tag
    _make_flexible_tables(styles)


def _make_flexible_tables(styles: Styles) -> None:
    """Make tables of boxes in rows of as many (`display: flex`) or in a grid with so many columns, where there are amounts among them."""
    if not any(value in (*_ROWS, *_GRIDS) for value in styles.values("display")):
        return
    across = [element for element, value in styles.of("display").items() if value in _ROWS and not _runs_down(styles, element)]
    for box in dict.fromkeys(element.getparent() for element in across):
        rows = [] if box is None else list(box)
        if box is not None and box.tag in _BOXES and set(rows) <= set(across) and _are_rows_of_amounts(list(map(list, rows))):
            _rename(box, rows)
    for element, value in styles.of("display").items():
        columns = _columns_of(styles.of("grid-template-columns").get(element, "")) if value in _GRIDS else 0
        cells = list(element)
        parts = [cells[at : at + columns] for at in range(0, len(cells), columns)] if columns else []
        if _are_rows_of_amounts(parts):
            for part in parts:
                etree.SubElement(element, "tr").extend(part)
            _rename(element, list(element))


def _runs_down(styles: Styles, element: Element) -> bool:
    return any(styles.of(name).get(element, "").startswith("column") for name in ("flex-direction", "flex-flow"))


def _columns_of(template: str) -> int:
    """How many columns a grid is said to have; 0 where as many as there is room for."""
    times = re.fullmatch(r"repeat\(\s*(\d+)\s*,\s*(?:minmax\([^()]*\)|[^()\s]+)\s*\)", template)
    return int(times[1]) if times else 0 if "repeat" in template else len(re.sub(r"\([^()]*\)", "", template).split())


def _are_rows_of_amounts(rows: Sequence[Sequence[Element]]) -> bool:
    if len(rows) < _LEAST_ROWS or len(rows[0]) < _LEAST_CELLS or len({len(row) for row in rows}) > 1:
        return False
    texts = ("".join(cell.itertext()).strip() for row in rows for cell in row if cell.tag in _BOXES)
    return sum(map(is_amount, texts)) >= _LEAST_ROWS


def _rename(table: Element, rows: Sequence[Element]) -> None:
    table.tag = "table"
    for row in rows:
        row.tag = "tr"
        for cell in row:
            cell.tag = "td"


def _styles(page: Element) -> Styles:
    sheets = (sheet for sheet in page.iter("style") if sheet.get("type", "").strip().lower() in ("", "text/css"))
    rules = style_sheets.rules(((sheet.get("media", ""), sheet.text or "") for sheet in sheets), _READ)
    styled = ((element, style_sheets.declared(element.get("style", ""), _READ)) for element in page.iterfind(".//*[@style]"))
    inline = [(element, style) for element, style in styled if style]
    for tag, attribute, name in (("font", "color", "color"), ("*", "bgcolor", "background-color")):
        elements = page.iterfind(f".//{tag}[@{attribute}]")
        inline += [(element, {name: (color, False)}) for element in elements if (color := element.get(attribute, "").lower())]
    return Styles(page, [rule for rule in rules if not rule.generated], inline, [rule for rule in rules if rule.generated])


def _keep(best: dict[Element, tuple[Weight, str]], element: Element, weight: Weight, value: str) -> None:
    if element not in best or best[element][0] <= weight:
        best[element] = (weight, value)


def _not_shown(styles: Styles) -> list[Element]:
    """The elements that are hidden with all that they hold."""
    found: list[Element] = []
    visible_part = _has_visible_part(styles)
    for name, is_hiding in _HIDING.items():
        if any(map(is_hiding, styles.values(name))):
            own = {element for element, style in styles.inline if name in style}
            by_rule = [rule for rule in styles.rules if name in rule.style and is_hiding(rule.style[name][0])]
            shown_by_scripts = _shown_by_scripts(styles, by_rule) if name in ("display", "visibility") else set()
            found += [
                element for element, value in styles.of(name).items()
                if is_hiding(value) and (element in own or element not in shown_by_scripts)
                and not (name == "visibility" and visible_part and visible_part(element, value))
            ]
    return found + _out_of_sight(styles) + _marks(styles)


def _has_visible_part(styles: Styles) -> Callable[[Element, str], bool] | None:
    """The test whether an element is hidden and something in it is not: `visibility` is inherited, unlike `display`."""
    if "visible" not in styles.values("visibility"):
        return None
    visible = {element for element, value in styles.of("visibility").items() if value == "visible"}
    around = {outer for element in visible for outer in element.iterancestors()}
    return lambda element, value: value == "hidden" and element in around


def _shown_by_scripts(styles: Styles, hiding: Sequence[Rule]) -> set[Element]:
    """What rules hide and another rule of the same class or id shows, once a script has set a further class there or around it."""
    shown: dict[str, list[Rule]] = {}
    for rule in styles.rules:
        if any(prop in rule.style and not _is_none(rule.style[prop][0]) for prop in ("display", "visibility")):
            for name in _NAME.findall(style_sheets.subject(rule.selector)):
                shown.setdefault(name, []).append(rule)
    found: set[Element] = set()
    for rule in hiding:
        revealing = [other for name in _NAME.findall(style_sheets.subject(rule.selector)) for other in shown.get(name, ())]
        if revealing:
            matched = [set(other.matches(styles.page)) for other in revealing]
            found |= {element for element in rule.matches(styles.page) if any(element not in elements for elements in matched)}
    return found


def _marks(styles: Styles) -> list[Element]:
    """Watermarks: text on a slant, or faded and laid over what else there is."""
    slanted = [element for element, value in styles.of("transform").items() if _is_slanted(value)] if styles.values("transform") else []
    faded = [element for element, value in styles.of("opacity").items() if _is_faded(value)] if styles.values("opacity") else []
    return slanted + [element for element in faded if styles.of("position").get(element) in ("absolute", "fixed")]


def _is_slanted(value: str) -> bool:
    turn = _TURN.search(value)
    return turn is not None and float(turn[1]) * _DEGREES[turn[2]] % 90 > _UPRIGHT


def _is_faded(value: str) -> bool:
    length = _LENGTH.fullmatch(value)
    return length is not None and float(length[1]) / (100 if length[2] == "%" else 1) <= _FADED


def _is_none(value: str) -> bool:
    return value in ("none", "hidden", "collapse")


def _is_left_out(value: str) -> bool:
    return value == "hidden"


def _is_clear(value: str) -> bool:
    opacity = re.search(r"opacity\(([^)]*)\)", value)
    return opacity is not None and _is_faint(opacity[1].strip())


def _is_faint(value: str) -> bool:
    length = _LENGTH.fullmatch(value)
    return length is not None and float(length[1]) / (100 if length[2] == "%" else 1) <= _FAINT


def _is_nothing(value: str) -> bool:
    return bool(re.search(r"scale[xy]?\(\s*0*(?:\.0+)?\s*[,)]", value)) or any(_pixels(part, 0) <= _FAR for part in _shifts(value))


def _shifts(value: str) -> list[str]:
    """How far a transform moves."""
    return [part for moved in re.findall(r"translate(?:x|y|3d)?\(([^)]*)\)", value) for part in re.split(r"[\s,]+", moved.strip())]


def _is_moved_away(value: str) -> bool:
    return any(_pixels(part, 0) <= _FAR for part in value.split())


def _is_no_size(value: str) -> bool:
    return re.split(r"\s+", value)[0] in ("0", "0%")


_HIDING = {
    "display": _is_none, "visibility": _is_none, "opacity": _is_faint, "filter": _is_clear, "content-visibility": _is_left_out,
    "transform": _is_nothing, "translate": _is_moved_away, "scale": _is_no_size,
}


def _out_of_sight(styles: Styles) -> list[Element]:
    """What is moved off the page, cut to nothing, or in a box without room."""
    moved = [name for name in _MOVED if any(_pixels(value, 0) <= _FAR for value in styles.values(name))]
    far = [(name, element) for name in moved for element, value in styles.of(name).items() if _pixels(value, 0) <= _FAR]
    found = [element for name, element in far if name in _MOVES_ALWAYS or styles.of("position").get(element) in ("absolute", "fixed")]
    if any(map(_CUTTING.search, styles.values("overflow"))):
        boxes = (element for name in _BOX for element, value in styles.of(name).items() if _pixels(value, _SCREEN) <= _SPECK)
        pushed = (element for element, value in styles.of("text-indent").items() if value == "100%")
        found += [element for element in (*boxes, *pushed) if _CUTTING.search(styles.of("overflow").get(element, ""))]
    for name in ("clip", "clip-path"):
        if any(map(_is_cut_away, styles.values(name))):
            found += [element for element, value in styles.of(name).items() if _is_cut_away(value)]
    return found


def _is_cut_away(value: str) -> bool:
    if polygon := re.fullmatch(r"polygon\((.*)\)", value):
        points = [part.split() for part in polygon[1].split(",")]
        return any(len({point[axis] for point in points if len(point) == len(points[0])}) == 1 for axis in range(min(len(points[0]), 2)))
    return bool(_CUT.fullmatch(value))


def _pixels(value: str, otherwise: float) -> float:
    length = _LENGTH.fullmatch(value)
    try:
        return float(length[1]) * _PIXELS[length[2]] if length else otherwise
    except (KeyError, ValueError):
        return otherwise


def _is_tiny(_element: Element, value: str) -> bool:
    return _pixels(value, _EM) < _TINY


class _Unseen:
    """Whether an element's text has the colour of what is behind it."""

    def __init__(self, styles: Styles) -> None:
        self._styles = styles
        self._grounds = {**styles.of("background"), **styles.of("background-color")}
        self._pictures = styles.of("background-image")
        self._colors = styles.of("color")
        self._has_other_sheets = any("stylesheet" in link.get("rel", "").lower() for link in styles.page.iter("link"))

    def __call__(self, element: Element, value: str) -> bool:
        color = _color(value)
        if color is None or self._is_painted(element):
            return False
        if color[3] <= _FAINT:
            return True
        ground = self._ground(element)
        is_unseen = ground is not None and _contrast(color, ground) <= _CONTRAST
        return is_unseen and (not self._has_other_sheets or self._is_part(element))

    def _is_painted(self, element: Element) -> bool:
        """Whether text is filled with its background: then its own colour is mostly clear."""
        return any(self._styles.of(name).get(element) == "text" for name in ("background-clip", "-webkit-background-clip"))

    def _ground(self, element: Element) -> Color | None:
        """What is behind an element; None for a picture or a shade."""
        for around in (element, *element.iterancestors()):
            if "(" in self._pictures.get(around, ""):
                return None
            value = self._grounds.get(around)
            if value is not None:
                color = _ground_color(value)
                if color is None:
                    return None
                if color[3] > _FAINT:
                    return color
        return _WHITE

    def _is_part(self, element: Element) -> bool:
        """Whether the text beside an element is of another colour: then no style sheet elsewhere colours what is behind both."""
        parent = element.getparent()
        beside = parent is not None and ((parent.text or "").strip() or any((child.tail or "").strip() for child in parent))
        return bool(beside) and self._colors.get(parent) is None


def _color_test(styles: Styles, name: str) -> _Unseen | None:
    """The test for colours, where a page gives a text by this property a colour that may be that of something behind it."""
    grounds = [color for name in ("background", "background-color") for value in styles.values(name) if (color := _ground_color(value))]
    colors = [color for value in styles.values(name) if (color := _color(value))]
    may_be = any(color[3] <= _FAINT or any(_contrast(color, ground) <= _CONTRAST for ground in (*grounds, _WHITE)) for color in colors)
    return _Unseen(styles) if may_be else None


@lru_cache(1024)
def _color(value: str) -> Color | None:
    color = tinycss2.color3.parse_color(value if not re.fullmatch(r"[0-9a-f]{6}", value) else f"#{value}")
    if color is None:
        modern = tinycss2.color4.parse_color(value)    # rgb(0 0 0 / 0)
        return (*modern.coordinates, modern.alpha) if getattr(modern, "space", "") == "srgb" else None
    return None if isinstance(color, str) else (color.red, color.green, color.blue, color.alpha)


def _ground_color(value: str) -> Color | None:
    """The colour of a background; clear where it names none; None for pictures and shades."""
    if "(" in value and not value.startswith(("rgb", "hsl")):
        return None
    return _color(value) or next((color for part in value.split() if (color := _color(part))), (0, 0, 0, 0))


def _contrast(color: Color, ground: Color) -> float:
    return max(abs(part - behind) for part, behind in zip(color[:3], ground[:3], strict=True)) * color[3]


def _emptied(element: Element, own: dict[Element, str]) -> str:
    """Take out the text of an element, but for that of elements inside it that have a value of their own."""
    text, element.text = element.text or "", None
    for child in element:
        if child not in own:
            text += _emptied(child, own)
        text, child.tail = text + (child.tail or ""), None
    return text


def in_table(element: Element, text: str) -> list[str]:
    """The text, where it is of a row or cell of a table or of a part of one."""
    is_of_table = element.tag in ("tr", "td", "th") or next(element.iterancestors("td", "th"), None) is not None
    return [" ".join(text.split())] if is_of_table else []
