"""The lists that the page shows as tables, gives as files and answers as JSON: one declaration for the three."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler, GetJsonSchemaHandler, create_model
from pydantic_core.core_schema import CoreSchema, literal_schema, no_info_before_validator_function, nullable_schema

from portal.asking import Listed, Value
from portal.words import Language
from warehouse import exporting
from warehouse.tables import FIELDS, TABLE_KINDS

MOST_ROWS = 1000    # of one answer in JSON


class _OrBlank:
    """Of a field that a form may send blank: then nothing was chosen."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        def chosen(given: object) -> object:
            return None if given == "" else given

        return no_info_before_validator_function(chosen, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        described = handler(schema)
        return {**described, "anyOf": [*described["anyOf"], {"const": "", "type": "string"}]}


class _OneOf(_OrBlank):
    """Of a field with few values, which are declared elsewhere."""

    def __init__(self, values: Iterable[str]) -> None:
        self._values = list(values)

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return super().__get_pydantic_core_schema__(source, lambda _: nullable_schema(literal_schema(self._values)))  # type: ignore[arg-type]


Text = Annotated[Annotated[str, Field(max_length=200, pattern=r"^[^\x00]*$")] | None, _OrBlank()]
Number = Annotated[Annotated[int, Field(ge=-10**15, le=10**15)] | None, _OrBlank()]
Stage = Annotated[Literal["budget", "final"] | None, _OrBlank()]


class Filters(BaseModel):
    """What a person chose; a list takes what it knows of it."""

    model_config = ConfigDict(frozen=True)

    department: Annotated[Text, Field(description="Identifier of a department, or a part of its name.")] = None
    region: Annotated[Text, Field(description="Region code by GB/T 2260, or the whole name of a region.")] = None
    year: Annotated[Number, Field(description="Fiscal year.")] = None
    stage: Annotated[Stage, Field(description="Budget or final accounts.")] = None
    words: Annotated[Text, Field(description="Words, all of which must stand in the row's texts.")] = None
    minimum: Annotated[Number, Field(description="Amount in yuan, at least.")] = None
    maximum: Annotated[Number, Field(description="Amount in yuan, at most.")] = None
    funding: Annotated[str | None, _OneOf(FIELDS["funding_source"].values), Field(description="A source of the project's money.")] = None
    status: Annotated[str | None, _OneOf(FIELDS["coverage_status"].values), Field(description="Of what is due.")] = None
    severity: Annotated[str | None, _OneOf(FIELDS["severity"].values), Field(description="How grave a problem is.")] = None
    rule: Annotated[Text, Field(description="Identifier of a rule.")] = None
    table: Annotated[str | None, _OneOf(TABLE_KINDS), Field(description="Kind of a booklet's table.")] = None
    word: Annotated[Text, Field(description="A header or label, just as it was published.")] = None

    def values(self, language: str) -> dict[str, Value]:
        """By the names that questions have for them."""
        chosen = {name: getattr(self, name) for name in Filters.model_fields}
        return {**chosen, "words": (self.words or "").split() or None, "lang": language}

    def chosen(self) -> dict[str, Any]:
        """What was chosen, as an address writes it."""
        return self.model_dump(include=set(Filters.model_fields), exclude_none=True)


class Sought(BaseModel):
    """What a person looks for everywhere."""

    words: Text = None


class Leaf(Filters):
    """What a person chose, and which page of it."""

    p: Annotated[int, Field(ge=1, le=1_000_000, description="Page of the list, from 1.")] = 1


class Window(BaseModel):
    """Which rows a program is given, in which language."""

    limit: Annotated[int, Field(ge=1, le=MOST_ROWS, description="Rows, at most.")] = 100
    offset: Annotated[int, Field(ge=0, le=10**9, description="Rows before the first one.")] = 0
    lang: Annotated[Language | None, Field(description="Of the texts that the warehouse has in both.")] = None


class Package(BaseModel):
    """What a program chose of the views, as a data package."""

    view: Annotated[list[Literal[exporting.FOR_PEOPLE["en"]]], Field(description="Views; those that are for people otherwise.")] = []  # type: ignore[valid-type,name-defined]  # mypy reads no constants here
    year: Annotated[list[Annotated[int, Field(ge=0, le=9999)]], Field(description="Fiscal years; all otherwise.")] = []
    department: Annotated[
        list[Annotated[str, Field(max_length=200)]], Field(description="Identifiers or whole names of departments; all otherwise."),
    ] = []

    @property
    def choice(self) -> exporting.Choice:
        """The same as an export asks for it."""
        return exporting.Choice(self.view or exporting.FOR_PEOPLE["en"], self.year, [name for name in self.department if name.strip()])


COMMON = ("department", "region", "year", "stage")


class Listing(NamedTuple):
    """A list: its name, which is its question's too, and the filters that it knows: `common` ones of department and time, and its own.

    `counted`, `is_by_document` and `is_indexed`: see `portal.asking.Listed`.
    """

    name: str
    filters: tuple[str, ...] = ()
    common: tuple[str, ...] = COMMON
    counted: str = ""
    is_by_document: bool = False
    is_indexed: bool = False

    @property
    def asks(self) -> tuple[str, ...]:
        """All filters, in the order of their fields."""
        return (*self.common, *self.filters)

    @property
    def window(self) -> type[Window]:
        """What a program may say to ask for rows of it."""
        chosen: dict[str, Any] = {name: (Filters.model_fields[name].annotation, Filters.model_fields[name]) for name in self.asks}
        return create_model(f"{self.name}_window", __base__=Window, **chosen)

    def asked(self, filters: Filters, language: str) -> Listed:
        """Its question for what a person chose; by its own filters rows are counted one by one."""
        values = filters.values(language)
        counted = "" if any(values[name] for name in self.filters) else self.counted
        return Listed(self.name, values, counted, self.is_by_document, bool(self.counted), self.is_indexed)


LISTS = {listing.name: listing for listing in (
    Listing("totals"), Listing("sums", common=COMMON[1:]), Listing("regions", common=COMMON[1:]), Listing("year_on_year"),
    Listing("quantitative_share"),
    Listing("duties", common=COMMON[1:]), Listing("departments"), Listing("coverage", ("status",)),
    Listing("projects", ("words", "funding", "minimum", "maximum"), counted="project_count", is_indexed=True),
    Listing("indicators", ("words",), counted="indicator_count", is_by_document=True, is_indexed=True),
    Listing("unit_costs", ("words",), counted="unit_cost_count", is_by_document=True, is_indexed=True),
    Listing("figures"), Listing("three_public"),
    Listing("lines", ("table", "words"), counted="line_count", is_by_document=True), Listing("budget_final", common=COMMON[:3]),
    Listing("documents"),
    Listing("quality", ("severity", "rule")), Listing("to_confirm", ("rule", "words", "word"), common=()),
    Listing("doubted", ("rule", "words", "word")), Listing("nights", common=()),
)}
