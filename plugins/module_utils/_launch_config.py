# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Launch configurations: the image and the type of instance of the nodes of each role."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.streamops.red5pro.plugins.module_utils._answers import Object, body, mapping, property_text
from ansible_collections.streamops.red5pro.plugins.module_utils._fields import (
    DESCRIPTION,
    NAME,
    ROLE,
    STATE,
    VERSION,
    Field,
    by,
    meant,
    number,
    options,
    others,
    read,
    read_targets,
    targets_option,
    write,
    write_targets,
)
from ansible_collections.streamops.red5pro.plugins.module_utils._messages import Problem
from ansible_collections.streamops.red5pro.plugins.module_utils._node_group import NODE_GROUP
from ansible_collections.streamops.red5pro.plugins.module_utils._pairs import METADATA, PROPERTIES, pairs_problems
from ansible_collections.streamops.red5pro.plugins.module_utils._resource import Params, Problems, Resource
from ansible_collections.streamops.red5pro.plugins.module_utils._rules import target_problems, version_problems, word_problems
from ansible_collections.streamops.red5pro.plugins.module_utils._user_data import user_data_problems, with_options, with_property

_TARGET = (
    ROLE,
    Field("instance_type", "instanceType", {"type": "str", "required": True}),
    Field("connection_capacity", "connectionCapacity", number(required=True), low=1, quoted=True),
    Field("image", "image"),
)
_LAUNCH = (NAME, DESCRIPTION, Field("image", "image"), VERSION)


def _read(answer: t.Any) -> Object:
    launch = body(answer, "launchconfig")
    targets = mapping(launch.get("targets"), "launchconfig.targets")
    return _general_image(
        {
            **read(_LAUNCH, launch, "launchconfig"),
            "targets": read_targets(_TARGET, targets.get("target"), "launchconfig.targets.target"),
            **with_options(PROPERTIES.read(launch.get("properties"))),
            "metadata": METADATA.read(launch.get("metadata")),
        }
    )


def _general_image(launch: Object) -> Object:
    for target in launch["targets"]:
        if target["image"] == launch["image"]:  # the same as leaving it out
            target["image"] = None
    return launch


def _declare(params: Params, held: Object) -> Object:
    properties = {str(name): str(property_text(value)) for name, value in params["properties"].items()}
    return _general_image(
        {
            **meant(_LAUNCH, params, held),
            "targets": sorted((meant(_TARGET, target, {}) for target in params["targets"]), key=by("role")),
            **with_options(with_property(properties, params["user_data"], params["user_data_file"])),
            "metadata": dict(sorted((str(key), str(property_text(value))) for key, value in params["metadata"].items())),
        }
    )


def _write(launch: Object, held: Object) -> Object:
    own = body(held, "launchconfig") if held else {}
    raw = mapping(own.get("targets", {}), "launchconfig.targets")
    properties = with_property(launch["properties"], launch["user_data"], launch["user_data_file"])
    return {
        "launchconfig": write(
            _LAUNCH,
            launch,
            own,
            targets={**others(raw, "target"), "target": write_targets(_TARGET, launch["targets"], raw.get("target"))},
            properties=PROPERTIES.write(properties, own.get("properties")),
            metadata=METADATA.write(launch["metadata"], own.get("metadata")),
        )
    }


def _check(params: Params, path: str) -> Problems:
    yield from version_problems(params, path)
    yield from _image_problems(params.get("image"), f"{path}image")
    targets = params.get("targets")
    if targets is not None:
        yield from target_problems(_TARGET, targets, f"{path}targets")
        for index, target in enumerate(targets):
            yield from _image_problems(target.get("image"), f"{path}targets[{index}].image")
            yield from word_problems(target["instance_type"], f"{path}targets[{index}].instance_type", "an instance type such as c5.large")
    yield from pairs_problems(params, path)
    yield from user_data_problems(params, path)


def _image_problems(value: str | None, where: str) -> Problems:
    if value is None:
        return
    if not 3 <= len(value.strip()) <= 128:
        yield Problem(where, value, "the name of an image, 3 to 128 characters")
    elif re.fullmatch(r"ami-[0-9a-f]{8,17}", value):
        yield Problem(where, value, "the name of the image, not its id")


LAUNCH_CONFIG = Resource(
    key="launch_config",
    plural="launch_configs",
    noun="launch configuration",
    nouns="launch configurations",
    path=("admin", "configurations", "launchconfig"),
    wrapper="launchconfig",
    options={
        **options(_LAUNCH),
        **STATE,
        "targets": targets_option(_TARGET),
        "properties": {"type": "dict", "default": {}},
        "metadata": {"type": "dict", "default": {}},
        "user_data": {"type": "str"},
        "user_data_file": {"type": "str"},
    },
    needed=("image", "targets"),
    never_empty=("user_data", "user_data_file"),
    mutually_exclusive=(("user_data", "user_data_file"),),
    read=_read,
    declare=_declare,
    write=_write,
    check=_check,
    user=(NODE_GROUP, "launchConfig"),
    secret="properties",
)
