# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is read of the images of nodes, what is missing, and which may be deleted."""

from __future__ import annotations

import re
from typing import Any

import pytest
from ansible_collections.streamops.red5pro.plugins.filter.node_images import FilterModule
from ansible_collections.streamops.red5pro.plugins.plugin_utils import node_images

Facts = dict[str, Any]
FILTERS = FilterModule().filters()
OWN = {"red5pro:deployment": "live", "red5pro:role": "node-image"}
WANTED = "live-node-abc"
DECLARED: Facts = {
    "name": "live",
    "region": "home",
    "image": WANTED,
    "description": "Red5 Pro node of live",
    "entries": [],
    "node_api": False,
    "home": "/opt/red5pro",
    "local_files": [],
    "key": "secret",
    "regions": ["away"],
    "tags": OWN,
    "in_use": [],
    "kept": "1",
    "running_builders": [],
    "private_address": False,
    "launched": [],
}


def found(name: str = WANTED, state: str = "available", tags: Facts | None = None, number: int = 1) -> Facts:
    made = f"2026-01-{number:02}T00:00:00.000Z"
    return {"image_id": f"ami-{number}", "name": name, "state": state, "creation_date": made, "tags": OWN if tags is None else tags}


def planned(home: list[Facts], away: list[Facts], builders: list[Facts] | None = None, **declared: Any) -> Facts:
    current = {"node_images": home, "node_images-away": away, "node_image_builders": builders or []}
    plan: Facts = FILTERS["node_image_plan"]({**DECLARED, **declared}, current)
    return plan


def test_readings() -> None:
    home, builders, away = node_images.all_readings("live", ["away"])
    assert home["filters"] == away["filters"] == {"name": "live-node-*"}
    assert (home["name"], away["name"], away["region"]) == ("node_images", "node_images-away", "away")
    assert (builders["name"], builders["details"]) == ("node_image_builders", ["termination_protection"])


def test_all_is_there() -> None:
    tagged = {**OWN, "Name": WANTED}
    plan = planned([found(), found("live-node-xyz", number=2)], [found(tags=tagged, number=3)])
    assert plan == {
        "sources": [],
        "problems": [],
        "images": [
            {
                "name": WANTED,
                "role": "",
                "entry": {},
                "description": "Red5 Pro node of live",
                "tags": tagged,
                "image": found(),
                "foreign": [],
                "failed": [],
                "images": [found()],
                "failure": "",
                "builder": {"name": f"builder-{WANTED}", "instance_id": "", "address": "", "private_ip": ""},
                "copies": {"lacking": [], "untagged": [], "waiting": [], "failed": []},
                "regions_lacking": [],
                "checks": plan["checks"],
            }
        ],
        "names": {},
        "missing": [],
        "available": True,
        "settled": True,
        "foreign": [],
        "failed": [],
        "copies": {"lacking": [], "untagged": [], "waiting": [], "failed": []},
        "copies_to_make": False,
        "builders_awaited": [],
        "builders_ended": [],
        "builders": [],
        "builders_protected": [],
        "builders_refused": [],
        "retired": [],
        "checks": [
            {"subject": f"node image {WANTED}", "expected": "available", "found": "available"},
            {"subject": f"copies of {WANTED}", "expected": ["away"], "found": ["away"]},
        ],
        "status": [{"name": WANTED, "region": "home", "image_id": "ami-1", "state": "available"}],
    }


def test_a_copy_is_encrypted_if_one_of_the_images_disks_is() -> None:
    disks = [{"device_name": "/dev/sdb", "virtual_name": "ephemeral0"}, {"ebs": {"encrypted": False}}, {"ebs": {"encrypted": True}}]
    for shown, encrypted in ((disks, True), (disks[:2], False)):
        (lacking,) = planned([{**found(), "block_device_mappings": shown}], [])["copies"]["lacking"]
        assert (lacking["encrypted"], lacking["image_id"]) == (encrypted, "ami-1")


def test_nothing_is_there() -> None:
    plan = planned([], [found("live-node-xyz")])
    (image,) = plan["missing"]
    assert (image["image"], image["images"], image["regions_lacking"], plan["available"]) == ({}, [], ["away"], False)
    assert ([one["region"] for one in plan["copies"]["lacking"]], plan["copies_to_make"]) == (["away"], True)
    assert plan["status"] == [{"name": WANTED, "region": "home", "image_id": "", "state": "missing"}]
    assert plan["builders_awaited"] == [f"builder-{WANTED}"]


