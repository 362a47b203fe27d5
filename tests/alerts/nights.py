"""Nights that leave findings in a warehouse."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count

import duckdb

from warehouse.tables import TABLES

FIRST_NIGHT = datetime.fromisoformat("2023-03-05T18:00")   # UTC: two in the morning of 6 March in China


@dataclass(frozen=True)
class Bureau:
    """An audience as the catalogue gives it."""

    id: str
    name: str
    severity: str = "info"


TIANHE = Bureau("tianhe-finance", "广州市天河区财政局")
YUNSHAN = Bureau("yunshan-finance", "云山市财政局", "warning")


class Night:
    """One run and what it found; findings are those of the published seed document unless told otherwise."""

    numbers = count(1)

    def __init__(self, connection: duckdb.DuckDBPyConnection, run_key: int = 1) -> None:
        self.connection = connection
        self.run_key = run_key
        self.started_at = FIRST_NIGHT + timedelta(days=run_key - 1)
        self.insert("load_run", run_key=run_key, run_id=str(run_key), started_at=self.started_at, status="running",
                    as_of_date=self.started_at.date(), code_version="1")

    def insert(self, table: str, **values: object) -> None:
        assert set(values) <= {column.name for column in TABLES[table].columns}
        names = ", ".join(f'"{name}"' for name in values)
        marks = ", ".join("?" for _ in values)
        self.connection.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", list(values.values()))

    def audience(self, audience: Bureau) -> None:
        self.connection.execute("DELETE FROM dim_audience WHERE audience_id = ?", [audience.id])
        self.insert("dim_audience", audience_id=audience.id, audience_name=audience.name, severity=audience.severity)

    def department(self, department_id: str, name: str, audience: Bureau = TIANHE) -> str:
        self.audience(audience)
        self.insert("dim_department", department_key=next(self.numbers), department_id=department_id, version_no=1, department_name=name,
                    region_code="440106", audience_id=audience.id, valid_from=self.started_at, is_current=True)
        return department_id

    def document(self, department: str, address: str, outcome: str = "read") -> int:
        key = next(self.numbers)
        self.insert("dim_document", document_key=key, document_id=address, version_no=1, department_key=1, department_id=department,
                    is_current=outcome == "read", outcome=outcome, sha256="0" * 64, file_name=address.rpartition("/")[2],
                    pulled_at=self.started_at, code_version="1", run_key=self.run_key)
        return key

    def finding(self, department: str, document: int | None, **changes: object) -> str:
        number = next(self.numbers)
        values: dict[str, object] = {
            "finding_key": number, "fingerprint": f"fingerprint {number}", "run_key": self.run_key, "rule": "total-ties-to-projects",
            "severity": "critical", "document_key": document, "department_id": department, "subject": "total", "subject_no": 0,
            "finding_no": 0, "label": "合计", "message_zh": "“合计”与所含 16 个项目之和不符。",
            "message_en": "合计 differs from the sum of its 16 projects.", "remedy_zh": "请核对合计数和各项目金额。",
            "remedy_en": "Check the total and the projects.", "expected": "4219800.00", "actual": "4210000.00", "difference": "9800.00",
            "published_text": "合计\t421.98\t421.98\t0.00\t0.00", "page": 1, "row": 3, **changes,
        }
        self.insert("fact_finding", **values)
        if not self.connection.execute("SELECT 1 FROM quality_issue WHERE fingerprint = ?", [values["fingerprint"]]).fetchone():
            self.opens(department, values)
        return str(values["fingerprint"])

    def opens(self, department: str, finding: dict[str, object]) -> None:
        kept = {name: finding[name] for name in ("fingerprint", "severity", "message_zh", "message_en")}
        [(audience,)] = self.connection.execute(
            "SELECT audience_id FROM dim_department WHERE department_id = ? AND is_current", [department]
        ).fetchall()
        self.insert("quality_issue", **kept, rule=finding["rule"], department_id=department, label=finding["label"], audience_id=audience,
                    state="open", first_seen_run_key=self.run_key, first_seen_at=self.started_at, opened_run_key=self.run_key,
                    last_seen_run_key=self.run_key, last_seen_at=self.started_at)
        self.insert("issue_event", **kept, event_id=f"{finding['fingerprint']} opened", event="opened", happened_at=self.started_at,
                    run_key=self.run_key, **{
                        name: finding[name] for name in ("document_key", "subject_no", "expected", "actual", "difference")})

    def pull(self, department: str, address: str, outcome: str, message: str | None = None, **facts: object) -> None:
        self.insert("fact_pull", run_key=self.run_key, department_id=department, address=address, outcome=outcome, message=message,
                    pulled_at=self.started_at, **facts)

    def ends(self, status: str = "succeeded") -> None:
        self.connection.execute("UPDATE load_run SET status = ? WHERE run_key = ?", [status, self.run_key])
