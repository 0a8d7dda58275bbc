# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations


class ModuleDocFragment:
    """What the modules for the Stream Manager API can do, said once."""

    DOCUMENTATION = r"""
options: {}
attributes:
  check_mode:
    description: Supports C(check_mode). In check mode no changing request is sent, and the predicted object is returned.
    support: full
  diff_mode:
    description: Shows the changes, named as the options are. Check mode shows the same as a real run.
    support: full
  idempotent:
    description: A second run with the same options changes nothing. Values are compared by meaning, not by spelling or order.
    support: full
"""

    INFO = r"""
options: {}
attributes:
  check_mode:
    description: Supports C(check_mode). The module only reads.
    support: full
  diff_mode:
    description: Shows the changes.
    support: N/A
    details: The module only reads.
  idempotent:
    description: A second run with the same options changes nothing.
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
