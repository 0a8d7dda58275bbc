# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The plan of the role `node_image`: what it reads, and what is missing of its images and their copies. Pure functions."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ansible_collections.streamops.red5pro.plugins.module_utils._host import digest

from .blockers import protected_instances, termination_blockers
from .findings import check
from .images import builder_host, ended_instances, failed_images, failure_reason, foreign_images, usable_image
from .node_image_roles import entries, missing_files
from .ownership import DEPLOYMENT, NODE_ROLE, is_own, tag_filters
from .readings import LIVE

Facts = Mapping[str, Any]


def readings(name: str) -> list[dict[str, Any]]:
    """What the role reads of AWS in the deployment's own region: images by name too, since somebody else may use the name."""
    return [_images("node_images", name), builder_reading(name)]


def builder_reading(name: str) -> dict[str, Any]:
    """The builders of the deployment."""
    builders = {**tag_filters(name, "node-image-builder"), "instance-state-name": LIVE}
    return {"kind": "instances", "name": "node_image_builders", "filters": builders, "details": ["termination_protection"]}


def copy_readings(name: str, regions: Iterable[str]) -> list[dict[str, Any]]:
    """What it reads in other regions."""
    return [{**_images(_copies(region), name), "region": region} for region in regions]


def all_readings(name: str, regions: Iterable[str] = ()) -> list[dict[str, Any]]:
    """Both."""
    return [*readings(name), *copy_readings(name, regions)]


def _images(reading: str, name: str) -> dict[str, Any]:
    return {"kind": "images", "name": reading, "parameters": {"Owners": ["self"]}, "filters": {"name": f"{name}-node-*"}}


def _copies(region: str) -> str:
    return f"node_images-{region}"


def plan(declared: Facts, current: Mapping[str, list[dict[str, Any]]]) -> dict[str, Any]:
    """The current images, first the general one and then those of roles, and what to do; before anything was read, only their files.

    Declared has the deployment's `name` and `region`, the name of the general `image`, its `description`, the other `regions` and the
    `tags` of images; the `entries` of roles with the `home` of Red5 Pro, whether their `node_api` is needed, and the `local_files`, as
    stat returned them, whose digests have a `key`; `in_use` and `kept` for the older images to keep; `running_builders` and whether to
    reach one at its `private_address`, with the ids of those that were `launched` in this run.
    """
    roles = entries(declared["entries"], declared["node_api"], declared["home"])
    checksums = {one["item"]: one["stat"].get("checksum") or "" for one in declared["local_files"]}
    files: dict[str, Any] = {
        "sources": sorted({file["src"] for entry in roles for file in entry["files"]}),
        "problems": [str(problem) for problem in missing_files(roles, checksums)],
    }
    if not current:
        return files
    region, builders = declared["region"], current["node_image_builders"]
    every = {region: current["node_images"], **{other: current[_copies(other)] for other in declared["regions"]}}
    wanted = [_wanted(declared, {}, declared["image"]), *(_wanted(declared, one, _name(declared, one, checksums)) for one in roles)]
    images = [_image(one, declared, every) for one in wanted]
    missing = [one for one in images if not one["image"]]
    copies = {key: [each for one in images for each in one["copies"][key]] for key in ("lacking", "untagged", "waiting", "failed")}
    return files | {
        "images": images,
        "names": {one["role"]: one["name"] for one in images if one["role"]},
        "missing": missing,
        "available": all(one["image"].get("state") == "available" for one in images),
        "settled": all(one["image"].get("state") == "available" or (one["images"] and not one["image"]) for one in images),
        "foreign": [each for one in images for each in one["foreign"]],
        "failed": [each for one in missing for each in one["failed"]],
        "copies": copies,
        "copies_to_make": any(copies.values()),
        "builders_awaited": [one["builder"]["name"] for one in missing if not one["builder"]["instance_id"]],
        "builders_ended": ended_instances(declared["running_builders"], declared["launched"]),
        "builders": [one["instance_id"] for one in builders],
        "builders_protected": protected_instances(builders),
        "builders_refused": termination_blockers(builders),
        "retired": list(_retired(declared, every, {one["role"]: one["name"] for one in images})) if declared["in_use"] else [],
        "checks": [one for image in images for one in image["checks"]],
        "status": [
            {
                "name": one["name"],
                "region": region,
                "image_id": one["image"].get("image_id", ""),
                "state": one["image"].get("state", "missing"),
            }
            for one in images
        ],
    }


