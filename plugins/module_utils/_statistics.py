# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The statistics of nodes, and the connections of all nodes."""

from __future__ import annotations

import typing as t
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from ansible.module_utils.common.dict_transformations import camel_dict_to_snake_dict
from ansible_collections.streamops.red5pro.plugins.module_utils._answers import Object, single, whole
from ansible_collections.streamops.red5pro.plugins.module_utils._client import Client
from ansible_collections.streamops.red5pro.plugins.module_utils._errors import ApiError, ShapeError, StreamManagerError, UnreadableError
from ansible_collections.streamops.red5pro.plugins.module_utils._fields import Field, number, read_what_can_be
from ansible_collections.streamops.red5pro.plugins.module_utils._node_group import NODE_GROUP
from ansible_collections.streamops.red5pro.plugins.module_utils._nodes import called
from ansible_collections.streamops.red5pro.plugins.module_utils._reader import THREADS, Reader

T = t.TypeVar("T")

_FIELDS = (Field("total_connections", "totalConnections", number()), Field("last_ping", "lastPing", number()))
_KNOWN = ("totalConnections", "lastPing", "parents")


def _raw(answer: t.Any) -> Object:
    return single(answer, _KNOWN, "statistics")


def _statistics(answer: t.Any) -> Object:
    raw = _raw(answer)
    others = camel_dict_to_snake_dict({name: value for name, value in raw.items() if name not in _KNOWN})
    return {**others, **read_what_can_be(_FIELDS, raw), "parents": raw.get("parents") or []}


def _total(answer: t.Any) -> int:
    raw = _raw(answer)
    try:
        count = whole(raw.get("totalConnections"), "totalConnections")
    except ShapeError as error:
        raise UnreadableError(str(error)) from None
    if count < 0:
        raise UnreadableError("totalConnections is below 0")
    return count


def _read(client: Client, node: Object, read: t.Callable[[t.Any], T]) -> T:
    return client.call(f"reading the statistics of {called(node)}", "GET", ("admin", "node", node["address"], "stats"), read)


def statistics(client: Client, node: Object) -> Object | None:
    """Return the statistics of a node; None if they are unreadable, with a note if it is in service."""
    if not node["address"]:
        return None
    try:
        return _read(client, node, _statistics)
    except ApiError as error:
        if not (error.refused or error.shape or (error.status or 0) >= 500):
            raise
        if node["state"] == "inservice":
            client.note(f"Left out the statistics of the node {node['identifier']!r}: {error}")
        return None


def all_statistics(client: Client, nodes: t.Iterable[Object]) -> list[Object | None]:
    """Return the statistics of nodes, in their order."""
    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(partial(statistics, client), nodes))


def open_connections(client: Client, only: str | None = None) -> dict[str, int]:
    """Return the number of connections of the nodes of each group; raise StreamManagerError if it cannot be read."""
    groups = Reader(client, NODE_GROUP)
    named = [entry for entry in groups.entries() if isinstance(entry.get("name"), str) and only in (None, entry["name"])]
    origins = {entry["name"]: _known(entry.get("originConnections")) for entry in named}
    with ThreadPoolExecutor(THREADS) as pool:
        nodes = list(pool.map(groups.members, origins))
        counts = [[pool.submit(_connections, client, node) for node in each] for each in nodes]
    sums = (sum(count.result() for count in each) for each in counts)
    return {name: max(origin, count) for (name, origin), count in zip(origins.items(), sums, strict=True)}


def counted(connections: int) -> str:
    """Return the number of open connections in words."""
    return "1 connection is open" if connections == 1 else f"{connections} connections are open"


def _known(value: t.Any) -> int:
    """Return the connections that a group itself reports; some builds do not."""
    try:
        return whole(value, "originConnections")
    except ShapeError:
        return 0


def _connections(client: Client, node: Object) -> int:
    serves = node["state"] == "inservice"
    if not node["address"]:
        if serves:
            raise StreamManagerError(f"The connections of the node {node['identifier']!r} cannot be read: the API lists no address for it.")
        return 0
    try:
        return _read(client, node, _total)
    except ApiError as error:
        if error.refused and not serves:
            return 0
        raise
