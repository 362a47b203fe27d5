"""What all answers of the page have in common: the copy they ask, the language, the parameters they know, and when they change."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterator
from functools import partial
from importlib import metadata
from pathlib import Path
from typing import Annotated, Any, get_origin
from urllib.parse import urlencode

from fastapi import Depends, HTTPException, Request
from fastapi.responses import Response
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from portal.asking import Asked
from portal.visitors import visitor_of
from portal.words import LANGUAGES, Language, language_of, said, shown

HERE = Path(__file__).parent
YEAR = 365 * 24 * 60 * 60


class NotModified(Exception):
    """The browser has this answer already."""


def program_version() -> str:
    """What tells one version of the page from the next: an answer of the one is not an answer of the other."""
    read = hashlib.sha256(metadata.version("yusuan").encode())
    for path in sorted(path for path in HERE.rglob("*") if path.suffix in {".py", ".sql", ".html", ".yaml"}):
        read.update(path.read_bytes())
    return read.hexdigest()[:16]


def _asked(request: Request) -> Iterator[Asked]:
    with request.app.state.copies.current() as asked:
        yield asked


Copy = Annotated[Asked, Depends(_asked)]
Spoken = Annotated[Language, Depends(language_of)]


def nothing_else(request: Request) -> None:
    """Refuse parameters that an address does not know: an answer to another question than the one that was asked looks right and is not."""
    fields = [field.field_info for field in request.scope["route"].dependant.query_params]
    lists = {name for field in fields for name, kind in _kinds(field) if get_origin(kind) is list}
    refuse_unknown(request, *(name for field in fields for name in _names(field)), lists=lists)


def _kinds(field: FieldInfo) -> list[tuple[str, object]]:
    """The parameters of a model with their types."""
    kind = field.annotation
    if not isinstance(kind, type) or not issubclass(kind, BaseModel):
        return []
    return [(name, of.annotation) for name, of in kind.model_fields.items()]


def _names(field: FieldInfo) -> list[str]:
    """The parameters of an address that a field stands for: those of a model, or itself."""
    kind = field.annotation
    return list(kind.model_fields) if isinstance(kind, type) and issubclass(kind, BaseModel) else [str(field.alias)]


def rendered(request: Request, template: str, language: Language, asked: Asked | None, status: int = 200, **values: Any) -> Response:
    """A template, filled; the browser keeps it until what it shows or the language changes, and keeps nothing of somebody who is known."""
    visitor = visitor_of(request)
    tag = unchanged(request, asked, language) if asked and status == 200 and not visitor else None
    night = (asked.records("night") or [None])[0] if asked else None  # type: ignore[list-item]
    written = partial(shown, language=language, titles=request.app.state.titles)
    text = request.app.state.templates.get_template(f"{template}.html").render(
        values, t=partial(said, language=language), shown=written, language=language, night=night,
        choices=asked.choices() if asked and "asks" in values else {}, other=_other_language(request, language), here=request.url.path,
        visitor=visitor, token=request.app.state.door.sessions.token, logs_in=not request.app.state.door.identity_header,
        way_back=way_back(request),
    )
    answer = Response(
        text, status, {"ETag": tag, "Cache-Control": "private, no-cache"} if tag else {"Cache-Control": "no-store"}, "text/html",
    )
    if request.query_params.get("lang") in LANGUAGES:
        answer.set_cookie("lang", language, max_age=YEAR, httponly=True, samesite="lax")
    return answer


def way_back(request: Request) -> str:
    """The address of a page, to come back to after logging in; that of a form that was sent is none."""
    if request.method != "GET":
        return "/"
    return f"{request.url.path}?{request.url.query}" if request.url.query else request.url.path


def unchanged(request: Request, asked: Asked, language: Language) -> str:
    """The tag of an answer that depends on the copy, what people decided since, the program, the address and the language alone.

    Raises:
        NotModified: the browser has it.
    """
    state = request.app.state
    meant = f"{asked.version} {state.inbox.stamp} {state.program} {language} {request.url.path}?{request.url.query}"
    tag = f'W/"{hashlib.sha256(meant.encode()).hexdigest()[:24]}"'
    if request.headers.get("if-none-match") == tag and "lang" not in request.query_params:
        raise NotModified
    return tag


def _other_language(request: Request, language: Language) -> str:
    other = next(name for name in LANGUAGES if name != language)
    return f"?{urlencode([*((name, value) for name, value in request.query_params.multi_items() if name != 'lang'), ('lang', other)])}"


def refuse_unknown(request: Request, *names: str, lists: Collection[str] = ()) -> None:
    """Refuse what would be ignored: an answer to another question than the one that was asked looks right and is not.

    Raises:
        HTTPException: 422, with the names that are known, or those that are there twice; a field that was left blank asks nothing.
    """
    asked = Counter(name for name, value in request.query_params.multi_items() if value.strip())
    unknown = sorted(asked.keys() - {*names, "lang"})
    twice = sorted(name for name, count in asked.items() if count > 1 and name not in lists)
    language = language_of(request)
    if twice:
        raise HTTPException(422, f"{said('repeated parameters', language)} {', '.join(twice)}")
    if unknown:
        raise HTTPException(422, f"{said('unknown parameters', language)} {', '.join(unknown)}; {said('known are', language)} "
                                 f"{', '.join([*names, 'lang'])}")
