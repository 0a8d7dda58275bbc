# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a host needs for Red5 Pro, why it cannot be installed, and what differs."""

from __future__ import annotations

from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.plugins.filter.core import regex_replace
from ansible_collections.streamops.red5pro.plugins.filter.red5pro import red5pro_plan
from ansible_collections.streamops.red5pro.plugins.module_utils._host import digest
from ansible_collections.streamops.red5pro.plugins.plugin_utils.red5pro_host import FILES, PACKAGES, heap, unit
from ansible_collections.streamops.red5pro.plugins.plugin_utils.stream_manager_config import AWS_CONTROLLER
from jinja2 import Environment

SUM, OTHER = "a" * 64, "b" * 64
ZIP, JAR = "/srv/red5pro-server-14.1.0.b1235-release.zip", "/srv/aws-cloud-controller-14.1.0.jar"
DIRECTORY = f"/usr/local/red5pro-14.1.0.b1235-{SUM[:8]}"
UNIT = "[Service]\nEnvironment=JAVA_HOME=/usr/lib/jvm/java-21-openjdk\nExecStart=jsvc -Xms2g -Xmx2g\nLimitNOFILE=65536\n"
SECRET = "secret-9d4"
PROPERTIES = {
    "config.dbHost": "db", "config.dbUser": "u", "config.dbPass": SECRET, "instancecontroller.instanceNamePrefix": "live",
    "cluster.password": SECRET, "rest.administratorToken": SECRET, "serverapi.accessToken": SECRET, "aws.defaultzone": "us-east-1",
    "aws.accessKey": "k", "aws.accessSecret": SECRET, "aws.ec2KeyPairName": "k", "aws.ec2SecurityGroup": "g", "aws.vpcName": "v",
}  # fmt: skip


def declared(**changes: Any) -> dict[str, Any]:
    return {
        "kind": "stream_manager", "distribution": ZIP, "distribution_checksum": "",
        "cloud_controller": JAR, "cloud_controller_checksum": "",
        "license_key": SECRET, "home": "/usr/local/red5pro", "service": "red5pro", "heap": "", "java_version": "", "manage_packages": True,
        "unwanted": [], "properties": PROPERTIES, "cluster_password": SECRET, "node_token": SECRET, "salt": "salt", **changes,
    }  # fmt: skip


def host(**changes: Any) -> dict[str, Any]:
    """A host without anything."""
    return {
        "archive": SUM, "jar": OTHER, "memory": 7782, "system": ["ubuntu", "22.04"], "home": "missing", "target": "/usr/local/red5pro",
        "aside": False,
        "checksum": "", "started": False,
        "unit": "", "installed_unit": "", "unwanted": [], "jars": {}, "classes": None, "node_api": False, "set_keys": [],
        "digests": {}, "packages": [], "differing_files": [], "differences": [], "utc": True, "state": "s", "in_effect": False, **changes,
    }  # fmt: skip


def installed(**changes: Any) -> dict[str, Any]:
    """A stream manager as declared."""
    secrets = {name: digest("salt", SECRET) for name in ("license", "cluster_password", "node_token")}
    own = unit(UNIT, 6, "/usr/lib/jvm/java-21-openjdk-amd64", "/usr/local/red5pro")
    return host(
        home="link", target=DIRECTORY, checksum=SUM, unit=UNIT, installed_unit=own, jars={"aws-cloud-controller-14.1.0.jar": OTHER},
        classes=[AWS_CONTROLLER], digests=secrets, packages=[*PACKAGES, "mysql-client", "openjdk-21-jdk"], in_effect=True,
        set_keys=["aws.defaultVPC", "aws.faultZoneBlockMilliseconds", "aws.operationTimeoutMilliseconds"], **changes,
    )  # fmt: skip


