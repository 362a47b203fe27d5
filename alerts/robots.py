"""Robots of group chats: 钉钉, 企业微信 and 飞书, with their signatures, their limits, and what they answer.

They say with status 200 what they refuse (a wrong signature, a word that is missing, too many messages), so the answer's code is looked at.

Sources: 钉钉 https://open.dingtalk.com/document/robots/custom-robot-access and …/robots/customize-robot-security-settings;
企业微信 https://developer.work.weixin.qq.com/document/path/91770; 飞书 https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import httpx

SECONDS = 30    # for a whole answer, however slowly it drips; httpx counts them for each read
Signed = tuple[dict[str, str], dict[str, Any]]    # what is added to the address's query, and to the body


class Refused(Exception):
    """The robot did not take a message; the text is its own reason."""


@dataclass(frozen=True, slots=True)
class Robot:
    """A platform's robots.

    Attributes:
        api: where it is asked, if the address does not name another host (`?api=`, of a platform of one's own).
        path: of the request; `{token}` is the robot's.
        most_bytes: of a message's text, in UTF-8.
        gap: seconds between two messages to one robot.
        body: the request of a text.
        sign: what a secret adds at a time (seconds since 1970).
        code: the key of the answer's code, 0 where it was taken; `reason` that of its words.
    """

    api: str
    path: str
    most_bytes: int
    gap: float
    body: Callable[[str], dict[str, Any]]
    sign: Callable[[str, float], Signed]
    code: str
    reason: str


def _dingtalk_sign(secret: str, now: float) -> Signed:
    timestamp = str(round(now * 1000))
    return {"timestamp": timestamp, "sign": _hmac(secret, f"{timestamp}\n{secret}")}, {}


def _feishu_sign(secret: str, now: float) -> Signed:
    timestamp = str(int(now))
    return {}, {"timestamp": timestamp, "sign": _hmac(f"{timestamp}\n{secret}", "")}


def _hmac(key: str, message: str) -> str:
    return base64.b64encode(hmac.new(key.encode(), message.encode(), hashlib.sha256).digest()).decode()


def _text(content: str) -> dict[str, Any]:
    return {"msgtype": "text", "text": {"content": content}}


# 20 messages a minute for 钉钉 and 企业微信, 100 for 飞书; text up to 20,000, 2,048 and (the whole request) 20 × 1,024 bytes.
ROBOTS: Mapping[str, Robot] = {
    "dingtalk": Robot(
        "https://oapi.dingtalk.com", "/robot/send?access_token={token}", 18_000, 3.1, _text, _dingtalk_sign, "errcode", "errmsg"),
    "wecombot": Robot(
        "https://qyapi.weixin.qq.com", "/cgi-bin/webhook/send?key={token}", 2_048, 3.1, _text, lambda *_: ({}, {}), "errcode", "errmsg"),
    "feishu": Robot(
        "https://open.feishu.cn", "/open-apis/bot/v2/hook/{token}", 15_000, 0.7,
        lambda text: {"msg_type": "text", "content": {"text": text}}, _feishu_sign, "code", "msg"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """A robot that an address names: `dingtalk://secret@token`, `wecombot://key`, `feishu://secret@token`, with `?api=https://host`."""

    robot: Robot
    token: str
    secret: str
    api: str

    @classmethod
    def of(cls, address: str) -> Line | None:
        """The robot of an address; None for those of other channels, or without a token."""
        parts = urlsplit(address)
        robot = ROBOTS.get(parts.scheme)
        place, _, token = parts.netloc.rpartition("@") if robot else ("", "", "")    # `hostname` would be in lower case
        if not robot or not token:
            return None
        given = parse_qs(parts.query)
        return cls(robot, unquote(token), unquote(place), given.get("api", [robot.api])[0].rstrip("/"))

    def post(self, text: str) -> None:
        """Send a text, which fits.

        Raises:
            Refused: the robot says why, or gives no answer.
        """
        query, extra = self.robot.sign(self.secret, time.time()) if self.secret else ({}, {})
        url = httpx.URL(self.api + self.robot.path.format(token=self.token)).copy_merge_params(query)
        try:
            response = _within(SECONDS, lambda: httpx.post(url, json={**extra, **self.robot.body(text)}, timeout=SECONDS))
            response.raise_for_status()
            answer = response.json()
        except TimeoutError:
            raise Refused(f"no whole answer within {SECONDS} seconds") from None
        except httpx.HTTPStatusError as error:
            raise Refused(f"status {error.response.status_code}") from None    # its message repeats the address
        except (httpx.HTTPError, ValueError) as error:
            raise Refused(f"{type(error).__name__}: no answer that can be read") from None
        if not isinstance(answer, dict) or answer.get(self.robot.code) != 0:
            raise Refused(f"{answer.get(self.robot.code)}: {answer.get(self.robot.reason)}" if isinstance(answer, dict) else "no code")


def _within(seconds: float, ask: Callable[[], httpx.Response]) -> httpx.Response:
    """Ask in a thread of its own, which is left behind where it takes longer; it keeps no program from ending.

    Raises:
        TimeoutError: there is no whole answer after so many seconds.
    """
    answered: Future[httpx.Response] = Future()

    def answer() -> None:
        try:
            answered.set_result(ask())
        except Exception as error:    # noqa: BLE001 -- raised where the answer is waited for
            answered.set_exception(error)

    threading.Thread(target=answer, name="robot", daemon=True).start()
    return answered.result(timeout=seconds)


def parts(text: str, most_bytes: int) -> list[str]:
    """A text in parts of so many bytes at most, cut at blank lines where possible, then at lines, each but a single one numbered."""
    room = most_bytes - len("（99/99）\n".encode())
    pieces = [text] if len(text.encode()) <= most_bytes else list(_packed(text, room))
    return pieces if len(pieces) == 1 else [f"（{number}/{len(pieces)}）\n{piece}" for number, piece in enumerate(pieces, start=1)]


def _packed(text: str, room: int) -> Iterator[str]:
    taken = ""
    for block in _blocks(text, room):
        if taken and len((taken + block).encode()) > room:
            yield taken.strip("\n")
            taken = ""
        taken += block
    if taken.strip("\n"):
        yield taken.strip("\n")


def _blocks(text: str, room: int) -> Iterator[str]:
    """Paragraphs with their blank lines; one that does not fit as lines, a line that does not fit as characters."""
    for paragraph in _kept(text, "\n\n"):
        if len(paragraph.encode()) <= room:
            yield paragraph
            continue
        for line in _kept(paragraph, "\n"):
            while len(line.encode()) > room:
                begin = line.encode()[:room].decode(errors="ignore")
                yield begin
                line = line[len(begin):]  # noqa: PLW2901 -- what is left of it
            yield line


def _kept(text: str, mark: str) -> list[str]:
    *first, last = text.split(mark)
    return [*(part + mark for part in first), last]
