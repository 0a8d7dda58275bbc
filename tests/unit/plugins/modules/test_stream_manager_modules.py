# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is a change and what is not, request by request, against an API with inconsistent answers."""

from __future__ import annotations

import base64
import copy
import json
import runpy
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from fake_api import FakeApi, Seen
from module_runner import Modules
from payloads import FLAT_POLICY, GROUP_OPTIONS, LAUNCH_ANSWER, MULTI_POLICY, SEED_LAUNCH, SEED_POLICY, launch_options, policy_options

Json = Any
POLICY, LAUNCH = "scalepolicy", "launchconfig"


# Inconsistency of the API


def every(value: Json, change: Callable[[Json], Json]) -> Json:
    if isinstance(value, dict):
        return {key: every(each, change) for key, each in value.items()}
    return [every(each, change) for each in value] if isinstance(value, list) else change(value)


def number_as(kind: Callable[[Any], Any]) -> Callable[[Json], Json]:
    def convert(value: Json) -> Json:
        text = str(value)
        return kind(int(text)) if not isinstance(value, bool) and text.isdigit() else value

    return lambda body: every(body, convert)


def backwards(value: Json) -> Json:
    if isinstance(value, dict):
        return {key: backwards(each) for key, each in reversed(value.items())}
    return [backwards(each) for each in reversed(value)] if isinstance(value, list) else value


def targets_of(body: Json) -> list[Json]:
    (inner,) = body.values() if len(body) == 1 else (body,)
    regions = inner["targets"].get("region") or [inner["targets"]]
    return [target for region in regions for target in region["target"]]


def with_zeros(body: Json) -> Json:
    for target in targets_of(body):
        for key, zero in (("scaleInWaitTime", 0), ("scaleOutWaitTime", "0"), ("estimatedWarmUpTime", 0.0), ("coolDownPeriod", None)):
            target.setdefault(key, zero)
    return body


def without_zeros(body: Json) -> Json:
    for target in targets_of(body):
        for key in [key for key, value in target.items() if value in (0, "0", 0.0)]:
            del target[key]
    return body


def flat(body: Json) -> Json:
    (region,) = body["policy"]["targets"]["region"]
    body["policy"]["targets"] = {"target": region["target"]}
    return body


def unwrapped(body: Json) -> Json:
    return next(iter(body.values()))


def without(*keys: str) -> Callable[[Json], Json]:
    return lambda body: {name: {key: value for key, value in inner.items() if key not in keys} for name, inner in body.items()}


def with_general_image(body: Json) -> Json:
    for target in targets_of(body):
        target.setdefault("image", body[LAUNCH]["image"])
    return body


LOOSE_POLICY: dict[str, list[Callable[[Json], Json]]] = {
    "as sent": [],
    "numbers as text": [number_as(str)],
    "numbers as floats": [number_as(float)],
    "numbers as text with a fraction": [number_as(lambda value: f"{value}.0")],
    "another order": [backwards],
    "zeros spelled out": [with_zeros],
    "zeros left out": [without_zeros],
    "the older form without regions": [flat],
    "without its wrapper": [unwrapped],
    "all of it": [with_zeros, number_as(str), flat, backwards, unwrapped],
}
LOOSE_LAUNCH: dict[str, list[Callable[[Json], Json]]] = {
    "as sent": [],
    "numbers as integers": [number_as(int)],
    "numbers as floats": [number_as(float)],
    "another order": [backwards],
    "without its wrapper": [unwrapped],
    "the general image at every role": [with_general_image],
    "all of it": [with_general_image, number_as(int), backwards, unwrapped],
}


@pytest.mark.parametrize(
    ("payload", "loose"),
    [
        *(pytest.param(SEED_POLICY, way, id=f"seed, {name}") for name, way in LOOSE_POLICY.items()),
        *(pytest.param(MULTI_POLICY, way, id=f"multiregion, {name}") for name, way in LOOSE_POLICY.items() if flat not in way),
    ],
)
def test_scale_policy_round_trip(api: FakeApi, modules: Modules, payload: Json, loose: list[Callable[[Json], Json]]) -> None:
    api.loosen = loose
    options = policy_options(payload)
    name = options["name"]

    assert modules.ok("scale_policy", **options)["changed"]
    assert api.held[POLICY][name] == payload
    assert api.calls() == ["GET scalepolicy", "POST scalepolicy"]

    api.forget()
    second = modules.ok("scale_policy", **options)
    assert not second["changed"] and second["diff"]["before"] == second["diff"]["after"] != {}
    assert api.calls() == ["GET scalepolicy", f"GET scalepolicy/{name}"]

    api.forget()
    options["regions"][0]["targets"][0]["max_limit"] += 1
    third = modules.ok("scale_policy", **options)
    assert third["changed"] and third["diff"]["before"] != third["diff"]["after"]
    assert api.calls() == ["GET scalepolicy", f"GET scalepolicy/{name}", f"PUT scalepolicy/{name}"]
    expected = copy.deepcopy(payload)
    expected["policy"]["targets"]["region"][0]["target"][0]["maxLimit"] += 1
    zero = {"scaleInWaitTime", "scaleOutWaitTime", "estimatedWarmUpTime", "coolDownPeriod"}
    for target in targets_of(api.held[POLICY][name]):
        for key in [key for key in zero & set(target) if not target[key]]:
            del target[key]  # the API spelled them out, so they are sent back
    assert api.held[POLICY][name] == expected

    api.forget()
    assert not modules.ok("scale_policy", **options)["changed"]
    api.forget()
    gone = modules.ok("scale_policy", name=name, state="absent")
    assert gone["changed"] and gone["scale_policy"] is None and gone["diff"]["before"]["name"] == name and gone["diff"]["after"] == {}
    assert not api.held[POLICY] and len(api.requests) == 4

    api.forget()
    assert not modules.ok("scale_policy", name=name, state="absent")["changed"]
    assert api.calls() == ["GET scalepolicy"]


