"""What whoever asks is told of what went wrong: a program as JSON, a person as a page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from language.errors import in_chinese, told
from portal.accounts import AccountError
from portal.answering import NotModified, rendered, way_back
from portal.auditing import NotKept
from portal.existing import Nonexistent
from portal.visitors import LogInFirst
from portal.words import Language, language_of, messages, said
from transforms.grid import UnreadableDocument
from warehouse.errors import BadQuery, NotPublished, OtherVersion, UnknownName, WarehouseError


def add_to(app: FastAPI) -> None:
    """Have an application tell of errors so."""
    app.add_exception_handler(NotModified, lambda _request, _error: Response(status_code=304))
    app.add_exception_handler(WarehouseError, _told_warehouse)  # type: ignore[arg-type]  # a handler is given its own kind of error
    app.add_exception_handler(UnreadableDocument, _told_unreadable)  # type: ignore[arg-type]
    app.add_exception_handler(Nonexistent, lambda request, error: _told(request, 404, "not found", str(error)))
    app.add_exception_handler(FileNotFoundError, _told_missing)  # type: ignore[arg-type]
    app.add_exception_handler(RequestValidationError, _told_invalid)  # type: ignore[arg-type]
    app.add_exception_handler(HTTPException, _told_http)  # type: ignore[arg-type]
    app.add_exception_handler(LogInFirst, _told_to_log_in)  # type: ignore[arg-type]
    app.add_exception_handler(NotKept, _told_not_kept)  # type: ignore[arg-type]
    app.add_exception_handler(AccountError, _told_accounts)  # type: ignore[arg-type]


def _told(request: Request, status: int, title: str, message: str) -> Response:
    """An error, to a program as JSON and to a person as a page."""
    if request.url.path.startswith("/api/"):
        return JSONResponse({"error": message}, status)
    language = language_of(request)
    return rendered(request, "error", language, None, status, title=said(title, language), message=message)


def _told_warehouse(request: Request, error: WarehouseError) -> Response:
    if isinstance(error, NotPublished):
        return _told(request, 503, "not published yet", said("run a night first", language_of(request)))
    if isinstance(error, BadQuery):
        status = 404 if isinstance(error, UnknownName) else 503 if isinstance(error, OtherVersion) else 400
        return _told(request, status, "cannot be asked", wrong_question(error, language_of(request)))
    return _told(request, 503, "cannot be asked", told(error, language_of(request)))


def wrong_question(error: BadQuery, language: Language) -> str:
    """Why a question cannot be answered; what DuckDB says of one is English in any language."""
    chinese = in_chinese(str(error))
    if chinese is None:
        return f"{said('DuckDB says', language)} {error}"
    return chinese if language == "zh" else str(error)


def _told_unreadable(request: Request, error: UnreadableDocument) -> Response:
    language = language_of(request)
    if error.code == "busy":
        return _told(request, 503, "cannot be drawn", said("busy drawing", language))
    known = f"unreadable {error.code}"
    message = said(known, language) if known in messages() else f"{said('unreadable otherwise', language)} {error.code}: {error.message}"
    return _told(request, 404 if error.code == "no-such-page" else 422, "cannot be drawn", message)


def _told_missing(request: Request, _: FileNotFoundError) -> Response:
    return _told(request, 404, "cannot be drawn", said("no original", language_of(request)))


def _told_invalid(request: Request, error: RequestValidationError) -> Response:
    language = language_of(request)
    problems = "; ".join(f"{problem['loc'][-1]}: {wrong_value(problem, language)}" for problem in error.errors())
    return _told(request, 422, "cannot be understood", problems)


def wrong_value(problem: Mapping[str, Any], language: Language) -> str:
    """What is wrong with a value that was given; pydantic itself says it in English alone."""
    kind = f"wrong {problem['type']}"
    if kind not in messages():
        kind = "wrong value"
    return said(kind, language).format_map({"expected": "", **problem.get("ctx", {})})


def _told_to_log_in(request: Request, _: LogInFirst) -> Response:
    """A person who asks for a page is led to the form; whoever sent one may go back to what he wrote."""
    is_page = request.method == "GET" and not request.url.path.startswith("/api/")
    if is_page and not request.app.state.door.identity_header:
        return RedirectResponse(f"/login?{urlencode({'next': way_back(request)})}", 303)
    return _told(request, 401, "not allowed", said("log in first", language_of(request)))


def _told_not_kept(request: Request, _: NotKept) -> Response:
    return _told(request, 503, "not done", said("not kept", language_of(request)))


def _told_accounts(request: Request, _: AccountError) -> Response:
    return _told(request, 503, "not done", said("accounts cannot be read", language_of(request)))


def _told_http(request: Request, error: HTTPException) -> Response:
    if error.status_code == 404:
        return _told(request, 404, "not found", said("nothing there", language_of(request)))
    title = "not allowed" if error.status_code == 403 else "cannot be asked"
    answer = _told(request, error.status_code, title, str(error.detail))
    answer.headers.update(error.headers or {})    # of a method that an address does not know: those that it does
    return answer
