# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Starts the rehearsal's parts in order, ticks them some ten times a second, and closes them in reverse order."""

from __future__ import annotations

import argparse
import copy
import logging
import os
import signal
import threading
import time
from pathlib import Path
from typing import Protocol

from rehearsal import (
    accounts,
    alb,
    auto_scaling,
    aws,
    baseline,
    control,
    databases,
    distribution,
    dns,
    downloads,
    hosts,
    nat,
    pki,
    routes,
    settings,
    store,
)
from rehearsal.accounts.default import DATABASE_GROUP
from rehearsal.aws import gate, iam

LOG = logging.getLogger("core")
_PAUSE = 0.1  # seconds between two ticks
_BUSY_SHARE = 0.2  # a long tick makes the pause longer, so that ticks never take more than this share of a processor


class Part(Protocol):
    """A part of the rehearsal: it runs from its creation until it is closed."""

    def tick(self) -> None:
        """Run the due actions."""

    def close(self) -> None:
        """Stop, and release all resources."""


class Core:
    """The running parts, in the order in which they were started."""

    def __init__(self) -> None:
        self._parts: list[tuple[str, Part]] = []

    def add(self, name: str, part: Part) -> None:
        """Take over a part that was just started."""
        self._parts.append((name, part))
        LOG.info("%s started", name)

    def tick(self) -> None:
        """One tick of every part; an error in one is logged and does not affect the others."""
        for name, part in self._parts:
            try:
                part.tick()
            except Exception:
                LOG.exception("a tick of %s failed", name)

    def close(self) -> None:
        """Close every part, the last one first."""
        while self._parts:
            name, part = self._parts.pop()
            try:
                part.close()
            except Exception:
                LOG.exception("closing %s failed", name)

    def run(self, ended: threading.Event) -> None:
        """Tick until the event is set."""
        pause = 0.0
        while not ended.wait(pause):
            start = time.monotonic()
            self.tick()
            pause = max(_PAUSE, (time.monotonic() - start) * (1 / _BUSY_SHARE - 1))


class _Aws:
    """The emulated AWS as a part."""

    def __init__(self, server: aws.Server) -> None:
        self.close = server.close

    def tick(self) -> None:
        """Let the states move that time moves."""
        aws.clock.tick()


class _Iam:
    """The operator's permissions as a part, from the creation of the account."""

    def __init__(self) -> None:
        judge = iam.Judge(iam.documents())
        self.close = judge.close
        gate.authorize = iam.Guard(judge).check

    def tick(self) -> None:
        """Nothing to do: it answers in its own thread."""


def environment(state: Path) -> dict[str, str]:
    """What a command in the rehearsal has in its environment, beside PATH and ANSIBLE_CONFIG."""
    endpoint = "http://{}:{}".format(*settings.AWS_ADDRESS)
    bundle = str(state / "ca.pem")
    return {
        "ANSIBLE_SSH_CONTROL_PATH_DIR": str(state / "cp"),  # another rehearsal has the same addresses
        "AWS_ACCESS_KEY_ID": settings.OPERATOR_ACCESS_KEY,
        "AWS_CA_BUNDLE": bundle,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_DEFAULT_REGION": settings.REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_PAGER": "",
        "AWS_REGION": settings.REGION,
        "AWS_SECRET_ACCESS_KEY": settings.SECRET_KEY,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_URL": endpoint,
        "CURL_CA_BUNDLE": bundle,
        "REHEARSAL_INSIDE": str(state),
        "REHEARSAL_STATE": str(state),
        "REQUESTS_CA_BUNDLE": bundle,
        "SSL_CERT_FILE": bundle,
    }


def start(core: Core, state: Path, pace: float, name: str = accounts.DEFAULT) -> None:
    """Start every part, each after those it needs, and make the baseline account of this name, which is never waited for at a pace."""
    account = accounts.load(name)
    authority = pki.Authority(state)
    core.add("aws", _Aws(aws.start(0)))
    core.add("dns", dns.NameServer(aws.view))
    machines = hosts.Hosts(aws.view, pace)
    core.add("hosts", machines)
    baseline.define_images(account, machines)
    distribution.build(state / "distribution")
    core.add("downloads", downloads.Downloads(state / "distribution", authority))
    aws.hooks.capture, aws.hooks.reboot = machines.capture, machines.reboot
    aws.hooks.copy, aws.hooks.forget = machines.copy, machines.forget_image
    baseline.build(account, state, authority, core.tick)
    aws.clock.set_up(pace)
    aws.faults.set_up(pace)
    for part, values in ((aws.limits, account.limits), (aws.faults, account.faults)):
        for key, value in values.items():
            assert hasattr(part, key), f"nothing of aws is called {key}"
            setattr(part, key, copy.deepcopy(value))
    core.add("iam", _Iam())
    for log in (settings.call_log(), settings.call_log().with_name(aws.calllog.ANSWERS)):
        log.write_text("")  # the creation of the account is not logged
    core.add("store", store.Store(lambda: aws.view.admitted(DATABASE_GROUP, settings.DATABASE_ADDRESS[1])))
    servers = databases.Databases(aws.view, state / "databases")
    aws.hooks.serve = servers.serve
    core.add("databases", servers)
    core.add("nat", nat.Nat(aws.view))
    balancers = alb.LoadBalancers(aws.view, authority, state / "alb", pace)
    aws.hooks.in_flight = balancers.in_flight
    core.add("alb", balancers)
    core.add("auto scaling", auto_scaling.AutoScaling("http://{}:{}".format(*settings.AWS_ADDRESS)))
    core.add("control", control.Control(settings.CONTROL_ADDRESS, routes.routes(name)))


def main() -> None:
    """Run until SIGTERM."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pace", type=float, default=0.0, help="1 is as slow as AWS, 0 does not wait")
    parser.add_argument("--baseline", default=accounts.DEFAULT, choices=accounts.names(), help="the account to start from")
    parser.add_argument("--seed", type=int, help=f"for the order of AWS's lists; ${aws.order.SEED} by default, or else any")
    arguments = parser.parse_args()
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s", level=logging.INFO)
    for chatty in ("botocore", "werkzeug", "urllib3"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    state = settings.state_dir()
    os.environ.update(environment(state))
    ended = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    core = Core()
    try:
        start(core, state, arguments.pace, arguments.baseline)
        aws.order.set_up(arguments.seed)
        LOG.info("the seed of AWS's lists is %s", aws.order.seed)
        core.tick()  # now the public addresses and the load balancers answer too
        (state / "environment").write_text("".join(f"{name}={value}\n" for name, value in environment(state).items()))
        (state / "ready").touch()
        core.run(ended)
    finally:
        core.close()
    os._exit(0)  # everything is closed; tidying up moto's modules would take the interpreter another second


if __name__ == "__main__":
    main()
