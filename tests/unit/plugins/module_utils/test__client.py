# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The address of the API, the token in every encoding, and what is shown of an answer."""

from __future__ import annotations

import socket
from typing import Any

import pytest
from ansible_collections.streamops.red5pro.plugins.module_utils._address import base_url
from ansible_collections.streamops.red5pro.plugins.module_utils._client import Client
from ansible_collections.streamops.red5pro.plugins.module_utils._errors import StreamManagerError


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:5080",
        "http://127.0.0.1:5080/",
        " http://127.0.0.1:5080/streammanager/api/4.0 ",
        "http://127.0.0.1:5080/streammanager/api/4.0/",
    ],
)
def test_base_url(url: str) -> None:
    assert base_url(url) == "http://127.0.0.1:5080/streammanager/api/4.0"


@pytest.mark.parametrize(
    ("url", "base"),
    [
        ("https://東京.example", "https://xn--1lqs71d.example"),
        ("https://[::1]:5080", "https://[::1]:5080"),
        ("https://a_b.Example.com", "https://a_b.example.com"),
    ],
)
def test_hosts(url: str, base: str) -> None:
    assert base_url(url) == f"{base}/streammanager/api/4.0"


def client(token: str, **params: Any) -> Client:
    return Client(
        {
            "api_url": "http://127.0.0.1:9",
            "access_token": token,
            "retries": 0,
            "timeout": 1,
            "validate_certs": True,
            "ca_path": None,
            **params,
        }
    )


def test_a_host_that_is_no_name(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_args: Any, **_kwargs: Any) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(StreamManagerError) as raised:
        client("t0ken", api_url="http://no-such-host.invalid").call("looking", "GET", ("admin",), lambda answer: answer)
    assert "Failed while looking: GET http://no-such-host.invalid/streammanager/api/4.0/admin?accessToken=********" in str(raised.value)
    assert "t0ken" not in str(raised.value)
