"""The inbox of people's decisions: one JSON line each, appended whenever somebody decides, merged by the next night.

Nobody who decides waits for a night at work, and no night waits for them. Lines are never changed or removed: each has an id, and a
line whose event is in the warehouse has been merged.
"""

from __future__ import annotations

import fcntl
import os
import uuid
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError

CHINA = ZoneInfo("Asia/Shanghai")    # deadlines are days in China
# Without control characters but tab and line feed: nobody sees them, and PostgreSQL takes no NUL.
Text = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000, pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"),
]
Fingerprint = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class _Decision(BaseModel):
    """What every decision has: who, when (UTC in the file), and an id that tells it apart."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(default_factory=lambda: uuid.uuid4().hex, pattern=r"^[0-9a-f]{32}$")
    at: AwareDatetime = Field(default_factory=lambda: datetime.now(UTC))
    person: Text


class Acknowledged(_Decision):
    """Somebody knows of the problem and sees to it."""

    event: Literal["acknowledged"] = "acknowledged"
    fingerprint: Fingerprint
    event_note: Text | None = None


class Assigned(_Decision):
    """Somebody is to see to it."""

    event: Literal["assigned"] = "assigned"
    fingerprint: Fingerprint
    assignee: Text
    event_note: Text | None = None


def is_to_come(day: date) -> bool:
    """Whether a day in China is after today; a problem that is muted until another one is not muted at all."""
    return day > datetime.now(CHINA).date()


class Muted(_Decision):
    """It is not told again before a day in China."""

    event: Literal["muted"] = "muted"
    fingerprint: Fingerprint
    muted_until: date
    event_note: Text | None = None


class Commented(_Decision):
    """Something worth knowing of it."""

    event: Literal["commented"] = "commented"
    fingerprint: Fingerprint
    event_note: Text


class Released(_Decision):
    """A row in quarantine is right as it was read: it is loaded when its document is read again. It is known by what was published."""

    event: Literal["released"] = "released"
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]+$")]
    subject: str
    label: str | None = None
    published_text: str | None = None
    event_note: Text


Decision = Acknowledged | Assigned | Muted | Commented    # about a problem
AnyDecision = Decision | Released
_DECISION: TypeAdapter[AnyDecision] = TypeAdapter(Annotated[AnyDecision, Field(discriminator="event")])


# What people call the fields of a decision, for messages about them.
FIELD_WORDS = {
    "event_note": "the text or reason", "assignee": "who is to see to it", "person": "who decides (--by)",
    "muted_until": "the day (--until)", "fingerprint": "the problem",
}


def explain(error: ValidationError) -> str:
    """What is wrong with a decision, without the names of this program's fields."""
    empty, long = "string_too_short", "string_too_long"
    said = {empty: "must not be empty", long: "is too long: 2,000 characters at most"}
    return "; ".join(
        f"{FIELD_WORDS.get(str(problem['loc'][-1]), str(problem['loc'][-1]))}: {said.get(problem['type'], problem['msg'])}"
        for problem in error.errors(include_url=False, include_input=False)
    )


def append(inbox: Path, decision: AnyDecision) -> None:
    """Add a decision as one line.

    Args:
        inbox: the file; made with its folder if it is missing.
        decision: what was decided.

    Raises:
        OSError: it cannot be written.
    """
    append_line(inbox, decision.model_dump_json(exclude_none=True))


def append_line(path: Path, line: str, mode: int = 0o666) -> None:
    """Add a line to a file; what is written is on the disk when this returns, and two people at once write two lines.

    Args:
        path: the file; made with its folder if it is missing.
        line: without its end.
        mode: of a file that is made, before the umask.

    Raises:
        OSError: it cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_APPEND | os.O_CREAT | os.O_WRONLY, mode), "ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        torn = "\n" if _is_torn(path) else ""    # a line that a full disk cut off spoils no other one
        file.write(f"{torn}{line}\n".encode())
        file.flush()
        os.fsync(file.fileno())


def read(inbox: Path) -> tuple[list[AnyDecision], list[str]]:
    """The decisions of an inbox in the order of their lines, and what is wrong with the lines that are none.

    Args:
        inbox: the file; one that is missing holds no decision.

    Raises:
        OSError: it is there and cannot be read.
    """
    decisions: list[AnyDecision] = []
    problems: list[str] = []
    lines = inbox.read_bytes().splitlines() if inbox.exists() else []
    for number, line in enumerate(lines, start=1):
        try:
            if line.strip():
                decisions.append(_DECISION.validate_json(line))
        except ValidationError as error:
            [first, *_] = error.errors(include_url=False, include_input=False)
            problems.append(f"{inbox.name}: line {number} is no decision and was left out: {first['msg']}")
    return decisions, problems


def _is_torn(path: Path) -> bool:
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        if not size:
            return False
        file.seek(-1, os.SEEK_END)
        return file.read(1) != b"\n"
