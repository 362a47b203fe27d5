"""What a run tells programs while it works: with `YUSUAN_LOG=json` one JSON object a line on standard error, in place of the progress."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Literal

import terminal
from warehouse.store import Run, Warehouse


class Log:
    """Events of one run; with the form `text` it says nothing, because people see the progress.

    Args:
        form: `text` or `json`.
    """

    def __init__(self, form: Literal["text", "json"] = "text") -> None:
        self.is_json = form == "json"
        self._run: str | None = None

    def begin(self, run: Run) -> None:
        """A run begins: from here on every event carries its id."""
        self._run = run.run_id
        self.tell("run-begun", night=run.as_of_date, version=run.code_version)

    def end(self, run: Run, warehouse: Warehouse) -> None:
        """A run ends: what it asked for in vain, each document that it loaded and each problem that it found first, with their ids."""
        if self.is_json:
            for event, rows in (
                ("source-failed", warehouse.failures(run)), ("document-loaded", warehouse.loaded(run)),
                ("finding", warehouse.findings(run, "en")),
            ):
                self._tell_each(event, rows)
            self.tell("run-ended")

    def tell(self, event: str, **facts: object) -> None:
        """One event with what there is to say of it; what is None is left out."""
        if self.is_json:
            told = {"time": datetime.now(UTC).isoformat(timespec="milliseconds"), "run": self._run, "event": event, **facts}
            terminal.say(json.dumps({name: value for name, value in told.items() if value is not None}, default=str), err=True)

    def _tell_each(self, event: str, rows: Iterable[Mapping[str, Any]]) -> None:
        for row in rows:
            self.tell(event, **row)
