"""What every answer carries and every request must satisfy: who may be asked for, and what a browser may load."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import ip_address, ip_network

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from portal.words import language_of, said

LOCAL = ("127.0.0.1", "localhost", "[::1]")
MOST_BYTES = 64 * 1024    # of what a form sends
# Everything comes from the page itself; nothing stands in it as a script or style, so that no text of a document can become one. Scripts
# are for the editor of SQL alone.
POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
WITH_SCRIPTS = {"Content-Security-Policy": f"{POLICY}; script-src 'self'"}
HEADERS = {
    "Content-Security-Policy": POLICY, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
}


class Guard:
    """Refuses requests for hosts of another name (DNS rebinding) and forms that are too long, answers HEAD as GET, adds headers of safety.

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

        wrong = self._wrong(Headers(scope=scope))
        if wrong:
            status, told = wrong
            refused = PlainTextResponse(f"{said(told, language_of(Request(scope)))}\n", status_code=status)
            await refused(scope, receive, send_with_headers)
        else:
            await self._app(scope, receive, send_with_headers)

    def _wrong(self, headers: Headers) -> tuple[int, str] | None:
        """What no address answers, before anything of it is read."""
        if _name(headers.get("host", "")) not in self._hosts:
            return 421, "unknown host"
        # The server lets no more come than is said.
        if "transfer-encoding" in headers or not _is_short(headers.get("content-length", "0")):
            return 413, "too long"
        return None


class Proxied:
    """Lets named proxies, and nobody else, say for whom they ask.

    Args:
        app: what answers.
        proxies: their addresses and networks; what such a one says in X-Forwarded-For and X-Forwarded-Proto counts.
        identity_header: the header in which it says who a person is; of anybody else's request it is taken out.
    """

    def __init__(self, app: ASGIApp, proxies: Sequence[str], identity_header: str) -> None:
        self._app = ProxyHeadersMiddleware(app, trusted_hosts=list(proxies))  # type: ignore[arg-type]  # of ASGI as uvicorn declares it
        self._proxies, self._header = [ip_network(proxy) for proxy in proxies], identity_header.lower().encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As ASGI calls it."""
        if scope["type"] == "http" and not self._is_proxy(scope):
            scope = {**scope, "headers": [(name, value) for name, value in scope["headers"] if name.lower() != self._header]}
        await self._app(scope, receive, send)  # type: ignore[arg-type]

    def _is_proxy(self, scope: Scope) -> bool:
        try:
            address = ip_address((scope.get("client") or ("", 0))[0])
        except ValueError:
            return False
        return any(address in network for network in self._proxies)


def _is_short(length: str) -> bool:
    return length.isascii() and length.isdigit() and int(length) <= MOST_BYTES


def _name(host: str) -> str:
    """A host without its port."""
    return host[:host.find("]") + 1].lower() if host.startswith("[") else host.partition(":")[0].lower()
