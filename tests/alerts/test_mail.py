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
