# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is wrong with declared objects, found before anything is asked of the API: pure functions, messages with the option's path.

Every message reads `regions[0].targets[2].min_limit: is -1; give a whole number from 0 to 2147483647`.
"""

from __future__ import annotations

import base64
import json
import re
import typing as t
from urllib.parse import quote

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.common.validation import check_type_bool, check_type_dict, check_type_int, check_type_list, check_type_str
from ansible_collections.streamops.red5pro.plugins.module_utils._client import API_PATH, base_url
from ansible_collections.streamops.red5pro.plugins.module_utils._nodes import run_problems
from ansible_collections.streamops.red5pro.plugins.module_utils._resources import (
    CLUSTER_ROLES,
    DEFAULT_REGION,
    GROUP_RUN,
    LAUNCH_CONFIG,
    LAUNCH_TARGET,
    NODE_GROUP,
    POLICY_TARGET,
    SCALE_POLICY,
    TRANSCODING_ROLES,
    USER_DATA,
    Field,
    Resource,
    as_bytes,
    property_text,
)

Params = t.Mapping[str, t.Any]
Problems = t.Iterator[str]

LARGEST = 2**31 - 1  # the API's numbers are Java's int
USER_DATA_BYTES = 16 * 1024  # EC2's limit, before base64
CLUSTER_MINIMUM = 2
WAVELENGTH_VERSION = (0, 0, 4)
NAME_LENGTH = 254
NUMBER_DIGITS = 20
PROPERTIES_LENGTH = 65535  # as JSON
URL_BYTES = 4096
TAG_KEY_LENGTH, TAG_VALUE_LENGTH, TAG_COUNT = 128, 256, 50  # of EC2
SHOWN = 100  # characters of a wrong value that a message shows
CONTROLLER_TAGS = ("identifier", "role", "connectionCapacity")  # the cloud controller writes these itself
COPIES: dict[type, t.Callable[[t.Any], t.Any]] = {str: str.__str__, int: int.__int__, float: float.__float__}  # of subclasses
CONVERTERS: dict[str, t.Callable[[t.Any], t.Any]] = {
    "int": check_type_int,
    "bool": check_type_bool,
    "list": check_type_list,
    "dict": check_type_dict,
    "str": check_type_str,
}
KINDS = {"int": "a whole number", "bool": "true or false", "list": "a list", "dict": "a dictionary", "str": "text"}


def plain(value: t.Any) -> t.Any:
    """Return a copy of `value` in dict, list, str, int and float themselves.

    Ansible's lazy containers are templated anew each time somebody copies them, and each text and number of a variables file carries
    where it was written, which costs twenty times as much to copy as the value.
    """
    if isinstance(value, t.Mapping):
        return {plain(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, bool) or type(value) in COPIES:
        return value
    return next((copy(value) for kind, copy in COPIES.items() if isinstance(value, kind)), value)


def problems(resource: Resource, values: t.Any, path: str = "") -> list[str]:
    """Return what is wrong with `values`, the options of a module for `resource` as a user declares them."""
    values = plain(values)
    if not isinstance(values, t.Mapping):
        return [f"{path.rstrip('.')}: is {_shown(values)}; give a dictionary with the options of {resource.key}"]
    values = without_blanks(resource.options, values)
    found = list(argument_problems(resource.options, values, path))
    if not found:
        found = list(meaning_problems(resource, validated(resource, values), path))
    return found


def without_blanks(options: Params, values: Params, top: bool = True) -> dict[str, t.Any]:
    """Return `values` without what is null, and without the blank text that a survey makes of an optional answer.

    Text keeps it where an empty text could be meant: only an option with a default takes blank for "not given".
    """
    kept: dict[str, t.Any] = {}
    for name, value in values.items():
        spec = options.get(name)
        if spec is None:
            kept[name] = value
        elif value is None or (isinstance(value, str) and _is_blank(spec, value, top)):
            continue
        elif "options" in spec and isinstance(value, list):
            kept[name] = [without_blanks(spec["options"], each, False) if isinstance(each, dict) else each for each in value]
        else:
            kept[name] = value
    return kept


def _is_blank(spec: Params, value: str, top: bool) -> bool:
    if spec.get("required"):
        return False
    if spec.get("type", "str") == "str":
        return value == "" and top and "default" in spec
    return not value.strip()


def validated(resource: Resource, values: Params) -> Params:
    """Return `values`, in which argument_problems finds nothing, with the types and defaults of the argument spec."""
    given = without_blanks(resource.options, values)
    return t.cast(Params, ArgumentSpecValidator(resource.options).validate(given).validated_parameters)


def argument_problems(options: Params, values: Params, path: str = "") -> Problems:
    """Yield what breaks the argument spec `options`, naming the whole path of each option as Ansible itself does not."""
    for name in values:
        if name not in options and not str(name).startswith("_ansible_"):
            yield f"{path}{name}: is no option here; there are {', '.join(options)}"
    for name, spec in options.items():
        value = values.get(name)
        if value is None:
            if spec.get("required"):
                yield f"{path}{name}: is missing; give {_wanted(spec)}"
            continue
        converted, problem = _convert(spec, value, path + name)
        yield from problem
        if spec.get("type") == "list" and not problem:
            element = {"type": spec["elements"], "choices": spec.get("choices")}
            for index, item in enumerate(converted):
                where = f"{path}{name}[{index}]"
                converted_item, problem = _convert(element, item, where)
                yield from problem
                if "options" in spec and not problem:
                    yield from argument_problems(spec["options"], converted_item, f"{where}.")


def _convert(spec: Params, value: t.Any, where: str) -> tuple[t.Any, list[str]]:
    kind = spec.get("type", "str")
    choices = spec.get("choices") if kind != "list" else None
    wrong = value is None or (kind == "int" and isinstance(value, bool)) or (kind == "str" and isinstance(value, (list, t.Mapping)))
    try:
        converted = None if wrong else CONVERTERS[kind](value)
    except (ArithmeticError, TypeError, ValueError):  # the first is what `.inf` does to Ansible's own check of numbers
        wrong = True
    if wrong or (choices and converted not in choices):
        return None, [f"{where}: is {_shown(value)}; give {_wanted(spec)}"]
    return converted, []


def _shown(value: t.Any) -> str:
    try:
        text = repr(value)
    except ValueError:  # a number of thousands of digits
        return "a number without end"
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}..."


def _wanted(spec: Params) -> str:
    if spec.get("choices") and spec.get("type") != "list":
        return f"one of {', '.join(spec['choices'])}"
    return KINDS[spec.get("type", "str")]


def meaning_problems(resource: Resource, params: Params, path: str = "") -> Problems:
    """Yield what the API would refuse in `params`, which already fit the argument spec."""
    yield from name_problems(params["name"], path)
    yield from text_problems(resource.options, params, path)
    if params["state"] == "present":
        for option in resource.needed:
            if params.get(option) is None:
                yield f"{path}{option}: is missing; give {_wanted(resource.options[option])} when state is present"
    for option in resource.never_empty:
        if params.get(option) is not None and not params[option].strip():
            yield f"{path}{option}: is empty; give text or leave it out"
    yield from CHECKS[resource.key](params, path)


def name_problems(name: str, path: str = "") -> Problems:
    """Yield why `name` cannot name an object in a URL."""
    if not name.strip() or name in (".", "..") or not name.isprintable():
        yield f"{path}name: is {_shown(name)}; give a name of printable characters that is neither empty nor . nor .."
    yield from _length_problems(name, f"{path}name")


def _length_problems(name: str, where: str) -> Problems:
    if len(name) > NAME_LENGTH:
        yield f"{where}: has {len(name)} characters; give a name of at most {NAME_LENGTH}"


def text_problems(options: Params, params: Params, path: str) -> Problems:
    """Yield which texts are no Unicode, and which have white space around them where it means nothing."""
    for name, spec in options.items():
        value = params.get(name)
        for index, each in enumerate(value if "options" in spec and value else ()):
            yield from text_problems(spec["options"], each, f"{path}{name}[{index}].")
        for where, text in _texts(spec, value, f"{path}{name}"):
            if not _is_unicode(text) and name != "user_data":
                yield f"{where}: is {_shown(text)}; give text in UTF-8"
            if text != text.strip() and text.strip() and name not in ("description", "user_data"):
                yield f"{where}: is {_shown(text)}; give it without the white space around it"


def _texts(spec: Params, value: t.Any, where: str) -> t.Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield where, value
    elif spec.get("elements") == "str":
        yield from ((f"{where}[{index}]", each) for index, each in enumerate(value or ()))


def _is_unicode(text: str) -> bool:
    return text.encode(errors="ignore").decode() == text


def access_problems(api_url: str, token: str) -> Problems:
    """Yield what is wrong with the access to the API, without the token."""
    try:
        base_url(api_url)
    except ValueError as error:
        yield f"api_url: {error}"
    if not token.strip() or not _is_unicode(token):
        yield "access_token: is empty or no text; give the rest.administratorToken of the Stream Manager"
    elif token != token.strip() or not token.isprintable():
        yield "access_token: has white space around it or a control character in it; give the rest.administratorToken as it is"


def url_problems(api_url: str, token: str, resource: Resource, name: str) -> Problems:
    """Yield why a URL about the object would be too long."""
    path = "/".join((API_PATH, *resource.path, quote(name, errors="replace", safe=""), *resource.longest_path))
    size = len(f"{api_url.rstrip('/').removesuffix(API_PATH)}{path}?accessToken={quote(token, errors='replace', safe='')}")
    if size >= URL_BYTES:
        yield (
            f"name: is {_shown(name)}, with which the URL of a request has {size} bytes; "
            f"give a name and an access_token for fewer than {URL_BYTES}"
        )


def _scale_policy(params: Params, path: str) -> Problems:
    yield from _version(params, path)
    regions = params.get("regions")
    if regions is None:
        return
    names = [region["name"] for region in regions]
    if DEFAULT_REGION not in names:
        yield f"{path}regions: has {_listed(names)}; one region must have the name {DEFAULT_REGION}, also in a multi-region policy"
    yield from _region_twice(regions, names, f"{path}regions")
    all_roles = {target["role"]: index for index, region in reversed(list(enumerate(regions))) for target in region["targets"]}
    for index, region in enumerate(regions):
        here = f"{path}regions[{index}]"
        yield from _named(region["name"], f"{here}.name")
        for option in ("subnet", "vpc"):
            if region[option] and () < _numbers(params["version"]) < WAVELENGTH_VERSION:
                yield f"{here}.{option}: is {region[option]!r}; a region with a {option} needs version 0.0.4, not {params['version']}"
        yield from _targets(POLICY_TARGET, region["targets"], f"{here}.targets")
        for number, target in enumerate(region["targets"]):
            if target["max_limit"] < target["min_limit"]:
                yield (
                    f"{here}.targets[{number}].min_limit: is {target['min_limit']}, more than max_limit {target['max_limit']}; "
                    "give a min_limit that is not above max_limit"
                )
        for role in sorted(set(all_roles) - {target["role"] for target in region["targets"]}):
            yield (
                f"{here}.targets: has no role {role}, which regions[{all_roles[role]}] has; "
                "every region must name every role, also with min_limit 0"
            )
    yield from feature_problems(params, params.get("features") or (), path)


def _region_twice(regions: t.Sequence[Params], names: list[str], where: str) -> Problems:
    """Yield where a region is there twice; in a Wavelength policy it may be, if each has a subnet of its own."""
    subnets = {name: [region["subnet"] for region in regions if region["name"] == name] for name in names}
    yield from _unique([None if all(subnets[name]) else name for name in names], where, "name", "region")
    places = [(region["name"], region["subnet"]) for region in regions]
    for index, (name, subnet) in enumerate(places):
        first = places.index((name, subnet))
        if all(subnets[name]) and first != index:
            yield f"{where}[{index}].subnet: is {subnet!r}, as is {where}[{first}]; give each subnet of {name} once"


def feature_problems(params: Params, features: t.Collection[str], path: str = "", absent: bool = True) -> Problems:
    """Yield where the guide's minimums for `features` are not met; a role that no region has counts only if `absent`."""
    regions = list(enumerate(params.get("regions") or ()))
    # In a multi-region policy the named regions run the nodes
    running = [(index, region) for index, region in regions if region["name"] != DEFAULT_REGION] or regions
    for feature, roles in (("clustering", CLUSTER_ROLES), ("transcoding", TRANSCODING_ROLES)):
        for role in roles if feature in features else ():
            places = [
                (index, number, target["min_limit"])
                for index, region in running
                for number, target in enumerate(region["targets"])
                if target["role"] == role
            ]
            if not places and absent:
                yield (
                    f"{path}regions[{running[0][0] if running else 0}].targets: has no role {role}; "
                    f"{feature} needs min_limit {CLUSTER_MINIMUM} of it"
                )
            elif places and sum(least for index, number, least in places) < CLUSTER_MINIMUM:
                index, number, least = places[0]
                yield (
                    f"{path}regions[{index}].targets[{number}].min_limit: is {least} for {role}; {feature} needs at least {CLUSTER_MINIMUM}"
                )


