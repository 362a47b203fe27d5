"""Sending one message to one apprise address, without a trace of the address in any error or log."""

from __future__ import annotations

import io
import logging
import re
import smtplib
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import unquote

import stamina

from alerts import robots

ATTEMPTS = 3              # with the waits between them enough for a server that restarts; the next night tries again anyway
FIRST_WAIT_SECONDS = 1.0
LONGEST_WAIT_SECONDS = 10.0
LONGEST_ERROR = 500       # characters; a channel may answer with a whole page
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WHOLE_WORD_BELOW = 4      # shorter parts of an address ("443") also occur inside harmless words


class DeliveryError(Exception):
    """A channel that did not take a message; its text holds no part of the address."""


class AddressError(DeliveryError):
    """An address that apprise does not understand: trying again does not help."""


def shown(address: str) -> str:
    """An address as it may be printed: its scheme alone, `mailto://…`.

    Args:
        address: an apprise address.
    """
    scheme, separator, _ = address.partition("://")
    return f"{scheme}://…" if separator and re.fullmatch(r"[A-Za-z][\w.+-]*", scheme) else "…"


def is_understood(address: str) -> bool:
    """Whether an address can be sent to; nothing is sent, and nothing of it is logged."""
    if robots.Line.of(address):
        return True
    from apprise import Apprise

    with _private_log():
        return Apprise.instantiate(address) is not None


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent: `markdown` to channels that show Markdown or HTML, `text` to all others, `files` (name and content) where they fit."""

    title: str
    markdown: str
    text: str
    files: Sequence[tuple[str, bytes]] = ()


def parts(address: str, message: Message) -> list[Message]:
    """A message as an address takes it: a robot gets texts that are short enough, with the title on top; apprise cuts for the others."""
    line = robots.Line.of(address)
    if line is None:
        return [message]
    return [Message("", "", text) for text in robots.parts(f"{message.title}\n\n{message.text}", line.robot.most_bytes)]


def send(address: str, message: Message) -> None:
    """Send a message, or a part of one, to an address, trying again when the channel fails; no faster than the platform allows.

    Args:
        address: an apprise address.
        message: one of `parts`.

    Raises:
        DeliveryError: the channel did not take it; `AddressError` if the address cannot be understood.
    """
    for attempt in stamina.retry_context(
        on=_is_worth_another_attempt, attempts=ATTEMPTS, wait_initial=FIRST_WAIT_SECONDS, wait_max=LONGEST_WAIT_SECONDS
    ):
        with attempt:
            _send_once(address, message)


def _is_worth_another_attempt(error: Exception) -> bool:
    return isinstance(error, DeliveryError) and not isinstance(error, AddressError)


def _send_once(address: str, message: Message) -> None:
    line = robots.Line.of(address)
    if line:
        _wait(address, line.robot.gap)
        try:
            line.post(message.text)
        except robots.Refused as error:
            raise DeliveryError(_without(address, str(error))) from None
        return
    # A night that delivers to files needs none of apprise's channels.
    from apprise import Apprise, AppriseAsset, AppriseAttachment, NotifyFormat, OverflowMode
    from apprise.attachment.memory import AttachMemory

    with _private_log() as log:
        channel = Apprise.instantiate(address, asset=AppriseAsset(async_mode=False))
        if channel is None:
            raise AddressError(f"apprise does not understand this address ({_without(address, log.getvalue())})")
        if channel.overflow_mode is OverflowMode.UPSTREAM:
            channel.overflow_mode = OverflowMode.SPLIT   # a channel with a short limit would refuse the whole digest
        is_plain = channel.notify_format is NotifyFormat.TEXT
        apprise = Apprise()
        apprise.add(channel)
        attached = AppriseAttachment([
            AttachMemory(content=content, name=name, mimetype=XLSX)  # type: ignore[no-untyped-call]
            for name, content in message.files
        ])
        taken = apprise.notify(
            body=message.text if is_plain else message.markdown, title=message.title, attach=attached if message.files else None,
            body_format=NotifyFormat.TEXT if is_plain else NotifyFormat.MARKDOWN,
        )
        if not taken:
            raise DeliveryError(_without(address, log.getvalue()) or "the channel gave no reason")


class _Reasons(logging.Handler):
    """What a mail server said (code and text), which apprise logs for developers only, beside lines that hold addresses."""

    def __init__(self, log: io.StringIO) -> None:
        super().__init__(logging.DEBUG)
        self._log = log
        self._told: set[str] = set()

    def emit(self, record: logging.LogRecord) -> None:
        """Note the error that is being handled while something is logged of it."""
        error = sys.exc_info()[1]
        said = "; ".join(_said_by_server(error)) if error else ""
        if said and said not in self._told:
            self._told.add(said)
            self._log.write(f"{said}\n")


def _said_by_server(error: BaseException) -> Iterator[str]:
    """What a mail server answered, or why there is no answer; nothing of errors that may hold an address (those of HTTP)."""
    match error:
        case smtplib.SMTPResponseException(smtp_code=code, smtp_error=text):
            yield f"{code} {_text(text)}".strip()
        case smtplib.SMTPRecipientsRefused(recipients=recipients):
            yield from dict.fromkeys(f"{code} {_text(text)}" for code, text in recipients.values())
        case smtplib.SMTPException():
            yield str(error)
        case OSError() if type(error).__module__ in ("builtins", "socket", "ssl"):
            yield error.strerror or str(error)


def _text(answer: bytes | str) -> str:
    """The text of an answer, which Chinese servers send in either encoding."""
    if isinstance(answer, str):
        return answer
    try:
        return answer.decode("utf-8")
    except UnicodeDecodeError:
        return answer.decode("gb18030", "replace")


_last_sent: dict[str, float] = {}    # by address: when a robot was sent something last


def _wait(address: str, gap: float) -> None:
    """Sleep until a robot may get another message."""
    rest = _last_sent.get(address, -gap) + gap - time.monotonic()
    if rest > 0:
        time.sleep(rest)
    _last_sent[address] = time.monotonic()


@contextmanager
def _private_log() -> Iterator[io.StringIO]:
    """Catch what apprise and its HTTP library log: at debug level their lines hold whole addresses."""
    caught = io.StringIO()
    handler = logging.StreamHandler(caught)
    handler.setLevel(logging.WARNING)
    loggers = [logging.getLogger(name) for name in ("apprise", "urllib3")]
    before = [(logger.handlers, logger.propagate, logger.level) for logger in loggers]
    for logger in loggers:
        logger.handlers, logger.propagate = [handler], False
    loggers[0].addHandler(_Reasons(caught))
    loggers[0].setLevel(logging.DEBUG)
    try:
        yield caught
    finally:
        for logger, (handlers, propagate, level) in zip(loggers, before, strict=True):
            logger.handlers, logger.propagate = handlers, propagate
            logger.setLevel(level)


def _without(address: str, message: str) -> str:
    """A message without any part of the address, on one line."""
    parts = {part for form in (address, unquote(address)) for part in re.split(r"[/?&=@:#+,\s]+", form.partition("://")[2]) if part}
    for part in sorted(parts, key=len, reverse=True):
        pattern = re.escape(part) if len(part) >= WHOLE_WORD_BELOW else rf"(?<!\w){re.escape(part)}(?!\w)"
        message = re.sub(pattern, "…", message, flags=re.IGNORECASE)
    message = re.sub(r"\w+://[^\s…]\S*", "…", message)
    return " ".join(message.split())[:LONGEST_ERROR]
