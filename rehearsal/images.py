# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The files of machine images: each is a stack of overlay layers, the newest first, that hosts share and nobody changes."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

Layers = tuple[Path, ...]


class Images:
    """Image id -> layers, and the captured layers on disk for as long as an image or a host needs them."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._layers: dict[str, Layers] = {}
        self._captured: set[Path] = set()

    def define(self, image_id: str, layers: Iterable[Path]) -> None:
        """Set the layers of an image, the uppermost first; the caller keeps them."""
        self._layers[image_id] = tuple(layers)

    def layers(self, image_id: str) -> Layers:
        """The layers of an image; none for one that nobody defined: a host of it has the bare operating system."""
        return self._layers.get(image_id, ())

    def capture(self, upper: Path, below: Layers, image_id: str) -> None:
        """Make an image of a host's own files (`upper`) above the layers it started with.

        All of them, as a snapshot has: what must differ, such as host keys, is created again by first-boot on another instance.
        """
        layer = self._directory / f"captured-{image_id}"
        subprocess.run(["cp", "-a", "--", str(upper), str(layer)], check=True, capture_output=True)
        self._captured.add(layer)
        self._layers[image_id] = (layer, *below)

    def copy(self, source_id: str, image_id: str) -> None:
        """Make an image of the same files as another one."""
        self._layers[image_id] = self.layers(source_id)

    def forget(self, image_id: str) -> None:
        """Hosts no longer start from this image; `sweep` removes the layers that only it had."""
        self._layers.pop(image_id, None)

    def sweep(self, in_use: Iterable[Layers]) -> None:
        """Remove captured layers that belong to no image and to none of the stacks in use."""
        needed = {layer for layers in (*self._layers.values(), *in_use) for layer in layers}
        for layer in self._captured - needed:
            shutil.rmtree(layer)
            self._captured.discard(layer)