def test_a_copy_in_the_making_serves_nobody() -> None:
    plan = planned([found()], [found(state="pending")])
    assert (plan["images"][0]["regions_lacking"], plan["copies_to_make"]) == (["away"], True)
    assert plan["copies"]["waiting"] == [{"region": "away", "name": WANTED}]


def test_an_image_that_failed_and_one_of_somebody_else() -> None:
    plan = planned([found(state="failed"), found(tags={}, number=2)], [found()])
    (image,) = plan["images"]
    assert image["image"]["image_id"] == "ami-2"
    assert [one["image_id"] for one in image["failed"]] == ["ami-1"]
    assert plan["failed"] == [], "another one serves"
    assert ["ami-2" in one for one in plan["foreign"]] == [True]
    assert [one["image_id"] for one in planned([found(state="failed")], [])["failed"]] == ["ami-1"]


def test_builders_that_are_left() -> None:
    builders = [{"instance_id": f"i-{number}", "tags": {"Name": "b"}, "disable_api_termination": number == 1} for number in (1, 2)]
    plan = planned([], [], builders)
    assert (plan["builders"], plan["builders_protected"]) == (["i-1", "i-2"], ["i-1"])
    assert [one.startswith("Refusing to terminate b (i-1)") for one in plan["builders_refused"]] == [True]


def test_only_own_images_are_retired_when_it_is_known_which_are_used() -> None:
    home = [found(number=9), found("live-node-old", number=2), found("live-node-theirs", tags={}, number=3), found("live-node-x", number=4)]
    assert planned(home, [], kept=0)["retired"] == []
    retired = planned(home, [], kept=0, in_use=["live-node-x"])["retired"]
    assert retired == [{"region": "home", "name": "live-node-old", "image_id": "ami-2"}]


ORIGIN: Facts = {"role": "origin", "plugins": ["red5pro-webrtc-plugin"], "files": [{"src": "/srv/a", "dest": "conf/a"}]}
LOCAL = [{"item": "/srv/a", "stat": {"exists": True, "checksum": "1f"}}]


def of_roles(*entries: Facts, home: list[Facts] | None = None, **declared: Any) -> Facts:
    return planned(home or [], [], entries=list(entries), **{"local_files": LOCAL, **declared})


def role_image(name: str, role: str, number: int = 1) -> Facts:
    return found(name, tags={**OWN, "red5pro:node-role": role}, number=number)


def test_each_role_has_an_image_and_a_builder_of_its_own() -> None:
    plan = of_roles(ORIGIN, {"role": "edge"})
    general, origin, edge = plan["images"]
    assert [one["role"] for one in plan["images"]] == ["", "origin", "edge"]
    assert plan["names"] == {"origin": origin["name"], "edge": edge["name"]}
    assert re.fullmatch("live-node-origin-[0-9a-f]{12}", origin["name"]) and re.fullmatch("live-node-edge-[0-9a-f]{12}", edge["name"])
    assert (general["name"], general["tags"]) == (WANTED, {**OWN, "Name": WANTED})
    assert origin["tags"] == {**OWN, "Name": origin["name"], "red5pro:node-role": "origin"}
    assert origin["description"] == "Red5 Pro node of live, for the role origin"
    assert plan["builders_awaited"] == [f"builder-{one}" for one in (WANTED, origin["name"], edge["name"])]
    assert [one["name"] for one in plan["copies"]["lacking"]] == [WANTED, origin["name"], edge["name"]]
    assert plan["missing"] == plan["images"]
    assert len(plan["status"]) == 3 and len(plan["checks"]) == 6


def test_a_builder_that_was_terminated_is_not_awaited() -> None:
    (name,) = planned([], [])["builders_awaited"]
    reason = {"message": "Client.VolumeLimitExceeded: Volume limit exceeded"}
    ended = [
        {"instance_id": f"i-{number}", "state": {"name": state}, "tags": {"Name": name}, "state_reason": reason}
        for number, state in ((1, "terminated"), (2, "shutting-down"), (3, "pending"))
    ]
    plan = planned([], [], running_builders=ended, launched=["i-2", "i-3"])
    assert plan["builders_ended"] == [f"{name} (i-2) is shutting-down: Client.VolumeLimitExceeded: Volume limit exceeded"]
    assert plan["builders_awaited"] == [name]


