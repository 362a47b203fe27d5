"""Logging in and out, and what admins may look at: accounts and the log of who did what."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, HTTPException, Query, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, ConfigDict

from portal.accounts import Account, Busy, as_written
from portal.answering import Spoken, nothing_else, rendered
from portal.visitors import Door, Known, forget, from_this_page, has_token, known_as, local, record, remember, session_of
from portal.words import Language, said

logins = APIRouter(include_in_schema=False, dependencies=[Depends(nothing_else)])
Next = Annotated[str, Query(max_length=2000)]


class Credentials(BaseModel):
    """What somebody says who logs in, and where they wanted to go."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    name: str = ""
    password: str = ""
    next: str = "/"


class Parting(BaseModel):
    """What somebody sends who logs out."""

    model_config = ConfigDict(extra="forbid")

    token: str = ""


def by_account(request: Request) -> None:
    """Have a log-in only where no proxy says who people are.

    Raises:
        HTTPException: 404.
    """
    if request.app.state.door.identity_header:
        raise HTTPException(404)


@logins.get("/login", dependencies=[Depends(by_account)])
def log_in_page(request: Request, language: Spoken, visitor: Known, next: Next = "/") -> Response:  # noqa: A002 -- so the address has it
    """Ask for name and password."""
    if visitor:
        return RedirectResponse(local(next), 303)
    return _asked_again(request, language, Credentials(next=next), "", 200)


@logins.post("/login", dependencies=[Depends(by_account), Depends(from_this_page)])
def log_in(request: Request, language: Spoken, given: Annotated[Credentials, Form()]) -> Response:
    """Begin a session; one that there was before ends."""
    door: Door = request.app.state.door
    name, address = as_written(given.name), request.client.host if request.client else ""
    if not door.failures.begin(name, address):
        record(request, "log_in_limited", _known_name(door, name))
        return _asked_again(request, language, given, "too many failed", 429)
    try:
        account = door.accounts.verified(name, given.password)
    except Busy:
        door.failures.undo(name, address, succeeded=False)
        return _asked_again(request, language, given, "busy logging in", 503)
    if account is None:
        record(request, "log_in_failed", _known_name(door, name))
        return _asked_again(request, language, given, "wrong name or password", 401)
    door.failures.undo(name, address, succeeded=True)
    return _let_in(request, name, account, given.next)


def _let_in(request: Request, name: str, account: Account, wanted: str) -> Response:
    door: Door = request.app.state.door
    record(request, "logged_in", name)
    door.sessions.end(session_of(request))
    answer = RedirectResponse(local(wanted), 303)
    forget(answer)
    remember(request, answer, door.sessions.begin(name, account))
    return answer


def _asked_again(request: Request, language: Language, given: Credentials, problem: str, status: int) -> Response:
    return rendered(
        request, "login", language, None, status, name=given.name, wanted=local(given.next), wrong=problem and said(problem, language),
        is_closed=request.app.state.door.is_closed,
    )


def _known_name(door: Door, name: str) -> str | None:
    """A name for the log; one that is no account's is left out, as it may be somebody's password."""
    return name if name in door.accounts.current() else None


@logins.post("/logout", dependencies=[Depends(from_this_page)])
def log_out(request: Request, language: Spoken, visitor: Known, given: Annotated[Parting, Form()]) -> Response:
    """End the session."""
    if visitor:
        if not has_token(request, visitor, given.token):
            raise HTTPException(403, said("form out of date", language))
        record(request, "logged_out", visitor.name)
        request.app.state.door.sessions.end(session_of(request))
    answer = RedirectResponse("/", 303)
    forget(answer)
    return answer


@logins.get("/accounts")
def accounts(request: Request, language: Spoken) -> Response:
    """The names and roles, for admins."""
    known_as(request, "admin")
    door: Door = request.app.state.door
    found = door.identity_roles if door.identity_header else {name: account.role for name, account in door.accounts.current().items()}
    return rendered(request, "accounts", language, None, accounts=sorted(found.items()))


@logins.get("/audit")
def audit(request: Request, language: Spoken) -> Response:
    """The last of what people did, for admins."""
    known_as(request, "admin")
    return rendered(request, "audit", language, None, lines=list(request.app.state.door.audit.last()))
