# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Zones: moto knows no Local Zone and no Wavelength Zone; this account has opted in to one of each."""

from __future__ import annotations

from typing import Any

from moto.ec2.models.availability_zones_and_regions import RegionsAndZonesBackend, Zone

from rehearsal import settings

LOCAL, WAVELENGTH = f"{settings.REGION}-bos-1a", f"{settings.REGION}-wl1-bos-wlz-1"


def _beside(name: str, zone_id: str, kind: str, group: str) -> Zone:
    zone = Zone(name, settings.REGION, zone_id, kind)
    more = {"group_name": group, "network_border_group": group, "opt_in_status": "opted-in"}
    vars(zone).update(more, parent_zone_name=f"{settings.REGION}a", parent_zone_id="use1-az6")
    return zone


def _complete(zone: Any) -> None:
    group = {"group_name": f"{zone.region_name}-zg-1", "network_border_group": zone.region_name, "opt_in_status": "opt-in-not-required"}
    vars(zone).update(group)


for _zones in RegionsAndZonesBackend.zones.values():
    for _zone in _zones:
        _complete(_zone)
RegionsAndZonesBackend.zones[settings.REGION] += [
    _beside(LOCAL, "use1-bos1-az1", "local-zone", f"{settings.REGION}-bos-1"),
    _beside(WAVELENGTH, "use1-wl1-bos-wlz1", "wavelength-zone", f"{settings.REGION}-wl1"),
]
