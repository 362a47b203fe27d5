"""What a catalogue file may say; the tables of `docs/catalogue.md` are made of these descriptions."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    PrivateAttr,
    ValidationInfo,
    model_validator,
)

Stage = Literal["budget", "final"]
Severity = Literal["critical", "warning", "info"]

URL_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a catalogue entry is written: the catalogue's folder, the file below it (POSIX), the line (1-based)."""

    root: Path
    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.root / self.file}:{self.line}"


def _adcode(text: str) -> str:
    if not re.fullmatch(r"[1-9][0-9]{5}", text):
        raise ValueError(f"must be the six digits of GB/T 2260, such as 440106, not {text!r}")
    return text


def _identifier(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9]+([._-][a-z0-9]+)*", text):
        raise ValueError(f"must be lower-case letters and digits, joined by hyphens, such as tianhe-finance, not {text!r}")
    return text


def _address(text: str) -> str:
    if not URL_SCHEME.match(text):
        return text
    url = urlsplit(text)
    if "@" in url.netloc:   # first, because the other complaint repeats the address
        raise ValueError("must not contain a user name or password: the catalogue holds no secrets")
    if url.scheme not in ("http", "https") or not url.hostname or url.port == 0:
        raise ValueError(f"must be a path or a complete http(s) address, not {text!r}")
    return text


def _date(value: object) -> date:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise ValueError(f"must be a date such as 2023-09-30, not {str(value)!r}") from None


Adcode = Annotated[str, AfterValidator(_adcode)]
Identifier = Annotated[str, AfterValidator(_identifier)]
Text = Annotated[str, Field(min_length=1)]
FiscalYear = Annotated[int, Field(ge=1949, le=2100)]


class Entry(BaseModel):
    """One mapping of a catalogue file; it remembers where it is written."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    _place: Place = PrivateAttr()
    _field_lines: dict[str, int] = PrivateAttr()

    @model_validator(mode="wrap")
    @classmethod
    def _remember_place(cls, data: Any, handler: ModelWrapValidatorHandler[Self], info: ValidationInfo) -> Self:
        entry = handler(data)
        assert info.context is not None  # entries come from catalogue files only
        entry._place = Place(info.context["root"], info.context["file"], data.line)
        entry._field_lines = data.field_lines
        return entry

    @property
    def place(self) -> Place:
        """Where the entry begins."""
        return self._place

    def place_of(self, field: str) -> Place:
        """Where one of the entry's fields is written; the entry itself if it leaves the field out."""
        line = self._field_lines.get(field, self._place.line)
        return Place(self._place.root, self._place.file, line)


class Region(Entry):
    """A region (行政区划) whose departments the file lists."""

    adcode: Adcode = Field(description="Region code, six digits of GB/T 2260.")
    name: Text = Field(description="Name of the region, as people write it.")
    parent: Adcode | None = Field(None, description="Region code of the city or province above, if there is one.")

    @model_validator(mode="after")
    def _parent_is_above(self) -> Self:
        above = {self.adcode[:2] + "0000", self.adcode[:4] + "00"} - {self.adcode}
        if self.parent is not None and self.parent not in above:
            raise ValueError(f"parent {self.parent} is not above {self.adcode}; in GB/T 2260 that is {' or '.join(sorted(above))}")
        return self


class Audience(Entry):
    """People who get one digest of findings together."""

    id: Identifier = Field(description="Identifier, unique in the whole catalogue; the settings route digests by it.")
    name: Text = Field(description="Who that is; shown on the digest.")
    severity: Severity = Field("info", description="What it hears of: findings this severe and above: `critical` > `warning` > `info`.")


class Attachments(Entry):
    """Where a row of data names its files."""

    items: Text = Field(description="Key of the list of files in a row.")
    title: Text = Field("name", description="Key of a file's name.")
    link: Text = Field("url", description="Key of a file's address.")


class Data(Entry):
    """How the rows of a list are asked for that a page loads as data."""

    address: Text = Field(
        description="Address of the rows, relative to the list page: `{page}` is the number of the page, `{start}` and `{end}` its first "
        "and last row, other names in braces stand in the query of the source's address or in its `values`."
    )
    form: dict[str, str] | None = Field(None, description="What is posted as a form, with the same names in braces.")
    json_body: dict[str, Any] | None = Field(None, alias="json", description="What is posted as JSON, with the same names in braces.")
    first: Annotated[int, Field(ge=0)] = Field(1, description="Number of the first page.")
    size: Annotated[int, Field(ge=1)] = Field(15, description="Rows on a page.")
    items: Text | None = Field(None, description="Where the list of rows is in JSON (`data.results`); without it the links of HTML or XML.")
    html: Text | None = Field(None, description="Where HTML with the rows is in JSON (`data.html`).")
    title: Text = Field("title", description="Key of a row's title.")
    link: Text = Field("url", description="Key of a row's address.")
    date: Text | None = Field(None, description="Key of a row's date.")
    body: Text | None = Field(None, description="Key of the department that publishes it.")
    attachments: Attachments | None = Field(None, description="Where a row names its files.")


