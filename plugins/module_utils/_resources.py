# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The resources of the Stream Manager API as data: options, the API's words for them, and what an answer means.

An object is handled in one form, the user's words with whole numbers and sorted lists (`read` makes it of an answer,
`declare` of options), so that two objects are the same when they are equal. `write` makes the API's form of it.
"""

from __future__ import annotations

import base64
import typing as t

from ansible_collections.streamops.red5pro.plugins.module_utils._client import ShapeError

Object: t.TypeAlias = "dict[str, t.Any]"

ROLES = ("origin", "edge", "relay", "transcoder")
CLUSTER_ROLES = ("origin", "edge", "relay")
TRANSCODING_ROLES = ("transcoder",)
FEATURES = ("clustering", "transcoding")
DEFAULT_REGION = "default"
USER_DATA = "UserData"
GROUPS_PATH = ("admin", "nodegroup")


_TEXT: Object = {"type": "str"}


class Field(t.NamedTuple):
    """One attribute: the user's word and the API's, its argument spec, the smallest number allowed, what its absence means.

    `always` sends it even if it says no more than its absence; `quoted` sends a number as text, as the documentation does.
    """

    name: str
    wire: str
    option: Object = _TEXT
    low: int | None = None
    left_out: t.Any = None
    always: bool = True
    quoted: bool = False


class Resource(t.NamedTuple):
    """What the engine must know of a resource. `needed` are the options without which there is nothing to create."""

    key: str  # the module's name and the key of what it returns
    plural: str
    noun: str  # in messages
    path: tuple[str, ...]
    wrapper: str
    options: Object  # argument spec without the connection
    needed: tuple[str, ...]
    never_empty: tuple[str, ...]
    mutually_exclusive: tuple[tuple[str, ...], ...]
    read: t.Callable[[t.Any], Object]
    declare: t.Callable[[t.Mapping[str, t.Any], Object], Object]
    write: t.Callable[[Object, Object], Object]
    group_field: str = ""  # a node group's attribute that names an object of this resource
    free_in_use: frozenset[str] | None = None  # what may change while a group uses it; None: everything


def _number(default: int | None = None, required: bool = False) -> Object:
    if required:
        return {"type": "int", "required": True}
    return {"type": "int"} if default is None else {"type": "int", "default": default}


_ROLE = Field("role", "role", {"type": "str", "required": True, "choices": list(ROLES)})
_NAME = Field("name", "name", {"type": "str", "required": True})
_DESCRIPTION = Field("description", "description", left_out="")
_VERSION = Field("version", "version", {"type": "str", "default": "0.0.3"})

POLICY_TARGET = (
    _ROLE,
    Field("min_limit", "minLimit", _number(required=True), low=0, left_out=0),
    Field("max_limit", "maxLimit", _number(required=True), low=0),
    Field("scale_adjustment", "scaleAdjustment", _number(1), low=1),
    Field("scale_in_wait_time", "scaleInWaitTime", _number(0), low=0, left_out=0, always=False),
    Field("scale_out_wait_time", "scaleOutWaitTime", _number(0), low=0, left_out=0, always=False),
    Field("estimated_warm_up_time", "estimatedWarmUpTime", _number(), low=0, left_out=0, always=False),
    Field("cool_down_period", "coolDownPeriod", _number(), low=0, left_out=0, always=False),
)
POLICY_REGION = (Field("name", "name", {"type": "str", "default": DEFAULT_REGION}), Field("subnet", "subnet"))
POLICY = (
    _NAME,
    _DESCRIPTION,
    Field("type", "type", {"type": "str", "default": "com.red5pro.services.autoscaling.model.ScalePolicyMaster"}),
    _VERSION,
)
LAUNCH_TARGET = (
    _ROLE,
    Field("instance_type", "instanceType", {"type": "str", "required": True}),
    Field("connection_capacity", "connectionCapacity", _number(required=True), low=1, quoted=True),
    Field("image", "image"),
)
LAUNCH = (_NAME, _DESCRIPTION, Field("image", "image"), _VERSION)
GROUP = (_NAME, Field("launch_config", "launchConfig"), Field("scale_policy", "scalePolicy"))
GROUP_RUN = (  # what is asked of a run, not of the API
    Field("origins", "", _number(1), low=0),
    Field("wait_timeout", "", _number(1800), low=1),
    Field("wait_interval", "", _number(15), low=1),
)
GROUP_STATE = (Field("id", "id"), Field("state", "state"), Field("origin_connections", "originConnections", _number()))
NODE = (
    Field("identifier", "identifier"),
    Field("role", "role"),
    Field("availability_zone", "availabilityZone"),
    Field("address", "address"),
    Field("state", "state"),
    Field("launch_config", "launchConfig"),
    Field("capacity", "capacity", _number()),
)
_STATE: Object = {"state": {"type": "str", "default": "present", "choices": ["present", "absent"]}}


def _options(fields: t.Iterable[Field]) -> Object:
    return {field.name: field.option for field in fields}


def _targets_option(fields: t.Iterable[Field], required: bool = False) -> Object:
    option: Object = {"type": "list", "elements": "dict", "options": _options(fields)}
    return dict(option, required=True) if required else option


# Reading: from an answer to meaning


def mapping(value: t.Any, what: str) -> Object:
    """Return `value` if it is a JSON object, else raise ShapeError."""
    if not isinstance(value, dict):
        raise ShapeError(f"{what} is not an object")
    return value


def items(value: t.Any, what: str) -> list[t.Any]:
    """Return `value` if it is a JSON array, an empty list for null, else raise ShapeError."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise ShapeError(f"{what} is not a list")
    return value


