"""A browser that asks the page without a server, and a hostile name."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import httpx
from fastapi import FastAPI

Get = Callable[..., httpx.Response]
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
