# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which stream managers a wait still waits for, and what lives on after their instances: pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

Facts = Mapping[str, Any]


def awaited_instances(places: Iterable[Facts], instances: Iterable[Facts], first_instance: str = "") -> list[str]:
    """The names of the places without a running instance, in the form of ec2_instance_info; the adopted one is known by its id."""
    running = [one for one in instances if one["state"]["name"] == "running"]
    ids = {one["instance_id"] for one in running}
    names = {(one.get("tags") or {}).get("Name") for one in running}
    return [place["name"] for place in places if not (first_instance in ids if place["adopted"] else place["name"] in names)]


def awaited_addresses(places: Iterable[Facts], addresses: Iterable[Facts]) -> list[str]:
    """The names of the places whose instance does not have its Elastic IP, in the form of ec2_eip_info."""
    associated = {(one.get("public_ip"), one.get("instance_id")) for one in addresses if one.get("instance_id")}
    return [place["name"] for place in places if (place["public_ip"], place["instance_id"]) not in associated]


def outliving_volumes(instances: Iterable[Facts]) -> list[str]:
    """A sentence for each volume that stays when its instance is terminated, in the form of ec2_instance_info."""
    return [
        f"the volume {disk['ebs']['volume_id']} ({disk['device_name']}), which outlives {_name(one)}"
        for one in instances
        for disk in one.get("block_device_mappings") or ()
        if "ebs" in disk and disk["ebs"].get("delete_on_termination") is False
    ]


def _name(instance: Facts) -> str:
    return str((instance.get("tags") or {}).get("Name") or instance["instance_id"])