def test_builders_are_told_apart_by_their_names() -> None:
    names = of_roles(ORIGIN)["builders_awaited"]
    running = [
        {"instance_id": f"i-{number}", "state": {"name": "running"}, "public_ip_address": f"192.0.2.{number}", "tags": {"Name": name}}
        for number, name in enumerate(reversed(names))
    ]
    plan = of_roles(ORIGIN, running_builders=[*running, {"instance_id": "i-9", "state": {"name": "running"}, "tags": {}}])
    assert [one["builder"]["instance_id"] for one in plan["images"]] == ["i-1", "i-0"]
    assert plan["builders_awaited"] == []
    assert of_roles(ORIGIN, running_builders=running[:1])["builders_awaited"] == names[:1]


@pytest.mark.parametrize(
    "entry, declared",
    [
        ({"plugins": ["red5pro-hls-plugin"]}, {}),
        ({"plugins": None}, {}),
        ({"webapps": ["root"]}, {}),
        ({"files": [{"src": "/srv/a", "dest": "conf/b"}]}, {}),
        ({"files": [{"src": "/srv/a", "dest": "conf/a", "mode": "0600"}]}, {}),
        ({}, {"local_files": [{"item": "/srv/a", "stat": {"checksum": "2f"}}]}),
        ({}, {"image": "live-node-other"}),
        ({}, {"key": "another"}),
    ],
)
def test_every_input_changes_the_name(entry: Facts, declared: Facts) -> None:
    before, after = of_roles(ORIGIN), of_roles({**ORIGIN, **entry}, **declared)
    assert before["names"]["origin"] != after["names"]["origin"]
    assert of_roles(ORIGIN, {"role": "edge"})["names"]["origin"] == before["names"]["origin"], "but not another entry"


def test_only_images_with_files_need_the_key() -> None:
    assert of_roles({"role": "edge"})["names"] == of_roles({"role": "edge"}, key="another")["names"]


def test_the_order_of_what_is_kept_and_where_files_come_from_do_not_change_the_name() -> None:
    names = ["b", "a"]
    moved = [{"item": "/srv/b", "stat": {"checksum": "1f"}}]
    one = of_roles({**ORIGIN, "plugins": names, "webapps": names})
    other = of_roles(
        {**ORIGIN, "plugins": names[::-1], "webapps": [*names, "live"], "files": [{"src": "/srv/b", "dest": "/opt/red5pro/conf/a"}]},
        local_files=moved,
    )
    assert one["names"] == other["names"]


def test_before_anything_was_read_the_files_are_known() -> None:
    declared = {**DECLARED, "entries": [{"role": "edge"}, ORIGIN]}
    lacking = "Invalid red5pro_node_images[1].files[0].src: /srv/a. Expected: a file on the controller that can be read."
    assert FILTERS["node_image_plan"](declared, {}) == {"sources": ["/srv/a"], "problems": [lacking]}
    no_file = [{"item": "/srv/a", "stat": {"exists": False}}]
    assert FILTERS["node_image_plan"]({**declared, "local_files": no_file}, {})["problems"] == [lacking]
    assert FILTERS["node_image_plan"]({**declared, "local_files": LOCAL}, {})["problems"] == []


def test_it_is_settled_when_every_image_is_available_or_failed() -> None:
    name = of_roles(ORIGIN)["names"]["origin"]
    for states, settled, available in [
        (("available", "available"), True, True),
        (("available", "pending"), False, False),
        (("available", "failed"), True, False),
    ]:
        plan = of_roles(ORIGIN, home=[found(state=states[0]), {**role_image(name, "origin", 2), "state": states[1]}])
        assert (plan["settled"], plan["available"]) == (settled, available), states
    assert of_roles(ORIGIN, home=[found()])["settled"] is False


def test_so_many_older_images_of_each_role_are_kept() -> None:
    name = of_roles(ORIGIN)["names"]["origin"]
    home = [
        found(number=9),
        found("live-node-1", number=1),
        found("live-node-2", number=2),
        role_image(name, "origin", 8),
        role_image("live-node-origin-3", "origin", 3),
        role_image("live-node-origin-4", "origin", 4),
        role_image("live-node-origin-5", "origin", 5),
        role_image("live-node-relay-6", "relay", 6),
        role_image("live-node-relay-7", "relay", 7),
    ]
    retired = of_roles(ORIGIN, home=home, in_use=[WANTED, "live-node-origin-3"])["retired"]
    assert [one["name"] for one in retired] == ["live-node-1", "live-node-origin-4", "live-node-relay-6"]


