# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Builds the file layers hosts start from: the operating system made out of this machine's, and the Red5 Pro files above it."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

from rehearsal import packages, settings, store
from rehearsal.accounts import default as account

API_TOKEN = "rehearsal-token-4f8c1"
CLUSTER_PASSWORD = "rehearsal-cluster-password"  # Red5 Pro takes no capital letters here
NAME_PREFIX = "node"  # of the nodes that stream managers launch
USER, USER_ID = "ubuntu", 1000

SOURCES = Path(__file__).parent / "host"
_PYTHON = "/usr/bin/python3"
_TOP = (
    *("bin", "boot", "dev", "etc", "home", "lib", "lib32", "lib64", "libx32", "media", "mnt", "opt"),
    *("proc", "root", "run", "sbin", "srv", "sys", "tmp", "usr", "var"),
)
# What belongs to this machine and not to the operating system: empty on a host.
_EMPTY = ("etc/ssl/certs", "etc/ssh", "home", "media", "mnt", "opt", "root", "srv", "usr/local", "var/lib/cloud", "var/log", "var/tmp")
_PACKAGES = {
    "/usr/sbin/sshd": "openssh-server",
    "/usr/bin/ssh-keygen": "openssh-client",
    "/usr/bin/sudo": "sudo",
    "/usr/bin/tini": "tini",
    "/usr/bin/setpriv": "util-linux",
    "/usr/bin/openssl": "openssl",
    "/usr/sbin/service": "init-system-helpers",
    "/usr/sbin/start-stop-daemon": "dpkg",
    _PYTHON: "python3",
    "/usr/lib/python3/dist-packages/apt": "python3-apt",
}
_ABSENT = ("etc/apt", "usr/lib/jvm", "var/lib/apt/lists", "var/cache/apt", "etc/security/limits.d", "etc/sysctl.d")  # on a plain host
_SECRET = frozenset({"red5-web.properties", "cluster.xml", "jmxremote.password"})


def os_layer(layer: Path, authority: Path, pace: float) -> Path:
    """The lowest layer of every host: user, names, SSH, and trust in the certificate authority of the file `authority` alone.

    A RuntimeError says what this machine lacks.
    """
    _check_machine()
    for name in _EMPTY:
        _empty(layer / name)
    for entry in os.listdir("/"):
        if entry not in _TOP:
            _whiteout(layer / entry)
    endpoint = "http://{}:{}".format(*settings.AWS_ADDRESS)
    copy_tree(SOURCES / "system", layer, {"AWS_ENDPOINT_URL": endpoint, "PACE": f"{pace:g}", **_PLACES})
    _accounts(layer / "etc")
    _trust(layer / "etc/ssl/certs", authority.read_bytes())
    (layer / "root").chmod(0o700)
    (layer / "var/tmp").chmod(0o1777)
    (layer / "etc/sudoers.d/90-cloud-init-users").chmod(0o440)
    return layer


def stream_manager_layer(layer: Path, changes: Mapping[str, str] | None = None) -> Path:
    """A full Red5 Pro tree with the Stream Manager webapp, for the baseline account; `changes` are other values of placeholders."""
    home = _red5_tree(layer, changes or {})
    copy_tree(SOURCES / "stream_manager", home, {**_VALUES, **(changes or {})})
    return layer


def node_layer(layer: Path, changes: Mapping[str, str] | None = None) -> Path:
    """The original node image's tree: autoscaling off, no Stream Manager webapp."""
    home = _red5_tree(layer, changes or {})
    copy_tree(SOURCES / "node", home, {**_VALUES, **(changes or {})})
    return layer


_PLACES = {"RED5_HOME": settings.RED5_HOME, "RED5_PORT": str(settings.RED5_PORT), "NAME_SERVER": settings.DNS_ADDRESS[0]}
_VALUES = {
    "ACCESS_KEY": settings.STREAM_MANAGER_ACCESS_KEY,
    "CLUSTER_PASSWORD": CLUSTER_PASSWORD,
    "DATABASE_HOST": settings.DATABASE_NAME,
    "DATABASE_PASSWORD": store.PASSWORD,
    "DATABASE_PORT": str(settings.DATABASE_ADDRESS[1]),
    "DATABASE_USER": store.USER,
    "KEY_PAIR": account.NAME,
    "NAME_PREFIX": NAME_PREFIX,
    "REGION": settings.REGION,
    "SECRET_KEY": settings.SECRET_KEY,
    "SECURITY_GROUP": f"{account.NAME}-nodes",
    "TOKEN": API_TOKEN,
    "VPC": account.NAME,
}


def plain_layer(layer: Path) -> Path:
    """Ubuntu as EC2 has it, without Red5 Pro: managed by systemd, no Java, and packages from a repository of its own."""
    for name in _ABSENT:
        _empty(layer / name)
    for name in ("usr/bin/java", "etc/alternatives/java"):
        (layer / name).parent.mkdir(parents=True, exist_ok=True)
        _whiteout(layer / name)
    copy_tree(SOURCES / "plain", layer, {})
    packages.repository(layer / "var/lib/rehearsal/packages")
    return layer


