# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The resources of the Stream Manager API as data: options, the API's words for them, and what an answer means.

An object is handled in one form, the user's words with whole numbers and sorted lists (`read` makes it of an answer,
`declare` of options), so that two objects are the same when they are equal. `write` makes the API's form of it.
"""

from __future__ import annotations

import base64
import re
import typing as t
from collections import Counter

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

    `always` sends it even if it says no more than its absence; `quoted` sends a number as text, as the documentation does;
    a `word` has its meaning in any letter case.
    """

    name: str
    wire: str
    option: Object = _TEXT
    low: int | None = None
    left_out: t.Any = None
    always: bool = True
    quoted: bool = False
    word: bool = False


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
    longest_path: tuple[str, ...] = ()  # what follows the name in the longest URL
    lingers: bool = False  # once its deletion is accepted, it is still listed for a while


def _number(default: int | None = None, required: bool = False) -> Object:
    if required:
        return {"type": "int", "required": True}
    return {"type": "int"} if default is None else {"type": "int", "default": default}


_ROLE = Field("role", "role", {"type": "str", "required": True, "choices": list(ROLES)}, word=True)
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
POLICY_REGION = (Field("name", "name", {"type": "str", "default": DEFAULT_REGION}), Field("subnet", "subnet"), Field("vpc", "vpc"))
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
GROUP_STATE = (Field("id", "id"), Field("state", "state", word=True), Field("origin_connections", "originConnections", _number()))
NODE = (
    Field("identifier", "identifier"),
    Field("role", "role", word=True),
    Field("availability_zone", "availabilityZone"),
    Field("address", "address"),
    Field("state", "state", word=True),
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


def _word(value: t.Any, what: str) -> str:
    return re.sub(r"[\s_-]+", "", _text(value, what)).lower()


ENDING = ("terminat", "shut", "stop", "delet", "sunset", "dead")


def ends(state: t.Any) -> bool:
    """Whether something in this state is on its way out or gone; a state that is not known is none of these."""
    return isinstance(state, str) and _word(state, "state").startswith(ENDING)


def property_text(value: t.Any) -> str | None:
    """Return what a property's value is as the text that the API keeps; None if it cannot be one."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    try:
        return str(value) if isinstance(value, (str, int, float)) else None
    except ValueError:  # a number of thousands of digits
        return None


def _read(fields: t.Iterable[Field], raw: t.Any, what: str) -> Object:
    values = mapping(raw, what)
    found: Object = {}
    for field in fields:
        value = values.get(field.wire)
        if value is not None and value != "":
            reader = _whole if field.option["type"] == "int" else _word if field.word else _text
            value = reader(value, f"{what}.{field.wire}")
        found[field.name] = field.left_out if value is None or value == "" else value
    return found


def _read_what_can_be(fields: t.Iterable[Field], raw: Object) -> Object:
    """Return the object with None for each attribute that cannot be read."""
    found: Object = {}
    for field in fields:
        try:
            found.update(_read((field,), raw, ""))
        except ShapeError:
            found[field.name] = None
    return found


def _body(answer: t.Any, wrapper: str) -> Object:
    """Return the object in `answer`, with its wrapper or without."""
    body = mapping(mapping(answer, "the answer").get(wrapper, answer), wrapper)
    _text(body.get("name"), f"{wrapper}.name")
    return body


def name_in(answer: t.Any, wrapper: str) -> str:
    """Return the name of the object in `answer`, else raise ShapeError."""
    return _text(_body(answer, wrapper)["name"], f"{wrapper}.name")


def _by(*keys: str) -> t.Callable[[Object], tuple[str, ...]]:
    return lambda thing: tuple(str(thing[key] or "") for key in keys)


def _others(raw: t.Any, *known: str) -> Object:
    """Return what a holder of lists has beside the lists that are known."""
    return {key: value for key, value in (raw or {}).items() if key not in known}


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
    held: dict[str, Object] = {}
    for target in raw or ():
        held.setdefault(_word(target.get("role") or "", "role"), target)
    return [_write(fields, target, held.get(target["role"], {})) for target in targets]


# Scale policies


def _raw_regions(body: Object) -> list[Object]:
    targets = mapping(body.get("targets"), "policy.targets")
    if targets.get("region") is None and "target" in targets:
        return [{"name": DEFAULT_REGION, "target": targets["target"]}]
    return [mapping(region, "policy.targets.region[]") for region in items(targets.get("region"), "policy.targets.region")]


def _region(raw: Object, where: str) -> Object:
    region = _read(POLICY_REGION, raw, where)
    return {**region, "name": region["name"] or DEFAULT_REGION}


def _read_policy(answer: t.Any) -> Object:
    body = _body(answer, "policy")
    regions = []
    for index, raw in enumerate(_raw_regions(body)):
        where = f"policy.targets.region[{index}]"
        regions.append({**_region(raw, where), "targets": _targets(POLICY_TARGET, raw.get("target"), f"{where}.target")})
    return {**_read(POLICY, body, "policy"), "regions": sorted(regions, key=_BY_PLACE)}


_BY_PLACE = _by("name", "subnet", "vpc")


def _counterparts(wanted: list[Object], held: list[Object]) -> list[int | None]:
    """Return which held region each wanted one is: that of its name and subnet, or the only one of its name on both sides."""
    free = dict(enumerate(held))
    single = {name for name, count in Counter(region["name"] for region in wanted).items() if count == 1}
    single &= {name for name, count in Counter(region["name"] for region in held).items() if count == 1}
    found: list[int | None] = []
    for region in wanted:
        same = [
            index
            for index, other in free.items()
            if other["name"] == region["name"] and (other["subnet"] == region["subnet"] or region["name"] in single)
        ]
        found.append(same[0] if same else None)
        free.pop(same[0] if same else -1, None)
    return found


def _declare_policy(params: t.Mapping[str, t.Any], held: Object) -> Object:
    wanted = [{**region, "subnet": region["subnet"] or None, "vpc": region["vpc"] or None} for region in params["regions"]]
    stored = held.get("regions", [])
    regions = []
    for region, index in zip(wanted, _counterparts(wanted, stored), strict=True):
        own = stored[index] if index is not None else {"targets": [], "subnet": None, "vpc": None}
        kept = {target["role"]: target for target in own["targets"]}
        targets = [_meant(POLICY_TARGET, target, kept.get(target["role"], {})) for target in region["targets"]]
        vpc = region["vpc"] or (own["vpc"] if own["subnet"] == region["subnet"] else None)
        regions.append({**region, "vpc": vpc, "targets": sorted(targets, key=_by("role"))})
    return {**_meant(POLICY, params, held), "regions": sorted(regions, key=_BY_PLACE)}


def _write_policy(policy: Object, held: Object) -> Object:
    body = _body(held, "policy") if held else {}
    raw = _raw_regions(body) if held else []
    regions = []
    for region, index in zip(policy["regions"], _counterparts(policy["regions"], [_region(each, "") for each in raw]), strict=True):
        own = raw[index] if index is not None else {}
        targets = _write_targets(POLICY_TARGET, region["targets"], own.get("target"))
        regions.append(_write(POLICY_REGION, region, own, target=targets))
    return {"policy": _write(POLICY, policy, body, targets={**_others(body.get("targets"), "region", "target"), "region": regions})}


# Launch configurations


def _raw_pairs(raw: t.Any, inner: str, what: str) -> list[Object]:
    holder = mapping({} if raw is None else raw, what)
    return [mapping(pair, f"{what}.{inner}[]") for pair in items(holder.get(inner), f"{what}.{inner}")]


def _pairs(raw: t.Any, inner: str, key: str, what: str) -> Object:
    """Return the pairs as a dictionary; a key that is there twice has the list of its values."""
    values: dict[str, list[str]] = {}
    for pair in _raw_pairs(raw, inner, what):
        value = _text("" if pair.get("value") is None else pair["value"], f"{what}.value")
        of_key = values.setdefault(_text(pair.get(key), f"{what}.{key}"), [])
        if value not in of_key:
            of_key.append(value)
    return {key: each[0] if len(each) == 1 else sorted(each) for key, each in sorted(values.items())}


def _write_pairs(values: Object, raw: t.Any, inner: str, key: str) -> Object:
    held: dict[str, Object] = {}
    for pair in _raw_pairs(raw, inner, inner):
        held.setdefault(_text(pair.get(key), key), pair)
    pairs = [
        {**held.get(name, {}), key: name, "value": each}
        for name, value in sorted(values.items())
        for each in (value if isinstance(value, list) else [value])
    ]
    return {**_others(raw, inner), inner: pairs}


def as_bytes(text: str) -> bytes:
    """Return what a text was made of: Ansible's lookups keep bytes that are not UTF-8 as lone surrogates."""
    try:
        return text.encode(errors="surrogateescape")
    except UnicodeEncodeError:
        return text.encode(errors="surrogatepass")


def _encoded(data: bytes) -> str:
    return "base64:" + base64.b64encode(data).decode()


def _with_user_data(properties: t.Mapping[str, t.Any]) -> Object:
    """Return properties and the user data among them, decoded; what is no UTF-8 stays a property."""
    found: Object = {"properties": dict(sorted(properties.items())), "user_data": None, "user_data_file": None}
    kind, _colon, rest = str(properties.get(USER_DATA, "")).partition(":")
    if kind == "file":
        found["user_data_file"] = rest
    elif kind == "base64":
        try:
            data = base64.b64decode("".join(rest.split()), validate=True)
            found["properties"][USER_DATA] = _encoded(data)
            found["user_data"] = data.decode()
        except ValueError:
            return found
    else:
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
        "metadata": _pairs(body.get("metadata"), "meta", "key", "launchconfig.metadata"),
    }
    return _general_image(launch)


