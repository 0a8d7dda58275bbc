# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What AWS's answers look like where moto's look otherwise: the keys, and that most lists have no order."""

from __future__ import annotations

from . import auto_scaling, balancing, databases, ec2, images, instances, late, order, tags

__all__ = ["auto_scaling", "balancing", "databases", "ec2", "images", "instances", "late", "order", "tags"]
