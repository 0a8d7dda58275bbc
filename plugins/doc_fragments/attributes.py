# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations


class ModuleDocFragment:
    """What the modules for the Stream Manager API can do, said once."""

    DOCUMENTATION = r"""
options: {}
attributes:
  check_mode:
    description: Can run in C(check_mode), sends no changing request then, and returns the object as it would be.
    support: full
  diff_mode:
    description: Shows what changes, in the words of the options; check mode shows the same as the real run.
    support: full
  idempotent:
    description: Run again with the same options, changes nothing. The comparison is on meaning, not on spelling or order.
    support: full
"""

    INFO = r"""
options: {}
attributes:
  check_mode:
    description: Can run in C(check_mode); it only reads anyway.
    support: full
  diff_mode:
    description: Shows what changes.
    support: N/A
    details: The module only reads.
  idempotent:
    description: Run again with the same options, changes nothing.
    support: full
"""

    STREAM_MANAGER = r"""
options: {}
attributes:
  action_group:
    description: Use C(group/streamops.red5pro.stream_manager) in C(module_defaults) to set the connection once per play.
    support: full
    membership:
      - streamops.red5pro.stream_manager
"""
