# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Filters of the role `autoscaling`, whose decisions are in plugin_utils."""

from __future__ import annotations

import typing as t

from ansible_collections.streamops.red5pro.plugins.module_utils._plain import plain
from ansible_collections.streamops.red5pro.plugins.plugin_utils import autoscaling, capacity, refresh, vcpus
from ansible_collections.streamops.red5pro.plugins.plugin_utils.autoscaling_report import report

Facts = dict[str, t.Any]


def autoscaling_plan(held: Facts, declared: Facts) -> Facts:
    """What to send to the API and what to delete."""
    name, image, tags = declared["name"], declared["image"], declared["tags"]
    return autoscaling.plan(declared, held, name, image, tags, declared.get("remove", False), declared.get("wait", True))


def autoscaling_report(held: Facts, declared: Facts) -> Facts:
    """The status of the API, and the checks of it."""
    controller = {**declared["controller"], "api_url": declared["api_url"]}
    return report(plain(held), plain(controller), plain(declared["results"]), declared["names"], plain(declared["thresholds"]))


def capacity_plan(held: Facts, declared: list[Facts], raised: t.Any) -> Facts:
    """The scale policies whose minimums are raised or restored."""
    return capacity.plan(held, declared, raised)


def refresh_plan(held: Facts, declared: Facts) -> Facts:
    """The node groups to create, and those to drain and delete."""
    name, image, tags = declared["name"], declared["image"], declared["tags"]
    return refresh.plan(declared, held, name, image, tags, declared["refresh_name"], declared.get("maximum", 0))


def vcpu_refusals(read: Facts, launches: list[Facts], action: str) -> list[str]:
    """Why the account's quota of vCPUs does not allow nodes to be launched."""
    return vcpus.refusals(plain(launches), plain(read), action)


class FilterModule:
    """The filters of the `autoscaling` role."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Return them by name."""
        return {
            "autoscaling_plan": autoscaling_plan,
            "autoscaling_report": autoscaling_report,
            "capacity_plan": capacity_plan,
            "refresh_plan": refresh_plan,
            "vcpu_refusals": vcpu_refusals,
        }
