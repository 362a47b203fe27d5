"""Exports views: an Excel workbook, or a folder of CSV files, of partitioned Parquet, or a Frictionless data package.

An export is made in the copy's own folder and put where it is wanted in one step, whole or not at all.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from warehouse import answers, workbook
from warehouse.errors import BadQuery, UnknownName
from warehouse.query import Clock, Copy, explained, quoted, rows
from warehouse.tables import VIEWS, Column, View

Form = Literal["xlsx", "csv", "parquet", "package"]
# What people ask for, in the language of the views' names and columns; the rest are there for these, or for programs.
FOR_PEOPLE = {
    "en": (
        "department_year", "three_public", "budget_final", "project", "project_year", "indicator", "unit_cost", "transfer_payment",
        "budget_line", "coverage", "quality",
    ),
    "zh": ("部门预算", "三公经费", "预决算对比", "项目支出", "项目年度", "绩效指标", "单位成本", "转移支付"),
}
YEARS, DEPARTMENTS = ("fiscal_year", "年度"), ("department_id", "department_name", "部门")
PARTITIONS = (*YEARS, "stage", "阶段")
LIST = "；"    # between the values of a list, which a cell cannot hold
MOMENT = "%Y-%m-%dT%H:%M:%SZ"
# Types of Frictionless' table schema by the beginning of the SQL type.
TYPES = {
    "VARCHAR": "string", "BIGINT": "integer", "INTEGER": "integer", "DECIMAL": "number", "DOUBLE": "number", "BOOLEAN": "boolean",
    "DATE": "date", "TIMESTAMP": "datetime",
}
Told = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class Choice:
    """What is exported: views, of these years and departments (by id or full name); empty means all."""

    views: Sequence[str] = FOR_PEOPLE["en"]
    years: Sequence[int] = ()
    departments: Sequence[str] = ()


def export(copy: Copy, form: Form, target: Path, choice: Choice, told: Told = lambda _view, _count: None) -> None:
    """Export views.

    Args:
        copy: from `query.connect`.
        form: xlsx makes or replaces a file; the others make a folder, which must not be there or be empty.
        target: the file or folder.
        choice: what is exported.
        told: is called with the name of each view that is written and the number of its rows.

    Raises:
        BadQuery: a view or a department is not known, or the target cannot be written.
    """
    chosen = [(_view(name), _query(copy, _view(name), choice)) for name in choice.views]
    if form == "xlsx":
        answer = copy.folder / "export.xlsx"
        sheets = (answers.sheet(copy, view.name, sql, view.comment) for view, sql in chosen)
        workbook.write(answer, _counted(sheets, told), answers.provenance(copy))
        answers.deliver(answer, target)
        return
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise BadQuery(f"{target} is there already and not empty: name a folder that is not there yet.")
    folder = copy.folder / "export"
    folder.mkdir()
    try:
        resources: list[dict[str, Any]] = []
        for view, sql in chosen:
            if form == "parquet":
                count = _write_parquet(copy, folder, view, sql)
            else:
                path, count = _write_csv(copy, folder, view, sql, for_people=form == "csv")
                resources.append(_resource(path, view, len(resources)))
            told(view.name, count)
        if form == "package":
            _write_package(copy, folder, resources)
        _deliver_folder(folder, target)
    finally:
        shutil.rmtree(folder)    # a connection may be asked again


def _write_package(copy: Copy, folder: Path, resources: Sequence[dict[str, Any]]) -> None:
    about = dict(answers.provenance(copy))
    package = {
        "profile": "tabular-data-package", "name": "yusuan", "title": "Published budgets · 部门预决算公开数据",
        "description": "Amounts are yuan, times UTC. Each row says where it was published: address, page, row.",
        "created": about.get("UTC", "").replace(" ", "T") + "Z", "version": about.get("run", ""), "resources": resources,
    }
    (folder / "datapackage.json").write_text(json.dumps(package, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def _view(name: str) -> View:
    if name not in VIEWS:
        raise UnknownName(f"There is no view {name}; there are {', '.join(VIEWS)}.")
    return VIEWS[name]


def _query(copy: Copy, view: View, choice: Choice) -> str:
    """The rows of a view that are chosen, in the order of its columns."""
    names = [column.name for column in view.columns]
    wanted = []
    if choice.years:
        wanted += [f"{_name(year)} IN ({', '.join(map(str, choice.years))})" for year in YEARS if year in names]
    if choice.departments:
        known = {str(name) for row in rows(copy, "SELECT department_id, department_name FROM dim_department").rows for name in row}
        for department in choice.departments:
            if department not in known:
                raise UnknownName(f"There is no department {department}; `yusuan sql \"FROM dim_department\"` lists all, with their ids.")
        listed = rows(copy, f"""
            SELECT DISTINCT department_id, department_name FROM dim_department
            WHERE department_id IN (
                SELECT department_id FROM dim_department
                WHERE list_contains([{', '.join(map(quoted, choice.departments))}], department_id)
                    OR list_contains([{', '.join(map(quoted, choice.departments))}], department_name))
        """).rows
        column = next(name for name in DEPARTMENTS if name in names)
        wanted.append(f"{_name(column)} IN ({', '.join(quoted(row[column != 'department_id']) for row in listed)})")
    return f"SELECT * FROM {_name(view.name)}{' WHERE ' + ' AND '.join(wanted) if wanted else ''} ORDER BY ALL"


def _counted(sheets: Iterable[workbook.Sheet], told: Told) -> Iterator[workbook.Sheet]:
    """The sheets, each told when its rows were taken."""
    for sheet in sheets:
        count = 0

        def rows_of(sheet: workbook.Sheet = sheet) -> Iterator[Sequence[Any]]:
            nonlocal count
            for row in sheet.rows:
                count += 1
                yield row

        yield workbook.Sheet(sheet.name, sheet.about, sheet.columns, rows_of())
        told(sheet.name, count)


def _write_parquet(copy: Copy, folder: Path, view: View, sql: str) -> int:
    """A folder of a view, in folders by year and stage where it has these; the columns stay in the files."""
    by = [column.name for column in view.columns if column.name in PARTITIONS]
    options = f", PARTITION_BY ({', '.join(map(_name, by))}), WRITE_PARTITION_COLUMNS true" if by else ""
    place = folder / view.name
    if not by:
        place.mkdir()
        place /= f"{view.name}.parquet"
    count = _copy(copy, sql, place, f"FORMAT parquet, COMPRESSION zstd{options}")
    if not count and by:    # no part has been written, and nobody could tell the columns
        place.mkdir(exist_ok=True)
        _copy(copy, sql, place / f"{view.name}.parquet", "FORMAT parquet, COMPRESSION zstd")
    return count


def _write_csv(copy: Copy, folder: Path, view: View, sql: str, *, for_people: bool) -> tuple[Path, int]:
    path = folder / f"{view.name}.csv"
    columns = [
        f"array_to_string({_name(column.name)}, '{LIST}') AS {_name(column.name)}" if column.type.endswith("[]") else _name(column.name)
        for column in view.columns
    ]
    query = f"SELECT {', '.join(columns)} FROM ({sql})"
    if not for_people:
        return path, _copy(copy, query, path, f"FORMAT csv, HEADER, TIMESTAMPFORMAT '{MOMENT}'")
    described = [(column.name, column.type.removesuffix("[]")) for column in view.columns]
    plain = path.with_suffix(".plain")
    count = _copy(copy, answers.without_formulas(query, described), plain, "FORMAT csv, HEADER")
    with plain.open("rb") as rest, path.open("xb") as file:
        file.write(answers.BYTE_ORDER_MARK)
        shutil.copyfileobj(rest, file)
    plain.unlink()
    return path, count


def _copy(copy: Copy, sql: str, path: Path, options: str) -> int:
    """Write the answer to a question; gives the number of its rows."""
    with explained(copy), Clock(copy).running():
        written = copy.connection.execute(f"COPY ({sql}) TO {quoted(path)} ({options})").fetchone()
    return int(written[0]) if written else 0


def _resource(path: Path, view: View, number: int) -> dict[str, Any]:
    """What a data package says of a CSV file."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    is_ascii = view.name.isascii()    # as a resource's name has to be
    return {
        "name": view.name if is_ascii else f"view-{number + 1}", "title": view.grain_zh, "description": view.grain_en, "path": path.name,
        "profile": "tabular-data-resource", "format": "csv", "mediatype": "text/csv", "encoding": "utf-8",
        "bytes": path.stat().st_size, "hash": f"sha256:{digest}",
        "schema": {"fields": [_field(column, has_values=is_ascii) for column in view.columns], "missingValues": [""]},
    }


def _field(column: Column, *, has_values: bool) -> dict[str, Any]:
    """What a table schema says of a column; a Chinese view has the values of its field in Chinese."""
    kind = "string" if column.type.endswith("[]") else next(kind for of_type, kind in TYPES.items() if column.type.startswith(of_type))
    constraints: dict[str, Any] = {} if column.nullable or kind == "string" else {"required": True}
    if has_values and column.values and kind == "string":
        constraints["enum"] = list(column.values)
    described = {"name": column.name, "type": kind, "title": column.field.zh, "description": column.comment}
    if column.field.unit:
        described["unit"] = column.field.unit
    return described | ({"constraints": constraints} if constraints else {})


def _deliver_folder(folder: Path, target: Path) -> None:
    """Put a folder where it is wanted in one step; an empty folder that is there is replaced."""
    place = target.resolve()
    partial = place.with_name(f".{place.name}.{uuid.uuid4().hex}")
    try:
        partial.mkdir()    # not with the folders above it: a mistyped place is not made
        shutil.copytree(folder, partial, dirs_exist_ok=True)
        partial.replace(place)
    except OSError as error:
        raise BadQuery(f"{target} cannot be written: {error.strerror or error}.") from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
