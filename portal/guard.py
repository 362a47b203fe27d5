"""What every answer carries and every request must satisfy: who may be asked for, and what a browser may load."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from portal.words import language_of, said

LOCAL = ("127.0.0.1", "localhost", "[::1]")
# Everything comes from the page itself; nothing stands in it as a script or style, so that no text of a document can become one. Scripts
# are for the editor of SQL alone.
POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
WITH_SCRIPTS = {"Content-Security-Policy": f"{POLICY}; script-src 'self'"}
HEADERS = {
    "Content-Security-Policy": POLICY, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
}


class Guard:
    """Refuses requests for hosts of another name (DNS rebinding), answers HEAD as GET, and adds the headers of safety to every answer.

    Args:
        app: what answers.
        hosts: names, without port, by which this page may be asked for.
    """

    def __init__(self, app: ASGIApp, hosts: Sequence[str]) -> None:
        self._app, self._hosts = app, frozenset(host.lower() for host in hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As ASGI calls it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        is_head = scope["method"] == "HEAD"
        scope = {**scope, "method": "GET"} if is_head else scope

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            elif is_head:
                message = {**message, "body": b""}
            await send(message)

        if _name(Headers(scope=scope).get("host", "")) in self._hosts:
            await self._app(scope, receive, send_with_headers)
        else:
            told = said("unknown host", language_of(Request(scope)))
            refused = PlainTextResponse(f"{told}\n", status_code=421)
            await refused(scope, receive, send_with_headers)


def _name(host: str) -> str:
    """A host without its port."""
    return host[:host.find("]") + 1].lower() if host.startswith("[") else host.partition(":")[0].lower()
