"""The page's addresses: each asks the published copy and fills a template, a file or a JSON object."""

from __future__ import annotations

import io
import json
import math
import os
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import IO, Annotated, Any, Literal, TypeVar
from urllib.parse import quote

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Query, Request
from fastapi.responses import Response, StreamingResponse
from fastapi.staticfiles import StaticFiles
from pydantic import BaseModel
from starlette.middleware.gzip import GZipMiddleware

from portal import guard, letters, refusals
from portal.answering import Copy, NotModified, Spoken, nothing_else, program_version, refuse_unknown, rendered, unchanged
from portal.asking import Asked, records
from portal.charts import Bars, bars, treemap
from portal.copies import Copies
from portal.deciding import deciding
from portal.existing import refuse_nonexistent
from portal.inbox import Inbox, as_rows
from portal.lists import COMMON, LISTS, MOST_ROWS, Filters, Leaf, Listing, Package, Sought
from portal.logins import logins
from portal.originals import Limits as DrawingLimits
from portal.originals import Originals
from portal.own_questions import OwnQuestions
from portal.refusals import wrong_question
from portal.showing import mark_of, templates
from portal.similar import similar
from portal.visitors import Door, come_in
from portal.words import Language, Titles
from transforms.layouts.listing import lists_with
from warehouse import answers, cookbook, query, questions
from warehouse.errors import BadQuery
from warehouse.tables import VIEWS

HERE = Path(__file__).parent
ROWS = 50            # of a list on one page
SHORT = 20           # of a list that is a part of a page
TILES = 40           # departments of the treemap; all others are one
FILES: dict[str, tuple[answers.Format, str]] = {
    "csv": ("csv", "text/csv; charset=utf-8"),
    "xlsx": ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "parquet": ("parquet", "application/vnd.apache.parquet"),
}
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
BARS = 40            # rows of an answer that its chart has
AT_ONCE = 256 * 1024    # bytes of a file that is sent
READ_ONLY = "What is published. It is read-only: people decide on the page, where each decision has a name and a reason."
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Portal:
    """What the page is given.

    `published` is the published copy, `original` gives an original by its SHA-256 or raises FileNotFoundError, `hosts` are the names by
    which it may be asked for, `titles` what rules are called.
    `limits` are those of its own questions, `limits_of_sql` those of questions that people write. `inbox` takes what people decide whom
    `door` lets in. `prefect_page` is the address of Prefect's page, if there is one.
    """

    published: Path
    original: Callable[[str], bytes]
    hosts: Sequence[str] = guard.LOCAL
    titles: Titles = field(default_factory=dict)
    limits: query.Limits = field(default_factory=lambda: query.Limits(20, 1024))
    limits_of_sql: query.Limits = field(default_factory=lambda: query.Limits(20, 512))
    drawing: DrawingLimits = field(default_factory=DrawingLimits)
    inbox: Path | None = None
    prefect_page: str = ""
    door: Door = field(default_factory=Door)


class Rows(BaseModel):
    """What a program is answered of a list: how many rows there are, and those asked for."""

    count: int
    limit: int
    offset: int
    rows: list[dict[str, Any]]


class Problem(BaseModel):
    """What a program is told of what it cannot have."""

    error: str


def create_app(portal: Portal) -> FastAPI:
    """Make the page.

    Args:
        portal: what it is given.

    Returns:
        An application for any ASGI server.
    """
    copies = Copies(portal.published, portal.limits)
    own_questions = OwnQuestions(portal.published, portal.limits_of_sql)
    originals = Originals(portal.original, portal.drawing)

    def close() -> None:
        own_questions.close()
        originals.close()
        copies.close()

    @asynccontextmanager
    async def living(_: FastAPI) -> AsyncIterator[None]:
        yield
        close()

    # Swagger's page would come from a CDN.
    app = FastAPI(title="Yusuan", description=READ_ONLY, docs_url=None, redoc_url=None, openapi_url="/api/v1/openapi.json", lifespan=living)
    app.state.copies, app.state.own_questions, app.state.originals = copies, own_questions, originals
    app.state.templates, app.state.close, app.state.recipes = templates(), close, cookbook.recipes()
    app.state.program, app.state.titles = program_version(), portal.titles
    app.state.inbox, app.state.door, app.state.prefect_page = Inbox(portal.inbox), portal.door, portal.prefect_page
    for router in (pages, api, deciding, logins):
        app.include_router(router)
    app.mount("/static", StaticFiles(directory=HERE / "static"), name="static")
    app.add_middleware(GZipMiddleware, minimum_size=1000)
    app.add_middleware(guard.Guard, hosts=portal.hosts)
    app.add_middleware(guard.Proxied, proxies=portal.door.proxies, identity_header=portal.door.identity_header)
    refusals.add_to(app)
    return app


