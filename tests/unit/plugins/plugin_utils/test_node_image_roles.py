# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Images of single roles: what is wrong with a declaration, and what a builder does not keep."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.streamops.red5pro.plugins.filter.node_images import FilterModule
from ansible_collections.streamops.red5pro.plugins.plugin_utils import network_declaration, node_image_roles

Facts = dict[str, Any]
SURPLUS = FilterModule().filters()["node_image_surplus"]
FILE = {"src": "/srv/a", "dest": "conf/a"}


def messages(declared: Any) -> list[str]:
    return [row["message"] for row in network_declaration.declaration_problems({"red5pro_node_images": declared})]


@pytest.mark.parametrize(
    "declared",
    [
        None,
        "",
        [],
        [{"role": "origin"}],
        [{"role": "origin", "plugins": None, "webapps": "", "files": []}, {"role": "edge", "plugins": [], "webapps": ["root", "vod-*"]}],
        [{"role": "relay", "files": [{**FILE, "mode": None}, {"src": "/srv/b c", "dest": "/etc/b", "mode": "0640"}]}],
        [{"role": "relay", "files": [{**FILE, "mode": "640"}, {"src": "/srv/b", "dest": "b", "mode": ""}]}],
        '[{"role": "transcoder", "plugins": ["red5pro-rtsp*"]}]',
    ],
)
def test_valid(declared: Any) -> None:
    assert messages(declared) == []


@pytest.mark.parametrize(
    "declared, message",
    [
        ({"role": "edge"}, 'red5pro_node_images: {"role": "edge"}. Expected: a list; each item is a dictionary with any of role, plugins,'),
        ("edge", "red5pro_node_images[0]: edge. Expected: a dictionary with any of role, plugins, webapps, files."),
        ("{role: [", "red5pro_node_images: (hidden). Expected: JSON, YAML or items separated by commas"),
        ([{}], "red5pro_node_images[0].role: missing. Expected: one of origin, edge, relay, transcoder."),
        ([{"role": "proxy"}], "red5pro_node_images[0].role: proxy. Expected: one of origin, edge, relay, transcoder."),
        (
            [{"role": "edge"}, {"role": "edge"}],
            "red5pro_node_images[1].role: edge. Expected: each role once; red5pro_node_images[0] has it",
        ),
        (
            [{"role": "edge", "plugin": []}],
            "red5pro_node_images[0].plugin: no such option. Expected: one of role, plugins, webapps, files.",
        ),
        ([{"role": "edge", "plugins": {"a": 1}}], 'red5pro_node_images[0].plugins: {"a": 1}. Expected: a list.'),
        (
            [{"role": "edge", "plugins": ["plugins/a"]}],
            "red5pro_node_images[0].plugins[0]: plugins/a. Expected: the name of a file in plugins",
        ),
        ([{"role": "edge", "webapps": ["live", ".."]}], "red5pro_node_images[0].webapps[1]: ... Expected: the name of a file in webapps"),
        ([{"role": "edge", "webapps": ["streammanager"]}], "red5pro_node_images[0].webapps[0]: streammanager. Expected: another one"),
        ([{"role": "edge", "files": ["/srv/a"]}], "red5pro_node_images[0].files[0]: /srv/a. Expected: a dictionary."),
        ([{"role": "edge", "files": [{"src": "/a"}]}], "red5pro_node_images[0].files[0].dest: missing. Expected: text."),
        ([{"role": "edge", "files": [{**FILE, "src": "a"}]}], "red5pro_node_images[0].files[0].src: a. Expected: the absolute path"),
        (
            [{"role": "edge", "files": [{**FILE, "dest": "conf/"}]}],
            "red5pro_node_images[0].files[0].dest: conf/. Expected: the path of a file",
        ),
        (
            [{"role": "edge", "files": [{**FILE, "dest": "../a"}]}],
            "red5pro_node_images[0].files[0].dest: ../a. Expected: the path of a file",
        ),
        (
            [{"role": "edge", "files": [{**FILE, "dest": "conf/autoscale.xml"}]}],
            "red5pro_node_images[0].files[0].dest: conf/autoscale.xml. Expected: another file, since the role node_image writes it.",
        ),
        ([{"role": "edge", "files": [{**FILE, "mode": 416}]}], "red5pro_node_images[0].files[0].mode: 416. Expected: three or four octal"),
        (
            [{"role": "edge", "files": [{**FILE, "mode": "u+x"}]}],
            "red5pro_node_images[0].files[0].mode: u+x. Expected: three or four octal",
        ),
        (
            [{"role": "edge", "files": [{**FILE, "dest": "conf//autoscale.xml"}]}],
            "red5pro_node_images[0].files[0].dest: conf//autoscale.xml. Expected: another file, since the role node_image writes it.",
        ),
        (
            [{"role": "edge", "files": [FILE, {**FILE, "dest": "conf//a"}]}],
            "red5pro_node_images[0].files[1].dest: conf/a. Expected: each destination once",
        ),
        (
            [{"role": "edge", "files": [FILE, {**FILE, "dest": "/usr/local/red5pro/conf/a"}]}],
            "red5pro_node_images[0].files[1].dest: conf/a. Expected: each destination once",
        ),
        (
            [{"role": "edge", "files": [{**FILE, "dest": " conf/a"}]}],
            'red5pro_node_images[0].files[0].dest: " conf/a". Expected: the path of a file',
        ),
        (
            [{"role": "edge", "files": [{**FILE, "src": "/srv/a\u200b"}]}],
            'red5pro_node_images[0].files[0].src: "/srv/a\\u200b". Expected: the absolute path',
        ),
        ([{"role": "edge", "files": [FILE, FILE]}], "red5pro_node_images[0].files[1].dest: conf/a. Expected: each destination once"),
    ],
)
def test_invalid(declared: Any, message: str) -> None:
    (found,) = messages(declared)
    assert found.startswith(f"Invalid {message}"), found


