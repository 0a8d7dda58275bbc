# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The plan of a change of image, and a run that follows it step by step and may be killed after each."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import pytest
from ansible_collections.streamops.red5pro.plugins.plugin_utils._blue_green import blue_green_plan

Facts = dict[str, Any]
TARGETS = [{"role": "origin", "instance_type": "c5.large", "connection_capacity": 2000}]
CONFIG: Facts = {"name": "c", "targets": TARGETS}
GROUP: Facts = {"name": "g", "regions": ["us-east-1"], "launch_config": "c", "scale_policy": "p", "origins": 1}
POLICY: Facts = {"name": "p"}


def digest(*words: str) -> str:
    return sha256("\n".join(words).encode()).hexdigest()[:8]


class Api:
    """The state of a Stream Manager, changed as the role changes it."""

    def __init__(self, configs: list[Facts] | None = None, groups: list[Facts] | None = None) -> None:
        self.configs: dict[str, Facts] = {}
        self.groups: dict[str, Facts] = {}
        self.declared = ([CONFIG] if configs is None else configs, [GROUP] if groups is None else groups)

    def plan(self, image: str = "i1", remove: bool = False, policies: tuple[Facts, ...] = ()) -> Facts:
        current = {"launch_configs": list(self.configs.values()), "node_groups": list(self.groups.values())}
        before = copy.deepcopy((self.declared, current))
        plan = blue_green_plan(*self.declared, policies, current, image, "live", remove)
        assert (self.declared, current) == before, "a filter changes nothing that it is given"
        return plan

    def steps(self, plan: Facts) -> Iterator[str]:
        """Do what the role does, one change at a time, and yield each."""
        for config in plan["launch_configs"]:
            targets = [{"role": target["role"], "image": target.get("image")} for target in config["targets"]]
            wanted = {"name": config["name"], "image": config["image"], "targets": targets, "metadata": {"red5pro:deployment": "live"}}
            if self.configs.get(config["name"]) != wanted:
                self.configs[config["name"]] = wanted
                yield f"configuration {config['name']}"
        for group in plan["node_groups"]:
            held = self.groups.get(group["name"])
            if held is None:
                self.groups[group["name"]] = self.group(group["name"], group["launch_config"])
                yield f"group {group['name']}"
            else:
                assert held["launch_config"] == group["launch_config"], "the API cannot change that"
        for group in plan["removed_node_groups"]:
            del self.groups[group["name"]]
            yield f"no group {group['name']}"
        for config in plan["removed_launch_configs"]:
            assert config["name"] not in {group["launch_config"] for group in self.groups.values()}, "the API refuses that"
            del self.configs[config["name"]]
            yield f"no configuration {config['name']}"

    def run(self, image: str = "i1", remove: bool = False) -> list[str]:
        plan = self.plan(image, remove)
        done = list(self.steps(plan))
        names = {one["image"] for config in self.configs.values() for one in (config, *config["targets"])}
        assert plan["images"] == sorted(name for name in names if name)
        return done

    @staticmethod
    def group(name: str, config: str) -> Facts:
        return {"name": name, "launch_config": config, "scale_policy": "p", "nodes": [{"role": "origin"}]}


@pytest.fixture
def api() -> Api:
    one = Api()
    one.run()
    return one


C2, G2 = f"c-{digest('i2')}", f"g-{digest('c-' + digest('i2'))}"


def test_the_first_run_takes_the_declared_names() -> None:
    api = Api()
    assert api.run() == ["configuration c", "group g"]
    assert api.run() == []


def test_another_image_gets_groups_next_to_the_old_ones(api: Api) -> None:
    assert api.run("i2") == [f"configuration {C2}", f"group {G2}"]
    assert api.configs["c"]["image"] == "i1"
    assert api.groups[G2]["launch_config"] == C2
    assert api.run("i2") == []
    assert api.plan("i2")["kept_node_groups"] == [
        {"name": "g", "launch_config": "c", "image": "i1", "nodes": 1, "successor": G2, "own": True, "refreshed": False}
    ]


def test_what_is_replaced_is_deleted_if_requested(api: Api) -> None:
    assert api.run("i2", remove=True) == [f"configuration {C2}", f"group {G2}", "no group g", "no configuration c"]
    assert api.run("i2", remove=True) == [], "the free declared names do not draw it back"
    assert api.run("i3", remove=True)[2:] == [f"no group {G2}", f"no configuration {C2}"]
    assert (set(api.configs), set(api.groups)) == ({"c"}, {"g"}), "declared names that are free are taken again"


