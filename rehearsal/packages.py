# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A repository of the packages that a plain host installs, for the machine's own apt: most are empty, some have an emulated program."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

_SOURCES = Path(__file__).parent / "host/packages"
_PROTOCOL = Path(__file__).parent / "host/service/mysql.py"
_EMPTY = ("ntp", "unzip", "libvdpau1", "libva2", "libva-drm2", "libva-x11-2")
_WITH_PROGRAMS = ("jsvc", "mysql-client")
_JDKS = (8, 11, 21)
_VERSION = "1:99.0-0ubuntu1"  # above what the machine may have


def repository(directory: Path) -> None:
    """Build every package and the index, such as `deb file:DIRECTORY ./` reads them."""
    directory.mkdir(parents=True)
    index = [_package(directory, name, {}) for name in _EMPTY]
    index += [_package(directory, name, {"": _SOURCES / name}) for name in _WITH_PROGRAMS]
    for major in _JDKS:
        home = f"usr/lib/jvm/java-{major}-openjdk-amd64"
        index.append(_package(directory, f"openjdk-{major}-jdk", {home: _SOURCES / "jdk"}, {"MAJOR": str(major)}))
    (directory / "Packages").write_text("\n".join(index))


def _package(directory: Path, name: str, trees: Mapping[str, Path], values: Mapping[str, str] | None = None) -> str:
    """Build one, and return its paragraph of the index."""
    tree = directory / name
    for place, source in trees.items():
        shutil.copytree(source, tree / place, dirs_exist_ok=True)
    if name == "mysql-client":
        shutil.copy(_PROTOCOL, tree / "usr/lib/rehearsal/mysql_protocol.py")
    for path in tree.rglob("*"):
        for key, value in (values or {}).items():
            if path.is_file():
                path.write_text(path.read_text().replace(f"@{key}@", value))
    control = {
        "Package": name,
        "Version": _VERSION,
        "Architecture": "all",
        "Maintainer": "The rehearsal <rehearsal@example.com>",
        "Description": f"{name} of the rehearsal",
    }
    (tree / "DEBIAN").mkdir(parents=True)
    text = "".join(f"{key}: {value}\n" for key, value in control.items())
    (tree / "DEBIAN/control").write_text(text)
    built = directory / f"{name}.deb"
    command = ["dpkg-deb", "-Znone", "--root-owner-group", "--build", str(tree), str(built)]
    subprocess.run(command, check=True, capture_output=True)
    shutil.rmtree(tree)
    content = built.read_bytes()
    return f"{text}Filename: ./{built.name}\nSize: {len(content)}\nSHA256: {hashlib.sha256(content).hexdigest()}\n"
