# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What AWS does asynchronously: the state right after a call, and its transitions over time."""

from __future__ import annotations

from . import addresses, auto_scaling, auto_tags, balancers, certificates, databases, images, instances, names, refreshes, targets

__all__ = [
    "addresses",
    "auto_scaling",
    "auto_tags",
    "balancers",
    "certificates",
    "databases",
    "images",
    "instances",
    "names",
    "refreshes",
    "targets",
]
