"""Who asks: by a session of this page or by the header of a proxy, with what role, and whether a form was sent from this page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, NoReturn
from urllib.parse import urlsplit

from fastapi import Depends, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from portal.accounts import AccountError, Accounts, Role, as_written, may
from portal.auditing import Audit, Event
from portal.sessions import LONGEST, Failures, Sessions
from portal.words import language_of, said

COOKIE = "yusuan_session"
MOST_LOGGED = 200    # characters of an address
SAFE_COOKIE = f"__Host-{COOKIE}"    # over TLS: no page of a neighbouring name can set it


class LogInFirst(Exception):
    """Nobody who is known asks."""


@dataclass(frozen=True, slots=True)
class Door:
    """Who comes in and what is kept of it.

    `proxies` are the addresses and networks of proxies that may say for whom they ask. With `identity_header` one of them says who a
    person is, by that header; `identity_roles` are the roles of these names, others are readers. Otherwise people log in with `accounts`.
    With `is_closed` nothing is shown to anybody else.
    """

    accounts: Accounts = field(default_factory=lambda: Accounts(None))
    audit: Audit = field(default_factory=lambda: Audit(None))
    proxies: Sequence[str] = ()
    identity_header: str = ""
    identity_roles: Mapping[str, Role] = field(default_factory=dict)
    is_closed: bool = False
    sessions: Sessions = field(default_factory=Sessions)
    failures: Failures = field(default_factory=Failures)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who is known; `key` is what the tokens of their forms are made for."""

    name: str
    role: Role
    key: str

    def may(self, needed: Role) -> bool:
        """Whether their role includes another one."""
        return may(self.role, needed)


def visitor_of(request: Request) -> Visitor | None:
    """Who asks; None for somebody who is not known."""
    if not hasattr(request.state, "visitor"):
        door: Door = request.app.state.door
        request.state.visitor = _of_proxy(request, door) if door.identity_header else _of_session(request, door)
    found: Visitor | None = request.state.visitor
    return found


Known = Annotated[Visitor | None, Depends(visitor_of)]


def _of_proxy(request: Request, door: Door) -> Visitor | None:
    """Whom the proxy names; the header comes from a named proxy alone (`portal.guard.Proxied`), and counts only if it is there once."""
    names = request.headers.getlist(door.identity_header)
    if len(names) != 1:
        return None
    try:
        name = as_written(names[0].encode("latin-1").decode())
    except UnicodeDecodeError:
        return None
    return Visitor(name, door.identity_roles.get(name, "reader"), f"proxy {name}") if name and name.isprintable() else None


def _of_session(request: Request, door: Door) -> Visitor | None:
    given = session_of(request)
    session = door.sessions.find(given) if given else None
    if not session:
        return None
    try:
        account = door.accounts.current().get(session.name)
    except AccountError:
        return None
    if account != session.account:    # removed, or another password or role
        door.sessions.end(given)
        return None
    return Visitor(session.name, account.role, f"session {given}")


def session_of(request: Request) -> str:
    """The id of the session that the browser names, or nothing."""
    return request.cookies.get(SAFE_COOKIE) or request.cookies.get(COOKIE) or ""


def remember(request: Request, answer: Response, session: str) -> None:
    """Have the browser name a session; where it reaches this page over TLS, over nothing else."""
    is_secure = _is_over_tls(request)
    answer.set_cookie(SAFE_COOKIE if is_secure else COOKIE, session, max_age=LONGEST, httponly=True, samesite="lax", secure=is_secure)


def forget(answer: Response) -> None:
    """Have the browser name none."""
    answer.delete_cookie(SAFE_COOKIE, secure=True, httponly=True, samesite="lax")
    answer.delete_cookie(COOKIE, httponly=True, samesite="lax")


def _is_over_tls(request: Request) -> bool:
    """Whether the browser speaks TLS; behind a proxy that says nothing of it, by the origin of what the browser sent."""
    return "https" in {request.url.scheme, urlsplit(request.headers.get("origin", "")).scheme}


def record(request: Request, event: Event, who: str | None, **facts: str) -> None:
    """Add to the log of who did what.

    Raises:
        NotKept: it cannot be written.
    """
    request.app.state.door.audit.write(event, who, request.client.host if request.client else "", **facts)


def from_this_page(request: Request) -> None:
    """Refuse what another site has a browser send, by what browsers say of where it comes from; who says nothing is refused.

    Raises:
        HTTPException: 403.
    """
    site, host = request.headers.get("sec-fetch-site"), request.headers.get("host", "").lower()
    # Without TLS, and from old browsers, only the origin comes.
    if site != "same-origin" and (site or urlsplit(request.headers.get("origin", "")).netloc.lower() != host):
        _refuse(request, "from elsewhere")


def has_token(request: Request, visitor: Visitor, token: str) -> bool:
    """Whether a form was made for whoever sends it; what was not is noted."""
    door: Door = request.app.state.door
    is_own = door.sessions.is_token(visitor.key, token)
    if not is_own:
        record(request, "refused", visitor.name, path=request.url.path[:MOST_LOGGED], why="form out of date")
    return is_own


def known_as(request: Request, needed: Role) -> Visitor:
    """Who asks, if they have a role.

    Raises:
        LogInFirst: nobody who is known asks.
        HTTPException: 403, without that role.
    """
    visitor = visitor_of(request)
    if not visitor:
        raise LogInFirst
    if not visitor.may(needed):
        _refuse(request, "role missing")
    return visitor


def _refuse(request: Request, why: str) -> NoReturn:
    if visitor := visitor_of(request):    # of strangers there is no end
        record(request, "refused", visitor.name, path=request.url.path[:MOST_LOGGED], why=why)
    raise HTTPException(403, said(why, language_of(request)))


def come_in(request: Request) -> None:
    """Ask who is there, where nothing is shown to strangers.

    Raises:
        LogInFirst: so it is, and nobody who is known asks.
    """
    if request.app.state.door.is_closed and not visitor_of(request):
        raise LogInFirst


def local(address: str) -> str:
    """An address of this page, or that of its beginning instead of any other one."""
    is_path = address.startswith("/") and not address.startswith("//") and "\\" not in address and address.isprintable()
    return address if is_path and not urlsplit(address).netloc else "/"