@pytest.mark.parametrize("loose", LOOSE_LAUNCH)
def test_launch_config_round_trip(api: FakeApi, modules: Modules, loose: str) -> None:
    api.loosen = LOOSE_LAUNCH[loose]
    options = launch_options()
    name = options["name"]

    assert modules.ok("launch_config", **options)["changed"]
    sent = copy.deepcopy(SEED_LAUNCH)
    sent[LAUNCH]["targets"]["target"].sort(key=lambda target: target["role"])
    assert api.held[LAUNCH][name] == sent
    assert api.calls() == ["GET launchconfig", "POST launchconfig"]

    api.forget()
    second = modules.ok("launch_config", **options)
    assert not second["changed"]
    assert api.calls() == ["GET launchconfig", f"GET launchconfig/{name}"]
    edge = {"role": "edge", "instance_type": "c5.large", "connection_capacity": 2000, "image": None}
    assert second["launch_config"]["targets"][0] == edge

    api.forget()
    options["targets"][1]["connection_capacity"] = 3000
    assert modules.ok("launch_config", **options)["changed"]
    assert len(api.requests) == 3
    sent[LAUNCH]["targets"]["target"][0]["connectionCapacity"] = "3000"
    assert api.held[LAUNCH][name] == sent

    api.forget()
    assert modules.ok("launch_config", name=name, state="absent")["changed"]
    assert not api.held[LAUNCH] and len(api.requests) == 4
    assert not modules.ok("launch_config", name=name, state="absent")["changed"]


def test_documented_answers_are_no_change(api: FakeApi, modules: Modules) -> None:
    api.held[POLICY]["default-v3"] = FLAT_POLICY
    api.held[LAUNCH]["all-nodes-launch"] = LAUNCH_ANSWER
    assert not modules.ok("scale_policy", **policy_options())["changed"]
    assert not modules.ok("launch_config", **launch_options())["changed"]
    assert not modules.ok("launch_config", **{**launch_options(), "targets": launch_options()["targets"][::-1]})["changed"]
    assert not api.writes()


