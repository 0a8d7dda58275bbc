# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The plan of the role `stream_managers`: what it reads, the current state, and what to do. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.streamops.red5pro.plugins.module_utils import _ingress
from ansible_collections.streamops.red5pro.plugins.plugin_utils.findings import differing_settings

from ._stream_manager_checks import renamed_slots, slot_checks
from ._stream_manager_slots import stream_manager_addresses, stream_manager_numbers, stream_manager_slots, surplus_stream_managers
from .blockers import association_blockers
from .concurrency import concurrent_run, own_ids
from .images import ended_instances, failed_images, failure_reason, usable_image
from .ownership import DEPLOYMENT, tag_filters
from .readings import LIVE

Facts = Mapping[str, Any]


def readings(name: str, first_instance: str = "") -> list[dict[str, Any]]:
    """What the role reads of AWS, without the database's security group."""
    own = tag_filters(name, "stream-manager")
    live = {"instance-state-name": LIVE}
    return [
        {"kind": "instances", "name": "stream_manager_instances", "filters": {**own, **live}},
        {"kind": "instances", "name": "first_stream_manager", "filters": {"instance-id": first_instance, **live}},
        image_reading(name),
        {"kind": "addresses"},
    ]


def launch_readings(name: str, first_instance: str, every: bool = False) -> list[dict[str, Any]]:
    """The same with the launch settings of the first stream manager, from which others take theirs, or of every one, to compare them."""
    found = readings(name, first_instance)
    for machines in found[0 if every else 1 : 2]:
        of = machines["name"]
        machines["details"] = ["termination_protection"]
        found.append({"kind": "volumes", "name": f"volumes_of_{of}", "filters_of": {"attachment.instance-id": f"{of}.instance_id"}})
    return found


def image_reading(name: str) -> dict[str, Any]:
    """The images of the deployment's stream managers."""
    own: dict[str, Any] = {"kind": "images", "name": "stream_manager_images", "parameters": {"Owners": ["self"]}}
    return {**own, "filters": tag_filters(name, "stream-manager-image")}


def all_readings(name: str, first_instance: str = "", database_group: str = "") -> list[dict[str, Any]]:
    """The same with that group, which the role network finds by its name."""
    group = {"kind": "security_groups", "name": "database_group", "filters": {"group-id": database_group}}
    return [*readings(name, first_instance), group]


def plan(declared: Facts, current: Mapping[str, list[dict[str, Any]]]) -> dict[str, Any]:
    """The current state of the declared stream managers, the surplus, and what to do.

    Declared has `name`, `numbers` or else their `count`, `subnets`, `first_instance`, `allocation_ids`, `image` (given) and `image_name`
    (to create), `database_group` and `database_port`; `finds_only` to replace nothing, `ended` for instances and `predicted` for the
    names of outdated stream managers that are terminated only in check mode, `known` for the ids of what existed before, `launched` and
    `reserved` for those that this run created, and `images_kept`. With `grouped`, an
    Auto Scaling group runs the stream managers: all others are surplus, keep their rules until they are removed, and the group needs the
    image. With `replaced`, the name of a stream manager, only its slot is given and waited for.
    """
    name, images, addresses = declared["name"], current["stream_manager_images"], current["addresses"]
    every = current["stream_manager_instances"]
    own = [one for one in every if one["instance_id"] not in declared.get("ended", ())]
    existing, grouped = own + current["first_stream_manager"], bool(declared.get("grouped"))
    image = usable_image(images, declared["image_name"])
    image_ids = [one for one in (declared["image"] or declared["image_name"], image.get("image_id")) if one]
    slots = stream_manager_slots(
        [] if grouped else stream_manager_numbers(declared["numbers"], declared["count"]),
        name,
        declared["subnets"],
        existing,
        addresses,
        declared["first_instance"],
        declared["allocation_ids"],
        [] if declared.get("finds_only") else image_ids,
    )
    surplus = surplus_stream_managers(slots, name, own, addresses, declared["first_instance"])
    predicted = [slot for slot in slots if slot["outdated"] and slot["name"] in declared.get("predicted", ())]
    gone = {one["instance_id"] for one in (*surplus, *predicted)}
    staying = [one for one in every if one["instance_id"] not in gone]
    used = [key for one in staying for key in (one.get("image_id"), one["tags"].get("red5pro:image")) if key]
    launched = any(slot["state"] == "missing" or slot["outdated"] for slot in slots)
    known = declared.get("known")
    made = [*declared.get("launched", ()), *declared.get("reserved", ())]
    failures = failed_images(images, name, declared["image_name"])
    handled = [slot for slot in slots if slot["name"] == declared.get("replaced", slot["name"])]
    ended = current.get("ended_stream_managers", [])
    former = former_rules(declared, current, f"{DEPLOYMENT}={name}")
    rules, rules_after = _rules(declared, current, surplus + slots), _rules(declared, current, slots)
    return {
        "slots": handled,
        "surplus": surplus,
        "image": image,
        "image_id": image["image_id"] if image.get("state") == "available" else "",
        "image_needed": not declared["image"] and (launched or grouped),
        "image_failures": failures,
        "image_failure": failure_reason(failures),
        "images_older": surplus_images(images, image_ids, 0),
        "images_surplus": surplus_images(images, image_ids + used, int(declared.get("images_kept") or 0)),
        "terminated": [one["instance_id"] for one in (*surplus, *(slot for slot in slots if slot["outdated"])) if one["instance_id"]],
        "to_borrow": [slot for slot in handled if slot["adopted"] and slot["given"] and slot["instance_id"] and not slot["associated"]],
        "address_blockers": association_blockers(slots, addresses, _ids(every + current["first_stream_manager"]), name),
        "renamed": renamed_slots(handled, existing),
        "awaited_instances": awaited_instances(handled, existing, declared["first_instance"]),
        "ended_instances": ended_instances(ended, _ids(ended)),
        "awaited_addresses": awaited_addresses(handled, addresses),
        "known": own_ids(every, addresses, name),
        "other_run": "" if known is None else concurrent_run(every, addresses, name, [*known, *made]),
        "addresses": stream_manager_addresses(slots),
        "addresses_all": stream_manager_addresses(surplus + slots),
        "admits_all": grouped or (rules is not None and not rules.changed),
        "rules_surplus": bool(former) or (grouped and rules_after is not None and rules_after.changed),
        "former_ports": list(former),
        "admits_only_declared": rules_after is not None and not rules_after.changed,
        "checks": [
            *slot_checks(slots, existing, declared["subnets"], image_ids, surplus),
            *_rule_checks(declared, rules_after),
            *former_rule_checks(declared["database_group"], former),
        ],
    }