def _general_image(launch: Object) -> Object:
    for target in launch["targets"]:
        if target["image"] == launch["image"]:  # says the same as leaving it out
            target["image"] = None
    return launch


def _declare_launch(params: t.Mapping[str, t.Any], held: Object) -> Object:
    properties = {str(name): str(property_text(value)) for name, value in params["properties"].items()}
    if params["user_data"] is not None:
        properties[USER_DATA] = _encoded(as_bytes(params["user_data"]))
    if params["user_data_file"] is not None:
        properties[USER_DATA] = f"file:{params['user_data_file']}"
    launch = {
        **_meant(LAUNCH, params, held),
        "targets": sorted((_meant(LAUNCH_TARGET, target, {}) for target in params["targets"]), key=_by("role")),
        **_with_user_data(properties),
        "metadata": dict(sorted((str(key), str(property_text(value))) for key, value in params["metadata"].items())),
    }
    return _general_image(launch)


def _write_launch(launch: Object, held: Object) -> Object:
    body = _body(held, "launchconfig") if held else {}
    properties = dict(launch["properties"])
    if launch["user_data"] is not None:
        properties[USER_DATA] = _encoded(launch["user_data"].encode())
    if launch["user_data_file"] is not None:
        properties[USER_DATA] = "file:" + launch["user_data_file"]
    raw = mapping(body.get("targets", {}), "launchconfig.targets")
    return {
        "launchconfig": _write(
            LAUNCH,
            launch,
            body,
            targets={**_others(raw, "target"), "target": _write_targets(LAUNCH_TARGET, launch["targets"], raw.get("target"))},
            properties=_write_pairs(properties, body.get("properties"), "property", "name"),
            metadata=_write_pairs(launch["metadata"], body.get("metadata"), "meta", "key"),
        )
    }


