"""Prefect's temporary server, for runs without a server of their own: it ends with the run, however that ends."""

from __future__ import annotations

import multiprocessing
import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING

from flows.ending import SIGNALS
from flows.processes import look_for_cycles_seldom
from settings import without_secrets

if TYPE_CHECKING:
    import uvicorn

_END_SECONDS = 3.0    # to write down what it still has in memory


@contextmanager
def temporary_server() -> Iterator[str]:
    """Start a server on a free port of this machine only; it is not ready yet, but whoever asks is answered as soon as it is.

    Prefect would start one by itself, which stays for ever when the run is killed. This one ends when the other end of a pipe closes.

    Yields:
        The address of its API.
    """
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()    # from now on the system lets callers wait
        address = f"http://127.0.0.1:{listening.getsockname()[1]}/api"
        context = multiprocessing.get_context("spawn")
        theirs, lifeline = context.Pipe(duplex=False)
        process = context.Process(target=_serve, args=(listening, theirs))
        with without_secrets():
            process.start()
    theirs.close()
    try:
        yield address
    finally:
        lifeline.close()
        process.join(_END_SECONDS)
        process.kill()
        process.join()


def _serve(listening: socket.socket, lifeline: Connection) -> None:
    """Serve until the lifeline closes (runs in the server's process)."""
    for number in SIGNALS:    # those to the whole group are the run's business: it still has to say how it ended
        signal.signal(number, signal.SIG_IGN)
    look_for_cycles_seldom()
    servers: list[uvicorn.Server] = []
    threading.Thread(target=_end_with, args=(lifeline, servers), daemon=True).start()

    import uvicorn
    from prefect.server.api.server import create_app

    servers.append(uvicorn.Server(uvicorn.Config(create_app(ephemeral=True, final=True), log_level="error", lifespan="on")))
    # Not in this thread, the main one: there uvicorn would handle signals.
    serving = threading.Thread(target=servers[0].run, args=([listening],), daemon=True)
    serving.start()
    serving.join()
    os._exit(0)    # without waiting for Prefect's threads


def _end_with(lifeline: Connection, servers: list[uvicorn.Server]) -> None:
    with suppress(EOFError, OSError):
        lifeline.recv()
    for server in servers:
        server.should_exit = True
    if servers:    # before, it has nothing to write down
        time.sleep(_END_SECONDS)
    os._exit(1)
