# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the plans of a removal have in common: the rows of what is deleted, and images with their snapshots. Pure functions.

The plan of a role has its `deployment`, the `rows`, a message for each of the `blockers`, which AWS would refuse to delete, and for all
that is `kept`, and the data that the role needs to delete the rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .blockers import image_blockers, image_snapshots

Facts = dict[str, Any]
Current = Mapping[str, list[Facts]]
COLUMNS = ("what", "name", "id", "region")


def lines(rows: Iterable[Facts]) -> list[str]:
    """Rows as the lines of a table: kind, name, id and region, each optional."""
    cells = [[str(one.get(column) or "") for column in COLUMNS] for one in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells]


def named_rows(items: Iterable[Facts], what: str, key: str, region: str = "", named: str = "") -> list[Facts]:
    """Resources as rows.

    key is the field with the id, named the field with the name, by default the tag Name.
    """
    return [{"what": what, "name": one[named] if named else one["tags"].get("Name", ""), "id": one[key], "region": region} for one in items]


def image_readings(what: str, filters: Facts, image_regions: Iterable[str], snapshot_regions: Iterable[str]) -> list[Facts]:
    """The readings of tagged images and snapshots, and of all images that use one of these snapshots, in each region."""
    own: Facts = {"kind": "images", "parameters": {"Owners": ["self"]}}
    found = [{**own, "name": f"{what}_images-{region}", "region": region, "filters": filters} for region in image_regions]
    for region in snapshot_regions:
        snapshots = f"{what}_snapshots-{region}"
        users = {"block-device-mapping.snapshot-id": f"{snapshots}.snapshot_id"}
        found.append({"kind": "snapshots", "name": snapshots, "region": region, "filters": filters})
        found.append({**own, "name": f"{what}_snapshot_users-{region}", "region": region, "filters_of": users})
    return found


def image_removal(what: str, noun: str, current: Current) -> tuple[list[Facts], list[str]]:
    """The rows of the images and snapshots that these readings found, and those that AWS would refuse to delete."""
    images, snapshots, users = (_by_region(f"{what}_{kind}-", current) for kind in ("images", "snapshots", "snapshot_users"))
    rows = image_rows(images, snapshots, noun)
    return rows, image_blockers(_all(users), _all(snapshots), rows)


def _by_region(prefix: str, current: Current) -> dict[str, list[Facts]]:
    return {name.removeprefix(prefix): found for name, found in current.items() if name.startswith(prefix)}


def _all(found: Mapping[str, list[Facts]]) -> list[Facts]:
    return [one for each in found.values() for one in each]


def image_rows(images: Mapping[str, list[Facts]], snapshots: Mapping[str, list[Facts]], what: str) -> list[Facts]:
    """The images of each region, and then the snapshots without an image, as rows."""
    rows: list[Facts] = []
    parts: set[str] = set()
    for region, found in images.items():
        for image in found:
            parts |= image_snapshots(image)
            rows.append({"what": what, "name": image["name"], "id": image["image_id"], "region": region, "state": image["state"]})
    for region, found in snapshots.items():
        left = [one["snapshot_id"] for one in found if one["snapshot_id"] not in parts]
        rows += [{"what": "snapshot", "name": "", "id": one, "region": region} for one in sorted(left)]
    return rows


def image_steps(rows: Iterable[Facts]) -> Facts:
    """How these rows are deleted: the `pending` regions to wait for, the `images`, and the `snapshots` without an image."""
    rows = list(rows)
    images = [one for one in rows if "state" in one]
    return {
        "pending": sorted({one["region"] for one in images if one["state"] == "pending"}),
        "images": images,
        "snapshots": [one for one in rows if "state" not in one],
    }
