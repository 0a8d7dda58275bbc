# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The layout of the drawing of a deployment, from the structure of report.json. Pure functions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .deployment_report import rank

Facts = dict[str, Any]
GOOD = frozenset({"active", "available", "healthy", "inservice", "ISSUED"})
COMING = frozenset({"initial", "initializing", "new", "pending", "provisioning", "running", "draining", "stopping", "terminating",
                    "PENDING_VALIDATION"})  # fmt: skip

# The drawing, in its own units: the width of a page, boxes of one height in rows.
WIDTH = 1120
GAP = 24
BOX = 82
HEAD = 34
DOT = 18
ZONES_A_ROW = 4
LETTER = 6.9
BOLD = 1.3


def state_kind(state: str) -> str:
    """Whether a state is V(good), V(coming) (a transitional state) or V(bad)."""
    return "good" if state in GOOD else "coming" if state in COMING else "bad"


def report_drawing(report: Facts) -> Facts:
    """The elements of a drawing of the deployment with their positions, and the drawing's width and height."""
    drawing: Facts = {"width": WIDTH, "areas": [], "boxes": [], "labels": [], "lines": [], "nodes": []}
    certificate, balancer = report["certificate"], report["load_balancer"]
    until = f", until {certificate['not_after'][:10]} ({certificate['days']} days)" if certificate["not_after"] else ""
    lines = [f"certificate {certificate['domain_name'] or 'none'}", f"{certificate['status']}{until}"]
    domain = _box(drawing, _middle(440, GAP // 2), report["domain"], certificate["status"], lines)
    if any(finding["part"] == "certificate" for finding in report["findings"]):
        domain["kind"] = "bad"
    ports = ", ".join(key.removeprefix("listener ") for key in sorted(balancer["listeners"]) if key.startswith("listener "))
    lines = [balancer["dns_name"] or "no name yet", f"listens on {ports or 'no port'}"]
    above = _box(drawing, _middle(620, domain["y"] + BOX + 2 * GAP), "Load balancer", balancer["state"], lines)
    _line(drawing, domain, above)
    y = _zones(drawing, report["stream_managers"], above)
    for number, group in enumerate(report["node_groups"]):
        area = _node_group(drawing, group, y + (2 * GAP if number == 0 else GAP))
        if number == 0:
            _line(drawing, {"x": 0, "y": y, "width": WIDTH, "height": 0}, area)
        y = area["y"] + area["height"]
    return {**drawing, "height": y + GAP // 2, "kinds": {state: state_kind(state) for state in _states(report)}}


def _states(report: Facts) -> Iterator[str]:
    """All states that the report shows."""
    yield from (report["load_balancer"]["state"], report["certificate"]["status"])
    yield from (one["health"] for one in report["stream_managers"])
    yield from (one["state"] for group in report["node_groups"] for one in (group, *group["nodes"]))
    yield from (one["state"] for one in report["node_images"])


def _middle(width: int, y: int) -> Facts:
    return {"x": (WIDTH - width) // 2, "y": y, "width": width, "height": BOX}


def _fitting(text: str, width: float) -> str:
    """The text, cut to the width, since SVG does not wrap."""
    letters = int(width / LETTER)
    return text if len(text) <= letters else f"{text[: letters - 1]}\N{HORIZONTAL ELLIPSIS}"


def _box(drawing: Facts, place: Facts, title: str, state: str, lines: list[str]) -> Facts:
    room = place["width"] - 28
    badge = len(state) * LETTER + 20
    box = {
        **place,
        "title": _fitting(title, room / BOLD),
        "lines": [_fitting(lines[0], room - badge), _fitting(lines[1], room)],
        "badge": {"text": state, "width": badge},
        "kind": state_kind(state),
        "whole": "; ".join([f"{title}: {state}", *lines]),
    }
    drawing["boxes"].append(box)
    return box


def _line(drawing: Facts, upper: Facts, lower: Facts, bend: int = GAP) -> None:
    """A line from the middle of the upper box down to the middle of the lower one, with a horizontal part between them."""
    start, end = (one["x"] + one["width"] // 2 for one in (upper, lower))
    top, bottom = upper["y"] + upper["height"], lower["y"]
    drawing["lines"].append({"x1": start, "y1": top, "x2": end, "y2": bottom, "bend": bottom - bend})


def _zones(drawing: Facts, managers: list[Facts], above: Facts) -> int:
    """An area for each Availability Zone with its stream managers below one another; returns the position of the last one's end."""
    by_zone: dict[str, list[Facts]] = {}
    for one in sorted(managers, key=lambda one: str(one["availability_zone"])):
        by_zone.setdefault(f"Zone {one['availability_zone']}" if one["availability_zone"] else "No zone yet", []).append(one)
    end, zones = int(above["y"]) + BOX, list(by_zone.items())
    y = end + GAP
    a_row = -(-len(zones) // -(-len(zones) // ZONES_A_ROW)) if zones else 1  # equal rows, so that the last zone is not alone
    for first in range(0, len(zones), a_row):
        row = zones[first : first + a_row]
        y += GAP
        height = HEAD + max(len(found) for _zone, found in row) * (BOX + GAP // 2)
        for (zone, found), (x, width) in zip(row, _columns(len(row), 340), strict=True):
            area = {"x": x, "y": y, "width": width, "height": height, "label": zone, "kind": "good"}
            drawing["areas"].append(area)
            _line(drawing, above, area, GAP if first == 0 else GAP // 2)
            for number, one in enumerate(found):
                _manager(drawing, one, {"x": x + 10, "y": y + HEAD + number * (BOX + GAP // 2), "width": width - 20, "height": BOX})
        y += height
    return y if zones else end


def _manager(drawing: Facts, one: Facts, place: Facts) -> None:
    addresses = f"{one['public_ip'] or 'no Elastic IP'}  {one['private_ip']}".rstrip()
    state = one["health"] if one["state"] == "running" else one["state"]
    _box(drawing, place, one["name"], state, [one["instance_id"] or "no instance", addresses])


def _columns(count: int, widest: int) -> Iterator[tuple[int, int]]:
    """Position and width of each of these columns, centred."""
    width = min(widest, (WIDTH - GAP * (count - 1)) // count)
    start = (WIDTH - count * width - GAP * (count - 1)) // 2
    return ((start + place * (width + GAP), width) for place in range(count))


def _node_group(drawing: Facts, group: Facts, y: int) -> Facts:
    """An area for a node group, with a column for each role and a mark for each node."""
    by_role: dict[str, list[Facts]] = {role: [] for role in sorted(group["least"], key=rank)}
    for node in group["nodes"]:
        by_role.setdefault(node["role"], []).append(node)
    columns = list(_columns(len(by_role), WIDTH)) if by_role else []
    a_row = (columns[0][1] - 28) // DOT if columns else 1
    rows = max((-(-len(nodes) // a_row) for nodes in by_role.values()), default=0)
    area = {
        "x": 0,
        "y": y,
        "width": WIDTH,
        "height": HEAD + 38 + rows * DOT,
        "label": f"Node group {group['name']} ({group['state']})",
        "note": f"policy {group['scale_policy']}, configuration {group['launch_config']}, {', '.join(group['regions'])}",
        "kind": state_kind(group["state"]),
    }
    drawing["areas"].append(area)
    for (role, nodes), (x, _width) in zip(by_role.items(), columns, strict=True):
        ready, least = sum(node["state"] == "inservice" for node in nodes), group["least"].get(role, 0)
        drawing["labels"].append(
            {
                "x": x + 14,
                "y": y + HEAD + 20,
                "text": role,
                "note": f"{ready} in service, at least {least}",
                "kind": "good" if ready >= least else "bad",
            }
        )
        drawing["nodes"] += [
            {
                "x": x + 14 + DOT * (number % a_row),
                "y": y + HEAD + 32 + DOT * (number // a_row),
                "kind": state_kind(node["state"]),
                "whole": f"{node['identifier']} {role} {node['state']} {node['address'] or ''}".rstrip(),
            }
            for number, node in enumerate(nodes)
        ]
    return area
