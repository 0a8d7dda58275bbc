# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""IAM: which requests a call makes, and whether the operator's policy allows them. Evaluated by iam-simulate, with AWS's own tables."""

from __future__ import annotations

from .guard import Guard
from .judge import POLICIES, Judge, Request, documents

__all__ = ["POLICIES", "Guard", "Judge", "Request", "documents"]
