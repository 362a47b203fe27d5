"""Real apprise against a real server on this machine: retries, formats, and no trace of the address."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import suppress

import pytest
import stamina
from webhook import TOKEN, Webhook

from alerts import channel

# apprise imports it up to Python 3.12, after which it brings its own.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")

@pytest.fixture(autouse=True)
def no_waiting() -> Iterator[None]:
    with stamina.set_testing(True, attempts=channel.ATTEMPTS):
        yield


def test_a_plain_channel_gets_the_plain_text(webhook: Webhook) -> None:
    channel.send(webhook.address(), channel.Message("提醒", "**合计不符**", "合计不符"))
    assert [(got["title"], got["message"]) for got in webhook.received] == [("提醒", "合计不符")]


def test_a_channel_that_shows_markdown_gets_markdown(webhook: Webhook) -> None:
    channel.send(webhook.address("?format=markdown"), channel.Message("提醒", "**合计不符**", "合计不符"))
    assert webhook.received[0]["message"] == "**合计不符**"


def test_a_channel_that_shows_html_gets_the_markdown_as_html(webhook: Webhook) -> None:
    channel.send(webhook.address("?format=html"), channel.Message("提醒", "**合计不符**", "合计不符"))
    assert webhook.received[0]["message"] == "<p><strong>合计不符</strong></p>"


def test_a_message_longer_than_the_channel_takes_comes_in_parts(webhook: Webhook) -> None:
    text = "\n".join(f"第{number}项" for number in range(10_000))
    channel.send(webhook.address(), channel.Message("提醒", text, text))
    assert len(webhook.received) > 1
    assert "".join(got["message"] for got in webhook.received).replace("\n", "") == text.replace("\n", "")


def test_a_channel_that_recovers_within_the_attempts_gets_the_message_once(webhook: Webhook) -> None:
    webhook.statuses = [503] * (channel.ATTEMPTS - 1)
    channel.send(webhook.address(), channel.Message("提醒", "正文", "正文"))
    assert len(webhook.received) == 1


def test_a_channel_that_keeps_failing_is_an_error_with_the_channels_reason(webhook: Webhook) -> None:
    webhook.statuses = [401] * channel.ATTEMPTS
    with pytest.raises(channel.DeliveryError, match="error=401"):
        channel.send(webhook.address(), channel.Message("提醒", "正文", "正文"))
    assert webhook.calls == channel.ATTEMPTS


def test_a_server_that_is_not_there_is_an_error(webhook: Webhook) -> None:
    webhook.shutdown()
    webhook.server_close()
    with pytest.raises(channel.DeliveryError, match="onnection"):
        channel.send(webhook.address(), channel.Message("提醒", "正文", "正文"))


def test_an_address_that_apprise_does_not_understand_is_not_tried_again() -> None:
    with pytest.raises(channel.AddressError):
        channel.send(f"no-such-channel://{TOKEN}", channel.Message("提醒", "正文", "正文"))


@pytest.mark.parametrize("statuses", [[], [500] * channel.ATTEMPTS], ids=["taken", "refused"])
def test_no_log_of_any_library_holds_a_part_of_the_address(
    webhook: Webhook, statuses: list[int], caplog: pytest.LogCaptureFixture
) -> None:
    webhook.statuses = list(statuses)
    with caplog.at_level(logging.DEBUG), suppress(channel.DeliveryError):
        channel.send(webhook.address(), channel.Message("提醒", "正文", "正文"))
    assert TOKEN not in caplog.text
    assert TOKEN not in repr([record.__dict__ for record in caplog.records])


@pytest.mark.parametrize(
    ("address", "message"),
    [
        (f"mailto://bureau:{TOKEN}@example.org", f"could not load mailto://bureau:{TOKEN}@example.org/"),
        ("mailto://bureau:p%40ss%2Fword@example.org", "login of bureau with p@ss/word refused"),
        ("dingtalk://a1b2c3d4e5f6@abcdefgh/13800138000", "POST https://oapi.dingtalk.com/robot/send?access_token=ABCDEFGH to 13800138000"),
        ("json://u:pw@h:80", "user u with pw refused at h"),
    ],
    ids=["whole address", "password written with percent signs", "part in another address", "short parts"],
)
def test_an_error_is_freed_of_every_part_of_the_address(address: str, message: str) -> None:
    cleaned = channel._without(address, message)
    secrets = ["bureau", TOKEN, "p@ss/word", "a1b2c3d4e5f6", "abcdefgh", "13800138000", " pw ", " u "]
    assert not [secret for secret in secrets if secret.casefold() in cleaned.casefold()]


@pytest.mark.parametrize(
    ("address", "printed"),
    [("mailto://a:b@example.org", "mailto://…"), ("dingtalk://token/1", "dingtalk://…"), ("no-scheme", "…"), ("a b://x", "…")],
)
def test_an_address_is_printed_by_its_scheme_alone(address: str, printed: str) -> None:
    assert channel.shown(address) == printed
