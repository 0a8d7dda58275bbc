# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the files of a Red5 Pro host say."""

from __future__ import annotations

from pathlib import Path
from xml.etree.ElementTree import ParseError

import pytest
from ansible_collections.streamops.red5pro.plugins.module_utils import _host as host
from ansible_collections.streamops.red5pro.plugins.module_utils._properties import PropertiesError

AWS = "com.red5pro.services.cloud.aws.component.AWSInstanceController"
DUMMY = "com.red5pro.services.cloud.sim.component.DummyCloudController"
BEANS = '<?xml version="1.0"?>\n<beans xmlns="http://www.springframework.org/schema/beans">{}</beans>\n'


def write(home: Path, name: str, text: str) -> Path:
    (home / name).parent.mkdir(parents=True, exist_ok=True)
    (home / name).write_text(text, encoding="utf-8")
    return home


BRIDGES = {
    "AWS": (f'<bean id="apiBridge" class="{AWS}"/>', [AWS]),
    "dummy, AWS commented out": (f'<bean id="apiBridge" class="{DUMMY}"/><!-- <bean id="apiBridge" class="{AWS}"/> -->', [DUMMY]),
    "both commented out": (f'<!-- <bean id="apiBridge" class="{AWS}"/> -->', []),
    "both active": (f'<bean id="apiBridge" class="{DUMMY}"/><bean id="apiBridge" class="{AWS}"/>', [DUMMY, AWS]),
    "by its name": (f'<bean name="other, apiBridge" class="{AWS}"/>', [AWS]),
    "within others": (f'<beans><bean id="apiBridge" class="{AWS}"/></beans>', [AWS]),
    "another bean": (f'<bean id="apiBridges" class="{AWS}"/>', []),
    "no class": ('<bean id="apiBridge"/>', [""]),
}


@pytest.mark.parametrize("beans, classes", BRIDGES.values(), ids=BRIDGES)
@pytest.mark.parametrize("form", [BEANS, "<beans>{}</beans>"], ids=["with a namespace", "without"])
def test_active_bridges(tmp_path: Path, form: str, beans: str, classes: list[str]) -> None:
    assert host.bridge_classes(write(tmp_path, host.CONTEXT, form.format(beans))) == classes


def test_no_context(tmp_path: Path) -> None:
    assert host.bridge_classes(tmp_path) == []


@pytest.mark.parametrize("text", ["", "<beans>", '<?xml version="1.0" encoding="x-none"?><beans/>'])
def test_file_that_is_not_xml(tmp_path: Path, text: str) -> None:
    with pytest.raises(ParseError, match=f"^{host.CONTEXT} is not XML: "):
        host.bridge_classes(write(tmp_path, host.CONTEXT, text))
    with pytest.raises(ParseError, match=f"^{host.CLUSTER} is not XML: "):
        host.cluster_password(write(tmp_path, host.CLUSTER, text))


@pytest.mark.parametrize("declared", ["utf-8-sig", "UTF8", "utf-16", "GBK", "Cp1252", "latin1"])
def test_encodings(tmp_path: Path, declared: str) -> None:
    """By each name that Java knows."""
    text = f'<?xml version="1.0" encoding="{declared}"?><beans><bean><property name="password" value="p\xfc"/></bean></beans>'
    write(tmp_path, host.CLUSTER, "")
    (tmp_path / host.CLUSTER).write_bytes(text.encode(declared))
    assert host.cluster_password(tmp_path) == "p\xfc"