def copied(region: str, state: str = "available", **tags: str) -> dict[str, list[Facts]]:
    return {region: [{"image_id": f"ami-{region}", "state": state, "tags": tags}]}


def test_copied_images() -> None:
    copies: dict[str, list[Facts]] = {
        "lacks": [],
        **copied("has", a="1", b="x", more="y"),
        **copied("pends", "pending", a="1", b="x"),
        **copied("untagged", a="2", b="x"),
    }
    source = {"name": WANTED, "description": "d", "tags": {"a": 1, "b": "x"}, "image": {"image_id": "ami-1"}}
    common = {"name": WANTED, "tags": source["tags"]}
    lacking = {**common, "region": "lacks", "description": "d", "image_id": "ami-1", "encrypted": False}
    assert node_images.copied_images(copies, source) == {
        "lacking": [lacking],
        "untagged": [{**common, "region": "untagged", "image_id": "ami-untagged"}],
        "waiting": [{"region": "lacks", "name": WANTED}, {"region": "pends", "name": WANTED}],
        "failed": [],
    }


def test_a_copy_that_failed_is_lacking_and_only_the_deployments_own_is_replaced() -> None:
    own, other = copied("own", "failed", **{"red5pro:deployment": "live"}), copied("other", "failed")
    source = {"name": WANTED, "description": "d", "tags": {"red5pro:deployment": "live"}, "image": {}}
    copies = node_images.copied_images({**own, **other}, source)
    assert {kind: [one["region"] for one in each] for kind, each in copies.items()} == {
        "lacking": ["own", "other"],
        "untagged": [],
        "waiting": ["own", "other"],
        "failed": ["own"],
    }
    assert copies["lacking"][0]["image_id"] == "ami-00000000", "in check mode the image does not exist yet"


def image(number: int, made: int | None = None) -> Facts:
    return {"name": f"n{number}", "image_id": f"ami-{number}", "creation_date": f"2026-01-{made or number:02}T00:00:00.000Z"}


@pytest.mark.parametrize(
    "current, in_use, kept, retired",
    [
        ("n4", [], 1, ["n1", "n2"]),
        ("n4", [], 0, ["n1", "n2", "n3"]),
        ("n4", [], 9, []),
        ("n4", ["n4", "n2"], 0, ["n1", "n3"]),
        ("n1", [], 1, ["n2", "n3"]),  # back to an old image: the newest of the others is kept
        ("n5", ["n4"], 0, ["n1", "n2", "n3"]),  # not made yet
    ],
)
def test_retired_images(current: str, in_use: list[str], kept: int, retired: list[str]) -> None:
    images = {"home": [image(3), image(1), image(4), image(2)]}
    assert [one["name"] for one in node_images.retired_images(images, current, in_use, kept)] == retired


def test_a_copy_is_as_old_as_the_first_and_is_deleted_with_it() -> None:
    images = {"home": [image(2), image(3)], "away": [image(2, 9), image(1, 8)]}
    assert [(one["region"], one["name"]) for one in node_images.retired_images(images, "n3", [], 1)] == [("away", "n2"), ("home", "n2")]
    assert node_images.retired_images(images, "n3", [], 0) == [
        {"region": "away", "name": "n1", "image_id": "ami-1"},
        {"region": "away", "name": "n2", "image_id": "ami-2"},
        {"region": "home", "name": "n2", "image_id": "ami-2"},
    ]


def test_why_the_image_failed_and_which_builder_runs() -> None:
    running: Facts = {"instance_id": "i-1", "state": {"name": "running"}, "private_ip_address": "10.0.0.9"}
    running["tags"] = {"Name": f"builder-{WANTED}"}
    (image,) = planned([found(state="failed")], [], running_builders=[running], private_address=True)["missing"]
    assert image["failure"] == "ami-1 failed: AWS gives no reason"
    assert image["builder"] == {"name": f"builder-{WANTED}", "instance_id": "i-1", "address": "10.0.0.9", "private_ip": "10.0.0.9"}