Chosen = Annotated[Filters, Query()]
Key = int    # a document's; no path is made of it


pages = APIRouter(include_in_schema=False, dependencies=[Depends(come_in), Depends(nothing_else)])
api = APIRouter(prefix="/api/v1", dependencies=[Depends(come_in), Depends(nothing_else)])


@pages.get("/")
def overview(request: Request, asked: Copy, language: Spoken, filters: Chosen) -> Response:
    """What was published in all, and how complete it is."""
    refuse_unknown(request, *COMMON)
    refuse_nonexistent(asked, filters, language)
    values = filters.values(language)
    # The warehouse adds up regions, and nobody a choice of departments.
    sums = [] if filters.department else asked.records("sums", **values)
    regions = None if filters.department else _part(asked, LISTS["regions"], filters, language)
    largest = treemap(asked.records("largest", most=TILES, **values), "expenditure_yuan")
    return rendered(request, "overview", language, asked, filters=filters, sums=sums, regions=regions, largest=largest,
                    totals=_part(asked, LISTS["totals"], filters, language),
                    year_on_year=_part(asked, LISTS["year_on_year"], filters, language),
                    quantitative=_part(asked, LISTS["quantitative_share"], filters, language),
                    statuses=asked.records("coverage_counts", **values),
                    duties=None if filters.department else _part(asked, LISTS["duties"], filters, language), asks=COMMON)


@pages.get("/search")
def search(request: Request, asked: Copy, language: Spoken, sought: Annotated[Sought, Query()]) -> Response:
    """Departments, projects and indicators of which a text has all words."""
    words = (sought.words or "").strip()
    chosen = {"departments": Filters(department=words), "projects": Filters(words=words), "indicators": Filters(words=words)}
    given = [_part(asked, LISTS[name], filters, language) for name, filters in chosen.items()] if words else []
    return rendered(request, "search", language, asked, words=words, given_parts=given)


@pages.get("/lists/{name}")
def listed(request: Request, asked: Copy, language: Spoken, name: str, filters: Annotated[Leaf, Query()]) -> Response:
    """A page of a list, with its filters."""
    listing = _listing(request, name, "p")
    refuse_nonexistent(asked, filters, language)
    chosen = listing.asked(filters, language)
    found, count = asked.page(chosen, ROWS, (filters.p - 1) * ROWS)
    return rendered(request, "list", language, asked, listing=listing, filters=filters, found=found, count=count, number=filters.p,
                    facets=asked.facets(chosen, count), last=max(1, math.ceil(count / ROWS)), asks=listing.asks,
                    prefect_page=request.app.state.prefect_page)


@pages.get("/files/{name}.{ending}")
def filed(  # noqa: PLR0913, PLR0917 -- FastAPI gives each
    request: Request, asked: Copy, language: Spoken, name: str, ending: Literal["csv", "xlsx"], filters: Chosen,
) -> Response:
    """A whole list as a file."""
    listing = _listing(request, name)
    refuse_nonexistent(asked, filters, language)
    return _file(asked.copy, asked.led(listing.asked(filters, language)).rows(), name, ending)


@pages.get("/departments/{department}")
def department(request: Request, asked: Copy, language: Spoken, department: str) -> Response:
    """What one department published, year by year."""
    about, filters = _department(asked, department), Filters(department=department)
    given = [_part(asked, LISTS[name], filters, language) for name in (
        "totals", "budget_final", "figures", "three_public", "projects", "quantitative_share", "quality", "documents", "coverage",
    )]
    return rendered(request, "department", language, asked, department=about, filters=filters, given_parts=given)