PASSWORDS = {
    "attribute": ('<bean id="clusterConfig"><property name="password" value="x y"/></bean>', "x y"),
    "element": ('<bean name="c"><property name="password">\n  <value>x</value>\n</property></bean>', "x"),
    "white space in the element": ('<bean name="c"><property name="password">\n<value> x </value></property></bean>', " x "),
    "described": ('<bean name="c"><property name="password"><description>d</description><value>x</value></property></bean>', "x"),
    "empty": ('<bean name="c"><property name="password" value=""/></bean>', ""),
    "another property": ('<bean name="c"><property name="publicPort" value="1935"/></bean>', None),
    "commented out": ('<bean name="c"><!-- <property name="password" value="x"/> --></bean>', None),
    "attribute of the p namespace": ('<bean xmlns:p="http://www.springframework.org/schema/p" p:password="x"/>', "x"),
    "attribute of another namespace": ('<bean xmlns:p="urn:x" p:password="x"/>', None),
    "prefixed": ('<s:bean xmlns:s="urn:x"><s:property name="password"><s:value>x</s:value></s:property></s:bean>', "x"),
    "inner bean before": (
        '<bean><property name="a"><bean><property name="password" value="i"/></bean></property>'
        '<property name="password" value="x"/></bean>',
        "x",
    ),
    "inner bean of another one": (
        '<bean><property name="a"><bean><property name="password" value="i"/></bean></property></bean>'
        '<bean><property name="password" value="x"/></bean>',
        "x",
    ),
    "only in an inner bean": ('<bean><property name="a"><bean><property name="password" value="x"/></bean></property></bean>', "x"),
    "no bean": ("", None),
}


@pytest.mark.parametrize("beans, password", PASSWORDS.values(), ids=PASSWORDS)
def test_cluster_password(tmp_path: Path, beans: str, password: str | None) -> None:
    assert host.cluster_password(write(tmp_path, host.CLUSTER, BEANS.format(beans))) == password


def test_no_cluster_file(tmp_path: Path) -> None:
    assert host.cluster_password(tmp_path) is None


def test_versions_by_file_names(tmp_path: Path) -> None:
    for name in (
        "plugins/red5pro-webrtc-plugin-14.1.0.b1235-release.jar",
        "plugins/red5pro-client-suppressor-14.1.0.jar",
        "plugins/inspector.jar",
        "plugins/red5pro-none.jar",
        "plugins/red5pro-webrtc-plugin-13.0.0.jar.off",
        f"{host.WEBAPP}/lib/aws-cloud-controller-8.2.jar",
        f"{host.WEBAPP}/lib/spring-core-5.jar",
    ):
        write(tmp_path, name, "")
    assert host.versions(tmp_path) == {
        "red5pro-webrtc-plugin": "14.1.0.b1235-release",
        "red5pro-client-suppressor": "14.1.0",
        "aws-cloud-controller": "8.2",
    }


def test_digest_depends_on_salt_and_value() -> None:
    digests = {host.digest(salt, value) for salt in ("a", "b") for value in ("x", "\xfc", "\ud83d")}
    assert len(digests) == 6
    assert host.digest("a", "x") == host.digest("a", "x")


def test_property_facts() -> None:
    facts = host.property_facts("a=1\nconfig.dbPass=\\u0078\nip=1\n", "salt", ["ip"], None)
    assert facts["properties"] == {"a": "1", "ip": "1"}
    assert facts["secrets"] == {"config.dbPass": host.digest("salt", "x")}
    assert facts["lines_digest"] == host.property_facts("a : 1\nconfig.dbPass=x\nip=2\n", "salt", ["ip"], None)["lines_digest"]
    assert facts["lines_digest"] != host.property_facts("# c\na=1\nconfig.dbPass=x\n", "salt", ["ip"], None)["lines_digest"]


def test_file_that_java_refuses_is_named() -> None:
    with pytest.raises(PropertiesError, match=f"^{host.PROPERTIES}: Invalid line 2: .u without four hexadecimal digits after it, in b"):
        host.declared_differences("a=1\nb=C:\\users\n", {"a": "1"}, {}, None)
    assert [one["key"] for one in host.declared_differences("a=1\nb=C:\\users\n", {"b": "C:users"}, {}, None)] == ["b"]


def test_declared_differences() -> None:
    text = "a=1\nb=x  y\nconfig.dbPass=old\nplain=old\nempty.token=\n"
    plain = {"a": "1", "b": "x y", "c": "", "config.dbPass": "new"}
    assert host.declared_differences(text, plain, {"plain": "new", "z": "new", "empty.token": "new"}, None) == [
        {"key": "b", "expected": "x y", "found": "x  y"},
        {"key": "c", "expected": "", "found": None},
        {"key": "config.dbPass", "expected": "(hidden)", "found": "(hidden)"},
        {"key": "empty.token", "expected": "(hidden)", "found": ""},
        {"key": "plain", "expected": "(hidden)", "found": "(hidden)"},
        {"key": "z", "expected": "(hidden)", "found": None},
    ]
