# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Callbacks that the hosts and the load balancers set for AWS's actions on them. By default they do nothing.

A call waits for its hook, without holding the lock, so a hook may read `view` and so may other threads meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable


def _capture(instance_id: str, image_id: str, reboot: bool) -> None:
    """Take the files of the instance into the image, rebooting it if so asked (rule 12)."""


def _reboot(instance_id: str) -> None:
    """Reboot the instance."""


def _copy(source_image_id: str, image_id: str) -> None:
    """Give the image of another region the files of its source (rule 27)."""


def _forget(image_id: str) -> None:
    """Delete the files of an image that was deregistered (rule 15)."""


def _serve(db_instance_identifier: str) -> None:
    """Start the server of a new DB instance."""


def _in_flight(target_group_arn: str, instance_id: str) -> bool:
    """Whether the load balancer still gives requests to a target, or waits for answers to some; asked while the lock is held."""
    return False


capture: Callable[[str, str, bool], None] = _capture
reboot: Callable[[str], None] = _reboot
copy: Callable[[str, str], None] = _copy
forget: Callable[[str], None] = _forget
serve: Callable[[str], None] = _serve
in_flight: Callable[[str, str], bool] = _in_flight


def set_up() -> None:
    """Reset all hooks."""
    global capture, reboot, copy, forget, serve, in_flight
    capture, reboot, copy, forget, serve, in_flight = _capture, _reboot, _copy, _forget, _serve, _in_flight
