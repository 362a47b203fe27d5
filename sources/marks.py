"""YAML with the line of every value, so that an error can name it.

A scalar is its text: types are the business of the models that read it (`adcode: 440106` is a code, not a number, and
`2023-02-30` is refused by name instead of by YAML).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

Location = tuple[str | int, ...]
NULLS = {"", "~", "null", "Null", "NULL"}   # as in YAML 1.1


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something wrong at a location (field names and 0-based list positions) on a line (1-based; None for the whole file)."""

    location: Location
    line: int | None
    message: str


class MarkedMapping(dict[str, Any]):
    """A mapping that knows the line on which it begins and the line of each of its fields."""

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
        self.field_lines: dict[str, int] = {}


class MarkedList(list[Any]):
    """A list that knows the line of each of its items."""

    def __init__(self) -> None:
        super().__init__()
        self.item_lines: list[int] = []

    def without(self, positions: set[int]) -> MarkedList:
        """The list without the items at these positions, each remaining one with its line."""
        kept = MarkedList()
        for position, (item, line) in enumerate(zip(self, self.item_lines, strict=True)):
            if position not in positions:
                kept.append(item)
                kept.item_lines.append(line)
        return kept


def read_marked(data: bytes) -> tuple[Any, list[Flaw]]:
    """Reads one YAML document.

    Args:
        data: the file's bytes, UTF-8 with or without a byte-order mark.

    Returns:
        The document of `MarkedMapping`, `MarkedList`, `str` and None, and its flaws: fields given twice, aliases, or why
        nothing could be read (then the document is None).
    """
    try:
        builder = _Builder(yaml.parse(data.decode("utf-8-sig"), Loader=yaml.CSafeLoader))
        return builder.document(), builder.flaws
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        return None, [Flaw((), line, "is not UTF-8 text; save the file as UTF-8")]
    except yaml.YAMLError as error:
        return None, [_syntax_flaw(error)]
    except RecursionError:
        return None, [Flaw((), None, "is nested too deeply for a catalogue file")]


def line_at(document: Any, location: Location) -> int | None:
    """Line of the value at a location, or of the innermost value around it that exists; None for an empty file."""
    line = document.line if isinstance(document, MarkedMapping) else None
    for step in location:
        if isinstance(document, MarkedMapping) and step in document:
            line, document = document.field_lines[str(step)], document[str(step)]
        elif isinstance(document, MarkedList) and isinstance(step, int) and step < len(document):
            line, document = document.item_lines[step], document[step]
        else:
            break
    return line


class _Builder:
    """Builds the document from the parser's events: PyYAML's own composer overflows the C stack on deep nesting."""

    def __init__(self, events: Iterator[yaml.Event]) -> None:
        self._events = events
        self.flaws: list[Flaw] = []

    def document(self) -> Any:
        event = self._next_but(yaml.StreamStartEvent, yaml.DocumentStartEvent)
        if isinstance(event, yaml.StreamEndEvent):
            return None
        document = self._value(event, ())
        event = self._next_but(yaml.DocumentEndEvent)
        if not isinstance(event, yaml.StreamEndEvent):
            self.flaws.append(Flaw((), _line(event), "begins a second document; a catalogue file is one"))
        return document

    def _next_but(self, *skipped: type[yaml.Event]) -> yaml.Event:
        return next(event for event in self._events if not isinstance(event, skipped))

    def _value(self, event: yaml.Event, location: Location) -> Any:
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(event, location)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._list(location)
        if isinstance(event, yaml.ScalarEvent):
            return None if event.implicit[0] and event.value in NULLS else event.value
        self.flaws.append(Flaw(location, _line(event), "is a YAML alias, which catalogue files do not have; write the value out"))
        return None

    def _mapping(self, start: yaml.Event, location: Location) -> MarkedMapping:
        mapping = MarkedMapping(_line(start))
        while not isinstance(key := next(self._events), yaml.MappingEndEvent):
            if not isinstance(key, yaml.ScalarEvent):
                self._value(key, location)
                self._value(next(self._events), location)
                self.flaws.append(Flaw(location, _line(key), "has a field whose name is not plain text"))
                continue
            value = self._value(next(self._events), (*location, key.value))
            if key.value in mapping:
                message = f"is given twice, first on line {mapping.field_lines[key.value]}; keep one"
                self.flaws.append(Flaw((*location, key.value), _line(key), message))
            else:
                mapping.field_lines[key.value] = _line(key)
                mapping[key.value] = value
        return mapping

    def _list(self, location: Location) -> MarkedList:
        items = MarkedList()
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            items.item_lines.append(_line(event))
            items.append(self._value(event, (*location, len(items))))
        return items


def _line(event: yaml.Event) -> int:
    assert event.start_mark is not None  # every event of a parsed text has one
    return int(event.start_mark.line) + 1


def _syntax_flaw(error: yaml.YAMLError) -> Flaw:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error)
    return Flaw((), mark.line + 1 if mark else None, f"is not valid YAML: {problem}")
