"""What an HTML page's own styles hide and lay out as tables: by its style sheets and style attributes, on a screen of usual width.

Style sheets in other files are not fetched. What a rule hides and another one of the same class or id shows again is shown by a
script (tabs), so it is no more hidden than the back of a page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple, TypeAlias

import cssselect
import tinycss2
import tinycss2.color3
from lxml import etree

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
_READ = {"display", "visibility", "opacity", "font-size", "color", "background", "background-color", "position", "overflow", "clip",
         "clip-path", "transform", *_MOVED, *_BOX}
_WIDTH = r"\((m(?:in|ax))-(?:device-)?width\s*:\s*(\d+(?:\.\d+)?)(px|r?em)\)"
_MEDIA = re.compile(rf"(?:(?:only\s+)?(?:all|screen)\b)?(?:\s*(?:and)?\s*{_WIDTH})*")    # screen and (min-width: 600px)
_CONDITION = re.compile(_WIDTH)
_DISPLAYED = {
    "table": "table", "inline-table": "table", "table-row": "tr", "table-cell": "td", "table-row-group": "tbody",
    "table-header-group": "thead", "table-footer-group": "tfoot", "table-caption": "caption",
}
_ROLES = {    # WAI-ARIA 1.2
    "table": "table", "grid": "table", "treegrid": "table", "row": "tr", "rowgroup": "tbody", "cell": "td", "gridcell": "td",
    "columnheader": "td", "rowheader": "td",
}
_BOXES = ("div", "span", "section", "article", "ul", "ol", "li", "dl", "dt", "dd", "p")    # what is no table by itself
_LEAST_CELLS = 2    # of a row: a box that is laid out as a table of one cell only keeps things together
_NAME = re.compile(r"[.#][\w-]+")


class Rule(NamedTuple):
    """A selector with the declarations that are read: value and whether it is important, by property."""

    selector: str
    matches: etree.XPath
    specificity: tuple[int, int, int]
    order: int
    style: dict[str, tuple[str, bool]]


@dataclass(slots=True)
class Styles:
    """The styles of a page; `winners` remembers which values hold by element, for each property that was asked for."""

    page: Element
    rules: list[Rule]
    inline: list[tuple[Element, dict[str, tuple[str, bool]]]]
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
            self.winners[name] = {element: value for element, (_, value) in best.items()}
        return self.winners[name]


def lay_out(page: Element) -> list[str]:
    """Make tables of boxes that are laid out as tables, mark as `hidden` the elements that a page does not show, and take out unseen texts.

    Args:
        page: the root; attributes of old (`color` of `font`, `bgcolor`) count as styles.

    Returns:
        The texts in and around cells of tables that are not shown.
    """
    styles = _styles(page)
    _make_tables(styles)
    unseen: list[str] = []
    for element in _not_shown(styles):
        unseen += _in_table(element, "".join(element.itertext()))
        element.set("hidden", "")
    for name, is_unseen in (("font-size", _is_tiny), ("color", _color_test(styles))):
        if is_unseen:
            own = styles.of(name)
            for element in [element for element, value in own.items() if is_unseen(element, value)]:
                unseen += _in_table(element, _emptied(element, own))
    return [text for text in unseen if text.strip()]


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


def _styles(page: Element) -> Styles:
    rules = list(_rules(page))
    inline = [(element, style) for element in page.iterfind(".//*[@style]") if (style := _declared(element.get("style", "")))]
    for tag, attribute, name in (("font", "color", "color"), ("*", "bgcolor", "background-color")):
        elements = page.iterfind(f".//{tag}[@{attribute}]")
        inline += [(element, {name: (color, False)}) for element in elements if (color := element.get(attribute, "").lower())]
    return Styles(page, rules, inline)


def _rules(page: Element) -> Iterator[Rule]:
    order = 0
    for sheet in page.iter("style"):
        if _holds(sheet.get("media", "")):
            for selectors, declarations in _qualified(tinycss2.parse_stylesheet(_uncommented(sheet.text or ""), skip_comments=True)):
                style = _declared(declarations)
                for selector, matches, specificity in _compiled(selectors) if style else ():
                    order += 1
                    yield Rule(selector, matches, specificity, order, style)


def _uncommented(text: str) -> str:
    return text.replace("<!--", "").replace("-->", "")


def _qualified(nodes: Iterable[tinycss2.ast.Node]) -> Iterator[tuple[str, str]]:
    """Selectors and declarations of the rules that hold on a screen of usual width."""
    for node in nodes:
        if node.type == "qualified-rule":
            yield tinycss2.serialize(node.prelude), tinycss2.serialize(node.content)
        elif node.type == "at-rule" and node.lower_at_keyword == "media" and node.content and _holds(tinycss2.serialize(node.prelude)):
            yield from _qualified(tinycss2.parse_rule_list(node.content, skip_comments=True, skip_whitespace=True))


def _holds(query: str) -> bool:
    """Whether one of a list of media queries holds; one that is not known holds for some screens only."""
    return not query.strip() or any(_holds_alone(part.strip().lower()) for part in query.split(","))


def _holds_alone(query: str) -> bool:
    return bool(_MEDIA.fullmatch(query)) and all(
        float(size) * _PIXELS[unit] <= _SCREEN if end == "min" else float(size) * _PIXELS[unit] >= _SCREEN
        for end, size, unit in _CONDITION.findall(query)
    )


@lru_cache(1024)    # every cell of an exported sheet has one of a few
def _declared(text: str) -> dict[str, tuple[str, bool]]:
    """The declarations of `_READ` in a style; the last one of a property counts."""
    found = {}
    for node in tinycss2.parse_declaration_list(text, skip_comments=True, skip_whitespace=True):
        if node.type == "declaration" and node.lower_name in _READ:
            found[node.lower_name] = (tinycss2.serialize(node.value).strip().lower(), bool(node.important))
    return found


def _compiled(selectors: str) -> Iterator[tuple[str, etree.XPath, tuple[int, int, int]]]:
    """Each of several selectors; those of states (`:hover`) and of what is generated hide nothing."""
    for text in selectors.split(","):
        try:
            for selector in cssselect.parse(text):
                if selector.pseudo_element is None:
                    yield text.strip(), etree.XPath(_XPATH.selector_to_xpath(selector)), selector.specificity()
        except (cssselect.SelectorError, etree.XPathSyntaxError):
            continue


_XPATH = cssselect.HTMLTranslator()


def _keep(best: dict[Element, tuple[Weight, str]], element: Element, weight: Weight, value: str) -> None:
    if element not in best or best[element][0] <= weight:
        best[element] = (weight, value)


def _not_shown(styles: Styles) -> list[Element]:
    """The elements that are hidden with all that they hold."""
    found: list[Element] = []
    revealed = _revealed(styles)
    for name, is_hiding in (("display", _is_none), ("visibility", _is_none), ("opacity", _is_faint), ("transform", _is_nothing)):
        if any(map(is_hiding, styles.values(name))):
            hiding = {rule.selector for rule in styles.rules if name in rule.style and is_hiding(rule.style[name][0])}
            may_show = revealed if name in ("display", "visibility") else set()
            uncertain = {selector for selector in hiding if may_show.intersection(_NAME.findall(selector))}
            undone = {element for rule in styles.rules if rule.selector in uncertain for element in rule.matches(styles.page)}
            own = {element for element, style in styles.inline if name in style}
            found += [
                element for element, value in styles.of(name).items() if is_hiding(value) and (element in own or element not in undone)
            ]
    return found + _out_of_sight(styles)


def _revealed(styles: Styles) -> set[str]:
    """The classes and ids that some rule shows: together with another class, that a script sets."""
    return {
        name for rule in styles.rules for prop in ("display", "visibility")
        if prop in rule.style and not _is_none(rule.style[prop][0]) for name in _NAME.findall(rule.selector)
    }


def _is_none(value: str) -> bool:
    return value in ("none", "hidden", "collapse")


def _is_faint(value: str) -> bool:
    length = _LENGTH.fullmatch(value)
    return length is not None and float(length[1]) / (100 if length[2] == "%" else 1) <= _FAINT


def _is_nothing(value: str) -> bool:
    return bool(re.search(r"scale[xy]?\(\s*0*(?:\.0+)?\s*[,)]", value))


def _out_of_sight(styles: Styles) -> list[Element]:
    """What is moved off the page, cut to nothing, or in a box without room."""
    moved = [name for name in _MOVED if any(_pixels(value, 0) <= _FAR for value in styles.values(name))]
    far = [(name, element) for name in moved for element, value in styles.of(name).items() if _pixels(value, 0) <= _FAR]
    found = [element for name, element in far if name in _MOVES_ALWAYS or styles.of("position").get(element) in ("absolute", "fixed")]
    if any("hidden" in value for value in styles.values("overflow")):
        boxes = (element for name in _BOX for element, value in styles.of(name).items() if _pixels(value, _SCREEN) <= _SPECK)
        found += [element for element in boxes if "hidden" in styles.of("overflow").get(element, "")]
    cut = re.compile(r"rect\((?:\s*[01]?(?:px)?\s*,?){4}\)|inset\((?:50|[6-9]\d|100)%.*\)|circle\(0.*\)")
    for name in ("clip", "clip-path"):
        if any(map(cut.fullmatch, styles.values(name))):
            found += [element for element, value in styles.of(name).items() if cut.fullmatch(value)]
    return found


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
        self._grounds = {**styles.of("background"), **styles.of("background-color")}
        self._colors = styles.of("color")
        self._has_other_sheets = any("stylesheet" in link.get("rel", "").lower() for link in styles.page.iter("link"))

    def __call__(self, element: Element, value: str) -> bool:
        color = _color(value)
        if color is None:
            return False
        if color[3] <= _FAINT:
            return True
        ground = self._ground(element)
        is_unseen = ground is not None and _contrast(color, ground) <= _CONTRAST
        return is_unseen and (not self._has_other_sheets or self._is_part(element))

    def _ground(self, element: Element) -> Color | None:
        """What is behind an element; None for a picture or a shade."""
        for around in (element, *element.iterancestors()):
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


def _color_test(styles: Styles) -> _Unseen | None:
    """The test for colours, where a page gives a text a colour that may be that of something behind it."""
    grounds = [color for name in ("background", "background-color") for value in styles.values(name) if (color := _ground_color(value))]
    colors = [color for value in styles.values("color") if (color := _color(value))]
    may_be = any(color[3] <= _FAINT or any(_contrast(color, ground) <= _CONTRAST for ground in (*grounds, _WHITE)) for color in colors)
    return _Unseen(styles) if may_be else None


@lru_cache(1024)
def _color(value: str) -> Color | None:
    color = tinycss2.color3.parse_color(value if not re.fullmatch(r"[0-9a-f]{6}", value) else f"#{value}")
    return None if color is None or isinstance(color, str) else (color.red, color.green, color.blue, color.alpha)


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


def _in_table(element: Element, text: str) -> list[str]:
    """The text, where it is of a row or cell of a table or of a part of one."""
    is_of_table = element.tag in ("tr", "td", "th") or next(element.iterancestors("td", "th"), None) is not None
    return [" ".join(text.split())] if is_of_table else []
