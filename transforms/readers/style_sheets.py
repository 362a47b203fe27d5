"""The rules of style sheets that hold on a screen of usual width: nested ones, media queries, custom properties, shorthands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple, TypeAlias

import cssselect
import tinycss2
from lxml import etree

Style = Mapping[str, tuple[str, bool]]    # value and whether it is important, by property
Nodes: TypeAlias = Sequence[tinycss2.ast.Node]

_FEATURES: dict[str, float | str] = {    # of a screen (Media Queries Level 5); lengths in CSS pixels
    "width": 1280, "height": 800, "device-width": 1280, "device-height": 800, "orientation": "landscape", "hover": "hover",
    "any-hover": "hover", "pointer": "fine", "any-pointer": "fine", "prefers-color-scheme": "light",
    "prefers-reduced-motion": "no-preference",
    "prefers-contrast": "no-preference", "forced-colors": "none", "scripting": "enabled", "update": "fast", "color": 8, "grid": 0,
}
_TYPES = {"all": True, "screen": True}
_PIXELS = {"px": 1.0, "em": 16.0, "rem": 16.0, "cm": 96 / 2.54, "in": 96.0, "": 1.0}
_VALUE = re.compile(r"(-?(?:\d+(?:\.\d*)?|\.\d+))([a-z]*)")
_COMPARED = re.compile(r"([^<>=]+)(<=|>=|<|>|=)([^<>=]+)(?:(<=|>=|<|>|=)([^<>=]+))?")
_GROUPS = ("layer", "supports", "media")    # at-rules with rules in them
_ROOTS = {":root", "html", "body", "*", ":host"}
_VARIABLE = re.compile(r"var\(\s*(--[\w-]+)\s*(?:,([^()]*))?\)")
_MOST_VARIABLES = 8    # within each other
_DEPTH = 16            # rules within each other; people write up to 4
_FONT_SIZE = re.compile(r"(?:^|\s)(-?(?:\d+(?:\.\d*)?|\.\d+)(?:px|pt|r?em|%)?)(?:\s*/\s*\S+)?\s+\S")
_GENERATED = ("", "before", "after")    # what is written before and after an element's text, beside the element itself
_SIDES = ("top", "right", "bottom", "left")


class Rule(NamedTuple):
    """A selector with the declarations that are read: value and whether it is important, by property.

    `generated` is `before` or `after` where they are of what the rule writes there, and not of the element.
    """

    selector: str
    matches: etree.XPath
    specificity: tuple[int, int, int]
    order: int
    style: Style
    generated: str = ""


class _Written(NamedTuple):
    """A rule as written: its selectors, and what it declares."""

    selectors: str
    declarations: list[tinycss2.ast.Declaration]


def rules(sheets: Iterable[tuple[str, str]], read: frozenset[str]) -> list[Rule]:
    """The rules that hold.

    Args:
        sheets: the media that each is for, and its text.
        read: the properties that are read; others are left out.
    """
    held = (text for media, text in sheets if holds(media))
    written = [rule for text in held for rule in _rules(_parsed(text), "", _DEPTH)]
    variables = _variables(written)
    found: list[Rule] = []
    for rule in written:
        style = _style(rule.declarations, variables, read)
        for selector, matches, specificity, generated in _compiled(rule.selectors) if style else ():
            found.append(Rule(selector, matches, specificity, len(found), style, generated))
    return found


def subject(selector: str) -> str:
    """The last part of a selector, which says what it matches; the rest says where."""
    return re.split(r"[\s>+~]+(?![^(\[]*[)\]])", selector.strip())[-1]


def _parsed(text: str) -> Nodes:
    nodes: Nodes = tinycss2.parse_stylesheet(text.replace("<!--", "").replace("-->", ""), skip_comments=True, skip_whitespace=True)
    return nodes


def _rules(nodes: Nodes, around: str, depth: int) -> Iterator[_Written]:
    """The rules among nodes, inside rules with the selectors `around`; what is declared beside them is a rule of these."""
    own = [node for node in nodes if node.type == "declaration"]
    if own and around:
        yield _Written(around, own)
    for node in nodes if depth else ():
        if node.type == "qualified-rule":
            inside = tinycss2.parse_blocks_contents(node.content, skip_comments=True, skip_whitespace=True)
            yield from _rules(inside, _nested(tinycss2.serialize(node.prelude).strip(), around), depth - 1)
        elif node.type == "at-rule" and node.content and node.lower_at_keyword in _GROUPS and _is_used(node):
            yield from _rules(tinycss2.parse_blocks_contents(node.content, skip_comments=True, skip_whitespace=True), around, depth - 1)


def _is_used(node: tinycss2.ast.AtRule) -> bool:
    condition = tinycss2.serialize(node.prelude).strip().lower()
    if node.lower_at_keyword == "media":
        return holds(condition)
    return not (node.lower_at_keyword == "supports" and condition.startswith("not"))    # browsers of today support what is asked for


def _nested(selectors: str, around: str) -> str:
    """Selectors of a rule inside another one (CSS Nesting): `&` is what that one matches."""
    if not around:
        return selectors
    outer = around if len(_parts(around)) == 1 else f":is({around})"
    return ", ".join(part.replace("&", outer) if "&" in part else f"{outer} {part}" for part in _parts(selectors))


def _parts(selectors: str) -> list[str]:
    """What commas part, but for those in brackets and quotes."""
    parts = [""]
    for node in tinycss2.parse_component_value_list(selectors, skip_comments=True):
        if node.type == "literal" and node.value == ",":
            parts.append("")
        else:
            parts[-1] += node.serialize()
    return [part.strip() for part in parts]


def _variables(written: Iterable[_Written]) -> dict[str, str]:
    """The custom properties of the whole page; those of a part of it may hold for another one."""
    return {
        declaration.name: tinycss2.serialize(declaration.value).strip()
        for rule in written if _ROOTS.intersection(_parts(rule.selectors))
        for declaration in rule.declarations if declaration.name.startswith("--")
    }


def _style(declarations: Iterable[tinycss2.ast.Declaration], variables: Mapping[str, str], read: frozenset[str]) -> Style:
    """The declarations of some properties, shorthands taken apart; the last one of a property counts."""
    found: dict[str, tuple[str, bool]] = {}
    for declaration in declarations:
        value = _with_variables(tinycss2.serialize(declaration.value).strip(), variables)
        value = value if declaration.lower_name == "content" else value.lower()
        for name, part in _longhands(declaration.lower_name, value):
            if name in read:
                found[name] = part, bool(declaration.important)
    return found


def _with_variables(value: str, variables: Mapping[str, str]) -> str:
    for _ in range(_MOST_VARIABLES):
        if "var(" not in value:
            break
        value = _VARIABLE.sub(lambda match: variables.get(match[1], match[2] or "").strip(), value)
    return value


def _longhands(name: str, value: str) -> list[tuple[str, str]]:
    if name == "font":
        size = _FONT_SIZE.search(value)
        return [("font-size", size[1])] if size else []
    if name == "inset":
        parts = value.split()
        places = (next(at for at in (place, place - 2, 0) if 0 <= at < len(parts)) for place in range(len(_SIDES) if parts else 0))
        return [(side, parts[place]) for side, place in zip(_SIDES, places, strict=False)]
    if name in ("overflow-x", "overflow-y"):
        return [("overflow", value)]
    return [(name, value)]


@lru_cache(1024)    # every cell of an exported sheet has one of a few
def declared(text: str, read: frozenset[str]) -> Style:
    """The declarations of some properties in a style attribute."""
    nodes = tinycss2.parse_blocks_contents(text, skip_comments=True, skip_whitespace=True)
    return _style([node for node in nodes if node.type == "declaration"], {}, read)


def _compiled(selectors: str) -> Iterator[tuple[str, etree.XPath, tuple[int, int, int], str]]:
    """Each of several selectors, with what it generates; those of states (`:hover`) hide nothing."""
    for text in _parts(selectors):
        try:
            for selector in cssselect.parse(text):
                generated = selector.pseudo_element or ""
                if generated in _GENERATED:
                    yield text, etree.XPath(_XPATH.selector_to_xpath(selector)), selector.specificity(), str(generated)
        except (cssselect.SelectorError, etree.XPathSyntaxError):
            continue


_XPATH = cssselect.HTMLTranslator()


# --- media queries ----------------------------------------------------------------------------------------------------


def holds(queries: str) -> bool:
    """Whether one of a list of media queries holds on a screen of usual width; one that is not known holds for some screens only."""
    return not queries.strip() or any(_holds(part.lower()) for part in _parts(queries))


def _holds(query: str) -> bool:
    nodes = [node for node in tinycss2.parse_component_value_list(query, skip_comments=True) if node.type != "whitespace"]
    words = [node.lower_value if node.type == "ident" else "" for node in nodes]
    if words[:1] == ["not"] and words[1:2] != [""]:
        return not _all_hold(nodes[1:])
    return _all_hold(nodes[1:] if words[:1] == ["only"] else nodes)


def _all_hold(nodes: Nodes) -> bool:
    """Whether a condition of media types and features, joined by `and` or `or`, holds."""
    is_any, is_not, held = False, False, list[bool]()
    for node in nodes:
        word = node.lower_value if node.type == "ident" else ""
        is_any = is_any or word == "or"
        if word == "not":
            is_not = True
        elif word not in ("and", "or"):
            held.append(is_not != (_TYPES.get(word, False) if word else _feature_holds(node)))
            is_not = False
    return any(held) if is_any else all(held)


def _feature_holds(node: tinycss2.ast.Node) -> bool:
    if node.type != "() block":
        return False
    inside = [part for part in node.content if part.type != "whitespace"]
    if any(part.type == "() block" for part in inside):
        return _all_hold(inside)
    text = re.sub(r"\s", "", tinycss2.serialize(node.content))
    if compared := _COMPARED.fullmatch(text):
        one, sign, other, further, last = compared.groups()
        return _compare(one, sign, other) and (not further or _compare(other, further, last))
    name, _, value = text.partition(":")
    for begin, sign in (("min-", ">="), ("max-", "<=")):
        if name.startswith(begin):
            return _compare(name.removeprefix(begin), sign, value)
    return _compare(name, "=", value) if value else bool(_FEATURES.get(name))


def _compare(one: str, sign: str, other: str) -> bool:
    first, second = _known(one), _known(other)
    if first is None or second is None:
        return False
    if isinstance(first, str) or isinstance(second, str):
        return sign == "=" and first == second
    return {"<": first < second, "<=": first <= second, ">": first > second, ">=": first >= second, "=": first == second}[sign]


def _known(text: str) -> float | str | None:
    """The value of a feature, a length in CSS pixels, or a word."""
    if text in _FEATURES:
        return _FEATURES[text]
    value = _VALUE.fullmatch(text)
    if value:
        return float(value[1]) * _PIXELS[value[2]] if value[2] in _PIXELS else None
    return text if text.isalpha() or "-" in text else None