def test_what_was_kept_is_deleted_later(api: Api) -> None:
    api.run("i2")
    assert api.run("i2", remove=True) == ["no group g", "no configuration c"]


def test_back_to_an_image_whose_group_was_kept(api: Api) -> None:
    api.run("i2")
    assert api.run("i1", remove=True) == [f"no group {G2}", f"no configuration {C2}"]


@pytest.mark.parametrize("remove", [False, True])
def test_a_run_that_was_killed_anywhere_is_picked_up(remove: bool) -> None:
    whole = Api()
    whole.run()
    steps = whole.run("i2", remove)
    for number in range(len(steps)):
        api = Api()
        api.run()
        running = api.steps(api.plan("i2", remove))
        done = [next(running) for _unused in range(number)]
        assert done + api.run("i2", remove) == steps
        assert (api.configs, api.groups) == (whole.configs, whole.groups)


def test_an_image_of_the_configuration_itself_is_treated_alike(api: Api) -> None:
    api.declared[0][:] = [{**CONFIG, "image": "i2"}]
    assert api.run("i1") == [f"configuration {C2}", f"group {G2}"]


def test_an_image_of_one_role_is_treated_alike(api: Api) -> None:
    api.declared[0][:] = [{**CONFIG, "targets": [{**TARGETS[0], "image": "o2"}]}]
    name = f"c-{digest('i1', 'origin=o2')}"
    assert api.run() == [f"configuration {name}", f"group g-{digest(name)}"]
    api.declared[0][:] = [{**CONFIG, "targets": [{**TARGETS[0], "image": "i1"}]}]
    assert api.plan()["launch_configs"][0]["name"] == "c", "the general image for a role says nothing new"


def test_what_is_no_image_is_changed_in_place(api: Api) -> None:
    api.declared[0][:] = [{**CONFIG, "targets": [*TARGETS, {**TARGETS[0], "role": "edge"}]}]
    assert api.run() == ["configuration c"]


def test_a_configuration_that_no_group_uses_is_changed_in_place() -> None:
    api = Api(groups=[])
    api.run()
    assert api.run("i2") == ["configuration c"]


def test_a_group_comes_to_another_declared_configuration(api: Api) -> None:
    api.declared[0].append({**CONFIG, "name": "d"})
    api.declared[1][:] = [{**GROUP, "launch_config": "d"}]
    assert api.run(remove=True) == ["configuration d", f"group g-{digest('d')}", "no group g"], "c is still declared"


def test_the_undeclared_configuration_of_a_removed_group_is_deleted(api: Api) -> None:
    api.declared[0][:] = [{**CONFIG, "name": "d"}]
    api.declared[1][:] = [{**GROUP, "launch_config": "d"}]
    assert api.run(remove=True)[2:] == ["no group g", "no configuration c"]


def test_what_has_no_tag_is_kept_and_reported(api: Api) -> None:
    api.configs["c"]["metadata"] = {"red5pro:deployment": "another"}
    assert api.run("i2", remove=True) == [f"configuration {C2}", f"group {G2}"]
    assert [(one["name"], one["own"]) for one in api.plan("i2", remove=True)["kept_node_groups"]] == [("g", False)]


def test_a_group_without_its_configuration_is_nobodys(api: Api) -> None:
    del api.configs["c"]
    api.groups["g"]["launch_config"] = "gone"
    assert api.run(remove=True) == ["configuration c", f"group g-{digest('c')}"]
    assert api.plan()["kept_node_groups"][0]["image"] == ""


def test_a_configuration_that_somebody_else_uses_stays(api: Api) -> None:
    api.groups["theirs"] = Api.group("theirs", "c")
    assert api.run("i2", remove=True) == [f"configuration {C2}", f"group {G2}", "no group g"]


def test_others_are_left_alone(api: Api) -> None:
    for name in ("c-x", "c-12345678-x", "cc", "other"):
        api.configs[name] = {**api.configs["c"], "name": name}
    for name in ("g-x", "g-12345678-x", "gg", "other"):
        api.groups[name] = Api.group(name, "other")
    assert api.run(remove=True) == []
    assert api.plan()["kept_node_groups"] == []


