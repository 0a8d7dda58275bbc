# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What AWS refuses and moto accepts: one small function for each rule, over the parameters of one call."""

from __future__ import annotations

from . import (
    addresses,
    alarms,
    auto_scaling,
    balancers,
    certificates,
    databases,
    groups,
    images,
    instances,
    listeners,
    names,
    network,
    regions,
    tags,
    targets,
)

__all__ = [
    "addresses",
    "alarms",
    "auto_scaling",
    "balancers",
    "certificates",
    "databases",
    "groups",
    "images",
    "instances",
    "listeners",
    "names",
    "network",
    "regions",
    "tags",
    "targets",
]
