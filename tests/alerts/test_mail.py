"""A digest as a mail, to a real SMTP server on this machine."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from alerts import channel

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning", "ignore:Requiring AUTH while not requiring TLS:UserWarning")


class Mailbox:
    """Keeps every mail."""

    def __init__(self) -> None:
        self.mails: list[Message] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 -- aiosmtpd calls it so
        self.mails.append(message_from_bytes(envelope.content))
        return "250 OK"


@pytest.fixture
def mailbox() -> Iterator[tuple[Mailbox, str]]:
    box = Mailbox()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    yield box, f"mailto://127.0.0.1:{port}?from=yusuan@example.org&to=finance@example.org&mode=insecure"
    server.stop()


def test_a_mail_has_the_digest_in_both_forms_and_the_list_attached(mailbox: tuple[Mailbox, str]) -> None:
    box, address = mailbox
    channel.send(address, channel.Message("【预算公开数据质量】天河区财政局", "**合计不符** a &lt; b", "合计不符 a < b", [("2023-03-06.xlsx", b"PK list")]))
    [mail] = box.mails
    assert str(make_header(decode_header(mail["Subject"]))) == "【预算公开数据质量】天河区财政局"
    parts = {part.get_content_type(): part for part in mail.walk() if not part.is_multipart()}
    assert "<strong>合计不符</strong> a &lt; b" in str(parts["text/html"].get_payload(decode=True), "utf-8")
    assert "合计不符" in str(parts["text/plain"].get_payload(decode=True), "utf-8")
    listed = parts[channel.XLSX]
    assert (listed.get_filename(), listed.get_payload(decode=True)) == ("2023-03-06.xlsx", b"PK list")


class Refusing:
    """Refuses at one step of a mail, with what a server says there."""

    def __init__(self) -> None:
        self.at, self.answer = "RCPT", ""

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802 -- aiosmtpd calls it so
        if self.at == "RCPT":
            return self.answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_MAIL(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802 -- aiosmtpd calls it so
        if self.at == "MAIL":
            return self.answer
        envelope.mail_from = address
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, _envelope: Any) -> str:  # noqa: N802 -- aiosmtpd calls it so
        return self.answer


@pytest.mark.parametrize(("at", "answer"), [
    ("MAIL", "553 5.1.8 sender domain is not allowed"), ("RCPT", "550 5.7.1 relaying denied for this user"), ("DATA", "552 5.3.4 邮件超过大小限制"),
])
def test_what_the_server_says_is_told(monkeypatch: pytest.MonkeyPatch, at: str, answer: str) -> None:
    monkeypatch.setattr(channel, "ATTEMPTS", 1)
    refusing = Refusing()
    refusing.at, refusing.answer = at, answer
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"mailto://127.0.0.1:{port}?from=yusuan@example.org&to=finance@example.org&mode=insecure"
    server = Controller(refusing, hostname="127.0.0.1", port=port, enable_SMTPUTF8=True)
    server.start()
    with pytest.raises(channel.DeliveryError) as told:
        channel.send(address, channel.Message("x", "x", "x"))
    server.stop()
    assert answer in str(told.value)
    assert "finance@example.org" not in str(told.value)
    with pytest.raises(channel.DeliveryError, match="Connection refused"):
        channel.send(address, channel.Message("x", "x", "x"))