def _check_machine() -> None:
    missing = {package for path, package in _PACKAGES.items() if not (os.path.exists(path) or os.path.exists(path.removeprefix("/usr")))}
    if missing:
        raise RuntimeError(f"hosts need these Debian packages: apt-get install {' '.join(sorted(missing))}")
    if os.stat("/usr").st_dev != os.stat("/").st_dev:
        raise RuntimeError("/usr is a file system of its own: hosts are made from / and would have no programs")
    version = subprocess.run([_PYTHON, "-c", "import sys; print(sys.version_info >= (3, 11))"], capture_output=True, text=True, check=True)
    if version.stdout.strip() != "True":
        raise RuntimeError(f"{_PYTHON} is older than Python 3.11, which the service on the hosts needs")


def _empty(directory: Path) -> None:
    """Makes the directory hide what lies below it in an overlay."""
    directory.mkdir(parents=True)
    os.setxattr(directory, "trusted.overlay.opaque", b"y")


def _whiteout(path: Path) -> None:
    """Makes the path hide what has its name below it in an overlay."""
    os.mknod(path, stat.S_IFCHR, os.makedev(0, 0))


def copy_tree(source: Path, target: Path, values: Mapping[str, str]) -> None:
    """Copies a directory of this module's sources, `@NAME@` replaced, as root's and with tidy modes."""
    for directory, _unused, names in os.walk(source):
        below = target / Path(directory).relative_to(source)
        below.mkdir(parents=True, exist_ok=True)
        for name in names:
            text = (Path(directory) / name).read_text()
            for key, value in values.items():
                text = text.replace(f"@{key}@", value)
            (below / name).write_text(text)
            executable = os.access(Path(directory) / name, os.X_OK)
            (below / name).chmod(0o755 if executable else 0o640 if name in _SECRET else 0o644)


def _accounts(etc: Path) -> None:
    """This machine's users and groups, with `ubuntu` instead of a user with its name or number."""
    replaced = {fields[0] for fields in _fields("passwd") if fields[0] == USER or fields[2] == str(USER_ID)}
    users = [fields for fields in _fields("passwd") if fields[0] not in replaced]
    users.append([USER, "x", str(USER_ID), str(USER_ID), "Ubuntu", f"/home/{USER}", "/bin/bash"])
    shadow = [[fields[0], "*", *fields[2:]] for fields in _fields("shadow") if fields[0] not in replaced]
    shadow.append([USER, "*", "20000", "0", "99999", "7", "", "", ""])
    groups = [[*fields[:3], ",".join(set(fields[3].split(",")) - replaced)] for fields in _fields("group")]
    groups = [fields for fields in groups if fields[0] not in {*replaced, USER} and fields[2] != str(USER_ID)]
    groups.append([USER, "x", str(USER_ID), ""])
    for name, rows in (("passwd", users), ("shadow", shadow), ("group", groups), ("gshadow", [[row[0], "*", "", ""] for row in groups])):
        (etc / name).write_text("".join(":".join(row) + "\n" for row in rows))
        (etc / name).chmod(0o640 if "shadow" in name else 0o644)


def _fields(name: str) -> Iterator[list[str]]:
    for line in Path("/etc", name).read_text().splitlines():
        if line and not line.startswith("#"):
            yield line.split(":")


def _trust(directory: Path, certificate: bytes) -> None:
    command = ["openssl", "x509", "-noout", "-subject_hash"]
    digest = subprocess.run(command, input=certificate, check=True, capture_output=True).stdout.decode().strip()
    for name in ("ca-certificates.crt", f"{digest}.0"):
        (directory / name).write_bytes(certificate)


def _red5_tree(layer: Path, changes: Mapping[str, str]) -> Path:
    """What stream managers and nodes share: the tree, the service program and its place among the services."""
    home = layer / settings.RED5_HOME.lstrip("/")
    copy_tree(SOURCES / "red5pro_system", layer, {})
    copy_tree(SOURCES / "red5pro", home, {**_VALUES, **changes})
    (home / "log").mkdir()
    program = home / "lib" / "red5pro"
    shutil.copytree(SOURCES / "service", program, ignore=shutil.ignore_patterns("__pycache__"))
    unchecked = ["-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash"]
    subprocess.run([_PYTHON, "-I", *unchecked, str(program)], check=True)
    for level, link in ((0, "K01"), (1, "K01"), (2, "S01"), (3, "S01"), (4, "S01"), (5, "S01"), (6, "K01")):
        directory = layer / f"etc/rc{level}.d"
        directory.mkdir(parents=True)
        (directory / f"{link}red5pro").symlink_to("../init.d/red5pro")
    return home