def test_the_same_file_depends_on_the_home() -> None:
    files = [FILE, {**FILE, "dest": "/opt/red5pro/conf/a"}]
    rows = network_declaration.declaration_problems(
        {"red5pro_home": "/opt/red5pro/", "red5pro_node_images": [{"role": "edge", "files": files}]}
    )
    assert [row["message"].partition(":")[0] for row in rows] == ["Invalid red5pro_node_images[0].files[1].dest"]


def test_entries_have_one_form_and_invalid_ones_are_left_out() -> None:
    files = [{"src": "/srv/b", "dest": "/etc/b", "mode": "0640"}, {"src": "/srv/a", "dest": "conf/x/a"}]
    (edge,) = node_image_roles.entries([{"role": "proxy"}, {"role": "edge", "plugins": "b,a", "files": files}], home="/opt/red5pro")
    assert edge == {
        "index": 1,
        "role": "edge",
        "plugins": ["a", "b", "red5pro-autoscale-plugin*", "red5pro-rtsp*"],
        "webapps": None,
        "declared": {"plugins": ["b", "a"], "webapps": []},
        "files": [
            {"index": 0, "src": "/srv/b", "dest": "/etc/b", "mode": "0640"},
            {"index": 1, "src": "/srv/a", "dest": "/opt/red5pro/conf/x/a", "mode": "0644"},
        ],
        "directories": ["/etc", "/opt/red5pro/conf/x"],
    }


@pytest.mark.parametrize(
    "webapps, node_api, kept",
    [
        (None, True, None),
        ([], False, ["live", "root"]),
        ([], True, ["api", "live", "root"]),
        (["vod"], False, ["live", "root", "vod"]),
    ],
)
def test_the_webapps_that_nodes_need_are_kept(webapps: list[str] | None, node_api: bool, kept: list[str] | None) -> None:
    (edge,) = node_image_roles.entries([{"role": "edge", "webapps": webapps}], node_api)
    assert edge["webapps"] == kept


PLUGINS = [
    "inspector.jar",
    "red5pro-autoscale-plugin-14.1.0.b1235-release.jar",
    "red5pro-rtsp-plugin-14.1.0.b1235-release.jar",
    "red5pro-webrtc-plugin-14.1.0.b1235-release.jar",
    "readme.txt",
]
WEBAPPS = {"live": True, "root": True, "api": True, "vod.war": False, "red5-default.xml": False}
HOST = [{"path": f"/opt/red5pro/plugins/{name}", "isdir": False, "islnk": False} for name in PLUGINS] + [
    {"path": f"/opt/red5pro/webapps/{name}", "isdir": directory and name != "api", "islnk": name == "api"}
    for name, directory in WEBAPPS.items()
]


@pytest.mark.parametrize(
    "declared, deleted",
    [
        ({}, []),
        ({"plugins": ["*"], "webapps": ["*"]}, []),
        ({"plugins": []}, ["plugins/inspector.jar", "plugins/red5pro-webrtc-plugin-14.1.0.b1235-release.jar"]),
        ({"plugins": ["inspector"]}, ["plugins/red5pro-webrtc-plugin-14.1.0.b1235-release.jar"]),
        ({"plugins": ["inspector.jar", "red5pro-webrtc-plugin"]}, []),
        ({"plugins": ["red5pro-webrtc*"]}, ["plugins/inspector.jar"]),
        ({"webapps": ["vod"]}, ["webapps/api"]),
        ({"webapps": ["api", "vod.war"]}, []),
        ({"webapps": []}, ["webapps/api", "webapps/vod.war"]),
    ],
)
def test_what_is_not_kept_is_deleted(declared: Facts, deleted: list[str]) -> None:
    (edge,) = node_image_roles.entries([{"role": "edge", **declared}])
    assert SURPLUS(edge, HOST) == {"paths": [f"/opt/red5pro/{name}" for name in deleted], "problems": []}


def test_what_is_to_be_kept_must_exist() -> None:
    entries = [{"role": "relay"}, {"role": "edge", "plugins": ["red5pro-hls*"], "webapps": ["VOD", "live"]}]
    *_unused, edge = node_image_roles.entries(entries)
    assert SURPLUS(edge, HOST)["problems"] == [
        "Invalid red5pro_node_images[1].plugins: red5pro-hls*. Expected: names or patterns of plugins of the image, which has "
        f"{', '.join(sorted(PLUGINS[:4]))}.",
        "Invalid red5pro_node_images[1].webapps: VOD. Expected: names or patterns of webapps of the image, which has "
        "api, live, root, vod.war.",
    ]
    assert SURPLUS(edge, [])["problems"][0].endswith("of the image, which has none.")
