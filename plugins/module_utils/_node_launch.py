# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The nodes of a node group over the API: origins are launched, the rest is waited for."""

from __future__ import annotations

import time
import typing as t
from functools import partial

from ansible_collections.streamops.red5pro.plugins.module_utils._answers import Object, mapping
from ansible_collections.streamops.red5pro.plugins.module_utils._errors import ShapeError, StreamManagerError
from ansible_collections.streamops.red5pro.plugins.module_utils._messages import invalid
from ansible_collections.streamops.red5pro.plugins.module_utils._nodes import living_origins, needed_nodes, shortage
from ansible_collections.streamops.red5pro.plugins.module_utils._reader import Reader
from ansible_collections.streamops.red5pro.plugins.module_utils._resource import Params
from ansible_collections.streamops.red5pro.plugins.module_utils._retry import post
from ansible_collections.streamops.red5pro.plugins.module_utils._scale_policy import SCALE_POLICY


def launch_origins(store: Reader, name: str, wanted: int, nodes: list[Object]) -> list[Object]:
    """Launch origins until the list has as many as wanted, and never more of them than it lacks now; return the group's nodes."""

    def launched(answer: t.Any) -> bool:
        if mapping(answer, "the answer").keys().isdisjoint(("id", "identifier", "role", "group")):
            raise ShapeError("the answer is about no node")
        return True

    doing, path = f"launching an origin of {store.called(name)}", (*store.resource.path, name, "node", "origin")
    request = partial(store.client.call, doing, "POST", path, launched, {})
    first, losses = living_origins(nodes), store.client.retries
    for number in range(wanted - first):
        have = max(first + number, living_origins(nodes))

        def seen(have: int = have) -> bool | None:
            nonlocal losses
            losses -= 1
            return living_origins(store.members(name)) > have or None

        post(store.client, request, seen, max(losses, 0))
        nodes = store.members(name)
        if living_origins(nodes) >= wanted:
            break
    return nodes


def wait_for_nodes(store: Reader, params: Params, nodes: list[Object]) -> bool:
    """Wait until `nodes` has what the scale policy says, keeping it up to date; return whether there was need to wait."""
    policy = Reader(store.client, SCALE_POLICY).get(params["scale_policy"])
    if policy is None:
        raise StreamManagerError(invalid("scale_policy", params["scale_policy"], "one that the API has; there is nothing to wait for"))
    needs = needed_nodes(SCALE_POLICY.read(policy), params["origins"])

    def missing() -> str:
        return ", ".join(text for text in (shortage(need, nodes) for need in needs) if text)

    def look() -> str:
        nodes[:] = store.members(params["name"])
        return missing()

    if not missing():
        return False
    wait_until(params, look)
    return True


def wait_until(params: Params, missing: t.Callable[[], str]) -> None:
    """Wait until nothing is `missing`; raise StreamManagerError with what still is after `wait_timeout`."""
    wait_for(params, f"the node group {params['name']!r}", "at the image of the launch configuration", missing)


def wait_for(params: Params, what: str, look_at: str, missing: t.Callable[[], str]) -> None:
    """The same of anything; `look_at` is what may be the reason, beside the Stream Manager's log and the time."""
    deadline = time.monotonic() + params["wait_timeout"]
    while lack := missing():
        if time.monotonic() + params["wait_interval"] > deadline:
            raise StreamManagerError(
                f"Waited {params['wait_timeout']} s for {what}, and still: {lack}. "
                f"Look at the Stream Manager's log, {look_at} and at wait_timeout."
            )
        time.sleep(params["wait_interval"])