def listed(answer: t.Any) -> list[t.Any]:
    """Return the answer of a list call if it is one, else raise ShapeError."""
    if answer is None:
        raise ShapeError("the answer is not a list")
    return items(answer, "the answer")


def _whole(value: t.Any, what: str) -> int:
    if not isinstance(value, bool):
        try:
            if float(value) == int(float(value)):
                return int(value) if isinstance(value, int) else int(float(value))
        except (TypeError, ValueError, OverflowError):
            pass
    raise ShapeError(f"{what} is not a whole number")


def _text(value: t.Any, what: str) -> str:
    text = property_text(value)
    if text is None:
        raise ShapeError(f"{what} is not text")
    return text


def property_text(value: t.Any) -> str | None:
    """Return what a property's value is as the text that the API keeps; None if it cannot be one."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value) if isinstance(value, (str, int, float)) else None


def _read(fields: t.Iterable[Field], raw: t.Any, what: str) -> Object:
    values = mapping(raw, what)
    found: Object = {}
    for field in fields:
        value = values.get(field.wire)
        if value is not None and value != "":
            reader = _whole if field.option["type"] == "int" else _text
            value = reader(value, f"{what}.{field.wire}")
        found[field.name] = field.left_out if value is None or value == "" else value
    return found


def _body(answer: t.Any, wrapper: str) -> Object:
    """Return the object in `answer`, with its wrapper or without."""
    body = mapping(mapping(answer, "the answer").get(wrapper, answer), wrapper)
    _text(body.get("name"), f"{wrapper}.name")
    return body


def _by(key: str) -> t.Callable[[Object], str]:
    return lambda thing: str(thing[key])


def _targets(fields: t.Iterable[Field], raw: t.Any, what: str) -> list[Object]:
    return sorted((_read(fields, target, f"{what}[{n}]") for n, target in enumerate(items(raw, what))), key=_by("role"))


# Writing: from meaning to what is sent; `held` is the API's own form of the same thing, or nothing


def _write(fields: t.Iterable[Field], values: Object, held: Object, **parts: t.Any) -> Object:
    """Return `values` and `parts` in the API's words, with the attributes of `held` that this collection does not know."""
    known = {field.wire for field in fields}
    sent = {wire: value for wire, value in held.items() if wire not in known}
    for field in fields:
        value = values[field.name]
        if value is not None and (field.always or field.wire in held or value != field.left_out):
            sent[field.wire] = str(value) if field.quoted else value
    return {**sent, **parts}


def _meant(fields: t.Iterable[Field], params: t.Mapping[str, t.Any], held: Object) -> Object:
    """Return what `params` mean; what they leave out is as in `held`, else what leaving out means to the API."""
    meant: Object = {}
    for field in fields:
        value = params.get(field.name)
        meant[field.name] = held.get(field.name, field.left_out) if value is None else value
    return meant


def _write_targets(fields: tuple[Field, ...], targets: list[Object], raw: t.Any) -> list[Object]:
    held = {target.get("role"): target for target in raw or ()}
    return [_write(fields, target, held.get(target["role"], {})) for target in targets]


# Scale policies


