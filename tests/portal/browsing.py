"""Browsers that ask the page without a server, a hostile name, and a password that costs little to compare."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping

import httpx
from argon2 import PasswordHasher
from fastapi import FastAPI

Get = Callable[..., httpx.Response]
PASSWORD = "正确的马 电池 和 订书钉"
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
HOSTILE = "<script>alert('预算')</script>"


def getter(app: FastAPI) -> Get:
    """What asks an application for an address, as a browser with that name for its host."""
    def get(address: str, host: str = "127.0.0.1:8000", method: str = "GET", **how: object) -> httpx.Response:
        async def asked() -> httpx.Response:
            transport = httpx.ASGITransport(app=app, raise_app_exceptions=True)
            async with httpx.AsyncClient(transport=transport, base_url=f"http://{host}") as client:
                return await client.request(method, address, **how)  # type: ignore[arg-type]

        return asyncio.run(asked())

    return get


class Browser:
    """Somebody at a browser: it keeps cookies, and says where its forms come from."""

    def __init__(self, app: FastAPI, peer: str = "127.0.0.1", origin: str = "http://127.0.0.1:8000") -> None:
        self._app, self._peer, self._origin = app, peer, origin
        self.cookies = httpx.Cookies()

    def get(self, address: str, **how: object) -> httpx.Response:
        return self._ask("GET", address, **how)

    def post(self, address: str, /, headers: Mapping[str, str | bytes] | None = None, **fields: str) -> httpx.Response:
        return self._ask("POST", address, data=fields, headers={"Origin": self._origin, **(headers or {})})

    def token(self, page: str) -> str:
        """What a form of a page holds."""
        return re.findall(r'name="token" value="([^"]+)"', self.get(page).text)[-1]

    def send(self, problem: str, action: str, **fields: str) -> httpx.Response:
        """Fill in a form of a problem's page and send it."""
        return self.post(f"{problem}/{action}", **{"token": self.token(problem), **fields})

    def _ask(self, method: str, address: str, **how: object) -> httpx.Response:
        async def asked() -> httpx.Response:
            transport = httpx.ASGITransport(app=self._app, client=(self._peer, 1234))
            async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000", cookies=self.cookies) as client:
                answer = await client.request(method, address, **how)  # type: ignore[arg-type]
                self.cookies = client.cookies
                return answer

        return asyncio.run(asked())
