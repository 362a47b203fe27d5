"""Loads a file of words and holds it against its schema: a slip of the pen is an error with file and line, never another reading."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from transforms.names import fold_width, strip_whitespace
from transforms.vocabulary import VocabularyError

# A plain text with a comma that YAML does not know is two words in one. In brackets, as in 单位名称（项目类别、支出项目）, it belongs
# to the word, and in quotation marks whoever wrote it meant it.
_QUOTED = frozenset({"'", '"', "|", ">"})
_IN_BRACKETS = re.compile(r"[（(][^（()）]*[）)]")
_TWO_WORDS = re.compile(r".[，、；].|[，；]")


def load(path: Path, schema: Any = None) -> Any:
    """Read a file of words.

    Args:
        path: a YAML file.
        schema: what it may say, as schema.yaml describes it; None asks only for sound YAML without a key or comma amiss.

    Returns:
        What it says.

    Raises:
        VocabularyError: it cannot be read, or says what it may not.
    """
    try:
        loader = yaml.CSafeLoader(path.read_text(encoding="utf-8"))
        try:
            node = loader.get_single_node()
            problems = [f"{path.name}:{line}: {problem}" for line, problem in sorted(set(_problems(node, schema)))] if node else []
            if node is None or problems:
                raise VocabularyError("\n".join(problems) or f"{path.name}: it is empty")
            return loader.construct_document(node)
        finally:
            loader.dispose()
    except (OSError, UnicodeDecodeError) as error:
        raise VocabularyError(f"{path.name}: {error}") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise VocabularyError(f"{path.name}:{line}: {error.problem}") from error


Problem = tuple[int, str]   # line, from 1; what is wrong


def _problems(node: Node, schema: Any) -> Iterator[Problem]:
    yield from _slips(node)
    yield from _unlike(node, schema)


def _slips(node: Node) -> Iterator[Problem]:
    """What is wrong in any file: a key written twice, of which YAML takes the last, and words of a list joined by a full-width comma."""
    if isinstance(node, SequenceNode):
        for item in node.value:
            yield from _slips(item)
            if isinstance(item, ScalarNode) and item.style not in _QUOTED and _TWO_WORDS.search(_IN_BRACKETS.sub("", item.value)):
                yield _line(item), f"{item.value}: a full-width comma parts no words; write `, `, or put the word in quotation marks"
    elif isinstance(node, MappingNode):
        before: dict[str, Node] = {}
        for key, value in node.value:
            if not isinstance(key, ScalarNode):
                yield _line(key), "what stands here is no key: write `key: value`"
                continue
            if key.value in before:
                yield _line(key), f"{key.value} is already on line {_line(before[key.value])}"
            before[key.value] = key
            yield from _slips(value)


def _unlike(node: Node, schema: Any) -> Iterator[Problem]:
    """Where a node is not as its schema says."""
    if isinstance(schema, str):
        yield from _unlike_kind(node, schema)
    elif schema and "one_of" in schema:
        if not isinstance(node, ScalarNode) or node.value not in schema["one_of"]:
            yield _line(node), _unknown(node, schema["one_of"])
    elif schema and "list" in schema:
        yield from _unlike_list(node, schema["list"])
        if schema.get("once") and isinstance(node, SequenceNode):
            yield from _twice([(f"entry {number}", item) for number, item in enumerate(node.value, start=1)])
    elif schema:
        yield from _unlike_mapping(node, schema)


def _unlike_kind(node: Node, kind: str) -> Iterator[Problem]:
    tags = {
        "number": ("int", "float"), "measure": ("int", "float"), "count": ("int",), "flag": ("bool",), "word": ("str",), "text": ("str",),
        "pattern": ("str",), "words": ("str",), "date": ("timestamp",),
    }[kind]
    if kind == "words":
        yield from _unlike_list(node, "word")
    elif kind in _PARTICULAR:
        is_so, said = _PARTICULAR[kind]
        if _tag(node) not in tags or not is_so(str(node.value)):
            yield _line(node), f"{_shown(node)} is not {said}"
    elif _tag(node) not in tags:
        yield _line(node), f"{_shown(node)} is not a {kind}; a word that YAML takes for something else stands in quotation marks"
    elif kind == "word" and not str(node.value).strip():
        yield _line(node), "a word is empty"


def _is_date(text: str) -> bool:
    """Whether there is such a day; YAML's own pattern knows no calendar, and takes a day with an hour, too."""
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False