# Node groups


def _read_regions(body: Object) -> list[str]:
    """Return the regions of a group, each once: texts or objects with a name, under either word."""
    raw = body.get("regions") or body.get("region")
    entries = [raw] if isinstance(raw, str) else items(raw, "nodegroup.regions")
    named = [entry.get("name") if isinstance(entry, dict) else entry for entry in entries]
    return sorted({_text(entry, "nodegroup.regions[]") for entry in named})


def _read_group(answer: t.Any) -> Object:
    body = _body(answer, "nodegroup")
    found = _read((*GROUP, *GROUP_STATE), body, "nodegroup")
    lacking = [name for name in ("launch_config", "scale_policy") if found[name] is None]
    if lacking:
        raise ShapeError(f"it lacks {', '.join(lacking)}")
    return {**found, "regions": _read_regions(body)}


def _declare_group(params: t.Mapping[str, t.Any], held: Object) -> Object:
    return {**_meant((*GROUP, *GROUP_STATE), {**params, "state": None}, held), "regions": sorted(params["regions"])}


def _write_group(group: Object, held: Object) -> Object:
    return _write(GROUP, group, held, regions=group["regions"])


def _entries(answer: t.Any, known: t.Iterable[str], what: str) -> list[Object]:
    """Return those entries of a list that are objects with a known attribute; if none of its objects is, raise ShapeError."""
    entries = listed(answer)
    found = [entry for entry in entries if isinstance(entry, dict) and not entry.keys().isdisjoint(known)]
    if not found and any(isinstance(entry, dict) for entry in entries):
        raise ShapeError(f"no entry is a {what}")
    return found


def group_entries(answer: t.Any) -> list[Object]:
    """Return the node groups of a list as the API has them."""
    known = {field.wire for field in (*GROUP, *GROUP_STATE)} - {"name"}
    entries = _entries(answer, (*known, "regions", "region", "nodegroup"), "node group")
    return [entry["nodegroup"] if isinstance(entry.get("nodegroup"), dict) else entry for entry in entries]


def read_nodes(answer: t.Any) -> list[Object]:
    """Return the nodes of a group, sorted by role and identifier; what cannot be read of a node is None, its state C(pending)."""
    entries = _entries(answer, [field.wire for field in NODE], "node")
    if answer and not entries:
        raise ShapeError("no entry is a node")
    nodes = [_read_what_can_be(NODE, entry) for entry in entries]
    nodes = [{**node, "role": node["role"] or "unknown", "state": node["state"] or "pending"} for node in nodes]
    return sorted(nodes, key=_by("role", "identifier"))


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
            "options": {
                **_options(POLICY_REGION[:2]),
                "targets": _targets_option(POLICY_TARGET, required=True),
                **_options(POLICY_REGION[2:]),
            },
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
    longest_path=("node", "origin"),
    lingers=True,
    read=_read_group,
    declare=_declare_group,
    write=_write_group,
)
