"""Batches as the rooms before hand them over, made of published rows of 广州市天河区, and nights that load them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

import duckdb

from expectations.rules import Rule
from issues.decisions import AnyDecision
from issues.life import bring_up_to_date
from transforms.totals import total_kind
from warehouse.loading import LoadCounts
from warehouse.rereading import Reader
from warehouse.store import Run, Warehouse

AS_OF = date(2026, 1, 10)
READER = Reader("the code", "900 s")
RD, ZX = "440106-rd", "440106-zx"
SEED = "published/tianhe/tianhe-rd-2023.txt"
Row = dict[str, Any]

LIVES_ON: Row = {"last_year": None, "lasting_department_id": None}
CATALOGUE: dict[str, list[Row]] = {
    "region": [{"region_code": "440106", "region_name": "天河区", "parent_region_code": "440100"}],
    "audience": [{"audience_id": "tianhe-finance", "audience_name": "天河区财政局", "severity": "warning"}],
    "department": [
        {"department_id": RD, "department_name": "广州市天河区人民代表大会常务委员会办公室",
         "region_code": "440106", "region_name": "天河区", "audience_id": "tianhe-finance", **LIVES_ON},
        {"department_id": ZX, "department_name": "政协广州市天河区委员会办公室",
         "region_code": "440106", "region_name": "天河区", "audience_id": "tianhe-finance", **LIVES_ON},
    ],
    "department_alias": [{"department_id": RD, "alias": "天河区人大办", "first_year": None, "last_year": None, "region_code": None}],
    "publication_duty": [
        {"department_id": RD, "fiscal_year": 2023, "stage": "budget", "due_date": date(2023, 3, 1)},
        {"department_id": ZX, "fiscal_year": 2023, "stage": "budget", "due_date": date(2023, 3, 1)},
    ],
}


@dataclass
class Project:
    """A project row; indicators are (level 1, name, operator, value, unit, target as published)."""

    name: str
    amount: str | None
    goal: str | None = None
    indicators: Sequence[tuple[str, str, str | None, str | None, str | None, str]] = ()
    unit_name: str | None = "广州市天河区人民代表大会常务委员会办公室"


EXPERTS = Project(
    "专家咨询、聘任活动费用", "40000.00", "聘请专家授课、对各工委的调研报告或审议意见提出意见建议，加快调研成果转化，增强人大监督实效。",
    [
        ("产出指标", "聘用专家人次", ">=", "20", None, "≥20"),
        ("产出指标", "费用支付及时率", "=", "100", "%", "100%"),
        ("效益指标", "保障人大审议工作顺利开展", None, None, None, "有效保障"),
    ],
)
MEETINGS = Project(
    "人大会议经费", "330000.00", "保障代表大会和常委会按法定程序顺利召开，完成会议既定任务。",
    [("产出指标", "听取和审议“一府两院”专项工作报告", "=", "11", "项", "11项")],
)
PLACE = {"page": None, "row": 4, "box": None}


@dataclass
class Batch:
    """What one night pulled and read; `add` puts a document in, `pull` a request that gave none."""

    pulled: list[Row] = field(default_factory=list)
    frames: dict[str, list[Row]] = field(default_factory=dict)
    rereadings: list[Row] = field(default_factory=list)
    pulled_at: str = "2026-01-10 18:00:00+00:00"
    summary: str | None = None    # 收入总计 and 支出总计 of a 收支总表 that each document has beside its projects

    def put(self, frame: str, **row: Any) -> None:
        self.frames.setdefault(frame, []).append(row)

    def pull(self, address: str, outcome: str, department_id: str = RD, **facts: Any) -> Batch:
        self.pulled.append({
            "document_no": None, "department_id": department_id, "address": address, "outcome": outcome, "status": None, "message": None,
            "byte_count": None, "seconds": 0.012, "sha256": None, "etag": None, "last_modified": None, "fiscal_year": None, "stage": None,
            "stated_department": None, "publication_title": None, "published_date": None, "page_address": None, "source_address": None,
            "file_name": address.rsplit("/", 1)[-1], "pulled_at": self.pulled_at, **facts,
        })
        return self

    def reread(self, document_key: int, sha256: str, projects: Sequence[Project], **facts: Any) -> Batch:
        """Put a version that is there in, read again."""
        number = len(self.frames.get("document", ()))
        self.rereadings.append({"document_no": number, "document_key": document_key})
        return self._document(number, sha256, "again.txt", projects, **facts)

    def add(
        self, address: str, projects: Sequence[Project] = (), *, department_id: str = RD, sha256: str | None = None,
        fiscal_year: int | None = 2023, stage: str | None = "budget", error: str | None = None, pulled: Row | None = None,
        department_name: str | None = None,
    ) -> Batch:
        number = len(self.frames.get("document", ()))
        digest = sha256 or hashlib.sha256(repr((address, projects)).encode()).hexdigest()
        self.pull(address, "new", department_id, document_no=number, sha256=digest, **(pulled or {}))
        return self._document(number, digest, address, projects, fiscal_year, stage, error, department_name)

    def _document(
        self, number: int, sha256: str, address: str, projects: Sequence[Project], fiscal_year: int | None = 2023,
        stage: str | None = "budget", error: str | None = None, department_name: str | None = None,
    ) -> Batch:
        self.put(
            "document", document_no=number, sha256=sha256, file=address, format="txt", page_count=None, department_name=department_name,
            fiscal_year=fiscal_year, stage=stage, outcome="failed" if error else "read", error_code=error, error_message=error, notice=None,
        )
        if not error:
            if projects or self.summary is None:
                self._add_table(number, projects)
            if self.summary is not None:
                self.budget_table(number, "income_expenditure_summary", [
                    ("income", "收入总计", "预算数", self.summary), ("expenditure", "支出总计", "预算数", self.summary)])
        return self

    def budget_table(
        self, number: int, kind: str, lines: Sequence[tuple[str | None, str, str, str]], *, title: str | None = None, table_no: int = 9,
    ) -> Batch:
        """A budget table of a document; a line is (side, label, column, amount)."""
        self.put(
            "table", document_no=number, table_no=table_no, table_kind=kind, title=title, unit="元", page_first=1, page_last=1,
            is_empty=not lines, note=None,
        )
        for side, label, column, amount in lines:
            self.put(
                "line", document_no=number, table_no=table_no, line_no=len(self.frames.get("line", ())), side=side, account_code=None,
                label=label, column_path=column, amount_yuan=amount, total_kind=total_kind(label), page=1, row=5, box=None,
            )
        return self

    def _add_table(self, number: int, projects: Sequence[Project]) -> None:
        self.put(
            "table", document_no=number, table_no=0, table_kind="project_performance_targets", title="项目支出绩效目标表（含转移支付项目）",
            unit="万元", page_first=None, page_last=None, is_empty=False, note=None,
        )
        for project_no, project in enumerate(projects):
            self._add_project(number, project_no, project)

    def _add_project(self, number: int, project_no: int, project: Project) -> None:
        key = {"document_no": number, "project_no": project_no}
        self.put(
            "project", **key, table_no=0, project_name=project.name, project_code=None, unit_name=project.unit_name,
            amount_yuan=project.amount, goal=project.goal, published_text=project.name, **PLACE,
        )
        if project.amount is not None:
            self.put("funding", **key, funding_source="fiscal_appropriation", amount_yuan=project.amount, **PLACE)
        for indicator_no, (level1, name, operator, value, unit, text) in enumerate(project.indicators):
            self.put(
                "indicator", **key, indicator_no=indicator_no, level1=level1, level2=None, indicator_name=name, operator=operator,
                value=value, value_high=None, unit=unit, kind="quantitative" if value else "qualitative",
                target_text=text, published_text=text, **PLACE,
            )

    def find(self, number: int, rule: str, severity: str, label: str, **facts: Any) -> Batch:
        self.put("finding", **{
            "document_no": number, "rule": rule, "severity": severity, "subject": "project", "subject_no": 0, "label": label,
            "message_zh": f"{label}有误", "message_en": f"{label} is wrong", "remedy_zh": None, "remedy_en": None, "expected": None,
            "actual": None, "difference": None, "published_text": None, "words": None, **PLACE, **facts,
        })
        return self

    def total(self, number: int, amount: str, label: str = "合计", table_no: int = 0, kind: str = "grand") -> Batch:
        self.put(
            "total", document_no=number, total_no=len(self.frames.get("total", ())), table_no=table_no, label=label,
            total_kind=kind, funding_source="total", amount_yuan=amount, **PLACE,
        )
        return self

    def quarantine(self, number: int, label: str, text: str, amount: str | None = None) -> Batch:
        self.put(
            "quarantine", document_no=number, subject="project", subject_no=9 + len(self.frames.get("quarantine", ())), label=label,
            reasons="unreadable-amount", published_text=text, record=json.dumps({"amount": amount}), **PLACE,
        )
        return self


@dataclass
class Night:
    """One night after the other over the same warehouse, each at two in the morning of the next day in China."""

    warehouse: Warehouse
    rules: tuple[Rule, ...] = ()
    run: Run | None = None
    decisions: Sequence[AnyDecision] = ()

    def __call__(
        self, batch: Batch, *, catalogue: dict[str, Any] = CATALOGUE, code_version: str = "1", as_of: date | None = None,
        reader: Reader = READER,
    ) -> LoadCounts:
        as_of = as_of or (self.run.as_of_date + timedelta(days=1) if self.run else AS_OF)
        two_in_china = datetime.combine(as_of, time(18)) - timedelta(days=1)
        self.run = self.warehouse.start_run(code_version, as_of, reader, two_in_china)
        with self.warehouse.transaction():
            counts = self.warehouse.load(self.run, catalogue, batch.pulled, batch.frames, batch.rereadings)
            self.warehouse.check(self.run, self.rules)
            bring_up_to_date(self.warehouse.connection, self.decisions)
            self.warehouse.decide_reasons()
            self.warehouse.finish_run(self.run)
        return counts


def rows(connection: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[Any, ...]]:
    return connection.execute(sql).fetchall()


def contents(connection: duckdb.DuckDBPyConnection) -> dict[str, tuple[int, str]]:
    """Row count and checksum of every table but the one of what waits for a check."""
    tables = rows(
        connection, "SELECT table_name FROM duckdb_tables() WHERE database_name = current_database() AND schema_name = 'main' AND NOT internal "
        "AND table_name <> 'undecided_department' ORDER BY 1",
    )
    return {name: contents_of(connection, name) for (name,) in tables}


def contents_of(connection: duckdb.DuckDBPyConnection, name: str) -> tuple[int, str]:
    """Row count and checksum of a table or view."""
    count, checksum = rows(connection, f"SELECT count(*), sum(hash(t)::HUGEINT)::VARCHAR FROM {name} AS t")[0]
    return count, checksum
