# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The nodes of a node group over the API: origins are launched, the others are waited for."""

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
    """Launch origins until the list has as many as wanted, at most as many as are missing now; return the group's nodes."""

    def launched(answer: t.Any) -> bool:
        if mapping(answer, "the answer").keys().isdisjoint(("id", "identifier", "role", "group")):
            raise ShapeError("the answer is not about a node")
        return True

    doing, path = f"launching an origin of {store.called(name)}", (*store.resource.path, name, "node", "origin")
    request = partial(store.client.call, doing, "POST", path, launched, {})
    first, losses = living_origins(nodes), store.client.retries
    for number in range(wanted - first):
        have = max(first + number, living_origins(nodes))

        def effect(have: int = have) -> bool | None:
            nonlocal losses
            losses -= 1
            return living_origins(store.members(name)) > have or None

        post(store.client, request, effect, max(losses, 0))
        nodes = store.members(name)
        if living_origins(nodes) >= wanted:
            break
    return nodes


def wait_for_nodes(store: Reader, params: Params, nodes: list[Object]) -> bool:
    """Wait until `nodes` meets the scale policy, and keep it up to date; return whether a wait was necessary."""
    policy = Reader(store.client, SCALE_POLICY).get(params["scale_policy"])
    if policy is None:
        raise StreamManagerError(
            invalid("scale_policy", params["scale_policy"], "a scale policy that the API has, since its minimums are what to wait for")
        )
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
    """Wait until nothing is `missing`; raise StreamManagerError with the last state after `wait_timeout`."""
    wait_for(params, f"the node group {params['name']!r}", "the image of the launch configuration", missing)


def wait_for(params: Params, what: str, check: str, missing: t.Callable[[], str]) -> None:
    """Wait for anything; `check` is what to check besides the Stream Manager's log and the timeout."""
    deadline = time.monotonic() + params["wait_timeout"]
    while lack := missing():
        if time.monotonic() + params["wait_interval"] > deadline:
            raise StreamManagerError(
                f"Waited {params['wait_timeout']} s for {what}. Last state: {lack}. "
                f"Check the Stream Manager's log, {check} and wait_timeout."
            )
        time.sleep(params["wait_interval"])