def _raw_regions(body: Object) -> list[Object]:
    targets = mapping(body.get("targets"), "policy.targets")
    if targets.get("region") is None and "target" in targets:
        return [{"name": DEFAULT_REGION, "target": targets["target"]}]
    return [mapping(region, "policy.targets.region[]") for region in items(targets.get("region"), "policy.targets.region")]


def _read_policy(answer: t.Any) -> Object:
    body = _body(answer, "policy")
    regions = []
    for index, raw in enumerate(_raw_regions(body)):
        where = f"policy.targets.region[{index}]"
        regions.append({**_read(POLICY_REGION, raw, where), "targets": _targets(POLICY_TARGET, raw.get("target"), f"{where}.target")})
        regions[-1]["name"] = regions[-1]["name"] or DEFAULT_REGION
    return {**_read(POLICY, body, "policy"), "regions": sorted(regions, key=_by("name"))}


def _declare_policy(params: t.Mapping[str, t.Any], held: Object) -> Object:
    kept = {(region["name"], target["role"]): target for region in held.get("regions", ()) for target in region["targets"]}
    regions = []
    for region in params["regions"]:
        targets = [_meant(POLICY_TARGET, target, kept.get((region["name"], target["role"]), {})) for target in region["targets"]]
        regions.append({"name": region["name"], "subnet": region["subnet"] or None, "targets": sorted(targets, key=_by("role"))})
    return {**_meant(POLICY, params, held), "regions": sorted(regions, key=_by("name"))}


def _write_policy(policy: Object, held: Object) -> Object:
    body = _body(held, "policy") if held else {}
    raw = {region.get("name") or DEFAULT_REGION: region for region in (_raw_regions(body) if held else ())}
    regions = []
    for region in policy["regions"]:
        own = raw.get(region["name"], {})
        targets = _write_targets(POLICY_TARGET, region["targets"], own.get("target"))
        regions.append(_write(POLICY_REGION, region, own, target=targets))
    return {"policy": _write(POLICY, policy, body, targets={"region": regions})}


# Launch configurations


def _pairs(raw: t.Any, inner: str, key: str, what: str) -> dict[str, str]:
    holder = mapping({} if raw is None else raw, what)
    pairs = [mapping(pair, f"{what}.{inner}[]") for pair in items(holder.get(inner), f"{what}.{inner}")]
    return {_text(pair.get(key), f"{what}.{key}"): _text(_or_empty(pair.get("value")), f"{what}.value") for pair in pairs}


def _or_empty(value: t.Any) -> t.Any:
    return "" if value is None else value


def _with_user_data(properties: t.Mapping[str, str]) -> Object:
    """Return properties and the user data among them, decoded; what cannot be decoded stays a property."""
    found: Object = {"properties": dict(sorted(properties.items())), "user_data": None, "user_data_file": None}
    kind, _colon, rest = properties.get(USER_DATA, "").partition(":")
    try:
        if kind == "file":
            found["user_data_file"] = rest
        elif kind == "base64":
            found["user_data"] = base64.b64decode("".join(rest.split()), validate=True).decode()
        else:
            return found
    except ValueError:
        return found
    del found["properties"][USER_DATA]
    return found


def _read_launch(answer: t.Any) -> Object:
    body = _body(answer, "launchconfig")
    targets = mapping(body.get("targets"), "launchconfig.targets")
    launch = {
        **_read(LAUNCH, body, "launchconfig"),
        "targets": _targets(LAUNCH_TARGET, targets.get("target"), "launchconfig.targets.target"),
        **_with_user_data(_pairs(body.get("properties"), "property", "name", "launchconfig.properties")),
        "metadata": dict(sorted(_pairs(body.get("metadata"), "meta", "key", "launchconfig.metadata").items())),
    }
    return _general_image(launch)


def _general_image(launch: Object) -> Object:
    for target in launch["targets"]:
        if target["image"] == launch["image"]:  # says the same as leaving it out
            target["image"] = None
    return launch


def _declare_launch(params: t.Mapping[str, t.Any], held: Object) -> Object:
    properties = {name: str(property_text(value)) for name, value in params["properties"].items()}
    launch = {
        **_meant(LAUNCH, params, held),
        "targets": sorted((_meant(LAUNCH_TARGET, target, {}) for target in params["targets"]), key=_by("role")),
        **_with_user_data(properties),
        "metadata": {key: str(property_text(value)) for key, value in sorted(params["metadata"].items())},
    }
    given = {option: params[option] for option in ("user_data", "user_data_file") if params[option] is not None}
    return _general_image({**launch, **given})