def _name(declared: Facts, entry: Facts, checksums: Mapping[str, str]) -> str:
    """The name of a role's image: with a digest of its inputs; with files it has a key, since they may have short passwords in them."""
    files = [(file["dest"], file["mode"], checksums.get(file["src"], "")) for file in entry["files"]]
    inputs = json.dumps([declared["image"], entry["role"], entry["plugins"], entry["webapps"], files])
    return f"{declared['name']}-node-{entry['role']}-{digest(declared['key'] if files else '', inputs)[:12]}"


def _wanted(declared: Facts, entry: Facts, name: str) -> dict[str, Any]:
    """What is known of an image by its declaration; without an entry, of the general one."""
    role = entry.get("role", "")
    return {
        "name": name,
        "role": role,
        "entry": entry,
        "description": declared["description"] + (f", for the role {role}" if role else ""),
        "tags": {**declared["tags"], "Name": name, **({NODE_ROLE: role} if role else {})},
    }


def _image(wanted: Facts, declared: Facts, every: Mapping[str, list[dict[str, Any]]]) -> dict[str, Any]:
    """One image, its copies and its builder."""
    name, deployment = wanted["name"], declared["name"]
    named = {region: [one for one in images if one["name"] == name] for region, images in every.items()}
    images = named.pop(declared["region"])
    image = usable_image(images)
    served = sorted(region for region, found in named.items() if any(one["state"] == "available" for one in found))
    # A name that begins with the prefix of the nodes would be terminated by the stream managers.
    builder = f"builder-{name}"
    running = [one for one in declared["running_builders"] if one["tags"].get("Name") == builder]
    return {
        **wanted,
        "image": image,
        "foreign": foreign_images(images, deployment),
        "failed": failed_images(images, deployment),
        "images": images,
        "failure": "" if image else failure_reason(images),
        "builder": {"name": builder, **builder_host(running, declared["private_address"])},
        "copies": copied_images(named, {**wanted, "image": image}),
        "regions_lacking": sorted(named.keys() - set(served)),
        "checks": [
            check(f"node image {name}", "available", image.get("state", "missing")),
            check(f"copies of {name}", declared["regions"], served),
        ],
    }


def copied_images(copies: Mapping[str, list[dict[str, Any]]], source: Facts) -> dict[str, list[Any]]:
    """By region, of the images with the name of the source: where it is missing, untagged, pending or failed."""
    wanted = {key: str(value) for key, value in source["tags"].items()}
    found: dict[str, list[Any]] = {"lacking": [], "untagged": [], "waiting": [], "failed": []}
    common = {"name": source["name"], "tags": source["tags"]}
    for region, images in copies.items():
        image, failed = usable_image(images), failed_images(images, wanted.get(DEPLOYMENT, ""))
        found["failed"] += [{"region": region, "image_id": one["image_id"]} for one in failed]
        if not image:
            original = {"image_id": source["image"].get("image_id", "ami-00000000"), "encrypted": _encrypted(source["image"])}
            found["lacking"].append({**common, "region": region, "description": source["description"], **original})
        elif wanted.items() - image["tags"].items():
            found["untagged"].append({**common, "region": region, "image_id": image["image_id"]})
        if image.get("state") != "available":
            found["waiting"].append({"region": region, "name": source["name"]})
    return found


def _encrypted(image: Facts) -> bool:
    return any((disk.get("ebs") or {}).get("encrypted") for disk in image.get("block_device_mappings") or ())


def _retired(declared: Facts, every: Mapping[str, list[dict[str, Any]]], current: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """The retired images of each role, told apart by their tags, also of roles that no longer have an image of their own."""
    own = {region: [one for one in images if is_own(one, declared["name"], "node-image")] for region, images in every.items()}
    for role in sorted({*current, *(_role(one) for images in own.values() for one in images)}):
        of_role = {region: [one for one in images if _role(one) == role] for region, images in own.items()}
        yield from retired_images(of_role, current.get(role, ""), declared["in_use"], int(declared["kept"]))


def _role(image: Facts) -> str:
    return str(image["tags"].get(NODE_ROLE, ""))


def retired_images(images: Mapping[str, Iterable[dict[str, Any]]], current: str, in_use: Iterable[str], kept: int) -> list[dict[str, Any]]:
    """The images of each region that are older than the newest `kept` ones and the current one, and not in use.

    A copy is as old as the first image of its name.
    """
    made: dict[str, str] = {}
    found = [(region, image) for region, own in images.items() for image in own]
    for _region, image in found:
        made[image["name"]] = min(image["creation_date"], made.get(image["name"], image["creation_date"]))
    older = sorted((name for name in made if name != current), key=lambda name: (made[name], name), reverse=True)
    retired = set(older[kept:]) - set(in_use)
    return sorted(
        ({"region": region, "name": image["name"], "image_id": image["image_id"]} for region, image in found if image["name"] in retired),
        key=lambda one: (one["name"], one["region"]),
    )
