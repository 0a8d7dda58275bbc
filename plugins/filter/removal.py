# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Filters that tell what of all that stands belongs to one deployment, and so may be taken away."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

Facts = dict[str, Any]
COLUMNS = ("what", "name", "id", "region")
DEPLOYMENT = "red5pro:deployment"
ASSOCIATED_BY = "red5pro:associated-by"
NOUNS = {"node_groups": "node group and its nodes", "launch_configs": "launch configuration", "scale_policies": "scale policy"}


def removal_lines(remains: Iterable[Facts]) -> list[str]:
    """What goes as the lines of a table: what it is, its name, its id and its region, each of them perhaps missing."""
    rows = [[str(one.get(column) or "") for column in COLUMNS] for one in remains]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def removal_rows(items: Iterable[Facts], what: str, key: str, region: str = "", named: str = "") -> list[Facts]:
    """Things in the form of the info modules as rows of that table.

    key names the field that holds the id, named the one that holds the name, by default the tag Name.
    """
    return [{"what": what, "name": one[named] if named else one["tags"].get("Name", ""), "id": one[key], "region": region} for one in items]


def image_rows(images: Iterable[Facts], snapshots: Iterable[Facts], what: str) -> list[Facts]:
    """Images, and after them the snapshots that are no longer part of one, as rows of that table.

    Both are the results of a loop over regions, of ec2_ami_info and of ec2_snapshot_info.
    """
    rows: list[Facts] = []
    parts: set[str] = set()
    for result in images:
        for image in result["images"]:
            parts |= {mapping["ebs"].get("snapshot_id", "") for mapping in image["block_device_mappings"] if "ebs" in mapping}
            row = {"what": what, "name": image["name"], "id": image["image_id"], "region": result["item"], "state": image["state"]}
            rows.append(row)
    for result in snapshots:
        left = [one["snapshot_id"] for one in result["snapshots"] if one["snapshot_id"] not in parts]
        rows += [{"what": "snapshot", "name": "", "id": one, "region": result["item"]} for one in sorted(left)]
    return rows


def owned_rules(groups: list[Facts], owner: str, region: str) -> list[Facts]:
    """The rules that security_group_ingress made for this owner as rows of that table, one for each group and TCP port."""
    found: dict[tuple[str, int], list[str]] = {}
    names = {group["group_id"]: group["group_name"] for group in groups}
    for group in groups:
        for permission in group["ip_permissions"]:
            port = permission.get("from_port")
            own = [one["cidr_ip"] for one in permission["ip_ranges"] if (one.get("description") or "").endswith(f"({owner})")]
            if own and (permission["ip_protocol"], port) == ("tcp", permission.get("to_port")):
                found.setdefault((group["group_id"], port), []).extend(own)
    return [
        {
            "what": "rules of a security group",
            "name": f"{names[group_id]}, port {port}: {' '.join(sorted(networks))}",
            "id": group_id,
            "region": region,
            "port": port,
        }
        for (group_id, port), networks in sorted(found.items())
    ]


def owned_declarations(
    node_groups: Iterable[Facts],
    launch_configs: Iterable[Facts],
    scale_policies: Iterable[Facts],
    name: str,
    declared: dict[str, list[str]] | None = None,
) -> Facts:
    """The names of what belongs to a deployment in the Stream Manager API, as `rows` of that table too, and what is `kept` for others.

    Objects are those that the API's info modules return; declared holds the names that the deployment declares of each kind.
    """
    named: dict[str, list[str]] = {"node_groups": [], "launch_configs": [], "scale_policies": [], **(declared or {})}
    marks = {config["name"]: config["metadata"].get(DEPLOYMENT, "") for config in launch_configs}
    owners = {config: mark or (name if config in named["launch_configs"] else "") for config, mark in marks.items()}

    def owner_of(group: Facts) -> str:
        """The mark of its launch configuration, which is on its nodes; a declaration counts where there is none."""
        return marks.get(group["launch_config"]) or (name if group["name"] in named["node_groups"] else "")

    groups = list(node_groups)
    own = [group for group in groups if owner_of(group) == name]
    users = {kind: {group[kind]: group["name"] for group in groups if group not in own} for kind in ("launch_config", "scale_policy")}
    configs = [config for config, owner in owners.items() if owner == name]
    wanted = {*named["scale_policies"], *(group["scale_policy"] for group in own)}
    policies = [policy["name"] for policy in scale_policies if policy["name"] in wanted]
    free = {
        "node_groups": [group["name"] for group in own],
        "launch_configs": [config for config in configs if config not in users["launch_config"]],
        "scale_policies": [policy for policy in policies if policy not in users["scale_policy"]],
    }
    kept = [(config, users["launch_config"][config]) for config in configs if config in users["launch_config"]]
    kept += [(policy, users["scale_policy"][policy]) for policy in policies if policy in users["scale_policy"]]
    return {
        **{kind: sorted(names) for kind, names in free.items()},
        "rows": [{"what": NOUNS[kind], "name": one} for kind in NOUNS for one in sorted(free[kind])],
        "kept": [f"{one}, which the node group {user} uses, and that is not this deployment's" for one, user in sorted(kept)],
    }


def lent_addresses(addresses: Iterable[Facts], deployment: str, region: str) -> list[Facts]:
    """The Elastic IPs of somebody else that a deployment associated with an instance of somebody else, as rows of that table.

    Their tag red5pro:associated-by names the deployment and the instance; an association with another instance is not its own.
    """
    marks = [(address, address["tags"].get(ASSOCIATED_BY, "").partition(" ")) for address in addresses]
    return [
        {
            "what": "association of a given Elastic IP",
            "name": address["public_ip"],
            "id": address["allocation_id"],
            "region": region,
            "mark": {ASSOCIATED_BY: address["tags"][ASSOCIATED_BY]},
            "instance_id": instance if address.get("instance_id") == instance else "",
        }
        for address, (name, _space, instance) in marks
        if name == deployment
    ]


def stray_nodes(results: Iterable[Facts], node_groups: Iterable[Facts], names: Iterable[str]) -> list[Facts]:
    """The instances that are no node of the node groups with these names, each once, as rows of that table.

    results are those of ec2_instance_info in loops over regions, node groups in the form of node_group_info. The API may know a node by
    its instance or by the tags that it gives it.
    """
    known = {node["identifier"] for group in node_groups if group["name"] in names for node in group["nodes"]} - {None, ""}
    found = {instance["instance_id"]: (instance, result["item"]) for result in results for instance in result["instances"]}
    strays = [
        (region, instance_id, instance["tags"].get("Name", ""))
        for instance_id, (instance, region) in found.items()
        if not known & {instance_id, instance["tags"].get("identifier"), instance["tags"].get("Name")}
    ]
    return [{"what": "node, ended through EC2", "name": name, "id": one, "region": region} for region, one, name in sorted(strays)]


class FilterModule:
    """The filters that tell what may be taken away."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {
            "image_rows": image_rows,
            "lent_addresses": lent_addresses,
            "owned_declarations": owned_declarations,
            "owned_rules": owned_rules,
            "removal_lines": removal_lines,
            "removal_rows": removal_rows,
            "stray_nodes": stray_nodes,
        }
