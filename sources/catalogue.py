"""The catalogue of departments: one YAML file per region, read entry by entry.

A broken source, department or audience leaves out only itself, and whatever is wrong with a file as a whole only that file;
each is a problem with file, line and field. The schema is in `sources/schema.py` and `docs/catalogue.md`.
"""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from sources.marks import Flaw, Location, MarkedList, MarkedMapping, line_at, read_marked
from sources.schema import SECTIONS, Audience, Department, Place, Region, RegionFile, Source, field_names

SUFFIXES = {".yaml", ".yml"}
MESSAGES = {"missing": "is missing", "tuple_type": "must be a list", "model_type": "must be a mapping of fields"}


@dataclass(frozen=True, slots=True)
class CatalogueProblem:
    """What is wrong in a catalogue file, on which line (None: the whole file) and in which field."""

    file: str
    line: int | None
    field: str
    message: str

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{place}: {self.field}: {self.message}" if self.field else f"{place}: {self.message}"


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything that was read without a problem, in the order of file names and of lines."""

    regions: tuple[Region, ...]
    audiences: tuple[Audience, ...]
    departments: tuple[Department, ...]

    @property
    def sources(self) -> Iterator[tuple[Department, Source]]:
        """Each source with its department."""
        return ((department, source) for department in self.departments for source in department.sources)


@dataclass(frozen=True, slots=True)
class CatalogueCounts:
    """How much a catalogue holds, without the entries that were left out."""

    regions: int
    audiences: int
    departments: int
    sources: int
    publications_expected: int


Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class CatalogueRows:
    """A catalogue as rows for the warehouse.

    region: region_code, region_name, parent_region_code. audience: audience_id, audience_name, severity.
    department: department_id, department_name, region_code, region_name, audience_id, last_year (of its own budget, None where it lives
    on), lasting_department_id (what it was merged into in the end, or itself).
    department_alias: department_id, alias, first_year, last_year, region_code (the years and the region of a former name, else None).
    publication_duty: department_id, fiscal_year, stage, due_date (date).
    """

    region: list[Row]
    audience: list[Row]
    department: list[Row]
    department_alias: list[Row]
    publication_duty: list[Row]


def load_catalogue(folder: Path) -> tuple[Catalogue, list[CatalogueProblem]]:
    """Reads all catalogue files of a folder and the folders below it.

    Args:
        folder: holds one `.yaml` file per region.

    Returns:
        What can be used, and the problems that made the rest be left out; never raises for what files say.
    """
    reader = _Reader(folder)
    files = [file for path in _catalogue_files(folder) if (file := reader.read(path)) is not None]
    if not files and not reader.problems:
        reader.problems.append(CatalogueProblem(str(folder), None, "", "no catalogue file (*.yaml) here; docs/catalogue.md shows one"))
    catalogue = _Assembly(reader.problems).join(files)
    return catalogue, sorted(reader.problems, key=lambda problem: (problem.file, problem.line or 0))


def check_catalogue(folder: Path) -> tuple[CatalogueCounts, list[CatalogueProblem]]:
    """Counts what a catalogue holds and lists its problems, entries that can be used but are incomplete among them."""
    catalogue, problems = load_catalogue(folder)
    counts = CatalogueCounts(
        regions=len(catalogue.regions),
        audiences=len(catalogue.audiences),
        departments=len(catalogue.departments),
        sources=sum(len(department.sources) for department in catalogue.departments),
        publications_expected=sum(len(department.expected) for department in catalogue.departments),
    )
    return counts, [*problems, *_incomplete(catalogue)]


def read_source(text: str) -> Source:
    """A source that stands in no catalogue file.

    Args:
        text: its fields as YAML.

    Raises:
        ValueError: it is not a source; the message says why.
    """
    document, flaws = read_marked(text.encode())
    if flaws:
        raise ValueError(flaws[0].message)
    try:
        return Source.model_validate(document, context={"root": Path(), "file": "proposed.yaml"})
    except ValidationError as error:
        raise ValueError("; ".join(_message(details) for details in error.errors(include_url=False))) from error


def catalogue_rows(catalogue: Catalogue) -> CatalogueRows:
    """The catalogue as plain rows; see `CatalogueRows` for their columns."""
    successors = {department.id: department.merged_into.department for department in catalogue.departments if department.merged_into}
    return CatalogueRows(
        region=[
            {"region_code": region.adcode, "region_name": region.name, "parent_region_code": region.parent}
            for region in catalogue.regions
        ],
        audience=[
            {"audience_id": audience.id, "audience_name": audience.name, "severity": audience.severity}
            for audience in catalogue.audiences
        ],
        department=[
            {
                "department_id": department.id, "department_name": department.name,
                "region_code": department.region.adcode, "region_name": department.region.name, "audience_id": department.audience,
                "last_year": department.merged_into and department.merged_into.until,
                "lasting_department_id": list(_line_of(department.id, successors))[-1],
            }
            for department in catalogue.departments
        ],
        department_alias=[row for department in catalogue.departments for row in _alias_rows(department)],
        publication_duty=[
            {"department_id": department.id, "fiscal_year": due.fiscal_year, "stage": due.stage, "due_date": due.due_date}
            for department in catalogue.departments
            for due in department.expected
        ],
    )


def _line_of(department: str, successors: Mapping[str, str]) -> Iterator[str]:
    """A department, and one after the other those that it was merged into; endless where they were merged into each other."""
    yield department
    while department := successors.get(department, ""):
        yield department


def _alias_rows(department: Department) -> Iterator[Row]:
    for alias in department.aliases:
        yield {"department_id": department.id, "alias": alias, "first_year": None, "last_year": None, "region_code": None}
    for former in department.former_names:
        yield {
            "department_id": department.id, "alias": former.name, "first_year": former.since, "last_year": former.until,
            "region_code": former.region,
        }


def has_files(folder: Path) -> bool:
    """Whether a folder holds a catalogue file, sound or not."""
    return bool(_catalogue_files(folder))


def _catalogue_files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.suffix in SUFFIXES and not path.name.startswith("."))


class _Reader:
    """Reads single files; what is wrong in them becomes problems."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self.problems: list[CatalogueProblem] = []

    def read(self, path: Path) -> RegionFile | None:
        """The file without its broken entries; None if it has to be left out whole."""
        try:
            document, flaws = read_marked(path.read_bytes())
        except OSError as error:
            document, flaws = None, [Flaw((), None, f"cannot be read: {error.strerror}")]
        if document is None:
            self._report(path, None, flaws or [Flaw((), None, "is empty")])
            return None
        file = self._validate(path, document, flaws)
        if not flaws:
            return file
        self._report(path, document, flaws)
        broken = {_entry_of(flaw.location) for flaw in flaws}
        entries = {entry for entry in broken if entry}
        return None if None in broken else self._validate(path, _without(document, entries), flaws)

    def _validate(self, path: Path, document: Any, flaws: list[Flaw]) -> RegionFile | None:
        context = {"root": self._root, "file": path.relative_to(self._root).as_posix()}
        try:
            return RegionFile.model_validate(document, context=context)
        except ValidationError as error:
            reported = {flaw.location for flaw in flaws}
            flaws += [_flaw(document, details) for details in error.errors(include_url=False) if details["loc"] not in reported]
            return None

    def _report(self, path: Path, document: Any, flaws: Sequence[Flaw]) -> None:
        self.problems += [CatalogueProblem(str(path), flaw.line, _field(document, flaw.location), flaw.message) for flaw in flaws]


