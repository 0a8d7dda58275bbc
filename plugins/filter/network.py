# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Filters of the role `network`, whose decisions are in the modules network*.py of plugin_utils."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible_collections.streamops.red5pro.plugins.module_utils._plain import plain
from ansible_collections.streamops.red5pro.plugins.plugin_utils import network, network_declaration, network_regions

Facts = dict[str, Any]


def input_problems(declared: Facts) -> list[Facts]:
    """The problems of a deployment's variables by themselves."""
    return network_declaration.declaration_problems(declared)


def network_plan(declared: Facts, resources: Facts, elsewhere: Facts | None = None, creation: Facts | None = None) -> Facts:
    """The problems of the variables in this account, and the network of the deployment, also one that is still to be created."""
    return network.plan(declared, resources, elsewhere or {}, plain(creation or {}))


def network_creation(declared: Facts, resources: Facts | None = None) -> Facts:
    """What to read for a network that is to be created, in every region of nodes, and what to create."""
    return network_regions.plan(plain(declared), plain(resources or {}))


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {
            "input_problems": input_problems,
            "network_creation": network_creation,
            "network_plan": network_plan,
        }
