# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The plan of the role `network`: checks a deployment's variables in its account, and chooses its network."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

from ansible_collections.streamops.red5pro.plugins.module_utils._messages import Problem

from . import launch_names, stream_manager_group
from ._account import Account, name_problems
from ._account_addresses import address_problems
from ._account_domain import certificate_problems, domain_problems, listener_problems
from ._account_logs import log_problems
from ._account_machines import architecture_problems, machine_problems, volume_problems
from ._account_nodes import node_problems
from ._account_rules import rule_problems
from ._network_choice import choose_subnets, group_id, group_problems, subnet_problems, type_problems, vpc
from ._rows import rows
from .deployment import Deployment
from .network_prediction import predicted
from .network_readings import further_regions

Facts = dict[str, Any]
Problems = Iterator[Problem]


def _launch_problems(deployment: Deployment, found: Account, created: Mapping[str, Any]) -> Problems:
    """Names that do not exist in a region of nodes and are not created there; in the deployment's own if they were read."""
    default = launch_names.by_default(deployment.properties)
    for region in further_regions(deployment, found.resources):
        if region not in created and region in deployment.launch_regions:
            yield from launch_names.problems(deployment.launch_names, default, region, found.elsewhere)
    own = deployment.text("region")
    if own not in created and any(name.startswith("launch_") and name.endswith(f"-{own}") for name in found.resources):
        yield from launch_names.problems(deployment.launch_names, default, own, found.resources, further=False)


def plan(
    declared: Mapping[str, Any], resources: Mapping[str, list[Facts]], elsewhere: Mapping[str, list[Facts]], creation: Mapping[str, Any]
) -> Facts:
    """The problems of the variables in this account, and the facts that the role returns; `creation` is the plan of a network to create."""
    deployment = Deployment.of(declared)
    region, created = deployment.text("region"), creation.get("regions", {})
    found = Account(deployment.text("name"), predicted(created.get(region, {}), resources), elsewhere)
    chosen_vpc, problem = vpc(found, deployment.text("vpc"), region)
    if problem:
        return {"problems": rows([problem]), "vpc_id": "", "subnets": [], "security_groups": {"stream_manager": "", "database": ""}} | {
            "installs": [],
            "base_image": "",
            "stream_manager_group": True,
        }
    choice = choose_subnets(
        found, deployment.names("subnets"), list(deployment.instance_types.values()), deployment.text("stream_manager_instance")
    )
    groups = {name: group_id(found, deployment.text(f"{name}_security_group")) for name in ("stream_manager", "database")}
    own = deployment.text("load_balancer_security_group")  # or that of the stream managers
    groups |= {"load_balancer": group_id(found, own)} if own else {}
    problems = chain(
        subnet_problems(found, deployment.names("subnets"), choice),
        type_problems(found, deployment.instance_types, choice),
        group_problems(deployment, groups),
        machine_problems(found, deployment, choice),
        address_problems(found, deployment),
        rule_problems(deployment, found.all("security_groups"), elsewhere),
        architecture_problems(found, deployment),
        volume_problems(found, deployment),
        listener_problems(found, deployment),
        log_problems(found, deployment),
        certificate_problems(found, deployment),
        domain_problems(found, deployment),
        node_problems(found, deployment),
        _launch_problems(deployment, found, created),
        name_problems(found),
    )
    return {
        "problems": list({one["message"]: one for one in rows(chain(creation.get("problems", ()), problems))}.values()),
        "vpc_id": chosen_vpc["id"],
        "subnets": choice,
        "security_groups": groups,
        "installs": deployment.installs,
        "base_image": next((str(one["image_id"]) for one in found.all("base_image")), ""),
        "stream_manager_group": deployment.has_group or stream_manager_group.left(resources),
    }