def _ids(instances: Iterable[Facts]) -> list[str]:
    return [one["instance_id"] for one in instances]


def _rules(declared: Facts, current: Mapping[str, list[dict[str, Any]]], slots: list[dict[str, Any]]) -> _ingress.Ingress | None:
    """Compares the rules of the database with the addresses of these stream managers; None if the group was not read."""
    owner, port = f"{DEPLOYMENT}={declared['name']}", int(declared["database_port"])
    for group in current.get("database_group", ()):
        return _ingress.compare(group, port, owner, stream_manager_addresses(slots))
    return None


def _rule_checks(declared: Facts, rules: _ingress.Ingress | None) -> list[dict[str, Any]]:
    if rules is None:
        return []
    what = f"the rules of {declared['database_group']} for port {declared['database_port']}"
    return differing_settings(rules.after, dict(rules.before), what)


def former_rules(declared: Facts, current: Mapping[str, list[dict[str, Any]]], owner: str) -> dict[int, dict[str, str]]:
    """The owner's rules that were left for another port when the port of the database was changed, by that port."""
    port = int(declared["database_port"])
    return next((_ingress.at_other_ports(group, port, owner) for group in current.get("database_group", ())), {})


def former_rule_checks(group: str, rules: Mapping[int, dict[str, str]]) -> list[dict[str, Any]]:
    """The checks of such rules."""
    return [one for port, texts in rules.items() for one in differing_settings({}, texts, f"the rules of {group} for port {port}")]


def surplus_images(images: list[dict[str, Any]], used: list[str], kept: int) -> list[dict[str, Any]]:
    """The unused images, by ids or names, except the newest ones to keep."""
    unused = [image for image in images if not {image["image_id"], image["name"]} & set(used)]
    return sorted(unused, key=lambda image: image["creation_date"], reverse=True)[int(kept) :]


def awaited_instances(slots: Iterable[Facts], instances: Iterable[Facts], first_instance: str = "") -> list[str]:
    """The names of the slots without a running instance, in the form of ec2_instance_info; the adopted one is given."""
    running = {one["instance_id"] for one in instances if one["state"]["name"] == "running"}
    return [slot["name"] for slot in slots if (first_instance if slot["adopted"] else slot["instance_id"]) not in running]


def awaited_addresses(slots: Iterable[Facts], addresses: Iterable[Facts]) -> list[str]:
    """The names of the slots whose instance does not have its Elastic IP, in the form of ec2_eip_info."""
    associated = {(one.get("public_ip"), one.get("instance_id")) for one in addresses if one.get("instance_id")}
    return [slot["name"] for slot in slots if (slot["public_ip"], slot["instance_id"]) not in associated]


def outliving_volumes(instances: Iterable[Facts]) -> list[str]:
    """A message for each volume that is kept when its instance is terminated, in the form of ec2_instance_info."""
    return [
        f"the volume {disk['ebs']['volume_id']} ({disk['device_name']}), which is kept when {_name(one)} is terminated"
        for one in instances
        for disk in one.get("block_device_mappings") or ()
        if "ebs" in disk and disk["ebs"].get("delete_on_termination") is False
    ]


def _name(instance: Facts) -> str:
    return str((instance.get("tags") or {}).get("Name") or instance["instance_id"])