@pages.get("/departments/{department}/tables")
def booklet(
    request: Request, asked: Copy, language: Spoken, department: str, table: Annotated[str, Query(max_length=100)] = "",
) -> Response:
    """One kind of a department's tables, its years side by side."""
    about = _department(asked, department)
    kinds = [str(kind) for (kind,) in asked.rows("department_kinds", department=department).rows]
    table = table or next(iter(kinds), "")
    lines = asked.records("department_lines", department=department, table=table)
    terms = sorted({(line["fiscal_year"], line["stage"]) for line in lines}, key=str, reverse=True)
    rows: dict[tuple[object, ...], dict[tuple[object, object], dict[str, object]]] = {}
    for line in lines:
        name = line["side"], line["account_code"], line["label"], line["column_path"]
        rows.setdefault(name, {})[line["fiscal_year"], line["stage"]] = line
    return rendered(request, "booklet", language, asked, department=about, kinds=kinds, table=table, terms=terms, rows=rows)


@pages.get("/departments/{department}/letter")
def letter(request: Request, asked: Copy, language: Spoken, department: str, filters: Chosen) -> Response:
    """What a department is asked to see to, for printing."""
    found, composed = _letter(request, asked, language, department, filters)
    return rendered(request, "letter", language, asked, department=found, letter=composed, chosen=filters.chosen())


@pages.get("/departments/{department}/letter.docx")
def letter_in_word(request: Request, asked: Copy, language: Spoken, department: str, filters: Chosen) -> Response:
    """The same as a Word document."""
    found, composed = _letter(request, asked, language, department, filters)
    made = io.BytesIO()
    letters.write_word(composed, made)
    return Response(made.getvalue(), media_type=WORD, headers=_attached(f"{found['department_name']} {composed.title}.docx"))


@pages.get("/departments/{department}/letter.pdf")
def letter_in_pdf(request: Request, asked: Copy, language: Spoken, department: str, filters: Chosen) -> Response:
    """The same as a PDF."""
    found, composed = _letter(request, asked, language, department, filters)
    made = io.BytesIO()
    letters.write_pdf(composed, made, language)
    return Response(made.getvalue(), media_type="application/pdf", headers=_attached(f"{found['department_name']} {composed.title}.pdf"))


@pages.get("/projects/{document}/{number}")
def project(request: Request, asked: Copy, language: Spoken, document: Key, number: int) -> Response:
    """One project with its money, targets and history."""
    found = asked.records("project", document=document, project=number)
    if not found:
        raise HTTPException(404)
    project, place = found[0], {"document": document, "project": number}
    return rendered(
        request, "project", language, asked, project=project,
        funding=asked.rows("project_funding", **place, lang=language), targets=asked.rows("project_targets", **place),
        history=asked.rows("project_history", project_key=_int(project["project_key"])),
        money=asked.rows("project_money", project_key=_int(project["project_key"]), lang=language),
        similar=similar(asked, project),
        findings=asked.rows("project_findings", **place, lang=language),
    )


@pages.get("/documents/{document}")
def document(request: Request, asked: Copy, language: Spoken, document: Key) -> Response:
    """One document with its versions, tables and problems."""
    about = _document(asked, document)
    facts = _int(about["facts_key"])
    return rendered(
        request, "document", language, asked, document=about, versions=asked.rows("document_versions", address=str(about["address"])),
        tables=asked.rows("document_tables", document=facts), findings=asked.rows("document_findings", document=facts, lang=language),
        quarantine=asked.rows("document_quarantine", document=facts), changes=_changes(asked, about),
    )


@pages.get("/documents/{document}/original")
def original(request: Request, asked: Copy, document: Key) -> Response:
    """The original, byte for byte."""
    about = _document(asked, document)
    content = request.app.state.originals.read(str(about["sha256"]))
    return Response(content, media_type="application/octet-stream", headers=_attached(str(about["file_name"] or about["sha256"])))


