"""The data dictionary: every table and view with its columns, made from their declaration."""

from __future__ import annotations

from collections.abc import Collection

from tabulate import tabulate

from warehouse.tables import COUNTS, DIMENSIONS, FACTS, OPERATION, SEARCH, VIEWS, Column, Table, View

INTRODUCTION = """# Data dictionary · 数据字典

Made from `warehouse/tables.py` and `warehouse/fields.csv` by `make docs`; the same texts are comments in the warehouse.
Amounts are exact decimals in yuan, times are UTC. `_key` is a surrogate key, `_id` a natural one, `_code` an official code.
Tables marked * are not in the published copy; views marked † are tables there, so that they answer at once.
"""


def render() -> str:
    """The page docs/data-dictionary.md."""
    sections = (
        ("Views · 视图", VIEWS.values()), ("Dimensions · 维度表", DIMENSIONS), ("Facts · 事实表", FACTS), ("What counts · 计入", COUNTS),
        ("Quality and operation · 质量与运行", OPERATION), ("Searching, in the published copy alone · 检索（仅发布的副本）", SEARCH),
    )
    return "\n".join((INTRODUCTION, *(_section(title, tables) for title, tables in sections)))


def _section(title: str, tables: Collection[Table | View]) -> str:
    return "\n".join((f"## {title}\n", *(_described(table) for table in tables)))


def _described(table: Table | View) -> str:
    rows = [_row(column, table) for column in table.columns]
    headers = ("column", "type", "unit", "null", "说明", "meaning", "values")
    mark = (" †" if table.stored_by else "") if isinstance(table, View) else ("" if table.is_published else " *")
    columns = tabulate(rows, headers=headers, tablefmt="github", disable_numparse=True)
    return f"### `{table.name}`{mark}\n\n{table.grain_zh}。\n{table.grain_en[0].upper()}{table.grain_en[1:]}.\n\n{columns}\n"


def _row(column: Column, table: Table | View) -> tuple[str, ...]:
    is_key = isinstance(table, Table) and column.name in table.key
    values = ", ".join(f"`{value}`" for value in column.values)
    return (
        f"`{column.name}`{' (key)' if is_key else ''}", column.type, column.field.unit, "yes" if column.nullable else "",
        column.field.zh, column.field.en, values,
    )