def _launch_config(params: Params, path: str) -> Problems:
    yield from _version(params, path)
    yield from _image(params.get("image"), f"{path}image")
    targets = params.get("targets")
    if targets is not None:
        yield from _targets(LAUNCH_TARGET, targets, f"{path}targets")
        for index, target in enumerate(targets):
            yield from _image(target.get("image"), f"{path}targets[{index}].image")
            if not re.fullmatch(r"\S+", target["instance_type"]):
                yield f"{path}targets[{index}].instance_type: is {target['instance_type']!r}; give an instance type as c5.large"
    for option in ("properties", "metadata"):
        pairs = params.get(option) or {}
        yield from _unique([str(key) for key in pairs], f"{path}{option}", "", "name")
        for key, value in pairs.items():
            where = f"{path}{option}.{key}"
            if not str(key).strip():
                yield f"{where}: has an empty name; name it"
            yield from _pair_problems(str(key), value, where)
            if option == "metadata":
                yield from _tag_problems(str(key), property_text(value) or "", where)
    if len(params.get("metadata") or {}) > TAG_COUNT - len(CONTROLLER_TAGS):
        yield (
            f"{path}metadata: has {len(params['metadata'])} tags; "
            f"an instance takes {TAG_COUNT}, and the Stream Manager sets {len(CONTROLLER_TAGS)} itself"
        )
    found = list(_user_data(params, path))
    yield from found or _properties_length(params, path)