def test_a_declared_name_that_looks_like_a_successor_is_its_own() -> None:
    api = Api([CONFIG, {**CONFIG, "name": "c-12345678"}], [GROUP, {**GROUP, "name": "g-12345678", "launch_config": "c-12345678"}])
    api.run()
    assert api.run(remove=True) == []


def test_what_is_declared_absent_is_deleted_with_its_replacements(api: Api) -> None:
    api.run("i2")
    api.configs[f"c-{digest('i9')}"] = {**api.configs["c"], "name": f"c-{digest('i9')}", "metadata": {}}
    api.declared[0][:], api.declared[1][:] = [{"name": "c", "state": "absent"}], [{"name": "g", "state": "absent"}]
    plan = api.plan(policies=({"name": "p", "state": "absent"}, {"name": "q"}))
    assert plan["removed_launch_configs"] == [{"name": "c", "freed": True}, {"name": C2, "freed": True}]
    assert plan["removed_scale_policies"] == [{"name": "p", "freed": True}]
    assert (plan["launch_configs"], plan["node_groups"]) == ([], [])
    assert api.run() == ["no group g", f"no group {G2}", "no configuration c", f"no configuration {C2}"]
    assert api.run() == []


def test_what_others_use_too_is_not_freed(api: Api) -> None:
    api.groups["theirs"] = Api.group("theirs", "c")
    api.declared[0][:], api.declared[1][:] = [{"name": "c", "state": "absent"}], [{"name": "g", "state": "absent"}]
    plan = api.plan(policies=({"name": "p", "state": "absent"}, {"name": "unused", "state": "absent"}))
    assert plan["removed_launch_configs"] == [{"name": "c", "freed": False}]
    assert plan["removed_scale_policies"] == [{"name": "p", "freed": False}, {"name": "unused", "freed": False}]


def test_a_group_on_a_configuration_that_is_not_declared() -> None:
    api = Api([], [GROUP])
    assert api.run() == ["group g"]
    assert api.run() == []


ROLES: Facts = {"name": "c", "targets": [{"role": role} for role in ("origin", "edge", "relay")]}
OWN_TARGET: Facts = {**ROLES, "targets": [*ROLES["targets"][:2], {"role": "relay", "image": "mine"}]}


def images_of(config: Facts, role_images: dict[str, str] | None) -> list[Any]:
    plan = blue_green_plan([config], [], [], {"launch_configs": [], "node_groups": []}, "i1", "live", role_images=role_images)
    (found,) = plan["launch_configs"]
    return [found["image"], *(target.get("image") for target in found.get("targets", ())), plan["images"]]


@pytest.mark.parametrize(
    "config, role_images, images",
    [
        (ROLES, None, ["i1", None, None, None, ["i1"]]),
        (ROLES, {"edge": "e1", "transcoder": "t1"}, ["i1", None, "e1", None, ["e1", "i1"]]),
        (OWN_TARGET, {"edge": "e1", "relay": "r1"}, ["i1", None, "e1", "mine", ["e1", "i1", "mine"]]),
        ({**ROLES, "image": "mine"}, {"edge": "e1"}, ["mine", None, None, None, ["mine"]]),  # it is meant for all its targets
        ({"name": "c"}, {"edge": "e1"}, ["i1", ["i1"]]),
    ],
)
def test_targets_without_an_image_get_that_of_their_role(config: Facts, role_images: dict[str, str] | None, images: list[Any]) -> None:
    assert images_of(config, role_images) == images


def test_another_image_of_a_role_is_like_another_general_one() -> None:
    config = {"name": "c", "image": "i1", "metadata": {"red5pro:deployment": "live"}, "targets": [{"role": "origin", "image": "o1"}]}
    group = {"name": "g", "launch_config": "c", "nodes": [], "state": "active"}
    current = {"launch_configs": [config], "node_groups": [group]}

    def planned(image: str) -> Facts:
        return blue_green_plan([CONFIG], [GROUP], [], current, "i1", "live", remove=True, role_images={"origin": image})

    same = planned("o1")
    assert ([one["name"] for one in same["launch_configs"]], [one["name"] for one in same["node_groups"]]) == (["c"], ["g"])
    other = planned("o2")
    successor = f"c-{digest('i1', 'origin=o2')}"
    assert [one["name"] for one in other["launch_configs"]] == [successor]
    assert [one["name"] for one in other["node_groups"]] == [f"g-{digest(successor)}"]
    assert ([one["name"] for one in other["removed_node_groups"]], other["images"]) == (["g"], ["i1", "o2"])
