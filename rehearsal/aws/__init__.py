# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The AWS of the rehearsal: moto in this process, as strict as the real one, and as slow, scaled by a pace."""

from __future__ import annotations

# isort: off
from . import environment  # noqa: F401  (before anything that imports moto)

# isort: on
from . import calllog, clock, faults, hooks, limits, order, view
from .server import Server, start
from .transitions.certificates import approve_email
from .transitions.certificates import end as end_certificate

__all__ = ["Server", "approve_email", "calllog", "clock", "end_certificate", "faults", "hooks", "limits", "order", "start", "view"]
