# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the API accepts, and the shapes in which it answers."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from rehearsal.host.service import documents
from rehearsal.host.service.documents import Invalid
from rehearsal.host.service.loose import ODDITIES, loosen, odd
from rehearsal.host.service.web import Response
from tests.rehearsal.hosts import support


def changed(document: dict[str, Any], path: tuple[Any, ...], value: Any) -> dict[str, Any]:
    """A copy with one value changed, or removed if it is None."""
    copied = copy.deepcopy(document)
    place: Any = copied
    for key in path[:-1]:
        place = place[key]
    if value is None:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return copied


REGION = ("policy", "targets", "region", 0)
TARGET = (*REGION, "target", 1)


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (("policy",), None, "policy is missing"),
        (("policy", "name"), "", "name is empty"),
        (("policy", "type"), "Other", "unknown policy type"),
        (("policy", "version"), None, "version is missing"),
        (("policy", "targets"), None, "targets is missing"),
        ((*REGION, "name"), "us-east-1", "needs the region default"),
        ((*REGION, "subnet"), "subnet-1", "needs policy version 0.0.4"),
        ((*REGION, "target"), [], "target is missing or empty"),
        ((*TARGET, "role"), "proxy", "unknown role proxy"),
        ((*TARGET, "role"), "origin", "role origin is there twice"),
        ((*TARGET, "minLimit"), None, "minLimit is missing"),
        ((*TARGET, "minLimit"), -1, "whole number from 0"),
        ((*TARGET, "minLimit"), 11, "exceeds its maxLimit 10"),
        ((*TARGET, "maxLimit"), "many", "not a number"),
        ((*TARGET, "scaleAdjustment"), 0, "whole number from 1"),
        ((*TARGET, "scaleInWaitTime"), 1.5, "whole number from 0"),
    ],
)
def test_a_malformed_policy_is_refused(path: tuple[Any, ...], value: Any, message: str) -> None:
    with pytest.raises(Invalid, match=message):
        documents.policy(changed(support.policy(), path, value))


def test_every_region_names_every_role() -> None:
    body = support.policy()
    regions = body["policy"]["targets"]["region"]
    regions.append({"name": "us-west-2", "target": regions[0]["target"][:3]})
    with pytest.raises(Invalid, match="region us-west-2 does not name the role transcoder"):
        documents.policy(body)


def test_a_policy_is_kept_in_one_form() -> None:
    body = support.policy()
    flat = changed(body, ("policy", "targets"), {"target": body["policy"]["targets"]["region"][0]["target"]})
    spelt = changed(changed(body, (*TARGET, "maxLimit"), "10"), (*TARGET, "scaleOutWaitTime"), 0.0)
    assert documents.policy(body) == documents.policy(flat) == documents.policy(spelt)
    extra = changed(body, (*TARGET, "coolDownPeriod"), 180000)
    assert documents.policy(extra)["targets"]["region"][0]["target"][1]["coolDownPeriod"] == 180000


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (("launchconfig", "properties"), None, "properties is missing"),
        (("launchconfig", "metadata"), None, "metadata is missing"),
        (("launchconfig", "image"), "", "image is empty"),
        (("launchconfig", "targets", "target"), [], "target is missing or empty"),
        (("launchconfig", "targets", "target", 0, "instanceType"), None, "instanceType is missing"),
        (("launchconfig", "targets", "target", 0, "connectionCapacity"), "0", "whole number from 1"),
        (("launchconfig", "targets", "target", 0, "role"), "edge", "role edge is there twice"),
        (("launchconfig", "metadata", "meta"), [{"key": "a", "value": "1"}, {"key": "a", "value": "2"}], "meta a is there twice"),
    ],
)
def test_a_malformed_launch_configuration_is_refused(path: tuple[Any, ...], value: Any, message: str) -> None:
    with pytest.raises(Invalid, match=message):
        documents.launch_config(changed(support.launch_config(), path, value))


def test_empty_properties_and_metadata_are_accepted() -> None:
    body = support.launch_config(properties={}, metadata={})
    document = documents.launch_config(body)
    assert (document["properties"], document["metadata"]) == ({"property": []}, {"meta": []})
    assert document["targets"]["target"][0]["connectionCapacity"] == 2000


def multi_region() -> dict[str, Any]:
    body = support.policy()
    regions = body["policy"]["targets"]["region"]
    regions += [{"name": name, "target": regions[0]["target"]} for name in ("us-east-1", "us-west-2")]
    return documents.policy(body)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (support.group(regions=[]), "regions is missing or empty"),
        (support.group(regions=["us-east-1", "us-east-1"]), "region us-east-1 is there twice"),
        (support.group(scalePolicy="other"), "scale policy other does not exist"),
        (support.group(launchConfig="other"), "launch configuration other does not exist"),
        (support.group(scalePolicy="multi"), r"for the regions \['us-east-1', 'us-west-2'\], the group for \['us-east-1'\]"),
        (support.group(launchConfig="small"), "no target for the role edge"),
        ([], "missing or malformed"),
    ],
)
def test_a_malformed_group_is_refused(body: Any, message: str) -> None:
    policies = {"policy": documents.policy(support.policy()), "multi": multi_region()}
    configurations = {name: documents.launch_config(support.launch_config(name)) for name in ("config", "small")}
    configurations["small"]["targets"]["target"] = configurations["small"]["targets"]["target"][:1]
    with pytest.raises(Invalid, match=message):
        documents.group(body, policies, configurations)


