# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Filters that plan the deletion of a deployment, whose decisions are in plugin_utils."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible_collections.streamops.red5pro.plugins.module_utils._plain import plain
from ansible_collections.streamops.red5pro.plugins.plugin_utils import (
    autoscaling_removal as of_autoscaling,
)
from ansible_collections.streamops.red5pro.plugins.plugin_utils import (
    certificate_removal as of_certificate,
)
from ansible_collections.streamops.red5pro.plugins.plugin_utils import (
    load_balancer_removal as of_load_balancer,
)
from ansible_collections.streamops.red5pro.plugins.plugin_utils import (
    node_images_removal as of_node_images,
)
from ansible_collections.streamops.red5pro.plugins.plugin_utils import (
    removal_readings as reading,
)
from ansible_collections.streamops.red5pro.plugins.plugin_utils import (
    stream_manager_group_removal as of_stream_manager_group,
)
from ansible_collections.streamops.red5pro.plugins.plugin_utils import (
    stream_managers_removal as of_stream_managers,
)
from ansible_collections.streamops.red5pro.plugins.plugin_utils.removal import lines

Facts = dict[str, Any]


def removal_lines(rows: list[Facts]) -> list[str]:
    """What is deleted as the lines of a table."""
    return lines(rows)


def removal_readings(declared: Facts, role: str = "") -> list[Facts]:
    """The readings for the plan of a role, or for those of all roles."""
    declared = plain(declared)
    return reading.readings_of(role, declared) if role else reading.readings(declared)


def node_image_removal(current: Facts, declared: Facts, tagged: Facts) -> Facts:
    """The plan of the role `node_image`."""
    return of_node_images.plan(plain(declared), plain(tagged), plain(current))


def load_balancer_removal(current: Facts, declared: Facts) -> Facts:
    """The plan of the role `load_balancer`."""
    return of_load_balancer.plan(plain(declared), plain(current))


def autoscaling_removal(current: Facts, declared: Facts, held: Facts) -> Facts:
    """The plan of the role `autoscaling`."""
    return of_autoscaling.plan(plain(declared), plain(held), plain(current))


def orphan_nodes(current: Facts) -> list[Facts]:
    """All nodes that were read, for when the node groups are deleted."""
    return of_autoscaling.orphan_nodes(of_autoscaling.nodes_by_region(plain(current)), [], [])


def stream_manager_group_removal(current: Facts, declared: Facts) -> Facts:
    """The plan of the role `stream_manager_group`."""
    return of_stream_manager_group.plan(plain(declared), plain(current))


def stream_managers_removal(current: Facts, declared: Facts) -> Facts:
    """The plan of the role `stream_managers`."""
    return of_stream_managers.plan(plain(declared), plain(current))


def certificate_elsewhere_readings(current: Facts, declared: Facts) -> list[Facts]:
    """The readings of certificates in other regions."""
    return of_certificate.elsewhere_readings(plain(declared), plain(current))


def certificate_record_readings(current: Facts, declared: Facts, elsewhere: Facts) -> list[Facts]:
    """The readings of validation records."""
    return of_certificate.record_readings(plain(declared), plain(current), plain(elsewhere))


def certificate_removal(current: Facts, declared: Facts, elsewhere: Facts, records: Facts) -> Facts:
    """The plan of the role `certificate`."""
    return of_certificate.plan(plain(declared), plain(current), plain(elsewhere), plain(records))


class FilterModule:
    """The filters for a deletion."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {
            "autoscaling_removal": autoscaling_removal,
            "certificate_elsewhere_readings": certificate_elsewhere_readings,
            "certificate_record_readings": certificate_record_readings,
            "certificate_removal": certificate_removal,
            "load_balancer_removal": load_balancer_removal,
            "node_image_removal": node_image_removal,
            "orphan_nodes": orphan_nodes,
            "removal_lines": removal_lines,
            "removal_readings": removal_readings,
            "stream_manager_group_removal": stream_manager_group_removal,
            "stream_managers_removal": stream_managers_removal,
        }