@dataclass(frozen=True, slots=True)
class _Claim:
    """A value that only one entry of the whole catalogue may have."""

    kind: str
    value: str
    field: str
    place: Place

    @property
    def key(self) -> tuple[str, str]:
        if not self.kind.endswith("name"):
            return self.kind, self.value
        # Full-width brackets and inner spaces do not make another name: documents use both forms.
        return self.kind, "".join(unicodedata.normalize("NFKC", self.value).split())


class _Assembly:
    """Joins files into a catalogue; of two entries that claim the same, the first is kept."""

    def __init__(self, problems: list[CatalogueProblem]) -> None:
        self._problems = problems
        self._taken: dict[tuple[str, str], Place] = {}

    def join(self, files: Iterable[RegionFile]) -> Catalogue:
        """The catalogue of all files, without the entries that claim what another one has."""
        kept = [file for file in files if self._accept(_claims_of_region(file.region))]
        audiences = tuple(audience for file in kept for audience in file.audiences if self._accept(_claims_of_audience(audience)))
        ids = sorted(audience.id for audience in audiences)
        departments = [
            department for file in kept for department in file.departments
            if self._has_audience(department, ids) and self._accept(_claims_of_department(department))
        ]
        return Catalogue(
            regions=tuple(file.region for file in kept),
            audiences=audiences,
            departments=tuple(self._with_known_successors(departments)),
        )

    def _with_known_successors(self, departments: Sequence[Department]) -> Iterator[Department]:
        """The departments without the mergers into one that is not there, or that was itself merged into this one."""
        ids = sorted(department.id for department in departments)
        successors: dict[str, str] = {}
        for department in departments:
            merger = department.merged_into
            if merger is None:
                yield department
                continue
            if merger.department not in ids:
                problem = f"no usable department has the id {merger.department!r}{_nearest(merger.department, ids)}"
            elif department.id in _line_of(merger.department, successors):
                problem = f"{merger.department!r} was itself merged into {department.id!r}"
            else:
                successors[department.id] = merger.department
                yield department
                continue
            self._report(merger.place_of("department"), f"departments[{department.id}].merged_into.department", problem)
            yield department.model_copy(update={"merged_into": None})

    def _accept(self, claims: Iterable[_Claim]) -> bool:
        new: dict[tuple[str, str], Place] = {}
        conflicts = 0
        for claim in claims:
            if first := self._taken.get(claim.key):
                conflicts += 1
                self._report(claim.place, claim.field, f"{claim.value!r} is already taken at {first}; left out here")
            new[claim.key] = claim.place
        if not conflicts:
            self._taken |= new
        return not conflicts

    def _has_audience(self, department: Department, ids: Sequence[str]) -> bool:
        if department.audience in ids:
            return True
        message = f"no usable audience has the id {department.audience!r}{_nearest(department.audience, ids)}"
        self._report(department.place_of("audience"), f"departments[{department.id}].audience", message)
        return False

    def _report(self, place: Place, field: str, message: str) -> None:
        self._problems.append(CatalogueProblem(str(place.root / place.file), place.line, field, message))


