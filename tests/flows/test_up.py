"""`yusuan up`: one command, a password, loopback only, and nothing left."""

from __future__ import annotations

import os
import signal
import socket
import stat
import time
from pathlib import Path

import httpx
import pytest
from filelock import FileLock
from running import YUSUAN, Running

from flows.up import NotUp, up
from settings import Settings


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def listening(port: int) -> set[str]:
    """The addresses at which this machine listens on a port, as the system writes them."""
    lines = [line.split() for file in ("tcp", "tcp6") for line in Path(f"/proc/net/{file}").read_text("utf-8").splitlines()[1:]]
    return {line[1].partition(":")[0] for line in lines if line[3] == "0A" and int(line[1].partition(":")[2], 16) == port}


def test_server_and_worker_run_behind_a_password_until_one_signal_ends_all(tmp_path: Path) -> None:
    port, page_port, data = free_port(), free_port(), tmp_path / "data"
    env = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    running = Running([str(YUSUAN), "up", "--port", str(port), "--page-port", str(page_port), "--data", str(data)], env)
    try:
        assert any(line.startswith("Up: ") for line in running.lines()), running.said
        address, file = f"http://127.0.0.1:{port}/api", data / "prefect" / "password"
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert file.read_text("utf-8") not in "".join(running.said)
        assert httpx.post(f"{address}/deployments/filter", json={}).status_code == 401
        user, password = file.read_text("utf-8").split(":")
        deployed = httpx.post(f"{address}/deployments/filter", json={}, auth=(user, password)).json()
        assert "nightly" in {one["name"] for one in deployed}
        assert listening(port) == {"0100007F"}
        while not listening(page_port):
            assert running.process.poll() is None
            time.sleep(0.1)
        assert httpx.get(f"http://127.0.0.1:{page_port}/").status_code in {200, 503}    # nothing was published yet, and it says so
        assert listening(page_port) == {"0100007F"}
    finally:
        left = running.end(signal.SIGINT, to_group=True, seconds=40)
        assert running.process.stderr
        running.process.stderr.close()
    assert left == []
    assert "All of it has ended." in running.said[-1]
    assert running.process.returncode == 0


@pytest.mark.parametrize("option", ["--port", "--page-port"])
def test_a_port_in_use_is_told_before_anything_starts(tmp_path: Path, option: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ports = {"--port": free_port(), "--page-port": free_port(), option: int(taken.getsockname()[1])}
        with pytest.raises(NotUp, match=option):
            up(Settings(data=tmp_path / "data"), "127.0.0.1", ports["--port"], ports["--page-port"], print)
    assert not (tmp_path / "data").exists()


def test_a_second_one_on_the_same_data_is_told(tmp_path: Path) -> None:
    (tmp_path / "prefect").mkdir()
    with FileLock(tmp_path / "prefect" / "up.lock"), pytest.raises(NotUp, match="Another `yusuan up`"):
        up(Settings(data=tmp_path), "127.0.0.1", free_port(), free_port(), print)
