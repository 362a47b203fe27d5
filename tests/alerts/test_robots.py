"""Robots of group chats against a server on this machine: bodies and signatures as the platforms want them, their refusals and limits."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Event, Thread
from urllib.parse import parse_qs, urlsplit

import pytest
import stamina

from alerts import channel, robots
from alerts.channel import DeliveryError, Message

SECRET, KEY = "SECs3cret4711", "T0kenABC"


class Platform(HTTPServer):
    """A platform that answers with status 200 and a code, whatever it thinks of a message."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), PlatformHandler)
        self.answers: list[dict[str, object]] = []
        self.drips_until = Event()    # where it is not set, an answer comes byte by byte and never ends
        self.drips_until.set()
        self.received: list[tuple[str, dict[str, list[str]], dict[str, object]]] = []

    def address(self, scheme: str, secret: str = SECRET) -> str:
        return f"{scheme}://{secret}{'@' * bool(secret)}{KEY}?api=http://127.0.0.1:{self.server_port}"


class PlatformHandler(BaseHTTPRequestHandler):
    server: Platform

    def do_POST(self) -> None:
        parts = urlsplit(self.path)
        self.server.received.append((parts.path, parse_qs(parts.query), json.loads(self.rfile.read(int(self.headers["Content-Length"])))))
        answer = json.dumps(self.server.answers.pop(0) if self.server.answers else {"errcode": 0, "errmsg": "ok", "code": 0}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        while not self.server.drips_until.wait(0.02):
            with suppress(OSError):
                self.wfile.write(b" ")
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        """Keep the test's output clean."""


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch) -> Iterator[Platform]:
    monkeypatch.setattr(channel.time, "sleep", lambda _: None)
    with Platform() as server, stamina.set_testing(True, attempts=channel.ATTEMPTS):
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield server
        server.shutdown()


def tell(address: str, text: str) -> None:
    for part in channel.parts(address, Message("提醒", "**正文**", text)):
        channel.send(address, part)


def test_dingtalk_is_signed_over_time_and_secret(platform: Platform) -> None:
    tell(platform.address("dingtalk"), "合计不符")
    [(path, query, body)] = platform.received
    assert (path, query["access_token"], body) == ("/robot/send", [KEY], {"msgtype": "text", "text": {"content": "提醒\n\n合计不符"}})
    expected = hmac.new(SECRET.encode(), f"{query['timestamp'][0]}\n{SECRET}".encode(), hashlib.sha256).digest()
    assert query["sign"] == [base64.b64encode(expected).decode()]
    assert len(query["timestamp"][0]) == len("1700000000000")


def test_feishu_is_signed_in_the_body(platform: Platform) -> None:
    tell(platform.address("feishu"), "合计不符")
    [(path, query, body)] = platform.received
    assert (path, query, body["msg_type"], body["content"]) == (f"/open-apis/bot/v2/hook/{KEY}", {}, "text", {"text": "提醒\n\n合计不符"})
    expected = hmac.new(f"{body['timestamp']}\n{SECRET}".encode(), digestmod=hashlib.sha256).digest()
    assert body["sign"] == base64.b64encode(expected).decode()


def test_wecom_has_its_key_in_the_address(platform: Platform) -> None:
    tell(platform.address("wecombot", ""), "合计不符")
    assert platform.received == [
        ("/cgi-bin/webhook/send", {"key": [KEY]}, {"msgtype": "text", "text": {"content": "提醒\n\n合计不符"}})]


@pytest.mark.parametrize(("scheme", "answer"), [
    ("dingtalk", {"errcode": 310000, "errmsg": f"sign not match, {SECRET} {KEY}"}), ("wecombot", {"errcode": 93000, "errmsg": "invalid webhook url"}),
    ("feishu", {"code": 19021, "msg": "sign match fail"}), ("feishu", {}),
])
def test_a_refusal_with_status_200_is_a_failure(platform: Platform, scheme: str, answer: dict[str, object]) -> None:
    platform.answers = [answer] * channel.ATTEMPTS
    with pytest.raises(DeliveryError) as error:
        tell(platform.address(scheme), "合计不符")
    assert str(answer.get("errcode", answer.get("code"))) in str(error.value)
    assert SECRET not in str(error.value)
    assert KEY not in str(error.value)
    assert len(platform.received) == channel.ATTEMPTS


@pytest.mark.parametrize(("scheme", "most"), [("dingtalk", 20_000), ("wecombot", 2_048), ("feishu", 20 * 1024)])
def test_a_long_digest_comes_in_numbered_parts_that_fit(platform: Platform, scheme: str, most: int) -> None:
    paragraphs = [f"第{number}局\n  - 位置：第{number}行；内容：合计；公布数：{number},000.00 元" for number in range(900)]
    text = "\n\n".join([*paragraphs, "长" * 30_000])
    tell(platform.address(scheme), text)
    told = [body.get("text", body.get("content")) for _, _, body in platform.received]
    texts = [next(iter(one.values())) for one in told]
    assert all(len(one.encode()) <= most for one in texts)
    assert all(one.startswith(f"（{number}/{len(texts)}）\n") for number, one in enumerate(texts, start=1))
    joined = "".join(one.partition("\n")[2] for one in texts).replace("\n", "")
    assert joined == f"提醒{text}".replace("\n", "")
    assert all(any(paragraph in one for one in texts) for paragraph in paragraphs)    # none is cut in two


def test_twenty_messages_a_minute_and_no_more(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [1000.0]
    monkeypatch.setattr(channel.time, "monotonic", lambda: clock[0])
    monkeypatch.setattr(channel.time, "sleep", lambda seconds: clock.__setitem__(0, clock[0] + seconds))
    channel._last_sent.clear()
    sent: list[float] = []
    for _ in range(41):
        channel.send(platform.address("dingtalk"), Message("", "", "合计不符"))
        sent.append(clock[0])
    assert max(sum(1 for later in sent if begin <= later < begin + 60) for begin in sent) <= 20
    assert sent[-1] - sent[0] < 130


def test_addresses_of_other_channels_are_none_of_these() -> None:
    assert [robots.Line.of(address) for address in ("mailto://a:b@example.org", "dingtalk://", "json://x")] == [None, None, None]
    assert channel.is_understood("feishu://token")


def test_a_robot_whose_answer_drips_is_given_up_at_its_deadline(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each byte comes in time, the answer never."""
    monkeypatch.setattr(robots, "SECONDS", 0.15)
    platform.drips_until.clear()
    line = robots.Line.of(platform.address("wecombot", ""))
    assert line
    with pytest.raises(robots.Refused, match="no whole answer within"):
        line.post("合计不符")
    platform.drips_until.set()