def _claims_of_region(region: Region) -> Iterator[_Claim]:
    yield _Claim("adcode", region.adcode, "region.adcode", region.place_of("adcode"))


def _claims_of_audience(audience: Audience) -> Iterator[_Claim]:
    yield _Claim("audience", audience.id, f"audiences[{audience.id}].id", audience.place_of("id"))


def _claims_of_department(department: Department) -> Iterator[_Claim]:
    label = f"departments[{department.id}]"
    yield _Claim("department", department.id, f"{label}.id", department.place_of("id"))
    yield _Claim("name", department.name, f"{label}.name", department.place_of("name"))
    for alias in department.aliases:
        yield _Claim("name", alias, f"{label}.aliases", department.place_of("aliases"))
    for position, former in enumerate(department.former_names, start=1):
        yield _Claim("former name", former.name, f"{label}.former_names[{position}].name", former.place_of("name"))
    for position, source in enumerate(department.sources, start=1):
        yield _Claim("address", source.location, f"{label}.sources[{position}].address", source.place_of("address"))


def _incomplete(catalogue: Catalogue) -> Iterator[CatalogueProblem]:
    for department in catalogue.departments:
        if not department.sources and not department.expected:
            place = department.place
            message = "has neither `sources` nor `expected`: nothing can be found out about it"
            yield CatalogueProblem(str(place.root / place.file), place.line, f"departments[{department.id}]", message)


def _entry_of(location: Location) -> Location | None:
    """The innermost entry that can be left out alone and that a location lies in; None where it lies in none."""
    match location:
        case ("departments", int(), "former_names" | "sources" | "expected", int(), *_):
            return location[:4]
        case ("audiences" | "departments", int(), *_):
            return location[:2]
    return None


def _without(document: MarkedMapping, broken: Collection[Location]) -> MarkedMapping:
    for index, department in enumerate(document.get("departments", ())):
        for name in ("former_names", "sources", "expected"):
            _leave_out(department, name, {entry[-1] for entry in broken if entry[:3] == ("departments", index, name)})
    for name in ("audiences", "departments"):
        _leave_out(document, name, {entry[-1] for entry in broken if entry[:-1] == (name,)})
    return document


def _leave_out(mapping: MarkedMapping, name: str, positions: set[Any]) -> None:
    if positions:
        mapping[name] = mapping[name].without(positions)


def _field(document: Any, location: Location) -> str:
    """A location as people write it: `departments[tianhe-rd].sources[2].address`."""
    label = ""
    for step in location:
        if isinstance(step, str):
            label += f".{step}" if label else step
            document = document.get(step) if isinstance(document, MarkedMapping) else None
        else:
            document = document[step] if isinstance(document, MarkedList) else None
            label += f"[{(isinstance(document, MarkedMapping) and document.get('id')) or step + 1}]"
    return label


def _flaw(document: Any, details: ErrorDetails) -> Flaw:
    return Flaw(details["loc"], line_at(document, details["loc"]), _message(details))


def _message(details: ErrorDetails) -> str:
    """What pydantic found, in the words of a catalogue file."""
    kind = details["type"]
    if kind in MESSAGES:
        return MESSAGES[kind]
    if kind == "extra_forbidden":
        return _unknown_field(details["loc"])
    if kind == "value_error":
        return str(details["ctx"]["error"])
    if details["input"] is None:
        return "is empty; give a value or leave the field out"
    return f"{details['msg'].removeprefix('Input ')}, not {details['input']!r}"


def _unknown_field(location: Location) -> str:
    section = next((step for step in reversed(location[:-1]) if isinstance(step, str)), "")
    known = field_names(SECTIONS[section])
    return f"is not a known field{_nearest(str(location[-1]), known) or '; known are ' + ', '.join(known)}"


def _nearest(word: str, known: Sequence[str]) -> str:
    close = difflib.get_close_matches(word, known, n=1)
    return f"; did you mean {close[0]!r}?" if close else ""