def differing(found: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The subjects that differ, with what was found."""
    checks = red5pro_plan(declared(**changes), {**installed(), **found})["checks"]
    return {one["subject"]: one["found"] for one in checks if not one.get("holds", one["expected"] == one["found"])}


@pytest.mark.parametrize(
    "memory, gigabytes",
    [
        (950, 0),
        (1945, 1),
        (2900, 2),
        (3890, 2),
        (7782, 6),
        (9216, 6),
        (12288, 9),
        (15800, 12),
        (20480, 16),
        (30720, 25),
        (31000, 25),
        (40960, 34),
        (64000, 55),
    ],
)
def test_heap_follows_from_the_memory(memory: int, gigabytes: int) -> None:
    assert heap(memory) == gigabytes


def test_unit_is_changed_in_four_places() -> None:
    text = "[Service]\nEnvironment=JAVA_HOME=/usr/lib/jvm/java-8\nWorkingDirectory=/usr/local/red5pro\nExecStart=jsvc -Xms2g -Xmx2048m -x\n"
    assert unit(text, 12, "/usr/lib/jvm/java-11", "/opt/red5") == (
        "[Service]\nLimitNOFILE=1000000\nEnvironment=JAVA_HOME=/usr/lib/jvm/java-11\n"
        "WorkingDirectory=/opt/red5\nExecStart=jsvc -Xms12g -Xmx12g -x\n"
    )
    assert "LimitNOFILE=1000000\n" in unit(UNIT, 2, "/j", "/usr/local/red5pro") and "4096" not in unit(UNIT, 2, "/j", "/usr/local/red5pro")


def test_what_to_read_follows_from_the_declaration_alone() -> None:
    plan = red5pro_plan(declared())
    assert plan["problems"] == [] and plan["files"] == FILES and "conf/autoscale.xml" in plan["unwanted"]
    assert red5pro_plan(declared(kind="node", unwanted=["webapps/inspector"]))["unwanted"] == [
        "webapps/inspector", "webapps/streammanager", "webapps/template", "webapps/videobandwidth",
    ]  # fmt: skip
    assert red5pro_plan(declared(), {"archive": SUM, "jar": OTHER})["directory"] == DIRECTORY
    stated = red5pro_plan(declared(distribution="https://example.com/red5pro.zip", distribution_checksum=f"sha256:{SUM.upper()}"))
    assert stated["directory"] == f"/usr/local/red5pro-release-{SUM[:8]}"


def test_new_host_gets_everything() -> None:
    plan = red5pro_plan(declared(), host())
    assert plan["problems"] == [] and not plan["unpacked"] and plan["previous"] == plan["aside"] == plan["unit"] == ""
    assert plan["missing_packages"] == [*PACKAGES, "openjdk-21-jdk", "mysql-client"] and plan["fetch_jar"] and plan["heap"] == 6
    assert set(plan["defaults"]) == {"aws.defaultVPC", "aws.faultZoneBlockMilliseconds", "aws.operationTimeoutMilliseconds"}
    assert red5pro_plan(declared(manage_packages=False), host())["missing_packages"] == []
    assert "mysql-client" not in red5pro_plan(declared(kind="node"), host())["missing_packages"]


def test_host_as_declared_needs_nothing() -> None:
    plan = red5pro_plan(declared(), installed())
    assert plan["unpacked"] and plan["in_effect"] and not plan["fetch_jar"] and plan["missing_packages"] == plan["surplus_jars"] == []
    assert plan["defaults"] == {} and plan["previous"] == "" and plan["unit"] == installed()["installed_unit"]
    assert differing({}) == {}


def test_upgrade_starts_from_the_installed_release() -> None:
    plan = red5pro_plan(declared(), installed() | {"target": "/usr/local/red5pro-13", "checksum": ""})
    assert (plan["previous"], plan["unpacked"], plan["in_effect"], plan["aside"]) == ("/usr/local/red5pro-13", False, False, "")
    by_hand = red5pro_plan(declared(), host(home="directory"))
    assert (by_hand["previous"], by_hand["aside"]) == ("/usr/local/red5pro", "/usr/local/red5pro-replaced")
    moved = red5pro_plan(declared(), host(aside=True, checksum=SUM))
    assert (moved["previous"], moved["aside"], moved["unpack"], moved["problems"]) == ("/usr/local/red5pro-replaced", "", True, [])
    assert red5pro_plan(declared(), host(aside=True))["previous"] == "", "that of an earlier time"


def test_release_is_unpacked_again_until_it_was_the_current_one() -> None:
    waiting = installed() | {"target": "/usr/local/red5pro-13"}
    assert red5pro_plan(declared(), waiting)["unpack"] and red5pro_plan(declared(), host())["unpack"]
    assert not red5pro_plan(declared(), waiting | {"started": True})["unpack"]
    assert not red5pro_plan(declared(), installed())["unpack"]


def test_other_cloud_controller_is_replaced() -> None:
    plan = red5pro_plan(declared(), installed() | {"jars": {"aws-cloud-controller-13.jar": OTHER}})
    assert plan["fetch_jar"] and plan["surplus_jars"] == ["aws-cloud-controller-13.jar"]
    given = red5pro_plan(declared(cloud_controller=""), installed() | {"jar": ""})
    assert not given["fetch_jar"] and given["surplus_jars"] == [] and given["problems"] == []


@pytest.mark.parametrize(
    "version, unit_text, java",
    [
        ("8.9.0", "", 8),
        ("9.0.1", "", 11),
        ("13.2.0.b99", "", 11),
        ("14.0.0", "", 21),
        ("14.0.0", "Environment=JAVA_HOME=/usr/lib/jvm/java-11-openjdk-amd64", 11),
        ("next", "", 21),
    ],
)
def test_java_version_is_that_of_the_distribution(version: str, unit_text: str, java: int) -> None:
    one = declared(distribution=f"/srv/red5pro-server-{version}-release.zip")
    assert f"openjdk-{java}-jdk" in red5pro_plan(one, host(unit=unit_text))["missing_packages"]
    assert "openjdk-17-jdk" in red5pro_plan({**one, "java_version": "17"}, host(unit=unit_text))["missing_packages"]


def test_any_version_of_java_is_looked_for() -> None:
    assert fnmatch("openjdk-25-jdk", red5pro_plan(declared(java_version=25))["packages"][-1])


def test_a_path_is_no_url() -> None:
    plan = red5pro_plan(declared(distribution="/srv/a #1?/red5pro-14.1.0.zip", cloud_controller="/srv/aws#1.jar", license_key="key\n"))
    assert (plan["problems"], plan["jar_name"], plan["directory"]) == ([], "aws#1.jar", "/usr/local/red5pro-14.1.0-")
    assert red5pro_plan(declared(), host(system=["ubuntu", "24.04 LTS"]))["problems"] == []


@pytest.mark.parametrize(
    ("name", "given", "taken"),
    [
        ("home", "/usr/local/red5pro/", "/usr/local/red5pro"),
        ("home", "/opt/red5//", "/opt/red5"),
        ("home", "/", "/"),  # refused by its name
        ("service", "red5pro.service", "red5pro"),
        ("service", "red5pro@a.b", "red5pro@a.b"),
    ],
)
def test_what_ends_a_name_is_no_part_of_those_that_follow_from_it(name: str, given: str, taken: str) -> None:
    jinja = Environment(autoescape=True)
    jinja.filters["regex_replace"] = regex_replace
    defaults = yaml.safe_load((Path(__file__).parents[4] / "roles/red5pro/defaults/main.yml").read_text(encoding="utf-8"))
    assert jinja.from_string(defaults[f"red5pro_install_{name}"]).render({f"red5pro_{name}": given}) == taken


HTTPS = "https://example.com/red5pro-server-14.1.0.b1235-release.zip"


@pytest.mark.parametrize(
    "changes, problem",
    [
        ({"kind": "other"}, "Invalid red5pro_install_kind: other. Expected: stream_manager or node."),
        ({"heap": "2g"}, "Invalid red5pro_heap: 2g. Expected: a whole number of GB from 1 to 1024."),
        ({"java_version": "7"}, "Invalid red5pro_java_version: 7. Expected: a whole number from 8 to 99."),
        ({"distribution": "red5.zip"}, "Invalid red5pro_distribution: red5.zip. Expected: an absolute path on the controller, a URL"),
        ({"distribution": ""}, 'Invalid red5pro_distribution: "". Expected: an absolute path'),
        ({"distribution": "/srv/red5.tar"}, "Invalid red5pro_distribution: /srv/red5.tar. Expected: a file whose name ends with .zip."),
        ({"distribution": "https://u:p@example.com/a.zip"}, "Invalid red5pro_distribution: (hidden). Expected: a URL without a user"),
        ({"distribution": "https://example.com/a.zip?token=x"}, "Invalid red5pro_distribution: (hidden). Expected: a URL without a user"),
        (
            {"distribution": HTTPS},
            f'Invalid red5pro_distribution_checksum: "". Expected: sha256: and 64 hexadecimal digits, which {HTTPS} needs.',
        ),
        ({"distribution": "https://[::1/red5.zip"}, "Invalid red5pro_distribution: https://[::1/red5.zip. Expected: an absolute path"),
        ({"cloud_controller": "https://[::1/aws.jar"}, "Invalid red5pro_cloud_controller: https://[::1/aws.jar. Expected: an absolute"),
        ({"home": "usr/local/red5pro"}, "Invalid red5pro_home: usr/local/red5pro. Expected: an absolute path below /"),
        ({"home": "/"}, "Invalid red5pro_home: /. Expected: an absolute path below /"),
        ({"service": "red5 pro"}, "Invalid red5pro_service: red5 pro. Expected: the name of a systemd service"),
        ({"license_key": "a\nb"}, "Invalid red5pro_license_key: (hidden). Expected: the license key"),
        ({"license_key": " "}, "Invalid red5pro_license_key: (hidden). Expected: the license key"),
        ({"distribution": "s3://bucket/a.zip"}, 'Invalid red5pro_distribution_checksum: "".'),
        ({"distribution_checksum": "md5:1"}, "Invalid red5pro_distribution_checksum: md5:1. Expected: sha256:"),
        (
            {"cloud_controller": "/srv/aws.zip"},
            "Invalid red5pro_cloud_controller: /srv/aws.zip. Expected: a file whose name ends with .jar.",
        ),
        ({"properties": {"streammanager.ip": "1"}}, "Invalid red5pro_stream_manager_properties['streammanager.ip']"),
        ({"unwanted": ["conf/x"]}, "Invalid red5pro_unwanted_files: conf/x. Expected: patterns such as webapps/inspector"),
        ({"unwanted": ["webapps/r*"]}, "Invalid red5pro_unwanted_files: webapps/r*. Expected: no pattern that matches webapps/root"),
        ({"unwanted": ["plugins/*"]}, "no pattern that matches plugins/red5pro-rtsp-plugin.jar"),
        ({"kind": "node", "cluster_password": ""}, "Invalid red5pro_stream_manager_properties['cluster.password']: \"\"."),
    ],
)
def test_invalid_declaration_is_refused_before_anything_is_read(changes: dict[str, Any], problem: str) -> None:
    problems = red5pro_plan(declared(**changes))["problems"]
    assert len(problems) == 1 and problem in problems[0]


@pytest.mark.parametrize(
    "changes, found, problem",
    [
        ({}, {"archive": ""}, f"Invalid red5pro_distribution: {ZIP}. Expected: a file on the controller."),
        ({}, {"jar": ""}, f"Invalid red5pro_cloud_controller: {JAR}. Expected: a file on the controller."),
        ({"distribution_checksum": f"sha256:{OTHER}"}, {}, f"Expected: sha256:{SUM}, which is that of {ZIP}."),
        ({}, {"system": ["debian", "12"]}, "Refusing to install Red5 Pro: the host has debian 12. Use Ubuntu 20.04, 22.04 or later."),
        ({}, {"system": ["ubuntu", "18.04"]}, "the host has ubuntu 18.04"),
        ({}, {"system": ["ubuntu", ""]}, "the host has ubuntu. Use Ubuntu 20.04"),
        ({}, {"system": ["", ""]}, "the host has an unknown system. Use Ubuntu 20.04"),
        (
            {},
            {"home": "directory", "aside": True},
            "Refusing to install Red5 Pro: /usr/local/red5pro is a directory, and /usr/local/red5pro-replaced, to which it would be moved",
        ),
        ({}, {"memory": 900}, "the host has 900 MiB of memory. Use at least 2 GB, or set red5pro_heap."),
        ({"heap": "8"}, {}, "Invalid red5pro_heap: 8. Expected: less than the 7782 MiB of memory that the host has."),
        (
            {"license_key": ""},
            {},
            'Invalid red5pro_license_key: "". Expected: the license key, which clustering needs; keep it in a vault.',
        ),
        ({}, {"unit": "[Service]\n"}, "red5pro.service of the distribution sets no -Xmx"),
        ({"cloud_controller": ""}, {"jar": ""}, 'Invalid red5pro_cloud_controller: "". Expected: aws-cloud-controller-<version>.jar'),
        ({"properties": {**PROPERTIES, "config.dbPass": ""}}, {}, "Invalid red5pro_stream_manager_properties['config.dbPass']: \"\"."),
        ({"properties": {**PROPERTIES, "aws.vpcName": ""}}, {}, "Invalid red5pro_stream_manager_properties['aws.vpcName']"),
    ],
)
def test_host_that_cannot_be_installed_is_refused(changes: dict[str, Any], found: dict[str, Any], problem: str) -> None:
    problems = red5pro_plan(declared(**changes), host(**found))["problems"]
    assert len(problems) == 1 and problem in problems[0] and SECRET not in problems[0]


def test_values_that_are_on_the_host_need_not_be_declared() -> None:
    bare = declared(properties={"aws.defaultVPC": True}, license_key="", cloud_controller="")
    found = installed() | {"set_keys": [key for key in PROPERTIES if key != "aws.vpcName"], "jar": ""}
    assert red5pro_plan(bare, found)["problems"] == []


@pytest.mark.parametrize(
    "found, subject, value",
    [
        ({"home": "directory"}, "/usr/local/red5pro", "directory"),
        ({"target": "/usr/local/red5pro-13"}, "/usr/local/red5pro", "/usr/local/red5pro-13"),
        ({"packages": []}, "packages", [*PACKAGES, "openjdk-21-jdk", "mysql-client"]),
        ({"unwanted": ["conf/autoscale.xml"]}, "files to delete", ["conf/autoscale.xml"]),
        ({"differing_files": ["/etc/x"]}, "limits", ["/etc/x"]),
        ({"utc": False}, "time zone", "another"),
        ({"installed_unit": UNIT}, "red5pro.service", "another text"),
        ({"in_effect": False}, "service", "files changed since then"),
        ({"digests": {"license": "x"}}, "LICENSE.KEY", "(hidden)"),
        ({"classes": ["Dummy", AWS_CONTROLLER]}, "apiBridge in applicationContext.xml", f"Dummy and {AWS_CONTROLLER}"),
        ({"classes": []}, "apiBridge in applicationContext.xml", "none active"),
        ({"jars": {}}, "cloud controller", "missing"),
        ({"set_keys": []}, "properties without a value", None),
        ({"differences": [{"key": "config.dbHost", "expected": "db", "found": "x"}]}, "config.dbHost", "x"),
    ],
)
def test_drift_is_named(found: dict[str, Any], subject: str, value: Any) -> None:
    differ = differing(found)
    assert list(differ) == [subject] and (value is None or differ[subject] == value)


def test_release_that_is_not_unpacked_is_named() -> None:
    assert differing({"checksum": ""})["release"] == "not unpacked"


def test_drift_of_a_node_is_named_without_its_secrets() -> None:
    found = {"digests": {"license": digest("salt", SECRET), "cluster_password": "other"}}
    assert differing(found, kind="node") == {
        "password in conf/cluster.xml": "(hidden)", "security.accessToken of the webapp api": "missing",
    }  # fmt: skip
    assert differing({"jars": {}, "classes": []}, kind="node") == {}