def _pair_problems(key: str, value: t.Any, where: str) -> Problems:
    """Yield what is wrong with a property or tag, without its value, which may be secret."""
    text = property_text(value)
    if text is None:
        yield f"{where}: is no single value; give text, a number, true or false"
    elif isinstance(value, (int, float)) and len(text.lstrip("-")) > NUMBER_DIGITS:
        yield f"{where}: is a number of {len(text.lstrip('-'))} digits; give at most {NUMBER_DIGITS}, or text"
    elif not _is_unicode(key + text):
        yield f"{where}: is no text in UTF-8; give text in UTF-8"
    if key.strip() and (key != key.strip() or not key.isprintable()):
        yield f"{where}: has the name {_shown(key)}; give a name of printable characters without white space around it"


def _tag_problems(key: str, text: str, where: str) -> Problems:
    if key in CONTROLLER_TAGS or key.lower().startswith("aws:"):
        yield f"{where}: is a tag that AWS or the Stream Manager itself sets; choose another name"
    for what, length, most in (("name", len(key), TAG_KEY_LENGTH), ("value", len(text), TAG_VALUE_LENGTH)):
        if length > most:
            yield f"{where}: is a tag with a {what} of {length} characters; EC2 takes at most {most}"


def _properties_length(params: Params, path: str) -> Problems:
    properties = {str(name): property_text(value) for name, value in (params.get("properties") or {}).items()}
    if params.get("user_data"):
        properties[USER_DATA] = "base64:" + base64.b64encode(as_bytes(params["user_data"])).decode()
    length = len(json.dumps({"property": [{"name": name, "value": value} for name, value in properties.items()]}, ensure_ascii=False))
    if length > PROPERTIES_LENGTH:
        yield f"{path}properties: have {length} characters as JSON; give at most {PROPERTIES_LENGTH}"