def edited(options: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """Return the options with `value` at the path, as regions.0.targets.1.role; ... removes it."""
    changed = copy.deepcopy(options)
    holder: Any = changed
    *way, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    for step in way:
        holder = holder[step]
    if value is ...:
        del holder[last]
    elif isinstance(last, int) and last == len(holder):
        holder.append(value)
    else:
        holder[last] = value
    return changed


POLICY_EDITS: list[tuple[str, Any, bool, list[str]]] = [
    # option, value, whether it is a change, and at which paths
    ("description", "other", True, ["description"]),
    ("description", ..., False, []),
    ("description", "", True, ["description"]),
    ("version", "0.0.4", True, ["version"]),
    ("version", ..., False, []),
    ("type", "x.Y", True, ["type"]),
    ("regions.0.name", ..., False, []),
    ("regions.0.targets.0.min_limit", 1, True, ["regions[default].targets[edge].min_limit"]),
    ("regions.0.targets.0.min_limit", "2", False, []),
    ("regions.0.targets.0.max_limit", 21, True, ["regions[default].targets[edge].max_limit"]),
    ("regions.0.targets.0.scale_adjustment", ..., False, []),
    ("regions.0.targets.0.scale_adjustment", 2, True, ["regions[default].targets[edge].scale_adjustment"]),
    ("regions.0.targets.0.scale_in_wait_time", 0, False, []),
    ("regions.0.targets.0.scale_in_wait_time", 1, True, ["regions[default].targets[edge].scale_in_wait_time"]),
    ("regions.0.targets.0.scale_out_wait_time", 5, True, ["regions[default].targets[edge].scale_out_wait_time"]),
    ("regions.0.targets.0.estimated_warm_up_time", 0, False, []),
    ("regions.0.targets.0.estimated_warm_up_time", 7, True, ["regions[default].targets[edge].estimated_warm_up_time"]),
    ("regions.0.targets.0.cool_down_period", 7, True, ["regions[default].targets[edge].cool_down_period"]),
    ("regions.0.subnet", "", False, []),
    ("features", ["clustering", "transcoding"], False, []),
]


@pytest.mark.parametrize(("path", "value", "changed", "paths"), POLICY_EDITS, ids=str)
def test_scale_policy_what_is_a_change(api: FakeApi, modules: Modules, path: str, value: Any, changed: bool, paths: list[str]) -> None:
    api.held[POLICY]["default-v3"] = SEED_POLICY
    options = edited(policy_options(), path, value)
    predicted = modules.ok("scale_policy", check=True, **options)
    assert not api.writes()
    real = modules.ok("scale_policy", **options)
    assert predicted["changed"] is real["changed"] is changed
    assert predicted["diff"] == real["diff"]
    assert predicted["scale_policy"] == real["scale_policy"]
    before, after = leaves(real["diff"]["before"]), leaves(real["diff"]["after"])
    assert sorted(path for path in {*before, *after} if before.get(path) != after.get(path)) == paths
    assert not modules.ok("scale_policy", **options)["changed"]


def leaves(value: Json, path: str = "") -> dict[str, Any]:
    if isinstance(value, dict):
        return {where: leaf for key, each in value.items() for where, leaf in leaves(each, f"{path}.{key}".strip(".")).items()}
    if isinstance(value, list):
        return {where: leaf for each in value for where, leaf in leaves(each, f"{path}[{each.get('name') or each.get('role')}]").items()}
    return {path: value}


LAUNCH_EDITS: list[tuple[str, Any, bool]] = [
    ("description", "other", True),
    ("description", ..., False),
    ("version", "0.0.2", True),
    ("image", "other-image", True),
    ("targets.0.instance_type", "c5.xlarge", True),
    ("targets.0.connection_capacity", "2000", False),
    ("targets.0.connection_capacity", 2001, True),
    ("targets.0.image", "red5pro-image-name", False),
    ("targets.0.image", "other-image", True),
    ("targets.3", ..., True),
    ("properties", ..., True),
    ("properties.property-name", "other", True),
    ("properties.another", "x", True),
    ("metadata", {}, True),
    ("metadata.meta-name", 5, True),
    ("user_data", "#!/bin/bash\n", True),
    ("user_data_file", "/etc/user-data", True),
    ("properties.UserData", "file:/etc/user-data", True),
]


@pytest.mark.parametrize(("path", "value", "changed"), LAUNCH_EDITS, ids=str)
def test_launch_config_what_is_a_change(api: FakeApi, modules: Modules, path: str, value: Any, changed: bool) -> None:
    api.held[LAUNCH]["all-nodes-launch"] = SEED_LAUNCH
    options = edited(launch_options(), path, value)
    predicted = modules.ok("launch_config", check=True, **options)
    assert not api.writes()
    real = modules.ok("launch_config", **options)
    assert predicted["changed"] is real["changed"] is changed
    assert predicted["diff"] == real["diff"]
    assert predicted["launch_config"] == real["launch_config"]
    assert not modules.ok("launch_config", **options)["changed"]


def test_create_in_check_mode(api: FakeApi, modules: Modules) -> None:
    for module, options in (("scale_policy", policy_options()), ("launch_config", launch_options())):
        predicted = modules.ok(module, check=True, **options)
        assert not api.writes()
        real = modules.ok(module, **options)
        assert predicted["changed"] and predicted[module] == real[module] and predicted["diff"] == real["diff"]
        assert real["diff"]["before"] == {}
        predicted = modules.ok(module, check=True, name=options["name"], state="absent")
        assert len(api.writes()) == 1
        real = modules.ok(module, name=options["name"], state="absent")
        assert predicted["changed"] and predicted[module] is None and predicted["diff"] == real["diff"]
        api.forget()


def test_removed_where_the_list_is_the_whole_truth(api: FakeApi, modules: Modules) -> None:
    api.held[POLICY]["oe-multiregion"] = MULTI_POLICY
    options = policy_options(MULTI_POLICY)
    options["regions"] = [{**region, "targets": region["targets"][:1]} for region in options["regions"][:2]]
    assert modules.ok("scale_policy", **options)["changed"]
    regions = api.held[POLICY]["oe-multiregion"]["policy"]["targets"]["region"]
    assert [(region["name"], [target["role"] for target in region["target"]]) for region in regions] == [
        ("default", ["edge"]),
        ("us-east-2", ["edge"]),
    ]

    held = copy.deepcopy(SEED_LAUNCH)
    held[LAUNCH]["targets"]["target"][0]["image"] = "older-image"
    api.held[LAUNCH]["all-nodes-launch"] = held
    options = launch_options()
    del options["properties"], options["metadata"]
    assert modules.ok("launch_config", **options)["changed"]
    launch = api.held[LAUNCH]["all-nodes-launch"][LAUNCH]
    assert launch["properties"] == {"property": []} and launch["metadata"] == {"meta": []}
    assert not any("image" in target for target in launch["targets"]["target"])


def test_kept_what_the_user_did_not_mention(api: FakeApi, modules: Modules) -> None:
    held = copy.deepcopy(MULTI_POLICY)
    held["policy"]["owner"] = "somebody"
    held["policy"]["targets"]["region"][0]["weight"] = 3
    held["policy"]["targets"]["region"][0]["target"][0]["affinity"] = {"zone": "a"}
    held["policy"]["targets"]["region"][0]["target"][0]["scaleInWaitTime"] = 9
    api.held[POLICY]["oe-multiregion"] = held
    options = policy_options(MULTI_POLICY)
    for target in options["regions"][0]["targets"]:
        del target["estimated_warm_up_time"], target["cool_down_period"]
    del options["description"]
    options["regions"][0]["targets"][0]["min_limit"] = 3
    assert modules.ok("scale_policy", **options)["changed"]
    expected = copy.deepcopy(held)
    expected["policy"]["targets"]["region"][0]["target"][0].update(minLimit=3, scaleInWaitTime=0)
    assert api.held[POLICY]["oe-multiregion"] == expected

    launch = copy.deepcopy(SEED_LAUNCH)
    launch[LAUNCH]["placement"] = "spread"
    launch[LAUNCH]["targets"]["target"][0]["spot"] = True
    api.held[LAUNCH]["all-nodes-launch"] = launch
    assert not modules.ok("launch_config", **launch_options())["changed"]
    assert modules.ok("launch_config", **{**launch_options(), "image": "next-image"})["changed"]
    sent = api.held[LAUNCH]["all-nodes-launch"][LAUNCH]
    assert sent["placement"] == "spread" and [target.get("spot") for target in sent["targets"]["target"]] == [None, True, None, None]


@pytest.mark.parametrize("left_out", ["properties", "metadata"])
@pytest.mark.parametrize("form", [None, {}, "", ...])
def test_left_out_properties_are_empty_ones(api: FakeApi, modules: Modules, left_out: str, form: Any) -> None:
    held = copy.deepcopy(SEED_LAUNCH)
    options = {**launch_options(), left_out: {}}
    held[LAUNCH][left_out] = form
    if form is ...:
        del held[LAUNCH][left_out]
    api.held[LAUNCH]["all-nodes-launch"] = held
    assert not modules.ok("launch_config", **options)["changed"]


def test_the_only_one_of_a_list_that_is_no_list(api: FakeApi, modules: Modules) -> None:
    """As in JSON that is made from XML."""
    policy, launch = copy.deepcopy(SEED_POLICY), copy.deepcopy(SEED_LAUNCH)
    (region,) = policy["policy"]["targets"]["region"]
    region["target"] = {**region["target"][1], "spot": True}
    policy["policy"]["targets"]["region"] = region
    launch[LAUNCH]["targets"]["target"] = {**launch[LAUNCH]["targets"]["target"][0], "spot": True}
    launch[LAUNCH]["properties"]["property"] = {**launch[LAUNCH]["properties"]["property"][0], "since": 2020}
    launch[LAUNCH]["metadata"]["meta"] = launch[LAUNCH]["metadata"]["meta"][0]
    api.held = {POLICY: {"default-v3": policy}, LAUNCH: {"all-nodes-launch": launch}}
    policies, launches = policy_options(), launch_options()
    policies["regions"][0]["targets"] = [each for each in policies["regions"][0]["targets"] if each["role"] == "origin"]
    launches["targets"] = launches["targets"][:1]
    for module, options in (("scale_policy", policies), ("launch_config", launches)):
        assert not modules.ok(module, **options)["changed"]
        assert modules.ok(module, **{**options, "description": "new"})["changed"]
        assert not modules.ok(module, **{**options, "description": "new"})["changed"]
    assert api.held[POLICY]["default-v3"]["policy"]["targets"]["region"][0]["target"][0]["spot"] is True
    sent = api.held[LAUNCH]["all-nodes-launch"][LAUNCH]
    assert sent["targets"]["target"][0]["spot"] is True and sent["properties"]["property"][0]["since"] == 2020


@pytest.mark.parametrize("regions", [[], "", None])
def test_targets_beside_an_empty_list_of_regions(api: FakeApi, modules: Modules, regions: Any) -> None:
    held = copy.deepcopy(SEED_POLICY)
    held["policy"]["targets"] = {"region": regions, "target": held["policy"]["targets"]["region"][0]["target"]}
    api.held[POLICY]["default-v3"] = held
    assert not modules.ok("scale_policy", **policy_options())["changed"]


@pytest.mark.parametrize("check", [False, True])
def test_secret_properties_are_in_no_diff_and_no_message(api: FakeApi, modules: Modules, check: bool) -> None:
    options = {**launch_options(), "properties": {"db.password": "0ld-s3cret", "zone": "a"}}
    diff = modules.ok("launch_config", **options)["diff"]
    assert diff["after"]["properties"] == {"db.password": "(hidden)", "zone": "a"}
    changed = {**options, "properties": {"db.password": "n3w-s3cret", "zone": "b", "api.token": "an0ther"}}
    diff = modules.ok("launch_config", check=check, **changed)["diff"]
    assert diff["before"]["properties"] == {"db.password": "(hidden)", "zone": "a"}
    assert diff["after"]["properties"] == {"db.password": "(hidden) (changed)", "zone": "b", "api.token": "(hidden)"}
    launch = api.held[LAUNCH]["all-nodes-launch"][LAUNCH]
    api.held[LAUNCH]["all-nodes-launch"][LAUNCH] = {"properties": launch.pop("properties"), **launch, "targets": None}
    message = modules.refused("launch_config", **options)
    assert "launchconfig.targets is not an object" in message and "db.password" in message
    assert "0ld-s3cret" not in message and "n3w-s3cret" not in message


def test_an_answer_in_latin_1(api: FakeApi, modules: Modules) -> None:
    """As Java's servlets write it unless they are told otherwise."""
    held = copy.deepcopy(SEED_POLICY)
    held["policy"]["description"] = "Gr\xf6\xdfe"
    api.held[POLICY]["default-v3"] = held
    written = json.dumps(held, ensure_ascii=False).encode("latin-1")
    api.hook = lambda seen: api.instead.update(GET=(200, written if len(seen.path) == 4 else b'["default-v3"]'))
    assert not modules.ok("scale_policy", **{**policy_options(), "description": "Gr\xf6\xdfe"})["changed"]
    written = b"\xf6{"
    assert "the body is not JSON" in modules.refused("scale_policy", **policy_options())


def test_the_same_role_twice_in_an_answer_is_a_change(api: FakeApi, modules: Modules) -> None:
    held = copy.deepcopy(SEED_POLICY)
    held["policy"]["targets"]["region"][0]["target"].append(held["policy"]["targets"]["region"][0]["target"][0])
    api.held[POLICY]["default-v3"] = held
    assert modules.ok("scale_policy", **policy_options())["changed"]
    assert api.held[POLICY]["default-v3"] == SEED_POLICY


def test_subnet_and_its_removal(api: FakeApi, modules: Modules) -> None:
    options = {**policy_options(), "version": "0.0.4"}
    options["regions"][0]["subnet"] = "subnet-1"
    assert modules.ok("scale_policy", **options)["scale_policy"]["regions"][0]["subnet"] == "subnet-1"
    assert not modules.ok("scale_policy", **options)["changed"]
    assert modules.ok("scale_policy", **policy_options())["changed"]
    assert api.held[POLICY]["default-v3"] == SEED_POLICY


def test_user_data(api: FakeApi, modules: Modules) -> None:
    script = "#!/bin/bash\necho ä\n"
    options = {**launch_options(), "properties": {}, "user_data": script}
    result = modules.ok("launch_config", **options)
    encoded = base64.b64encode(script.encode()).decode()
    properties = api.held[LAUNCH]["all-nodes-launch"][LAUNCH]["properties"]["property"]
    assert properties == [{"name": "UserData", "value": f"base64:{encoded}"}]
    assert result["launch_config"]["user_data"] == script and result["launch_config"]["properties"] == {}
    properties[0]["value"] = f"base64:{encoded[:5]}\n{encoded[5:]}"
    assert not modules.ok("launch_config", **options)["changed"]
    assert not modules.ok("launch_config", **{**launch_options(), "properties": {"UserData": f"base64:{encoded}"}})["changed"]
    assert modules.ok("launch_config", **{**launch_options(), "properties": {}, "user_data_file": "/etc/ud"})["changed"]
    properties = api.held[LAUNCH]["all-nodes-launch"][LAUNCH]["properties"]["property"]
    assert properties == [{"name": "UserData", "value": "file:/etc/ud"}]
    assert not modules.ok("launch_config", **{**launch_options(), "properties": {"UserData": "file:/etc/ud"}})["changed"]


@pytest.mark.parametrize("value", ["base64:!!!", "base64:/w==", "something", ""])
def test_user_data_that_cannot_be_read_stays_a_property(api: FakeApi, modules: Modules, value: str) -> None:
    held = copy.deepcopy(SEED_LAUNCH)
    held[LAUNCH]["properties"]["property"] = [{"name": "UserData", "value": value}]
    api.held[LAUNCH]["all-nodes-launch"] = held
    found = modules.ok("launch_config_info", name="all-nodes-launch")["launch_configs"][0]
    assert found["properties"] == {"UserData": value} and found["user_data"] is None


def test_property_values_are_text(api: FakeApi, modules: Modules) -> None:
    api.loosen = [lambda body: every(body, lambda value: {"true": True, "7": 7, "8": 8.0}.get(value, value))]
    options = {**launch_options(), "properties": {"a": True, "b": 7, "c": 8.0, "d": 1.5, "e": ""}}
    result = modules.ok("launch_config", **options)
    assert result["launch_config"]["properties"] == {"a": "true", "b": "7", "c": "8", "d": "1.5", "e": ""}
    assert not modules.ok("launch_config", **options)["changed"]


# In use


@pytest.fixture
def used(api: FakeApi, modules: Modules) -> dict[str, Any]:
    """A policy and a configuration that the group `live` uses."""
    api.held[POLICY]["default-v3"] = copy.deepcopy(SEED_POLICY)
    api.held[LAUNCH]["all-nodes-launch"] = copy.deepcopy(SEED_LAUNCH)
    result = modules.ok("node_group", **GROUP_OPTIONS)
    api.forget()
    return result


@pytest.mark.parametrize("check", [False, True])
@pytest.mark.parametrize(
    ("path", "value", "fields"),
    [
        ("description", "other", ["description"]),
        ("regions.0.targets.0.scale_adjustment", 2, ["regions[default].targets[edge].scale_adjustment"]),
        ("regions.0.targets.3", ..., ["regions[default].targets[transcoder].min_limit"]),
        (
            "regions.1",
            {
                "name": "us-east-1",
                "targets": [{"role": role, "min_limit": 0, "max_limit": 1} for role in ("edge", "origin", "relay", "transcoder")],
            },
            ["regions[us-east-1].targets[edge].role"],
        ),
    ],
)
def test_a_policy_in_use_takes_only_limits(
    api: FakeApi, modules: Modules, used: Json, path: str, value: Any, fields: list[str], check: bool
) -> None:
    options = edited(policy_options(), path, value)
    options["regions"][0]["targets"][0]["max_limit"] = 30
    message = modules.refused("scale_policy", check=check, **options)
    assert "'live'" in message and all(field in message for field in fields) and "max_limit of" not in message
    assert not api.writes() and len(api.requests) == 3


def test_a_policy_in_use_takes_limits(api: FakeApi, modules: Modules, used: Json) -> None:
    options = policy_options()
    options["regions"][0]["targets"][0].update(min_limit=3, max_limit=30)
    assert modules.ok("scale_policy", **options)["changed"]
    assert api.calls() == ["GET scalepolicy", "GET scalepolicy/default-v3", "PUT scalepolicy/default-v3"]


def test_another_policy_is_not_in_use(api: FakeApi, modules: Modules, used: Json) -> None:
    modules.ok("scale_policy", **{**policy_options(), "name": "other"})
    assert modules.ok("scale_policy", **{**policy_options(), "name": "other", "description": "new"})["changed"]
    assert len(api.requests) == 2 + 4


def test_a_configuration_in_use_may_change(api: FakeApi, modules: Modules, used: Json) -> None:
    assert modules.ok("launch_config", **{**launch_options(), "image": "next-image"})["changed"]
    assert len(api.requests) == 3


@pytest.mark.parametrize("check", [False, True])
@pytest.mark.parametrize(("module", "name"), [("scale_policy", "default-v3"), ("launch_config", "all-nodes-launch")])
def test_what_a_group_uses_is_not_deleted(api: FakeApi, modules: Modules, used: Json, module: str, name: str, check: bool) -> None:
    message = modules.refused(module, check=check, name=name, state="absent")
    assert f"'{name}'" in message and "'live'" in message
    assert not api.writes()


# Node groups

CHECKED = ["GET scalepolicy/default-v3", "GET launchconfig/all-nodes-launch"]  # before anything is created or launched


def test_node_group_life(api: FakeApi, modules: Modules) -> None:
    api.held[POLICY]["default-v3"] = copy.deepcopy(SEED_POLICY)
    api.held[LAUNCH]["all-nodes-launch"] = copy.deepcopy(SEED_LAUNCH)
    predicted = modules.ok("node_group", check=True, **GROUP_OPTIONS)
    assert predicted["changed"] and api.calls() == ["GET nodegroup", *CHECKED]
    assert predicted["node_group"]["id"] is None and predicted["node_group"]["nodes"] == []

    api.forget()
    created = modules.ok("node_group", **GROUP_OPTIONS)
    assert created["changed"] and created["diff"] == predicted["diff"]
    assert created["diff"]["after"] == {**GROUP_OPTIONS, "origins": 1} and created["diff"]["before"] == {}
    assert api.calls() == ["GET nodegroup", *CHECKED, "POST nodegroup", "POST nodegroup/live/node/origin", "GET nodegroup/live/node"]
    assert set(created["node_group"]) == set(predicted["node_group"])
    assert api.requests[3].body == {
        "name": "live",
        "regions": ["us-east-1"],
        "launchConfig": "all-nodes-launch",
        "scalePolicy": "default-v3",
    }

    api.forget()
    again = modules.ok("node_group", **GROUP_OPTIONS)
    assert not again["changed"] and api.calls() == ["GET nodegroup", "GET nodegroup/live/node"]
    assert again["node_group"]["nodes"][0]["capacity"] == 2000

    for _look in range(2):
        modules.ok("node_group", **GROUP_OPTIONS)
    assert not modules.ok("node_group", **{**GROUP_OPTIONS, "origins": 2})["changed"]  # the API has filled the group itself
    api.forget()
    more = modules.ok("node_group", check=True, **{**GROUP_OPTIONS, "origins": 3})
    assert more["changed"] and more["diff"]["before"]["origins"] == 2 and more["diff"]["after"]["origins"] == 3 and not api.writes()
    assert modules.ok("node_group", **{**GROUP_OPTIONS, "origins": 3})["diff"] == more["diff"]
    assert api.writes() == ["POST nodegroup/live/node/origin"]
    info = modules.ok("node_group_info", name="live")["node_groups"]
    assert info == [modules.ok("node_group", **{**GROUP_OPTIONS, "origins": 3})["node_group"]]

    api.forget()
    would = modules.ok("node_group", check=True, name="live", state="absent")
    assert would["changed"] and not api.writes()
    gone = modules.ok("node_group", name="live", state="absent")
    assert gone["changed"] and gone["node_group"] is None and gone["diff"] == would["diff"] and gone["diff"]["after"] == {}
    assert api.writes() == ["DELETE nodegroup/live"] and len(api.requests) == 2 + 3


def test_no_origin_asked_for(api: FakeApi, modules: Modules) -> None:
    api.held[POLICY]["default-v3"] = SEED_POLICY
    api.held[LAUNCH]["all-nodes-launch"] = SEED_LAUNCH
    assert modules.ok("node_group", **{**GROUP_OPTIONS, "origins": 0})["node_group"]["nodes"] == []
    assert api.calls() == ["GET nodegroup", *CHECKED, "POST nodegroup"]
    assert not modules.ok("node_group", **{**GROUP_OPTIONS, "origins": 0})["changed"]


def test_origins_that_the_group_launched_itself_count(api: FakeApi, modules: Modules) -> None:
    api.held[POLICY]["default-v3"] = SEED_POLICY
    api.held[LAUNCH]["all-nodes-launch"] = SEED_LAUNCH
    modules.ok("node_group", **GROUP_OPTIONS, origins=2)
    assert api.writes() == ["POST nodegroup", "POST nodegroup/live/node/origin"]


def test_origins_that_terminate_do_not_count(api: FakeApi, modules: Modules, used: Json) -> None:
    for node in api.nodes["live"]:
        node["state"] = "terminating"
    assert modules.ok("node_group", **GROUP_OPTIONS)["changed"]
    assert api.writes() == ["POST nodegroup/live/node/origin"]


def test_launched_origins_count_before_the_list_shows_them(api: FakeApi, modules: Modules) -> None:
    api.held[POLICY]["default-v3"] = SEED_POLICY
    api.held[LAUNCH]["all-nodes-launch"] = SEED_LAUNCH
    api.fills = False

    modules.ok("node_group", **{**GROUP_OPTIONS, "origins": 0})
    answer = api._group

    def without_nodes(seen: Seen, *path: str) -> tuple[int, Json]:
        code, body = answer(seen, *path)
        return code, [] if path[1:] == ("node",) else body

    api._group = without_nodes  # type: ignore[method-assign, assignment]
    modules.ok("node_group", **{**GROUP_OPTIONS, "origins": 2})
    assert len(api.nodes["live"]) == 2


@pytest.mark.parametrize("check", [False, True])
@pytest.mark.parametrize(
    ("option", "value", "shown"),
    [
        ("launch_config", "other", "'other'"),
        ("scale_policy", "other", "'other'"),
        ("regions", ["us-west-2"], "['us-west-2']"),
    ],
)
def test_what_a_group_cannot_change(api: FakeApi, modules: Modules, used: Json, option: str, value: Any, shown: str, check: bool) -> None:
    message = modules.refused("node_group", check=check, **{**GROUP_OPTIONS, option: value})
    assert f"Refusing to change the node group 'live': the API cannot change {option} from " in message
    assert f" to {shown}. Delete the group first, so that it is created again" in message
    assert api.calls() == ["GET nodegroup"]


def test_regions_of_a_group_have_no_order(api: FakeApi, modules: Modules) -> None:
    api.held[POLICY]["default-v3"] = SEED_POLICY
    api.held[LAUNCH]["all-nodes-launch"] = SEED_LAUNCH
    options = {**GROUP_OPTIONS, "regions": ["us-west-2", "us-east-1"]}
    modules.ok("node_group", **options)
    assert not modules.ok("node_group", **{**options, "regions": ["us-east-1", "us-west-2"]})["changed"]


def test_wait_until_in_service(api: FakeApi, modules: Modules) -> None:
    api.held[POLICY]["default-v3"] = FLAT_POLICY
    api.held[LAUNCH]["all-nodes-launch"] = SEED_LAUNCH
    options = {**GROUP_OPTIONS, "wait": True, "wait_interval": 7}
    for origins, waits in ((1, [7]), (3, [])):
        modules.clock.waits.clear()
        result = modules.ok("node_group", **{**options, "origins": origins})
        roles = [node["role"] for node in result["node_group"]["nodes"] if node["state"] == "inservice"]
        assert {role: roles.count(role) for role in set(roles)} == {"origin": max(origins, 2), "edge": 2, "relay": 2, "transcoder": 2}
        assert modules.clock.waits == waits
    api.forget()
    again = modules.ok("node_group", **{**options, "origins": 3})
    assert not again["changed"] and modules.clock.waits == [] and not api.writes()


def test_wait_in_every_region(api: FakeApi, modules: Modules) -> None:
    api.held[POLICY]["oe-multiregion"] = MULTI_POLICY
    api.held[LAUNCH]["all-nodes-launch"] = SEED_LAUNCH
    options = {**GROUP_OPTIONS, "scale_policy": "oe-multiregion", "regions": ["us-east-2", "us-west-2"], "wait": True}
    nodes = modules.ok("node_group", **options)["node_group"]["nodes"]
    places = [(node["role"], node["availability_zone"][:-1]) for node in nodes]
    assert {place: places.count(place) for place in set(places)} == {
        ("origin", "us-east-2"): 1,
        ("edge", "us-east-2"): 2,
        ("edge", "us-west-2"): 2,
    }
    api.nodes["live"] = [node for node in api.nodes["live"] if node["availabilityZone"] != "us-west-2a"]
    api.fills = False
    message = modules.refused("node_group", **{**options, "wait_timeout": 20})
    assert "edge in us-west-2: 0 of 2 in service" in message and "us-east-2" not in message


def test_wait_that_ends(api: FakeApi, modules: Modules) -> None:
    api.held[POLICY]["default-v3"] = SEED_POLICY
    api.held[LAUNCH]["all-nodes-launch"] = SEED_LAUNCH
    api.starts = False
    message = modules.refused("node_group", **{**GROUP_OPTIONS, "wait": True, "wait_timeout": 60, "wait_interval": 15})
    assert "Waited 60 s" in message and "'live'" in message
    assert "origin: 0 of 2 in service (i-origin-0 pending" in message and "transcoder: 0 of 2" in message
    assert modules.clock.waits == [15] * 4


def test_wait_without_a_policy(api: FakeApi, modules: Modules, used: Json) -> None:
    del api.held[POLICY]["default-v3"]
    assert "Invalid scale_policy: default-v3. Expected: a scale policy that the API has" in modules.refused(
        "node_group", **{**GROUP_OPTIONS, "wait": True}
    )


def test_wait_until_gone(api: FakeApi, modules: Modules, used: Json) -> None:
    api.lists_until_gone = 3
    assert modules.ok("node_group", name="live", state="absent", wait=True)["changed"]
    assert not api.groups and len(modules.clock.waits) == 3


def test_wait_until_gone_ends(api: FakeApi, modules: Modules, used: Json) -> None:
    api.lists_until_gone = 10**6
    message = modules.refused("node_group", name="live", state="absent", wait=True, wait_timeout=30)
    assert "'live' is still listed" in message and "Waited 30 s" in message


def test_absent_group_that_is_not_there(api: FakeApi, modules: Modules) -> None:
    assert not modules.ok("node_group", name="live", state="absent", wait=True)["changed"]
    assert api.calls() == ["GET nodegroup"]


# Reading


@pytest.mark.parametrize("check", [False, True])
def test_all_that_the_api_holds(api: FakeApi, modules: Modules, used: Json, check: bool) -> None:
    modules.ok("node_group", **GROUP_OPTIONS, wait=True)  # until then, its nodes change with each look
    api.forget()
    found = modules.ok("stream_manager_api_info", check=check)
    assert not found["changed"] and len(api.requests) == 6 and not api.writes()
    for module, key in (("scale_policy", "scale_policies"), ("launch_config", "launch_configs"), ("node_group", "node_groups")):
        assert found[key] and found[key] == modules.ok(f"{module}_info")[key]


def test_the_longest_url_of_all_that_are_read(api: FakeApi, modules: Modules) -> None:
    assert "Invalid name: " in modules.refused("stream_manager_api_info", access_token="t" * 4096)
    assert not api.requests


def test_info(api: FakeApi, modules: Modules, used: Json) -> None:
    api.held[POLICY]["another"] = {**copy.deepcopy(SEED_POLICY), "policy": {**SEED_POLICY["policy"], "name": "another"}}
    policies = modules.ok("scale_policy_info")["scale_policies"]
    assert [policy["name"] for policy in policies] == ["another", "default-v3"]
    assert modules.ok("scale_policy", **policy_options())["scale_policy"] == policies[1]
    assert modules.ok("launch_config", **launch_options())["launch_config"] == modules.ok("launch_config_info")["launch_configs"][0]
    assert modules.ok("node_group_info", check=True)["node_groups"][0]["nodes"][0]["identifier"] == "i-edge-1"
    api.forget()
    for module, key in (("scale_policy", "scale_policies"), ("launch_config", "launch_configs"), ("node_group", "node_groups")):
        result = modules.ok(f"{module}_info", name="nobody")
        assert result[key] == [] and not result["changed"]
    assert len(api.requests) == 3


def test_what_is_deleted_while_it_is_read_does_not_exist(api: FakeApi, modules: Modules, used: Json) -> None:
    def go(seen: Seen) -> None:
        if seen.path[-1] in ("default-v3", "node"):
            api.groups.clear()
            api.held[POLICY].clear()

    api.hook = go
    assert modules.ok("scale_policy_info")["scale_policies"] == []
    assert modules.ok("node_group_info")["node_groups"] == []


def test_listed_but_unreadable_is_an_error(api: FakeApi, modules: Modules) -> None:
    api.held[POLICY]["x"] = SEED_POLICY  # another name inside
    assert "it is about 'default-v3'" in modules.refused("scale_policy_info", name="x")


# Names and tokens

NAMES = ["with space", "a/b", "50%", "a+b", "#1", "a?b=c&d", "Köln", "東京", "%2F", "a;b", "ünï/ 100%+#", "'quoted\"", "x.y", "..."]


@pytest.mark.parametrize("name", NAMES)
def test_names_are_escaped_once(api: FakeApi, modules: Modules, name: str) -> None:
    for module, options in (("scale_policy", policy_options()), ("launch_config", launch_options())):
        options = {**options, "name": name}
        assert modules.ok(module, **options)["changed"]
        assert not modules.ok(module, **options)["changed"]
        assert modules.ok(module, **{**options, "description": "new"})["changed"]
        assert modules.ok(f"{module}_info", name=name)[{"scale_policy": "scale_policies"}.get(module, "launch_configs")][0]["name"] == name
    group = {"name": name, "regions": ["us-east-1"], "scale_policy": name, "launch_config": name}
    assert modules.ok("node_group", **group)["changed"]
    assert not modules.ok("node_group", **group)["changed"]
    for module in ("node_group", "scale_policy", "launch_config"):
        assert modules.ok(module, name=name, state="absent", wait=... if module != "node_group" else True)["changed"]
    assert not api.groups and not api.held[POLICY] and not api.held[LAUNCH]


TOKENS = ["a b", "a/b", "50%", "a+b", "#1?x=1&y=2", "schlüssel", "秘密", "%2F%20", "<b>&amp;\"'", "back\\slash", "two  spaces"]


@pytest.mark.parametrize("token", TOKENS)
def test_tokens_are_escaped_once_and_hidden(api: FakeApi, modules: Modules, token: str) -> None:
    api.token = token
    assert modules.ok("scale_policy", **policy_options())["changed"]
    assert all(seen.raw.endswith(f"?accessToken={quote(token, safe='')}") for seen in api.requests)  # `+` is a space to some only
    for message in (
        modules.refused("scale_policy", **{**policy_options(), "access_token": f"{token}/wrong"}),
        modules.refused("scale_policy_info", access_token=f"{token}/wrong", name="x"),
    ):
        assert "access_token" in message and "401" in message
        assert token not in message and json.dumps(token)[1:-1] not in message


def test_the_api_changes_less_than_it_says(api: FakeApi, modules: Modules) -> None:
    def capped(body: Json) -> Json:
        for target in targets_of(body):
            target["maxLimit"] = min(int(target["maxLimit"]), 10)
        return body

    api.loosen = [capped]
    result = modules.ok("scale_policy", **policy_options())
    assert any("regions[default].targets[edge].max_limit" in str(warning) for warning in result["warnings"])
    assert result["scale_policy"]["regions"][0]["targets"][0]["max_limit"] == 10


def test_a_base_path_is_accepted(api: FakeApi, modules: Modules) -> None:
    for ending in ("/", "/streammanager/api/4.0", "/streammanager/api/4.0/"):
        modules.ok("scale_policy_info", api_url=api.url + ending)
    assert api.calls() == ["GET scalepolicy"] * 3


def test_token_from_the_environment(api: FakeApi, modules: Modules, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RED5PRO_ACCESS_TOKEN", api.token)
    modules.ok("scale_policy_info", access_token=...)


@pytest.mark.parametrize(("least", "warned"), [(1, True), (2, False)])
def test_minimums_of_the_guide_are_advice(api: FakeApi, modules: Modules, least: int, warned: bool) -> None:
    options = edited(policy_options(), "regions.0.targets.0.min_limit", least)
    result = modules.ok("scale_policy", **options)
    assert (
        any(
            "regions[0].targets[0].min_limit is 1. Recommended: 2 or more of edge, as clustering needs." in str(warning)
            for warning in result.get("warnings", [])
        )
        is warned
    )


@pytest.mark.parametrize(
    "module", sorted(f"{name}{info}" for name in ("scale_policy", "launch_config", "node_group") for info in ("", "_info"))
)
@pytest.mark.filterwarnings("ignore:.*found in sys.modules.*:RuntimeWarning")
def test_modules_run_as_programs(api: FakeApi, modules: Modules, module: str) -> None:
    options: dict[str, Any] = {} if module.endswith("_info") else {"state": "absent"}
    result = modules(module, start=lambda name: runpy.run_module(name, run_name="__main__"), name="x", **options)
    assert not result.get("failed") and not result["changed"] and len(api.requests) == 1
