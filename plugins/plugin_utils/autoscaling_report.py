# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What verify reports of the Stream Manager API. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ansible_collections.streamops.red5pro.plugins.module_utils._nodes import needed_nodes, shortage

from .findings import declared_checks

Facts = dict[str, Any]
CONTROLLER = "Amazon Web Services"
_MOST = 200  # characters of an answer that a finding shows


def report(
    held: Mapping[str, Any],
    controller: Mapping[str, Any],
    results: Mapping[str, list[Facts]],
    names: Iterable[str],
    thresholds: Iterable[Facts] = (),
) -> Facts:
    """The `status` of the API and the `checks` of it, in the form that the filter findings takes.

    held is what stream_manager_api_info returned, or nothing if it failed; controller is the answer of the API's address for its cloud
    controller; results are those of loops over the modules in check mode, by the noun of their objects; names are the node groups wanted,
    and thresholds the alarm thresholds wanted, each with its `role` and `threshold`.
    """
    # The module that asks has no status if it refuses its options.
    url, status, content = controller["api_url"], controller.get("status", -1), controller.get("content") or ""
    wanted = set(names)
    return {
        "status": {
            "api_url": url,
            "answers": status == 200,
            **{kind: held.get(kind, []) for kind in ("scale_policies", "node_groups")},
            **{kind: held[kind] for kind in ("alarm_thresholds",) if held.get(kind)},
        },
        "checks": [
            {
                "subject": f"cloud controller at {url}",
                "expected": CONTROLLER,
                "found": f"status {status} {content[:_MOST]}",
                "holds": status == 200 and CONTROLLER in content,
            },
            *(check for noun, done in results.items() for check in declared_checks(done, noun)),
            *_shortages((group for group in held.get("node_groups", ()) if group["name"] in wanted), held.get("scale_policies", ())),
            *_thresholds(thresholds, held.get("alarm_thresholds", ())),
        ],
    }


def _shortages(groups: Iterable[Facts], policies: Iterable[Facts]) -> Iterator[Facts]:
    """What of the minimums of its scale policy each node group does not have in service."""
    by_name = {policy["name"]: policy for policy in policies}
    for group in groups:
        for need in needed_nodes(by_name[group["scale_policy"]], 0) if group["scale_policy"] in by_name else ():
            if text := shortage(need, group["nodes"]):
                where = f" in {need[0]}" if need[0] else ""
                subject, expected = f"node group {group['name']} {need[1]}{where}", f"{need[2]} in service"
                yield {"subject": subject, "expected": expected, "found": text.partition(": ")[2]}


def _thresholds(wanted: Iterable[Facts], held: Iterable[Facts]) -> Iterator[Facts]:
    """Whether each alarm threshold is as declared."""
    current = {one["role"]: one["threshold"] for one in held}
    for one in wanted:
        found = current.get(one["role"])
        yield {
            "subject": f"alarm threshold {one['role']}",
            "expected": f"{one['threshold']} percent",
            "found": "unreadable" if found is None else f"{found} percent",
        }
