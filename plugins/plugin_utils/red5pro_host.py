# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a host of Red5 Pro needs, by its documentation: packages, limits, heap and systemd unit, and what of a release is deleted."""

from __future__ import annotations

import math
import re

from .red5pro_declaration import STREAM_MANAGER

PACKAGES = ("jsvc", "libva-drm2", "libva-x11-2", "libva2", "libvdpau1", "ntp", "unzip")
JDKS = "openjdk-*-jdk"  # a pattern, since the release decides the version
_KERNEL = {"fs.file-max": 1000000, "kernel.pid_max": 999999, "kernel.threads-max": 999999, "vm.max_map_count": 1999999}
FILES = {
    "/etc/security/limits.d/90-red5pro.conf": "".join(
        f"{user} {kind} nofile 1000000\n" for user in ("root", "*") for kind in ("soft", "hard")
    ),
    "/etc/sysctl.d/90-red5pro.conf": "".join(f"{key} = {value}\n" for key, value in _KERNEL.items()),
}
_PLUGINS = ("autoscale-plugin", "client-suppressor", "mpegts-plugin", "restreamer-plugin", "socialpusher-plugin", "webrtc-plugin")
UNWANTED = {
    STREAM_MANAGER: (
        "conf/autoscale.xml",
        "plugins/inspector.jar",
        *(f"plugins/red5pro-{plugin}*" for plugin in _PLUGINS),
        *(f"webapps/{name}" for name in ("api", "bandwidthdetection", "inspector", "template", "videobandwidth")),
    ),
    "node": tuple(f"webapps/{name}" for name in ("streammanager", "template", "videobandwidth")),
}
_HEAPS = ((8, 2), (12, 3), (20, 4), (30, 5), (40, 6))  # memory of the host up to, and what is not for the heap, in GB
_LEAST = 2  # GB


def heap(memory: int) -> int:
    """The heap in GB for a host with so many MiB, 0 if they are too few. Linux reports less than the instance type has."""
    gigabytes = math.ceil(memory / 1024)
    if gigabytes < _LEAST:
        return 0
    if gigabytes <= 4:
        return 1 if gigabytes == _LEAST else 2
    return gigabytes - next((less for limit, less in _HEAPS if gigabytes <= limit), 8)


def unit(shipped: str, gigabytes: int, java_home: str, home: str) -> str:
    """The systemd unit of the distribution with the host's heap, JDK, home and limit of open files."""
    text = shipped.replace("/usr/local/red5pro", home)
    text = re.sub(r"(-Xm[sx])\d+[kKmMgG]?", rf"\g<1>{gigabytes}g", text)
    text = re.sub(r"(JAVA_HOME=)/[^\s\"']*", rf"\g<1>{java_home}", text)
    limit = "LimitNOFILE=1000000"
    if re.search(r"^LimitNOFILE=", text, re.MULTILINE):
        return re.sub(r"^LimitNOFILE=.*$", limit, text, flags=re.MULTILINE)
    return text.replace("[Service]\n", f"[Service]\n{limit}\n", 1)