def _user_data(params: Params, path: str) -> Problems:
    text, file = params.get("user_data"), params.get("user_data_file")
    raw = property_text((params.get("properties") or {}).get(USER_DATA))
    if sum(value is not None for value in (text, file, raw)) > 1:
        yield f"{path}user_data: only one of user_data, user_data_file and properties.{USER_DATA} can be given"
    if text is not None and len(as_bytes(text)) > USER_DATA_BYTES:
        yield f"{path}user_data: has {len(as_bytes(text))} bytes; EC2 takes at most {USER_DATA_BYTES}"
    if file is not None and not file.startswith("/"):
        yield f"{path}user_data_file: is {file!r}; give an absolute path on the stream manager"
    if raw is not None and not raw.startswith("file:/") and not _base64(raw):
        yield f"{path}properties.{USER_DATA}: must be file:/absolute/path or base64:TEXT; or use user_data or user_data_file"


def _base64(raw: str) -> bool:
    prefix, colon, rest = raw.partition(":")
    try:
        return prefix == "base64" and bool(colon) and bool(base64.b64decode(rest, validate=True))
    except ValueError:
        return False


def _node_group(params: Params, path: str) -> Problems:
    regions = params.get("regions")
    if regions is not None:
        if not regions:
            yield f"{path}regions: is empty; give at least one AWS region"
        for index, region in enumerate(regions):
            yield from _named(region, f"{path}regions[{index}]")
        yield from _unique(regions, f"{path}regions", "", "region")
    for option in ("launch_config", "scale_policy"):
        yield from _length_problems(params.get(option) or "", f"{path}{option}")
    yield from _ranges(GROUP_RUN, params, path)
    if 1 <= params["wait_timeout"] < params["wait_interval"]:
        yield f"{path}wait_interval: is {params['wait_interval']}, more than wait_timeout {params['wait_timeout']}; give fewer seconds"