def _write_launch(launch: Object, held: Object) -> Object:
    body = _body(held, "launchconfig") if held else {}
    properties = dict(launch["properties"])
    if launch["user_data"] is not None:
        properties[USER_DATA] = "base64:" + base64.b64encode(launch["user_data"].encode()).decode()
    if launch["user_data_file"] is not None:
        properties[USER_DATA] = "file:" + launch["user_data_file"]
    raw = mapping(body.get("targets", {}), "launchconfig.targets").get("target")
    return {
        "launchconfig": _write(
            LAUNCH,
            launch,
            body,
            targets={"target": _write_targets(LAUNCH_TARGET, launch["targets"], raw)},
            properties={"property": [{"name": name, "value": value} for name, value in sorted(properties.items())]},
            metadata={"meta": [{"key": key, "value": value} for key, value in launch["metadata"].items()]},
        )
    }


# Node groups


def _read_group(answer: t.Any) -> Object:
    body = _body(answer, "nodegroup")
    regions = sorted(_text(region, "nodegroup.regions[]") for region in items(body.get("regions"), "nodegroup.regions"))
    return {**_complete(_read((*GROUP, *GROUP_STATE), body, "nodegroup"), "launch_config", "scale_policy"), "regions": regions}


def _declare_group(params: t.Mapping[str, t.Any], held: Object) -> Object:
    return {**_meant((*GROUP, *GROUP_STATE), {**params, "state": None}, held), "regions": sorted(params["regions"])}


def _write_group(group: Object, held: Object) -> Object:
    return _write(GROUP, group, held, regions=group["regions"])


def read_nodes(answer: t.Any) -> list[Object]:
    """Return the nodes of a group, sorted by role and identifier."""
    nodes = [_complete(_read(NODE, node, f"node[{index}]"), "identifier", "role", "state") for index, node in enumerate(listed(answer))]
    return sorted(nodes, key=lambda node: (node["role"], node["identifier"]))


def _complete(found: Object, *needed: str) -> Object:
    lacking = [name for name in needed if found[name] is None]
    if lacking:
        raise ShapeError(f"it lacks {', '.join(lacking)}")
    return found


SCALE_POLICY = Resource(
    key="scale_policy",
    plural="scale_policies",
    noun="scale policy",
    path=("admin", "configurations", "scalepolicy"),
    wrapper="policy",
    group_field="scale_policy",
    options={
        **_options(POLICY),
        **_STATE,
        "regions": {
            "type": "list",
            "elements": "dict",
            "options": {**_options(POLICY_REGION), "targets": _targets_option(POLICY_TARGET, required=True)},
        },
        "features": {"type": "list", "elements": "str", "choices": list(FEATURES), "default": []},
    },
    needed=("regions",),
    never_empty=("type", "version"),
    mutually_exclusive=(),
    read=_read_policy,
    declare=_declare_policy,
    write=_write_policy,
    free_in_use=frozenset({"min_limit", "max_limit"}),
)
LAUNCH_CONFIG = Resource(
    key="launch_config",
    plural="launch_configs",
    noun="launch configuration",
    path=("admin", "configurations", "launchconfig"),
    wrapper="launchconfig",
    group_field="launch_config",
    options={
        **_options(LAUNCH),
        **_STATE,
        "targets": _targets_option(LAUNCH_TARGET),
        "properties": {"type": "dict", "default": {}},
        "metadata": {"type": "dict", "default": {}},
        "user_data": {"type": "str"},
        "user_data_file": {"type": "str"},
    },
    needed=("image", "targets"),
    never_empty=("user_data", "user_data_file"),
    mutually_exclusive=(("user_data", "user_data_file"),),
    read=_read_launch,
    declare=_declare_launch,
    write=_write_launch,
)
NODE_GROUP = Resource(
    key="node_group",
    plural="node_groups",
    noun="node group",
    path=GROUPS_PATH,
    wrapper="nodegroup",
    options={
        **_options(GROUP),
        **_options(GROUP_RUN),
        **_STATE,
        "regions": {"type": "list", "elements": "str"},
        "wait": {"type": "bool", "default": False},
    },
    needed=("regions", "launch_config", "scale_policy"),
    never_empty=("launch_config", "scale_policy"),
    mutually_exclusive=(),
    read=_read_group,
    declare=_declare_group,
    write=_write_group,
)
