# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What would break nodes if it were changed on a host. Pure functions; secrets are never in a message.

Hosts are as stream_manager_host_info returns them, instances as aws_resources_info does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ansible_collections.streamops.red5pro.plugins.module_utils._host import digest
from ansible_collections.streamops.red5pro.plugins.module_utils._messages import HIDDEN, invalid, refusing
from ansible_collections.streamops.red5pro.plugins.module_utils._properties import value_text

from .node_prefixes import FORCE, PROPERTIES, changed_prefix, own_nodes
from .stream_manager_config import PASSWORD, TOKEN

Facts = Mapping[str, Any]


def host_refusals(
    hosts: Mapping[str, Facts],
    properties: Facts,
    name: str,
    instances: Iterable[Facts],
    salt: str,
    api_token: str = "",
    force: bool = False,
) -> list[str]:
    """Why the stream managers must not be changed, from their current state."""
    instances = list(instances)
    read = {host: found for host, found in sorted(hosts.items()) if found.get("stream_manager")}
    return [
        *_token_refusals(read, properties, salt, api_token),
        *([] if force else changed_prefix(read, properties, name, instances)),
        *([] if force else _changed_password(read, properties, name, instances, salt)),
    ]


def _token_refusals(hosts: Mapping[str, Facts], properties: Facts, salt: str, api_token: str) -> Iterator[str]:
    """A token that the run sets is compared with the declaration, not with the hosts."""
    if not api_token or TOKEN in properties:
        return
    for host, found in hosts.items():
        if found["secrets"].get(TOKEN) != digest(salt, api_token):
            expected = f"the value of {TOKEN} on {host}, or set that in {PROPERTIES} too"
            yield invalid("red5pro_api_token", HIDDEN, expected, secret=True)


def _changed_password(hosts: Mapping[str, Facts], properties: Facts, name: str, instances: list[Facts], salt: str) -> Iterator[str]:
    wanted = value_text(properties.get(PASSWORD))
    before = {found["secrets"].get(PASSWORD) for found in hosts.values()} - {None}
    if not wanted or not before - {digest(salt, wanted)}:
        return
    nodes = own_nodes(name, instances)
    if nodes:
        yield refusing(
            f"change {PASSWORD}",
            f"nodes with the old one are running, {len(nodes)} of them. They would no longer be in service, and new "
            "ones would not be either until their image has the new password in conf/cluster.xml",
            f"Delete the node groups, set red5pro_node_image to an image with the new password, and run again, or {FORCE}",
        )
    if wanted != wanted.lower():
        yield refusing(f"change {PASSWORD}", "the new one has capital letters, which older builds do not accept", f"Use none, or {FORCE}")


def password_refusal(image: str, found: str | None, password: str, salt: str, read: str | None) -> str:
    """Why no node image must be created; empty if the passwords are equal or the second is unknown.

    found is the digest of the builder's. The other is the given password, or else that with the digest read from a stream manager.
    """
    wanted = digest(salt, password) if password else read
    if not wanted or found == wanted:
        return ""
    what = (
        "has no password in conf/cluster.xml"
        if found is None
        else f"has another password in conf/cluster.xml than {PASSWORD} of the stream managers"
    )
    return refusing(
        "create the node image",
        f"red5pro_node_image {image} {what}. Its nodes would never be in service",
        "Correct one of them, and run again",
    )
