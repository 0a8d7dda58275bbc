# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""An AnsibleModule for files of a host."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.streamops.red5pro.plugins.module_utils._argument_spec import without_blanks


class FileModule(AnsibleModule):
    """An AnsibleModule for which null and blank options are not given."""

    def _load_params(self) -> None:
        super()._load_params()
        self.params: dict[str, Any] = without_blanks(self.argument_spec, self.params)

    def write(self, path: str, text: str) -> None:
        """Replace a file at once by one with this text, its characters as bytes; a link stays one, and what it refers to is replaced."""
        temporary = os.path.join(self.tmpdir, os.path.basename(path))
        Path(temporary).write_bytes(text.encode("latin-1"))
        self.atomic_move(temporary, os.path.realpath(path))
