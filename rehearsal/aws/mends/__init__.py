# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Where moto differs from AWS or breaks the modules, mended: each module mends one kind of thing when imported."""

from __future__ import annotations

from . import addresses, balancers, certificates, encryption, groups, images, instances, names, others, subnets, targets, volumes, zones

__all__ = [
    "addresses",
    "balancers",
    "certificates",
    "encryption",
    "groups",
    "images",
    "instances",
    "names",
    "others",
    "subnets",
    "targets",
    "volumes",
    "zones",
]
