# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The few EC2 calls a cloud controller makes, in EC2's own query protocol."""

from __future__ import annotations

import http.client
import time
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit
from xml.etree import ElementTree

_VERSION = "2016-11-15"
_PATIENCE = 30  # seconds


class Ec2Error(Exception):
    """EC2 refused, with its own code, or could not be reached."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code


@dataclass(frozen=True)
class Server:
    """An instance as EC2 describes it."""

    id: str
    state: str
    zone: str
    private_ip: str
    public_ip: str
    tags: dict[str, str]


class Ec2:
    """EC2 in one region. The emulated AWS takes the key from the signature's scope and does not check the signature."""

    def __init__(self, endpoint: str, region: str, access_key: str) -> None:
        self._endpoint = urlsplit(endpoint)
        self._region = region
        self._access_key = access_key

    def call(self, action: str, **parameters: str) -> ElementTree.Element:
        """One call; dots in parameter names are written as two underscores."""
        named = {name.replace("__", "."): value for name, value in parameters.items()}
        body = urlencode({"Action": action, "Version": _VERSION, **named})
        day = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
        scope = f"{self._access_key}/{day[:8]}/{self._region}/ec2/aws4_request"
        headers = {
            "Authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host;x-amz-date, Signature={'0' * 64}",
            "Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
            "User-Agent": "red5pro-streammanager",
            "X-Amz-Date": day,
        }
        connection = http.client.HTTPConnection(self._endpoint.hostname or "", self._endpoint.port, _PATIENCE)
        try:
            connection.request("POST", "/", body, headers)
            response = connection.getresponse()
            root = _plain(response.read())
        except (OSError, http.client.HTTPException, ElementTree.ParseError) as error:
            raise Ec2Error("Unreachable", f"{action}: {error or type(error).__name__}") from error
        finally:
            connection.close()
        if response.status != 200:
            raise Ec2Error(root.findtext(".//Code", str(response.status)), root.findtext(".//Message", action))
        return root

    def first(self, action: str, path: str, **filters: str) -> str:
        """The text at `path` in the first result of a Describe call with these filters; an Ec2Error if there is none."""
        found = self.call(action, **_filters(filters)).findtext(path)
        if not found:
            raise Ec2Error("NotFound", f"{action} finds nothing with {filters} in {self._region}")
        return found

    def servers(self, **filters: str) -> Iterator[Server]:
        """The instances that pass the filters; names with dashes are written with underscores."""
        token = ""
        while True:
            more = {"NextToken": token} if token else {}
            root = self.call("DescribeInstances", MaxResults="1000", **more, **_filters(filters))
            for item in root.iterfind("reservationSet/item/instancesSet/item"):
                yield Server(
                    id=item.findtext("instanceId", ""),
                    state=item.findtext("instanceState/name", ""),
                    zone=item.findtext("placement/availabilityZone", ""),
                    private_ip=item.findtext("privateIpAddress", ""),
                    public_ip=item.findtext("ipAddress", ""),
                    tags={tag.findtext("key", ""): tag.findtext("value", "") for tag in item.iterfind("tagSet/item")},
                )
            token = root.findtext("nextToken", "")
            if not token:
                return


def _filters(filters: dict[str, str]) -> dict[str, str]:
    parameters = {}
    for number, (name, value) in enumerate(filters.items(), 1):
        parameters[f"Filter__{number}__Name"] = name.replace("_", "-")
        parameters[f"Filter__{number}__Value__1"] = value
    return parameters


def _plain(text: bytes) -> ElementTree.Element:
    """The XML without its namespaces, which differ between EC2's API versions."""
    root = ElementTree.fromstring(text)
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
    return root