def test_only_limits_differ() -> None:
    old = documents.policy(support.policy())
    assert documents.only_limits_differ(old, documents.policy(support.policy(least=3)))
    turned = copy.deepcopy(old)
    turned["targets"]["region"][0]["target"].reverse()
    assert documents.only_limits_differ(old, turned)
    for path, value in (((*TARGET, "scaleAdjustment"), 2), (("policy", "description"), "other"), ((*REGION, "target"), [])):
        new = changed({"policy": old}, path, value)["policy"]
        assert not documents.only_limits_differ(old, new), path


def meaning(value: Any) -> Any:
    """A document without differences of form: number types, order, zeros left out, and `default` as a region or not."""
    if isinstance(value, dict):
        value = {"region": [{"name": "default", **value}]} if "target" in value and "name" not in value else value
        return frozenset((key, meaning(item)) for key, item in value.items() if not (key.endswith("WaitTime") and float(item) == 0))
    if isinstance(value, list):
        return frozenset(meaning(item) for item in value)
    try:
        return float(value)
    except ValueError:
        return value


@pytest.mark.parametrize("document", [documents.policy(support.policy()), documents.launch_config(support.launch_config()), multi_region()])
def test_answers_differ_in_shape_but_not_in_meaning(document: dict[str, Any]) -> None:
    answers = [loosen(document, turn) for turn in range(8)]
    assert {meaning(answer) for answer in answers} == {meaning(document)}
    assert answers[:4] == answers[4:]
    assert len({str(answer) for answer in answers}) >= 3


def test_every_kind_of_looseness_occurs() -> None:
    answers = [loosen(documents.policy(support.policy()), turn)["targets"] for turn in range(4)]
    targets = [answer["region"][0]["target"] if "region" in answer else answer["target"] for answer in answers]
    assert {type(target[0]["minLimit"]) for target in targets} == {int, str, float}
    assert {target[0]["role"] for target in targets} == {"origin", "transcoder"}
    assert {"scaleInWaitTime" in target[0] for target in targets} == {True, False}
    assert {"region" in answer for answer in answers} == {True, False}


def wavelength() -> dict[str, Any]:
    body = support.policy(version="0.0.4")
    regions = body["policy"]["targets"]["region"]
    regions += [
        {"name": "us-west-2", "vpc": f"vpc-{zone}", "subnet": f"subnet-{zone}", "weight": 1, "target": regions[0]["target"]}
        for zone in "ab"
    ]
    return body


def test_a_wavelength_policy_has_a_region_several_times() -> None:
    kept = documents.policy(wavelength())["targets"]["region"]
    assert [(region.get("vpc"), region.get("subnet"), region.get("weight")) for region in kept] == [
        (None, None, None),
        ("vpc-a", "subnet-a", 1),
        ("vpc-b", "subnet-b", 1),
    ]


ZONE = ("policy", "targets", "region", 2)


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ((*ZONE, "subnet"), "subnet-a", "region .*subnet-a.* is there twice"),
        ((*ZONE, "subnet"), None, "region us-west-2 is there twice, and not always with a subnet"),
        ((*ZONE, "target"), [{"role": "edge", "minLimit": 0, "maxLimit": 1}], "region us-west-2 does not name the role origin"),
        (("policy", "version"), "0.0.3", "a region's subnet needs policy version 0.0.4"),
        (("policy", "name"), "n" * 255, "name has 255 characters"),
    ],
)
def test_a_malformed_wavelength_policy_is_refused(path: tuple[Any, ...], value: Any, message: str) -> None:
    with pytest.raises(Invalid, match=message):
        documents.policy(changed(wavelength(), path, value))


def test_what_a_database_column_does_not_hold_is_refused() -> None:
    with pytest.raises(Invalid, match="properties are longer than 65535 characters"):
        documents.launch_config(support.launch_config(properties={"property": [{"name": "a", "value": "x" * 65536}]}))
    policies, configurations = (
        {"policy": documents.policy(support.policy())},
        {"config": documents.launch_config(support.launch_config())},
    )
    with pytest.raises(Invalid, match="name has 300 characters"):
        documents.group(support.group("n" * 300), policies, configurations)


def test_only_limits_of_a_zone_differ() -> None:
    old = documents.policy(wavelength())
    assert documents.only_limits_differ(old, documents.policy(changed(wavelength(), (*ZONE, "target", 0, "maxLimit"), 5)))
    for key in ("vpc", "subnet", "weight"):
        assert not documents.only_limits_differ(old, documents.policy(changed(wavelength(), (*ZONE, key), "other")))


def test_how_many_origins_there_can_be() -> None:
    assert documents.most_origins(documents.policy(wavelength()), ["us-west-2"]) == 20
    assert documents.most_origins(documents.policy(support.policy()), ["us-east-1"]) == 10


@pytest.mark.parametrize("turn", range(3))
def test_oddities_of_some_builds(turn: int) -> None:
    answer = Response.json(200, [{"name": "inservice", "state": "inservice", "role": "origin", "more": [{"state": None}]}])
    assert odd(answer, "GET", set(), turn) == answer
    spelt = ("inservice", "INSERVICE", "Inservice")[turn]
    assert f'"state": "{spelt}"'.encode() in odd(answer, "GET", {"letter-case"}, turn).body
    assert b'"name": "inservice"' in odd(answer, "GET", ODDITIES, turn).body
    assert odd(answer, "DELETE", ODDITIES, turn) == Response(200, b"")
    assert odd(Response.page(404), "DELETE", ODDITIES, turn) == Response.page(404)
    assert odd(Response.text(200, "origin"), "GET", ODDITIES, turn) == Response.text(200, "origin")
