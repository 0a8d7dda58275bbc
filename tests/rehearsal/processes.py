# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the process list shows while a test runs, on the controller and on the rehearsal's hosts."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

INTERVAL = 0.05  # seconds between two looks


def _processes() -> Iterator[tuple[int, int, str]]:
    """The id, the parent and the command line of every process of the machine."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            parent = (process / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[1]
            line = (process / "cmdline").read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue  # it has ended
        yield int(process.name), int(parent), line.replace("\0", " ").strip()


def descendants(roots: Iterable[int]) -> set[str]:
    """The command lines of the processes below these ones: another rehearsal of the machine has processes too."""
    found = list(_processes())
    below = set(roots)
    while more := {process for process, parent, _line in found if parent in below} - below:
        below |= more
    return {line for process, _parent, line in found if process in below}


@contextmanager
def command_lines(*roots: int) -> Iterator[set[str]]:
    """Every command line that is seen below these processes during the context."""
    seen: set[str] = set()
    done = threading.Event()

    def look() -> None:
        while not done.wait(INTERVAL):
            seen.update(descendants(roots))

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield seen
    finally:
        done.set()
        thread.join()
