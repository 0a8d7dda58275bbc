# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Runs the service until SIGTERM: `python3 -m red5pro`, with the environment of /etc/default/red5pro."""

from __future__ import annotations

import logging
import signal
import threading

from .config import Environment

START = 20  # seconds the real server takes to start


def main() -> None:
    """Stream manager or node, depending on the tree."""
    environment = Environment.read()
    log = environment.home / "log/red5.log"
    log.parent.mkdir(exist_ok=True)
    logging.basicConfig(filename=log, level=logging.INFO, format="%(asctime)s [%(threadName)s] %(levelname)s %(name)s - %(message)s")
    environment.check_license()
    ended = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    if ended.wait(START * environment.pace):
        return
    if environment.properties_file.exists():
        from .manager import Manager  # nodes, which are many, do not need it

        Manager(environment).run(ended)
    else:
        from .node import Node

        Node(environment).run(ended)


if __name__ == "__main__":
    try:
        main()
    except Exception:
        logging.getLogger("red5pro").exception("cannot run")
        raise SystemExit(1) from None