@pages.get("/documents/{document}/pages/{page}.png")
def picture(request: Request, asked: Copy, document: Key, page: int) -> Response:
    """A page of the original as a picture."""
    sha256 = str(_document(asked, document)["sha256"])
    tag = f'"{sha256}-{page}-{request.app.state.program}"'
    if request.headers.get("if-none-match") == tag:
        raise NotModified
    drawn = request.app.state.originals.picture(sha256, page)
    return Response(drawn.png, media_type="image/png", headers={"ETag": tag, "Cache-Control": "private, no-cache"})


@pages.get("/documents/{document}/pages/{page}")
def source(  # noqa: PLR0913, PLR0917 -- FastAPI gives each
    request: Request, asked: Copy, language: Spoken, document: Key, page: int, at: str = "", cells: bool = False,
) -> Response:
    """A page of the original with what was read there; `at` is the mark of the place that is meant."""
    about, originals = _document(asked, document), request.app.state.originals
    places = _places(asked, about, page, language)
    drawn = originals.picture(str(about["sha256"]), page)
    tables = originals.tables(str(about["sha256"])) if cells else []
    here = [[cell for cell in table.cells if cell.page == page and cell.box] for table in tables]
    return rendered(request, "source", language, asked, document=about, page=page, at=at, places=places, drawn=drawn, tables=here,
                    cells=cells)


@pages.get("/documents/{document}/grid")
def grid(  # noqa: PLR0913, PLR0917 -- FastAPI gives each
    request: Request, asked: Copy, language: Spoken, document: Key, row: int | None = None, table: int | None = None,
) -> Response:
    """The recognised tables of a document without pages, with the row that is meant; `table` counts those that were read, from 0."""
    about = _document(asked, document)
    tables = request.app.state.originals.tables(str(about["sha256"]))
    meant = [number for number, shown in enumerate(tables) if (row is not None or table is not None)
             and (row is None or any(cell.row == row for cell in shown.cells)) and (table is None or table in shown.numbers)]
    places = [place for place in _places(asked, about, None, language)
              if row is None or (place["row"] == row and (table is None or place["table_no"] in {None, table}))]
    return rendered(request, "grid", language, asked, document=about, row=row, meant=meant, places=places,
                    tables=[_by_rows(shown.cells, row if number in meant else None) for number, shown in enumerate(tables)])


@pages.get("/quality")
def quality(request: Request, asked: Copy, language: Spoken, filters: Chosen) -> Response:
    """The problems that stand, counted by rule, and the first of them."""
    refuse_unknown(request, *LISTS["quality"].asks)
    refuse_nonexistent(asked, filters, language)
    return rendered(request, "quality", language, asked, filters=filters, counts=asked.rows("quality_counts", **filters.values(language)),
                    pending=as_rows(request.app.state.inbox.pending(asked), "fingerprint"),
                    part=_part(asked, LISTS["quality"], filters, language), asks=LISTS["quality"].asks)


@pages.get("/maintainers")
def maintainers(request: Request, asked: Copy, language: Spoken, filters: Annotated[Leaf, Query()]) -> Response:
    """The words that were read by evidence or not at all, each with what would confirm it."""
    listing = LISTS["to_confirm"]
    refuse_unknown(request, *listing.asks, "p")
    found, count = asked.page(listing.asked(filters, language), ROWS, (filters.p - 1) * ROWS)
    words = [{**word, "lists": lists_with(str(word["read_as"])) if word["read_as"] else []} for word in records(found)]
    return rendered(request, "maintainers", language, asked, filters=filters, words=words, count=count, number=filters.p,
                    last=max(1, math.ceil(count / ROWS)), asks=listing.asks, listing=listing)


