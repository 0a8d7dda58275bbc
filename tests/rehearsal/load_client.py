# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A client that sends 20 requests a second until its input ends, and then prints the results as JSON.

    load_client.py DOMAIN PORT TARGET_GROUP

Over HTTP and HTTPS, each on kept-alive and on new connections. Meanwhile it counts the healthy targets. It prints one line
when all four ways have been answered once.
"""

from __future__ import annotations

import http.client
import json
import sys
import threading
from collections import Counter
from typing import Any

import boto3

_PAUSE = 0.2  # seconds; four ways make 20 requests a second
_PATIENCE = 30  # seconds until a request has failed


class Client:
    """One way to send requests: a scheme, and kept-alive or new connections."""

    def __init__(self, kind: type[http.client.HTTPConnection], domain: str, port: int, kept: bool) -> None:
        self.name = f"{'https' if kind is http.client.HTTPSConnection else 'http'}, {'kept' if kept else 'new'} connections"
        self._kept = kept
        self._connection = kind(domain, port, timeout=_PATIENCE)
        self.answered = 0
        self.failures: list[str] = []

    def ask(self, done: threading.Event) -> None:
        """One request after the other until the event is set."""
        while not done.wait(_PAUSE):
            try:
                self._connection.request("GET", "/")
                answer = self._connection.getresponse()
                answer.read()
                if answer.status == 200:
                    self.answered += 1
                else:
                    self.failures.append(f"{self.name}: {answer.status}")
            except (OSError, http.client.HTTPException) as error:
                self.failures.append(f"{self.name}: {error!r}")
                self._connection.close()
            if not self._kept:
                self._connection.close()


class Watch:
    """Repeated counts of the healthy targets of a group."""

    def __init__(self, group: str) -> None:
        self._elbv2 = boto3.client("elbv2")
        self._arn = self._elbv2.describe_target_groups(Names=[group])["TargetGroups"][0]["TargetGroupArn"]
        self.looks: Counter[int] = Counter()

    def look(self, done: threading.Event) -> None:
        """Repeat until the event is set."""
        while not done.wait(2 * _PAUSE):
            targets = self._elbv2.describe_target_health(TargetGroupArn=self._arn)["TargetHealthDescriptions"]
            self.looks[sum(target["TargetHealth"]["State"] == "healthy" for target in targets)] += 1


def main(domain: str, port: str, group: str) -> None:
    """Send requests until the input ends."""
    plain, secure = http.client.HTTPConnection, http.client.HTTPSConnection
    clients = [Client(kind, domain, at, kept) for kind, at in ((plain, int(port)), (secure, 443)) for kept in (True, False)]
    watch = Watch(group)
    done = threading.Event()
    threads = [threading.Thread(target=one, args=(done,)) for one in (*(client.ask for client in clients), watch.look)]
    for thread in threads:
        thread.start()
    while not all(client.answered or client.failures for client in clients):
        done.wait(_PAUSE)
    print("begun", flush=True)
    sys.stdin.read()
    done.set()
    for thread in threads:
        thread.join()
    seen: dict[str, Any] = {
        "answered": {client.name: client.answered for client in clients},
        "failures": [failure for client in clients for failure in client.failures],
        "healthy": watch.looks,
    }
    print(json.dumps(seen))


if __name__ == "__main__":
    main(*sys.argv[1:])