CHECKS: dict[str, t.Callable[[Params, str], Problems]] = {
    SCALE_POLICY.key: _scale_policy,
    LAUNCH_CONFIG.key: _launch_config,
    NODE_GROUP.key: _node_group,
}


def _targets(fields: t.Iterable[Field], targets: t.Sequence[Params], where: str) -> Problems:
    if not targets:
        yield f"{where}: is empty; give at least one role"
    yield from _unique([target["role"] for target in targets], where, "role", "role")
    for index, target in enumerate(targets):
        yield from _ranges(fields, target, f"{where}[{index}].")


def _ranges(fields: t.Iterable[Field], params: Params, path: str) -> Problems:
    for field in fields:
        value = params.get(field.name)
        if field.low is not None and value is not None and not field.low <= value <= LARGEST:
            yield f"{path}{field.name}: is {_shown(value)}; give a whole number from {field.low} to {LARGEST}"


def _unique(values: t.Sequence[str | None], where: str, option: str, noun: str) -> Problems:
    for index, value in enumerate(values):
        if value is not None and value in values[:index]:
            place = f"{where}[{index}].{option}".rstrip(".")
            yield f"{place}: is {value!r}, as is {where}[{values.index(value)}]; give each {noun} once"


def _named(value: str, where: str) -> Problems:
    if not re.fullmatch(r"\S+", value):
        yield f"{where}: is {value!r}; give a name without spaces"


def _image(value: str | None, where: str) -> Problems:
    if value is None:
        return
    if not 3 <= len(value.strip()) <= 128:
        yield f"{where}: is {_shown(value)}; give the name of an image, 3 to 128 characters"
    elif re.fullmatch(r"ami-[0-9a-f]{8,17}", value):
        yield f"{where}: is {value!r}, which is an id; give the name of the image"


def _version(params: Params, path: str) -> Problems:
    if not _numbers(params["version"]):
        yield f"{path}version: is {params['version']!r}; give three numbers as 0.0.3"


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split("."))) if re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9}){2}", version) else ()


def _listed(names: t.Collection[str]) -> str:
    return ", ".join(names) or "none"


def _named_so(declared: t.Sequence[Params] | None, name: str) -> Params | None:
    return next((each for each in declared or () if each["name"] == name and each["state"] == "present"), None)


def declared_problems(resource: Resource, declared: t.Any, label: str) -> list[str]:
    """Return what is wrong with a list of declared objects, paths starting with `label`, as `label[0].regions`."""
    if not isinstance(declared, t.Sequence) or isinstance(declared, str):
        return [f"{label}: is {declared!r}; give a list of dictionaries with the options of {resource.key}"]
    found = [problem for index, values in enumerate(declared) for problem in problems(resource, values, f"{label}[{index}].")]
    names = [str(values.get("name")) if isinstance(values, t.Mapping) else f"[{index}]" for index, values in enumerate(declared)]
    return [*found, *_unique(names, label, "name", resource.noun)]


def reference_problems(
    groups: t.Sequence[Params], policies: t.Sequence[Params] | None, configs: t.Sequence[Params] | None, label: str
) -> Problems:
    """Yield where node groups name what is not declared, or other regions than their scale policy; None is not checked.

    All are without problems of their own.
    """
    policies = policies and [validated(SCALE_POLICY, plain(policy)) for policy in policies]
    configs = configs and [validated(LAUNCH_CONFIG, plain(config)) for config in configs]
    for index, group in enumerate(validated(NODE_GROUP, plain(group)) for group in groups):
        if group["state"] == "absent":
            continue
        for option, declared in (("scale_policy", policies), ("launch_config", configs)):
            names = [str(each["name"]) for each in declared or () if each.get("state") != "absent"]
            if declared is not None and group[option] not in names:
                yield f"{label}[{index}].{option}: is {group[option]!r}, which is not declared; declared are {_listed(names)}"
        policy = _named_so(policies, group["scale_policy"])
        yield from run_problems(policy, _named_so(configs, group["launch_config"]), group, f"{label}[{index}].")
        if policy:
            regions = {region["name"] for region in policy.get("regions") or ()} - {DEFAULT_REGION}
            if regions and regions != set(group["regions"]) - {DEFAULT_REGION}:
                yield (
                    f"{label}[{index}].regions: has {_listed(sorted(group['regions']))}, but scale policy {policy['name']!r} "
                    f"has {_listed(sorted(regions))}; a multi-region policy and its group must have the same regions"
                )
