# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reads the files of a Red5 Pro host. Secrets leave it only as digests with a salt that is new for each run."""

from __future__ import annotations

import hashlib
import hmac
import re
import typing as t
from pathlib import Path
from xml.etree import ElementTree

from ansible_collections.streamops.red5pro.plugins.module_utils import _xml
from ansible_collections.streamops.red5pro.plugins.module_utils._messages import HIDDEN
from ansible_collections.streamops.red5pro.plugins.module_utils._properties import (
    PropertiesError,
    compared,
    is_secret,
    read,
    shown,
    update,
)

WEBAPP = "webapps/streammanager/WEB-INF"
PROPERTIES = f"{WEBAPP}/red5-web.properties"
CONTEXT = f"{WEBAPP}/applicationContext.xml"
AUTOSCALE = "conf/autoscale.xml"
CLUSTER = "conf/cluster.xml"
BRIDGE = "apiBridge"
SHORT_PASSWORD = "{http://www.springframework.org/schema/p}password"
_JARS = ("plugins/red5pro-*.jar", f"{WEBAPP}/lib/*-cloud-controller-*.jar")
_JAR = re.compile(r"(?P<name>.+?)-(?P<version>\d[\w.-]*)\.jar", re.ASCII)


def digest(salt: str, value: str) -> str:
    """A digest to compare the values of two hosts without showing them. Useless without the salt, which is not stored."""
    return hmac.new(salt.encode(), value.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


def properties_text(home: Path) -> str:
    """The stream manager's properties, their bytes as latin-1 and their line ends as they are."""
    return (home / PROPERTIES).read_bytes().decode("latin-1")


def property_facts(text: str, salt: str, apart: t.Collection[str], section: str | None) -> dict[str, t.Any]:
    """The values by key, secrets as digests, and a digest of all lines that must be equal on every host."""
    values = read(text)
    return {
        "properties": {key: value for key, value in values.items() if not is_secret(key, value)},
        "secrets": {key: digest(salt, value) for key, value in values.items() if is_secret(key, value)},
        "lines_digest": digest(salt, repr(list(compared(text, set(apart), section)))),
    }


def declared_differences(text: str, plain: dict[str, str], secret: dict[str, str], section: str | None) -> list[dict[str, str | None]]:
    """The declared keys with another value, with the expected value and the value found; secrets are hidden.

    Raises PropertiesError if a value is invalid, or if Java refuses the file even with the declared values.
    """
    try:
        _unused, before = update(text, plain | secret, section)
    except PropertiesError as error:
        raise PropertiesError(f"{PROPERTIES}: {error}") from error
    return [
        {
            "key": key,
            "expected": HIDDEN if key in secret else shown(key, plain[key]),
            "found": HIDDEN if key in secret and found else shown(key, found),
        }
        for key, found in sorted(before.items())
    ]


def bridge_classes(home: Path) -> list[str]:
    """The classes of the active beans that connect the stream manager with its cloud; raises ParseError if the file is not XML."""
    return [bean.get("class", "") for bean in _beans(home, CONTEXT) if BRIDGE in _names(bean)]


def cluster_password(home: Path) -> str | None:
    """The password in the node's cluster.xml, None without one."""
    beans = _beans(home, CLUSTER)
    within = {id(one) for bean in beans for one in bean.iter() if one is not bean}
    for bean in sorted(beans, key=lambda one: id(one) in within):
        if (short := bean.get(SHORT_PASSWORD)) is not None:
            return short
        for item in bean:
            if _tag(item) == "property" and item.get("name") == "password":
                inner = next((each for each in item if _tag(each) == "value"), None)
                return "".join(inner.itertext()) if inner is not None else item.get("value") or "".join(item.itertext()).strip()
    return None


def versions(home: Path) -> dict[str, str]:
    """The versions of Red5 Pro's plugins and of the cloud controller, by their file names."""
    names = sorted(path.name for pattern in _JARS for path in home.glob(pattern))
    return {match["name"]: match["version"] for match in map(_JAR.fullmatch, names) if match}


def _beans(home: Path, name: str) -> list[ElementTree.Element]:
    """All beans of a file, none if it does not exist."""
    if not (home / name).exists():
        return []
    try:
        return [element for element in _xml.root((home / name).read_bytes()).iter() if _tag(element) == "bean"]
    except ElementTree.ParseError as error:
        raise ElementTree.ParseError(f"{name} is not XML: {error}") from error


def _tag(element: ElementTree.Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _names(bean: ElementTree.Element) -> set[str]:
    return set(re.split(r"[\s,;]+", f"{bean.get('id', '')} {bean.get('name', '')}"))