class Source(Entry):
    """A place where a department publishes."""

    address: Annotated[Text, AfterValidator(_address)] = Field(
        description="A file, a folder (with all folders below it), a pattern with `*`, `?`, `[…]` or `**`, or the `http(s)` address of a "
        "file or of a list page. Paths are relative to the folder of the catalogue file; `..` is allowed."
    )
    kind: Literal["file", "list"] = Field(
        "file", description="`list`: the address is a list page (栏目页) or a platform, whose links, pages, columns and articles lead to "
        "the files ([sources.md](sources.md))."
    )
    serves: Literal["department", "region"] = Field(
        "department", description="`region`: the list holds every department's documents. Each is its department's by the names in its "
        "file name and title; one that names no department of the catalogue is kept and told, not read."
    )
    hosts: tuple[Text, ...] = Field((), description="Further hosts (`host` or `host:port`) to which links of the list are followed.")
    values: dict[str, str] = Field({}, description="Values that requests for the list's rows need and its page does not hold.")
    data: Data | None = Field(None, description="How the list's rows are asked for, where no known system does it.")
    is_internal: bool = Field(
        False, alias="internal",
        description="`true`: the address is in a private network, which other sources and their redirects never reach.",
    )
    is_weak_tls: bool = Field(
        False, alias="weak_tls", description="`true`: its certificate is not checked and old ciphers are taken; told every night, because "
        "anybody on the way can then change what comes."
    )
    fiscal_year: FiscalYear | None = Field(None, description="Fiscal year of what is published there, if it is always the same.")
    stage: Stage | None = Field(None, description="`budget` (预算) or `final` (决算), if it is always the same.")

    stated_department: Text | None = Field(
        None, description="Department that documents there name, where they name another one and are this department's all the same."
    )

    @model_validator(mode="after")
    def _lists_are_on_the_web(self) -> Self:
        if self.kind == "list" and not self.is_on_web:
            raise ValueError("kind: list needs an http(s) address")
        if self.kind != "list" and (self.hosts or self.values or self.data or self.serves == "region"):
            raise ValueError("hosts, values, data and serves: region are for kind: list")
        return self

    @property
    def is_on_web(self) -> bool:
        """Whether the address is one of the web, not a path."""
        return URL_SCHEME.match(self.address) is not None

    @property
    def location(self) -> str:
        """The address in its stable form: the URL, or the POSIX path or pattern relative to the catalogue's folder."""
        if self.is_on_web:
            return self.address
        folder = PurePosixPath(self.place.file).parent
        return posixpath.normpath(posixpath.join(folder, self.address))


class Expected(Entry):
    """A publication that is due."""

    fiscal_year: FiscalYear = Field(description="Fiscal year of the budget or the final accounts.")
    stage: Stage = Field(description="`budget` (预算) or `final` (决算).")
    due_date: Annotated[date, BeforeValidator(_date)] = Field(alias="by", description="Last day on which it is on time: `2023-03-20`.")


class FormerName(Entry):
    """A name that a department had, for documents of those years; another department may have it in other years."""

    name: Text = Field(description="The name as documents gave it.")
    since: FiscalYear | None = Field(None, description="First fiscal year whose documents carry it.")
    until: FiscalYear = Field(description="Last fiscal year whose documents carry it.")
    region: Adcode | None = Field(None, description="Code of the region that it belonged to then, if that is another one.")

    @model_validator(mode="after")
    def _begins_before_it_ends(self) -> Self:
        if self.since is not None and self.since > self.until:
            raise ValueError(f"is since {self.since} and until {self.until}; the first year cannot be after the last")
        return self


class Merger(Entry):
    """The end of a department whose duties another one took over."""

    department: Identifier = Field(description="`id` of the department that it was merged into, in any file of the catalogue.")
    until: FiscalYear = Field(description="Last fiscal year of its own budget.")


class Department(Entry):
    """A budget-holding department (部门)."""

    id: Identifier = Field(description="Identifier, unique in the whole catalogue; it stays when the department is renamed.")
    name: Text = Field(description="Official name.")
    aliases: tuple[Text, ...] = Field((), description="Other names that documents give it, unique in the whole catalogue.")
    former_names: tuple[FormerName, ...] = Field((), description="Names that it had: a rename makes no new department.")
    merged_into: Merger | None = Field(None, description="The department that took over its duties; its own documents stay its own.")
    audience: Identifier = Field(description="The audience that hears of its findings; declared in any file of the catalogue.")
    sources: tuple[Source, ...] = Field((), description="Where it publishes.")
    expected: tuple[Expected, ...] = Field((), description="What it has to publish, and by when.")

    _region: Region = PrivateAttr()

    @property
    def region(self) -> Region:
        """The region of the department's file."""
        return self._region

    @model_validator(mode="after")
    def _expects_once(self) -> Self:
        publications = [(expected.fiscal_year, expected.stage) for expected in self.expected]
        for year, stage in publications:
            if publications.count((year, stage)) > 1:
                raise ValueError(f"expects the {stage} of {year} twice; keep one")
        return self


class RegionFile(Entry):
    """A catalogue file: one region, the audiences it declares and its departments."""

    region: Region = Field(description="The region whose departments the file lists.")
    audiences: tuple[Audience, ...] = Field((), description="Who hears of findings.")
    departments: tuple[Department, ...] = Field(description="The departments of the region.")

    @model_validator(mode="after")
    def _departments_know_their_region(self) -> Self:
        for department in self.departments:
            department._region = self.region
        return self


# Each section of a file by the field it stands in.
SECTIONS: dict[str, type[Entry]] = {
    "": RegionFile,
    "region": Region,
    "audiences": Audience,
    "departments": Department,
    "former_names": FormerName,
    "merged_into": Merger,
    "sources": Source,
    "data": Data,
    "attachments": Attachments,
    "expected": Expected,
}


def field_names(section: type[Entry]) -> list[str]:
    """The names of a section's fields as they are written in the file."""
    return [field.alias or name for name, field in section.model_fields.items()]
