# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Instances (rules 11, 12, 21, 24): pending, running, ready for SSH, checked; stopping; shutting down and terminated."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from moto.ec2.models.instances import InstanceState

from .. import clock, faults, hooks
from ..patches.instances import forget_network
from ..registry import Call, effect

CODES = {"pending": 0, "running": 16, "shutting-down": 32, "terminated": 48, "stopping": 64, "stopped": 80}
RUNNING, READY, CHECKED = 15.0, 35.0, 90.0  # seconds after launch or start
STOPPED, TERMINATED = 20.0, 20.0
REMEMBERED = 3600.0  # how long a terminated instance is still shown


def _enter(instance: Any, state: str) -> None:
    instance._state = InstanceState(state, CODES[state])


def _later(instance: Any, seconds: float, step: Callable[[], object]) -> None:
    """Do something later, unless the instance is started, stopped or terminated before."""
    turn = instance.turn
    clock.after(seconds, lambda: instance.turn is turn and step())


def _boot(instance: Any) -> None:
    instance.turn = object()
    instance.ready = instance.checked = False
    _enter(instance, "pending")
    _later(instance, RUNNING, lambda: _enter(instance, "running"))
    _later(instance, READY, lambda: setattr(instance, "ready", True))
    _later(instance, CHECKED, lambda: setattr(instance, "checked", True))


def _down(instance: Any, passing: str, final: str, seconds: float, then: Callable[[], object]) -> None:
    instance.turn = object()
    instance.ready = instance.checked = False
    _enter(instance, passing)

    def arrive() -> None:
        _enter(instance, final)
        then()

    _later(instance, seconds, arrive)


@effect(11, "ec2", "RunInstances")
def launch(call: Call) -> None:
    """A new instance is pending, its interface carries its groups, and its id is not known everywhere yet."""
    for instance in call.result.instances:
        instance.disable_api_termination = bool(call.params.get("DisableApiTermination"))
        instance.security_groups = list(instance.nics[0]._group_set)
        _boot(instance)
        faults.hide(instance.id)
        faults.delay(instance.id)


@effect(11, "ec2", "StartInstances")
def start(call: Call) -> None:
    """A stopped instance boots; a running one is not changed."""
    for entry, instance in _changed(call, "StartingInstances"):
        if entry["PreviousState"].name == "stopped":
            _boot(instance)
        entry["CurrentState"] = instance._state


@effect(11, "ec2", "StopInstances")
def stop(call: Call) -> None:
    """A running instance stops after a while; its Elastic IP stays with it."""
    for entry, instance in _changed(call, "StoppingInstances"):
        if entry["PreviousState"].name in ("pending", "running"):
            _down(instance, "stopping", "stopped", STOPPED, lambda: None)
        entry["CurrentState"] = instance._state


@effect(11, "ec2", "TerminateInstances")
def terminate(call: Call) -> None:
    """It shuts down, then has no resources, and is still shown for an hour."""
    for entry, instance in _changed(call, "TerminatingInstances"):
        if entry["PreviousState"].name not in ("shutting-down", "terminated"):
            _down(instance, "shutting-down", "terminated", TERMINATED, lambda gone=instance: _bury(gone))  # type: ignore[misc]
        entry["CurrentState"] = instance._state


@effect(None, "ec2", "RebootInstances")
def reboot(call: Call) -> None:
    """The host reboots; EC2 does not show it."""
    for instance_id in call.params["InstanceIds"]:
        call.later.append(lambda wanted=instance_id: hooks.reboot(wanted))  # type: ignore[misc]


def _changed(call: Call, key: str) -> list[tuple[dict[str, Any], Any]]:
    return [(entry, call.ec2.get_instance(entry["InstanceId"])) for entry in call.result[key]]


def _bury(instance: Any) -> None:
    forget_network(instance)
    clock.at(clock.now() + clock.patience(REMEMBERED), lambda: _forget(instance))


def _forget(instance: Any) -> None:
    reservations = instance.ec2_backend.reservations
    for reservation in list(reservations.values()):
        reservation.instances = [other for other in reservation.instances if other is not instance]
        if not reservation.instances:
            del reservations[reservation.id]