def _is_measure(text: str) -> bool:
    try:
        return 0 <= float(text) < math.inf
    except ValueError:    # YAML's `.nan` among them
        return False


def _is_pattern(text: str) -> bool:
    """Whether it is a regular expression; an empty one fits everything and is none that anybody means."""
    try:
        return bool(re.compile(text)) and bool(text)
    except re.error:
        return False


# Kinds of which not every text of the right YAML type is one: what is so, and what is said of one that is not.
_PARTICULAR: Mapping[str, tuple[Callable[[str], bool], str]] = {
    "count": (str.isdecimal, "a whole number from 0 on"),
    "date": (_is_date, "a date: write 2026-12-31"),
    "measure": (_is_measure, "a number from 0 on"),
    "pattern": (_is_pattern, "a regular expression"),
}


def _tag(node: Node) -> str:
    return node.tag.rpartition(":")[2] if isinstance(node, ScalarNode) else ""


def _unlike_list(node: Node, schema: Any) -> Iterator[Problem]:
    if not isinstance(node, SequenceNode):
        yield _line(node), f"{_shown(node)} is not a list: write [a, b]"
        return
    for item in node.value:
        yield from _unlike(item, schema)


def _unlike_mapping(node: Node, schema: Mapping[str, Any]) -> Iterator[Problem]:
    if not isinstance(node, MappingNode):
        yield _line(node), f"{_shown(node)} has no keys: write `key: value`"
        return
    pairs = [(key, value) for key, value in node.value if isinstance(key, ScalarNode)]    # `_slips` tells of the others
    fields = schema.get("fields", {})
    names = list(fields) or schema.get("named")
    for key, value in pairs:
        if names and key.value not in names:
            yield _line(key), _unknown(key, names)
        elif fields and isinstance(value, ScalarNode):
            yield from ((line, f"{key.value}: {problem}") for line, problem in _unlike(value, fields[key.value]))
        else:
            yield from _unlike(value, fields[key.value] if fields else schema["each"])
    given = [key.value for key, _ in pairs]
    for missing in fields.keys() - {*given, *schema.get("optional", ())}:
        yield _line(node), f"the key {missing} is missing"
    if (wanted := schema.get("some_of")) and not {*given} & {*wanted}:
        yield _line(node), f"it decides nothing: write {', '.join(wanted)}, or some of these"
    for group in [*([given] if schema.get("once") else []), *schema.get("apart", ())]:
        yield from _twice([(key.value, value) for key, value in pairs if key.value in group])


def _twice(group: Iterable[tuple[str, Node]]) -> Iterator[Problem]:
    """Words that stand under two of a group of meanings: only one of them would ever be read."""
    meanings: dict[str, tuple[str, int]] = {}
    for name, value in group:
        for word in _words(value):
            meaning, line = meanings.setdefault(fold_width(strip_whitespace(word.value)), (name, _line(word)))
            if meaning != name:
                other = f"on line {line}, under {meaning}"
                yield _line(word), f"{word.value} stands under {name} and, {other}: it can have one meaning only"


def _words(node: Node) -> Iterator[ScalarNode]:
    """The words of all lists at or below a node."""
    if isinstance(node, SequenceNode):
        yield from (item for item in node.value if isinstance(item, ScalarNode))
    elif isinstance(node, MappingNode):
        for _, value in node.value:
            yield from _words(value)


def _unknown(node: Node, known: list[str]) -> str:
    from difflib import get_close_matches  # only for what is wrong

    close = get_close_matches(str(node.value), known, n=1) if isinstance(node, ScalarNode) else []
    meant = f"did you mean {close[0]}?" if close else f"known are {', '.join(known)}"
    return f"{_shown(node)} is not known here; {meant}"


def _shown(node: Node) -> str:
    return node.value if isinstance(node, ScalarNode) else "what stands here"


def _line(node: Node) -> int:
    return int(node.start_mark.line) + 1
