# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One node of a node group: sunset or deleted."""

from __future__ import annotations

import typing as t
from functools import partial

from ansible_collections.streamops.red5pro.plugins.module_utils._answers import Object, ends
from ansible_collections.streamops.red5pro.plugins.module_utils._client import Client
from ansible_collections.streamops.red5pro.plugins.module_utils._errors import ApiError, ShapeError, StreamManagerError
from ansible_collections.streamops.red5pro.plugins.module_utils._fields import options
from ansible_collections.streamops.red5pro.plugins.module_utils._messages import Problem, refusing
from ansible_collections.streamops.red5pro.plugins.module_utils._node_group import NODE_GROUP, WAIT, wait_problems
from ansible_collections.streamops.red5pro.plugins.module_utils._nodes import called
from ansible_collections.streamops.red5pro.plugins.module_utils._reader import Reader
from ansible_collections.streamops.red5pro.plugins.module_utils._resource import Params, Problems, Resource
from ansible_collections.streamops.red5pro.plugins.module_utils._retry import settled
from ansible_collections.streamops.red5pro.plugins.module_utils._rules import length_problems, word_problems

_PATH = ("admin", "node")
_NAMES = ("identifier", "address")


def _check(params: Params, path: str) -> Problems:
    given = [option for option in _NAMES if params.get(option)]
    if len(given) != 1:
        yield Problem(f"{path}identifier", "given beside address" if given else "missing", "an identifier or an address")
    for option in given:
        yield from word_problems(params[option], f"{path}{option}", "a single word")
        yield from length_problems(params[option], f"{path}{option}")
    if params["force"] and params["state"] == "sunset":
        yield Problem(f"{path}force", True, "false with state=sunset, since the API has none for it")
    yield from wait_problems(params, path)


NODE = Resource(
    key="node",
    plural="nodes",
    noun="node",
    nouns="nodes",
    path=NODE_GROUP.path,
    wrapper="node",
    options={
        "node_group": {"type": "str", "required": True},
        "identifier": {"type": "str"},
        "address": {"type": "str"},
        "state": {"type": "str", "required": True, "choices": ["sunset", "absent"]},
        "force": {"type": "bool", "default": False},
        "wait": {"type": "bool"},
        **options(WAIT),
    },
    needed=(),
    never_empty=(),
    read=dict,
    declare=lambda params, held: {**held, "state": "sunset"} if params["state"] == "sunset" else {},
    write=lambda node, held: node,
    check=_check,
    identity="node_group",
    longest_path=("node",),
)


def listed(groups: Reader, name: str) -> list[Object]:
    """Return the nodes of a node group, each with the group's name."""
    return [{"node_group": name, **node} for node in groups.members(name)]


def chosen(nodes: t.Iterable[Object], params: Params) -> list[Object]:
    """Return the nodes with the identifier or the address of `params`; all if they have neither."""
    return [node for node in nodes if all(node[option] == params[option] for option in _NAMES if params.get(option))]


class NodeStore:
    """The one node that the options mean."""

    def __init__(self, client: Client, params: Params) -> None:
        self._client = client
        self._params = params
        self._groups = Reader(client, NODE_GROUP)

    def find(self) -> Object | None:
        """Return the node from the list of its group, None if it is not there; one that is not terminating is preferred."""
        found = chosen(listed(self._groups, self._params["node_group"]), self._params)
        found = [node for node in found if not ends(node["state"])] or found
        identifiers = list(dict.fromkeys(str(node["identifier"]) for node in found))
        if len(identifiers) > 1:
            raise StreamManagerError(
                f"The API lists {len(identifiers)} nodes with the address {self._params['address']}: {', '.join(identifiers)}. "
                "Give an identifier instead."
            )
        return found[0] if found else None

    def _again(self, node: Object) -> Object | None:
        """Return the same node from the list now; another node may have its address by then."""
        same = _NAMES[0] if node["identifier"] else _NAMES[1]
        found = [each for each in listed(self._groups, node["node_group"]) if each[same] == node[same]]
        return found[0] if found else None

    def remains(self, node: Object) -> str:
        """Return why the node is not gone yet; empty if it is."""
        found = self._again(node)
        return f"{called(node)} is still listed ({found['state']})" if found else ""

    def end(self, node: Object, state: str, force: bool) -> None:
        """Sunset or delete the node; a lost answer is settled by the list."""

        def effect() -> Object | None:
            found = self._again(node)
            return {} if found is None or (ends(found["state"]) and not ends(node["state"])) else None

        read = partial(_about, {node[option] for option in _NAMES})
        if state == "sunset":
            request = partial(self._client.call, f"sunsetting {called(node)}", "POST", (*_PATH, "sunset"), read, [node["address"]])
        else:
            query = {"force": "true"} if force else None
            request = partial(self._client.call, f"deleting {called(node)}", "DELETE", (*_PATH, node["address"]), read, query=query)
        try:
            settled(self._client, "POST" if state == "sunset" else "DELETE", request, effect)
        except ApiError as error:
            if not (error.shape and ends(node["state"])):  # the status says that the API accepted it, and the list shows no difference
                raise


def _about(words: set[t.Any], answer: t.Any) -> Object:
    """Accept an answer that contains the node's address or identifier; the documentation does not show its shape."""
    left = [answer]
    while left:
        each = left.pop()
        if isinstance(each, str) and each in words:
            return {}
        left += each.values() if isinstance(each, dict) else each if isinstance(each, list) else ()
    raise ShapeError("it is not about the node")


def refuse(node: Object, state: str, force: bool) -> None:
    """Raise StreamManagerError if the API would refuse to sunset or delete the node."""
    doing = f"{'sunset' if state == 'sunset' else 'delete'} {called(node)}"
    if node["state"] != "inservice" and state == "sunset":
        remedy = "Wait until it is, or use state=absent with force=true"
        raise StreamManagerError(refusing(doing, f"it is {node['state']}, not in service", remedy))
    if node["state"] != "inservice" and not force:
        reason = f"it is {node['state']}, and the API deletes only nodes in service"
        raise StreamManagerError(refusing(doing, reason, "Wait until it is in service, or set force=true"))
    if not node["address"]:
        raise StreamManagerError(refusing(doing, "the API lists no address for it", "Wait until it has one"))
