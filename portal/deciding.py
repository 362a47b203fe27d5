"""A problem with all that happened to it, and what people decide of it: put into the inbox, which the next night merges."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Form, HTTPException, Path, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, ConfigDict, ValidationError

from issues.decisions import Acknowledged, Assigned, Commented, Decision, Muted, is_to_come
from portal.answering import Copy, Spoken, nothing_else, rendered
from portal.asking import Asked
from portal.auditing import NotKept
from portal.inbox import as_rows
from portal.originals import Evidence, Originals
from portal.refusals import wrong_value
from portal.visitors import Visitor, come_in, from_this_page, has_token, known_as, record
from portal.words import Language, said

deciding = APIRouter(prefix="/problems", include_in_schema=False, dependencies=[Depends(come_in), Depends(nothing_else)])
Fingerprint = Annotated[str, Path(pattern="^[0-9a-f]{64}$")]
Action = Literal["acknowledged", "assigned", "muted", "commented"]
# What becomes of each, and what a person writes for it besides the reason.
ACTIONS: dict[Action, tuple[Any, tuple[str, ...]]] = {
    "acknowledged": (Acknowledged, ()), "assigned": (Assigned, ("assignee",)), "muted": (Muted, ("muted_until",)),
    "commented": (Commented, ()),
}


class Written(BaseModel):
    """What somebody wrote into a form."""

    model_config = ConfigDict(extra="forbid")

    token: str = ""
    event_note: str = ""
    assignee: str = ""
    muted_until: str = ""


@deciding.get("/{fingerprint}")
def problem(request: Request, asked: Copy, language: Spoken, fingerprint: Fingerprint) -> Response:
    """One problem, what happened to it, what was decided since, and what may be decided."""
    return _shown(request, asked, language, fingerprint)


@deciding.post("/{fingerprint}/{action}", dependencies=[Depends(from_this_page)])
def decide(  # noqa: PLR0913, PLR0917 -- FastAPI gives each
    request: Request, asked: Copy, language: Spoken, fingerprint: Fingerprint, action: Action, written: Annotated[Written, Form()],
) -> Response:
    """Put a decision into the inbox, in the name of whoever is logged in; what cannot be taken is shown again as it was written."""
    visitor = known_as(request, "quality_officer")
    if not has_token(request, visitor, written.token):
        return _shown(request, asked, language, fingerprint, 403, action, written, [said("form out of date", language)])
    try:
        decision = _decision(action, written, visitor.name, fingerprint)
    except ValidationError as error:
        wrong = [f"{said(str(part['loc'][-1]), language)}: {wrong_value(part, language)}" for part in error.errors()]
        return _shown(request, asked, language, fingerprint, 422, action, written, wrong)
    if isinstance(decision, Muted) and not is_to_come(decision.muted_until):
        return _shown(request, asked, language, fingerprint, 422, action, written, [said("not to come", language)])
    _about(asked, language, fingerprint)
    _take(request, visitor, decision)
    return RedirectResponse(f"/problems/{fingerprint}", 303)


def _decision(action: Action, written: Written, person: str, fingerprint: str) -> Decision:
    """What was decided; each decision has a reason here. What one form says twice, as a double click has it do, is one decision.

    Raises:
        ValidationError: something is missing or cannot be so.
    """
    kind, fields = ACTIONS[action]
    values = written.model_dump(include={"event_note", *fields})
    said_once = repr((written.token, action, fingerprint, values))
    decision: Decision = kind(id=hashlib.sha256(said_once.encode()).hexdigest()[:32], person=person, fingerprint=fingerprint, **values)
    return decision


def _take(request: Request, visitor: Visitor, decision: Decision) -> None:
    """Note who decides, then what; a decision that cannot be written is noted as such."""
    facts = {"problem": decision.fingerprint, "decision": decision.id}
    try:
        request.app.state.inbox.add(decision, lambda: record(request, decision.event, visitor.name, **facts))
    except NotKept:
        record(request, "not_written", visitor.name, **facts)
        raise


def _shown(  # noqa: PLR0913, PLR0917 -- what stands on the page
    request: Request, asked: Asked, language: Language, fingerprint: str, status: int = 200, action: Action | None = None,
    written: Written | None = None, wrong: Sequence[str] = (),
) -> Response:
    about = _about(asked, language, fingerprint)
    return rendered(
        request, "problem", language, asked, status, problem=about, actions=ACTIONS, action=action, evidence=_evidence(request, about),
        written=written or Written(), wrong=wrong, history=asked.rows("problem_history", fingerprint=fingerprint, lang=language),
        pending=as_rows(request.app.state.inbox.pending(asked, fingerprint)),
    )


def _evidence(request: Request, about: dict[str, object]) -> Evidence | None:
    """The picture of a problem's place, of a document that has pages."""
    if not (about["box"] and about["sha256"]):
        return None
    originals: Originals = request.app.state.originals
    return originals.evidence(str(about["sha256"]), int(str(about["page"])), tuple(json.loads(str(about["box"]))))


def _about(asked: Asked, language: Language, fingerprint: str) -> dict[str, object]:
    found = asked.records("problem", fingerprint=fingerprint, lang=language)
    if not found:
        raise HTTPException(404)
    return found[0]
