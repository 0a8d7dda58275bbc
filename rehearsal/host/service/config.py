# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the service reads of its host: environment, properties, XML beans, and the instance's own facts."""

from __future__ import annotations

import json
import logging
import os
import re
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

from . import java_properties

_LOG = logging.getLogger("config")
AWS_CONTROLLER = "com.red5pro.services.cloud.aws.component.AWSInstanceController"
_BEANS = "{http://www.springframework.org/schema/beans}"


@dataclass(frozen=True)
class Environment:
    """Where the service runs; `pace` scales what takes time, `facts` is the file the host's instance facts lie in.

    `oddities` are those of the API, see loose.py.
    """

    home: Path
    port: int
    endpoint: str
    pace: float
    facts: Path
    oddities: frozenset[str] = frozenset()

    @classmethod
    def read(cls, environ: Mapping[str, str] | None = None) -> Environment:
        """From what /etc/default/red5pro exports."""
        environ = os.environ if environ is None else environ
        return cls(
            home=Path(environ["RED5_HOME"]),
            port=int(environ["RED5_PORT"]),
            endpoint=environ["AWS_ENDPOINT_URL"],
            pace=float(environ["PACE"]),
            facts=Path(environ.get("INSTANCE_FACTS", "/run/instance.json")),
            oddities=frozenset(environ.get("API_ODDITIES", "").split()),
        )

    @property
    def properties_file(self) -> Path:
        """The stream manager's properties; a host without this file is a node."""
        return self.home / "webapps/streammanager/WEB-INF/red5-web.properties"

    def check_license(self) -> None:
        """A ValueError says that there is none, without which no cluster works."""
        path = self.home / "LICENSE.KEY"
        if not path.exists() or not path.read_text().strip():
            raise ValueError(f"{path}: no license key, which clustering needs")

    def instance(self) -> dict[str, Any]:
        """id, region, zone, private_ip, public_ip and tags of the instance, as they are now."""
        facts: dict[str, Any] = json.loads(self.facts.read_text())
        return facts

    def own_names(self) -> set[str]:
        """The addresses and host names that are this host's own, as they are now."""
        facts = self.instance()
        return {name for name in (facts["private_ip"], facts["public_ip"], socket.gethostname()) if name}


def read_properties(path: Path) -> dict[str, str]:
    """A Java properties file, its bytes as latin-1."""
    return java_properties.load(path.read_bytes().decode("latin-1"))


def cloud_controller(home: Path, properties: Mapping[str, str]) -> str:
    """The class of the bean apiBridge; a ValueError says why Spring does not start the webapp with these properties."""
    path = home / "webapps/streammanager/WEB-INF/applicationContext.xml"
    try:
        root = ElementTree.parse(path).getroot()
    except (OSError, ElementTree.ParseError) as error:
        raise ValueError(f"{path}: {error}") from error
    classes = [bean.get("class", "") for bean in root.iter(f"{_BEANS}bean") if "apiBridge" in (bean.get("name"), bean.get("id"))]
    if len(classes) != 1:
        raise ValueError(f"{path}: {len(classes)} beans apiBridge where there must be one")
    if classes[0] == AWS_CONTROLLER and not list(path.parent.glob("lib/aws-cloud-controller-*.jar")):
        raise ValueError(f"java.lang.ClassNotFoundException: {classes[0]}")
    for key in re.findall(r"\$\{(.+?)\}", " ".join(item.get("value", "") for item in root.iter(f"{_BEANS}property"))):
        if key not in properties:
            raise ValueError(f"Could not resolve placeholder '{key}' in {path}")
    return classes[0]


def read_bean(path: Path, name: str) -> dict[str, str]:
    """The properties of one bean of a Spring beans file, empty without it; an `ElementTree.ParseError` if it is not XML."""
    for bean in ElementTree.parse(path).getroot().iter(f"{_BEANS}bean"):
        if name in (bean.get("name"), bean.get("id")):
            return {item.get("name", ""): item.get("value", "") for item in bean.iter(f"{_BEANS}property")}
    return {}


@dataclass(frozen=True)
class Autoscale:
    """conf/autoscale.xml of an active node."""

    url: str
    seconds: float  # between two reports

    @classmethod
    def read(cls, home: Path, pace: float) -> Autoscale | None:
        """None where this node is not to report, with the reason in the log unless it is just not active."""
        path = home / "conf/autoscale.xml"
        if not path.exists():
            return None
        try:
            bean = read_bean(path, "config")
            if bean.get("active") != "true":
                return None
            milliseconds = int(bean.get("reportingSpeed", "10000"))
        except (ElementTree.ParseError, ValueError) as error:
            _LOG.error("%s: %s", path, error)
            return None
        url = bean.get("cloudWatchHost", "")
        if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
            _LOG.error("%s: cloudWatchHost is not a URL: %r", path, url)
            return None
        return cls(url, max(1.0, milliseconds / 1000 * pace))
