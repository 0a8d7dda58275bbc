# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Distributions of the emulated Red5 Pro, laid out and configured as the real zip is, and the cloud controllers, a separate download."""

from __future__ import annotations

import re
import shutil
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

from rehearsal import rootfs

RELEASE, NEXT_RELEASE = "14.1.0.b1235", "15.0.0.b1400"
_PLUGINS = ("autoscale", "webrtc", "mpegts", "restreamer", "socialpusher", "rtsp")
_SHIPPED = {
    "DATABASE_HOST": "{host}",
    "DATABASE_PORT": "3306",
    "DATABASE_USER": "{username}",
    "DATABASE_PASSWORD": "{password}",
    "NAME_PREFIX": "{unique-value}",
    "CLUSTER_PASSWORD": "changeme",
    "TOKEN": "",
    "REGION": "{default-region}",
    "ACCESS_KEY": "{account-accessKey}",
    "SECRET_KEY": "{account-accessSecret}",
    "KEY_PAIR": "{keyPairName}",
    "SECURITY_GROUP": "{securityGroupName}",
    "VPC": "{boolean}",
    "JAVA": "21",
}
_NEW_KEYS = "\n## NEW IN THIS RELEASE\ninstancecontroller.newInThisRelease=1\n"


def build(directory: Path) -> None:
    """Make two releases and their cloud controllers; the zip of the later one has one more directory level."""
    directory.mkdir(parents=True, exist_ok=True)
    write(directory / f"red5pro-server-{RELEASE}-release.zip", RELEASE, f"red5pro-server-{RELEASE}-release")
    write(directory / f"red5pro-server-{NEXT_RELEASE}-release.zip", NEXT_RELEASE, "release/red5pro-server", _NEW_KEYS)
    for release in (RELEASE, NEXT_RELEASE):
        version = release.rpartition(".")[0]
        (directory / f"aws-cloud-controller-{version}.jar").write_text(f"The AWS cloud controller {version}\n")


def write(archive: Path, release: str, top: str, new_keys: str = "", changes: Mapping[str, str] | None = None) -> None:
    """Make one distribution whose files are below the directory `top`."""
    with tempfile.TemporaryDirectory() as scratch:
        tree = Path(scratch)
        _fill(tree, release, {**_SHIPPED, **(changes or {})})
        properties = tree / "webapps/streammanager/WEB-INF/red5-web.properties"
        properties.write_text(re.sub(r"^(?=aws\.)", "#", properties.read_text(), flags=re.MULTILINE) + new_keys)
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as written:
            for path in sorted(tree.rglob("*")):
                written.write(path, f"{top}/{path.relative_to(tree)}")


def _fill(tree: Path, release: str, values: Mapping[str, str]) -> None:
    for source in ("red5pro", "node", "stream_manager", "distribution"):
        rootfs.copy_tree(rootfs.SOURCES / source, tree, values)
    (tree / "LICENSE.KEY").unlink()
    for jar in [*tree.glob("plugins/red5pro-*.jar"), *tree.glob("webapps/streammanager/WEB-INF/lib/*.jar")]:
        jar.unlink()
    for name in [*(f"red5pro-{plugin}-plugin-{release}-release.jar" for plugin in _PLUGINS), f"red5pro-client-suppressor-{release}.jar"]:
        (tree / "plugins" / name).write_text(f"{name}\n")
    shutil.copytree(rootfs.SOURCES / "service", tree / "lib/red5pro", ignore=shutil.ignore_patterns("__pycache__"))
    (tree / "lib/red5pro/java").write_text(values["JAVA"])
    for script in tree.glob("*.sh"):
        script.chmod(0o644)  # as unzip leaves them
