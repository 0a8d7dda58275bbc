# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Makes `ansible_collections.streamops.red5pro` importable from a clone that lies anywhere, under any name."""

from __future__ import annotations

import atexit
import importlib.util
import shutil
import sys
import tempfile
from pathlib import Path

COLLECTION = Path(__file__).resolve().parents[2]


def _importable() -> bool:
    try:
        return importlib.util.find_spec("ansible_collections.streamops.red5pro") is not None
    except ModuleNotFoundError:
        return False


if not _importable():
    tree = Path(tempfile.mkdtemp(prefix="red5pro-collections-"))
    atexit.register(shutil.rmtree, tree)
    (tree / "ansible_collections/streamops").mkdir(parents=True)
    (tree / "ansible_collections/streamops/red5pro").symlink_to(COLLECTION)
    sys.path.insert(0, str(tree))
    importlib.invalidate_caches()
    # Imported before this, it does not know of the tree yet
    for name in [name for name in sys.modules if name == "ansible_collections" or name.startswith("ansible_collections.streamops")]:
        del sys.modules[name]
