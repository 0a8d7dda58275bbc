# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Patches where moto differs from AWS or breaks the modules: each module patches one kind of resource when imported."""

from __future__ import annotations

from . import (
    addresses,
    auto_scaling,
    balancers,
    certificates,
    databases,
    encryption,
    groups,
    images,
    instances,
    launch_templates,
    names,
    others,
    quotas,
    subnets,
    tags,
    targets,
    volumes,
    zones,
)

__all__ = [
    "addresses",
    "auto_scaling",
    "balancers",
    "certificates",
    "databases",
    "encryption",
    "groups",
    "images",
    "instances",
    "launch_templates",
    "names",
    "others",
    "quotas",
    "subnets",
    "tags",
    "targets",
    "volumes",
    "zones",
]