@pages.get("/sql")
def sql(
    request: Request, asked: Copy, language: Spoken, q: Annotated[str, Query(max_length=20_000)] = "",
    chart: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """Somebody's own question, within the limits of `yusuan sql`; `chart` is the column of the answer that is drawn."""
    found, is_cut, error = None, False, ""
    if q.strip():
        try:
            found, is_cut = request.app.state.own_questions.answer(q, MOST_ROWS)
        except BadQuery as problem:
            error = wrong_question(problem, language)
    numbers = _numbers(found) if found else []
    drawn = _bars(found, chart) if found and chart in numbers else None
    answer = rendered(request, "sql", language, asked, question=q, found=found, is_cut=is_cut, error=error, most=MOST_ROWS, numbers=numbers,
                      chart=chart, drawn=drawn, recipes=request.app.state.recipes, schema=VIEWS.values())
    answer.headers.update(guard.WITH_SCRIPTS)
    return answer


@pages.get("/sql.{ending}")
def sql_file(
    request: Request, ending: Literal["csv", "xlsx", "parquet"], q: Annotated[str, Query(max_length=20_000)],
) -> Response:
    """The answer to somebody's own question as a file."""
    form, media_type = FILES[ending]
    return _sent(_made(lambda target: request.app.state.own_questions.write(q, form, target)), media_type, f"answer.{ending}")


TOLD: dict[int | str, dict[str, Any]] = {
    304: {"description": "As the sender's If-None-Match says."}, **{status: {"model": Problem} for status in (400, 401, 404, 422, 503)},
}


@api.get("/lists", responses=TOLD)
def list_names() -> dict[str, list[str]]:
    """The lists with the filters that each knows."""
    return {name: list(listing.asks) for name, listing in LISTS.items()}


@api.get("/package.zip", response_class=Response, responses={
    200: {"description": "A Frictionless data package.", "content": {"application/zip": {}}}, **TOLD,
})
def package(request: Request, asked: Copy, language: Spoken, chosen: Annotated[Package, Query()]) -> Response:
    """Views as a data package, within the limits of `yusuan sql`."""
    tag = unchanged(request, asked, language)
    made = _made(lambda target: request.app.state.own_questions.pack(chosen.choice, target))
    return _sent(made, "application/zip", "yusuan.zip", {"ETag": tag})


def _rows_of(listing: Listing) -> Callable[..., Response]:
    """What answers a program that asks for rows of a list: a parameter that the list does not know is none of its address."""
    def rows(request: Request, asked: Copy, language: Spoken, window: Any) -> Response:
        tag = unchanged(request, asked, language)
        chosen = Filters(**window.model_dump(include=set(listing.asks)))
        refuse_nonexistent(asked, chosen, language)
        found, count = asked.page(listing.asked(chosen, language), window.limit, window.offset)
        body = {"count": count, "limit": window.limit, "offset": window.offset, "rows": records(found)}
        return Response(json.dumps(body, default=str, ensure_ascii=False), media_type="application/json", headers={"ETag": tag})

    rows.__annotations__["window"] = Annotated[listing.window, Query()]
    rows.__doc__ = f"Rows of {listing.name}; amounts are exact decimals, written as texts."
    return rows


for _listing_of_api in LISTS.values():
    api.add_api_route(f"/lists/{_listing_of_api.name}", _rows_of(_listing_of_api), name=_listing_of_api.name,
                      responses={200: {"model": Rows}, **TOLD})


def _listing(request: Request, name: str, *others: str) -> Listing:
    """A list that knows all that is asked of it; `others` are parameters that are no filters."""
    if name not in LISTS:
        raise HTTPException(404)
    refuse_unknown(request, *LISTS[name].asks, *others)
    return LISTS[name]


def _part(asked: Asked, listing: Listing, filters: Filters, language: Language) -> dict[str, Any]:
    """The first rows of a list, with how many there are and what leads to the rest."""
    found, count = asked.page(listing.asked(filters, language), SHORT, 0)
    return {"name": listing.name, "count": count, "found": found, "chosen": filters.chosen()}


def _letter(
    request: Request, asked: Asked, language: Language, department: str, filters: Filters,
) -> tuple[dict[str, Any], letters.Letter]:
    """A department, and the letter about what stands of it and was chosen."""
    refuse_unknown(request, "year", "stage", "severity", "rule")
    refuse_nonexistent(asked, filters, language)
    about = _department(asked, department)
    problems = asked.records("letter", **{**filters.values(language), "department": department})
    night = (asked.records("night") or [None])[0]  # type: ignore[list-item]
    return about, letters.compose(str(about["department_name"]), problems, night, language)


def _department(asked: Asked, department: str) -> dict[str, Any]:
    found = [] if "\0" in department else asked.records("department", department=department)
    if not found:
        raise HTTPException(404)
    return found[0]


def _document(asked: Asked, key: Key) -> dict[str, Any]:
    found = asked.records("document", document=key)
    if not found:
        raise HTTPException(404)
    return found[0]


def _changes(asked: Asked, about: dict[str, Any]) -> query.Result | None:
    """What a version changed against the one before; None for a first version and for one that could not be read."""
    if about["version_no"] == 1 or about["outcome"] == "failed":
        return None
    changed = questions.diff(asked.copy, str(about["address"]), _int(about["version_no"]))
    return changed.found if changed.before is not None else None


def _places(asked: Asked, about: dict[str, Any], page: int | None, language: Language) -> list[dict[str, Any]]:
    """What was read on a page, each with its mark and its box as numbers (None where it has no place)."""
    found = asked.records("places", document=_int(about["facts_key"]), page=page, lang=language)
    return [{**place, "mark": mark_of(place), "at": json.loads(str(place["box"])) if place["box"] else None} for place in found]


def _by_rows(table: Sequence[Any], row: int | None) -> list[tuple[int, list[Any]]]:
    """A table's cells by row; of a long table those around the row that is meant, or the first."""
    around = range(max(1, (row or 1) - ROWS), (row or 1) + ROWS)
    found: dict[int, list[Any]] = {}
    for cell in table:
        if cell.row in around:
            found.setdefault(cell.row, []).append(cell)
    return list(found.items())


def _numbers(found: query.Result) -> list[str]:
    """The columns of an answer that hold numbers."""
    columns = zip(found.columns, zip(*found.rows, strict=True), strict=False)
    return [name for name, values in columns if {type(value) for value in values} - {type(None)} and all(map(_is_number, values))]


def _is_number(value: object) -> bool:
    return value is None or (isinstance(value, int | float | Decimal) and not isinstance(value, bool) and math.isfinite(value))


def _bars(found: query.Result, column: str) -> Bars:
    """The first rows of an answer as bars of a column's numbers, each called by what stands in the columns without numbers."""
    numbers, drawn = _numbers(found), found.columns.index(column)
    named = [place for place, name in enumerate(found.columns) if name not in numbers] or [0]
    return bars([(" · ".join(str(row[place]) for place in named if row[place] is not None), row[drawn]) for row in found.rows[:BARS]])


def _file(copy: query.Copy, statement: str, name: str, ending: str) -> Response:
    form, media_type = FILES[ending]
    made = tempfile.TemporaryFile()    # noqa: SIM115 -- it is read after this; a long answer would fill the memory
    try:
        answers.write(copy, statement, form, made, for_people=True)
    except BaseException:
        made.close()
        raise
    return _sent(made, media_type, f"{name}.{ending}")


def _made(make: Callable[[Path], None]) -> IO[bytes]:
    """A file that a process of its own makes; its name goes at once, it stays until it is sent."""
    with tempfile.TemporaryDirectory(prefix="yusuan-") as folder:
        target = Path(folder) / "made"
        make(target)
        return target.open("rb")


def _sent(made: IO[bytes], media_type: str, name: str, headers: Mapping[str, str] = MappingProxyType({})) -> Response:
    """A file that was written, to its end."""
    size = made.seek(0, os.SEEK_END)
    made.seek(0)
    return StreamingResponse(_read(made), media_type=media_type, headers={**_attached(name), "Content-Length": str(size), **headers})


def _read(file: IO[bytes]) -> Iterator[bytes]:
    """A file in parts; it is closed at its end."""
    with file:
        while part := file.read(AT_ONCE):
            yield part


def _attached(name: str) -> dict[str, str]:
    return {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"}


def _int(value: object) -> int:
    assert isinstance(value, int)
    return value
