# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A network and mount namespace for all tests here, so that they may bind any address and mount; and what they share."""

from __future__ import annotations

import ctypes
import os
import subprocess
from collections.abc import Iterator
from ipaddress import IPv4Network
from pathlib import Path

import pytest

from rehearsal.pki import Authority
from rehearsal.store import Store
from tests.rehearsal.hosts.support import StreamManager, eventually

_CLONE_NEWNS, _CLONE_NEWNET = 0x00020000, 0x40000000


def _libc(function: str, *arguments: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if getattr(libc, function)(*arguments):
        raise OSError(ctypes.get_errno(), f"{function}: {os.strerror(ctypes.get_errno())}; these tests need root")


@pytest.fixture(scope="session", autouse=True)
def namespaces() -> Iterator[None]:
    """A network of nothing but loopback and a private view of mounts, for this thread and what it starts from now on."""
    outside = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
    _libc("unshare", _CLONE_NEWNS | _CLONE_NEWNET)
    subprocess.run(["mount", "--make-rprivate", "/"], check=True)
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    yield
    _libc("setns", outside, _CLONE_NEWNET)  # the mounts stay private: the kernel lets no thread go back that shares its file system state
    os.close(outside)


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The state directory of a rehearsal of one test."""
    monkeypatch.setenv("REHEARSAL_STATE", str(tmp_path))
    Authority(tmp_path)
    return tmp_path


@pytest.fixture
def admitted() -> list[str]:
    """The networks that the database's security group admits; a test may change them at any time."""
    return ["127.10.1.0/24"]


@pytest.fixture
def store(state: Path, admitted: list[str]) -> Iterator[Store]:
    """The database."""
    store = Store(lambda: tuple(IPv4Network(cidr) for cidr in admitted))
    yield store
    store.close()


@pytest.fixture
def managers(tmp_path: Path) -> Iterator[list[StreamManager]]:
    """Stream managers of a test, stopped at its end."""
    started: list[StreamManager] = []
    yield started
    for manager in started:
        manager.stop()


@pytest.fixture
def stream_manager(store: Store, tmp_path: Path, managers: list[StreamManager]) -> StreamManager:
    """One healthy stream manager."""
    manager = StreamManager(tmp_path / "one", "127.10.1.5")
    managers.append(manager)
    manager.start()
    eventually(lambda: manager.root() == 200)
    return manager
