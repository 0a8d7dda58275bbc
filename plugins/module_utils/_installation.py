# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A release of Red5 Pro in a directory of its own: unpacked from its distribution, with the values of the release before, and read."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import secrets
import shutil
import typing as t
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from ansible_collections.streamops.red5pro.plugins.module_utils import _beans, _host, _properties

MARKER = ".installation.json"  # the last file of a complete release
SHIPPED = ".shipped"  # the directory with the files as the distribution has them
STARTED = ".started"  # only a release that was the current one once has it
IN_EFFECT = ".in_effect"  # ends the name of the file with the state with which the service was last started
ASIDE = "-replaced"  # ends the name of a directory that was the home before there was a link
API = "webapps/api/WEB-INF/red5-web.properties"
LICENSE = "LICENSE.KEY"
UNIT = "red5pro.service"
LIBRARY = f"{_host.WEBAPP}/lib"
_START = "red5.sh"  # only the home of a release has it
_PROPERTIES = (_host.PROPERTIES, API)
_XML = (_host.CONTEXT, _host.CLUSTER, _host.AUTOSCALE)


class DistributionError(Exception):
    """An archive that is not a distribution of Red5 Pro."""


def checksum(path: Path) -> str:
    """The SHA-256 of a file."""
    found = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            found.update(block)
    return found.hexdigest()


def top(archive: zipfile.ZipFile) -> str:
    """The directory in the archive that is the home of the release, one or two levels deep."""
    homes = {name.removesuffix(_START) for name in archive.namelist() if PurePosixPath(name).name == _START}
    if len(homes) != 1 or next(iter(homes)).count("/") > 2:
        raise DistributionError(f"not a distribution of Red5 Pro: it has {len(homes)} directories with {_START}")
    return next(iter(homes))


def unpack(path: Path, directory: Path) -> None:
    """Unpack a distribution into a new directory. Raises DistributionError if it is corrupt, unsafe or something else."""
    try:
        with zipfile.ZipFile(path) as archive:
            if damaged := archive.testzip():
                raise DistributionError(f"corrupt: the checksum of {damaged} does not match")
            above = top(archive)
            for item in archive.infolist():
                inner = item.filename.removeprefix(above)
                if not item.filename.startswith(above) or not inner:
                    continue
                if ".." in PurePosixPath(inner).parts or inner.startswith("/"):
                    raise DistributionError(f"unsafe: {item.filename} leaves its directory")
                item.filename = inner
                archive.extract(item, directory)
    except (zipfile.BadZipFile, EOFError, zlib.error, NotImplementedError, RuntimeError) as error:
        raise DistributionError(f"corrupt: {error}") from error
    for script in directory.glob("*.sh"):
        script.chmod(0o755)
    for name in (*_PROPERTIES, _host.CLUSTER):  # for secrets
        if (directory / name).exists():
            (directory / name).chmod(0o640)


def keep_shipped(directory: Path) -> None:
    """Copy the files that hold values, so that the next release can tell which values are the user's own."""
    for name in (*_PROPERTIES, *_XML):
        if (directory / name).exists():
            (directory / SHIPPED / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(directory / name, directory / SHIPPED / name)


def carry(previous: Path, directory: Path) -> dict[str, list[str]]:
    """Take over the values that the user set in another release: file -> the keys that were changed."""
    carried = {name: _carried_properties(previous, directory, name) for name in _PROPERTIES}
    carried |= {name: _carried_beans(previous, directory, name) for name in _XML}
    if (previous / LICENSE).exists():
        shutil.copy2(previous / LICENSE, directory / LICENSE)
        carried[LICENSE] = [LICENSE]
    return {name: sorted(keys) for name, keys in carried.items() if keys}


def _texts(previous: Path, directory: Path, name: str) -> tuple[str, str, str] | None:
    """The old text, the old one as shipped (or as the new release ships it), and the new one; None if a release has no such file."""
    paths = [previous / name, previous / SHIPPED / name, directory / name]
    if not paths[0].exists() or not paths[2].exists():
        return None
    old, shipped, new = (path.read_bytes().decode("latin-1") if path.exists() else None for path in paths)
    return old or "", new or "" if shipped is None else shipped, new or ""


def _carried_properties(previous: Path, directory: Path, name: str) -> list[str]:
    found = _texts(previous, directory, name)
    if found is None:
        return []
    old, shipped = (_properties.read(text) for text in found[:2])
    own = {key: value for key, value in old.items() if shipped.get(key) != value and _properties.is_key(key)}
    text, before = _properties.update(found[2], own)
    (directory / name).write_bytes(text.encode("latin-1"))
    return list(before)


def _carried_beans(previous: Path, directory: Path, name: str) -> list[str]:
    found = _texts(previous, directory, name)
    if found is None:
        return []
    old, shipped, new = (_beans.values(text) for text in found)
    own = {key: value for key, value in old.items() if shipped.get(key) != value and key in new}
    text, before = _beans.with_values(found[2], own)
    (directory / name).write_bytes(text.encode("latin-1"))
    return list(before)


def complete(directory: Path, digest: str) -> None:
    """Mark a release as unpacked, with a key for its state."""
    marker = directory / MARKER
    marker.touch(0o600)
    marker.write_text(json.dumps({"sha256": digest, "key": secrets.token_hex(16)}), encoding="ascii")


def marker(directory: Path) -> dict[str, str]:
    """What `complete` noted; nothing if the directory is not a complete release."""
    path = directory / MARKER
    try:
        found = json.loads(path.read_bytes()) if path.exists() else {}
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def state(directory: Path, others: t.Iterable[Path]) -> str:
    """A digest of all that takes effect with a restart but the stream manager's properties, which have a mark of their own.

    It says nothing about the contents without the key on the host.
    """
    files = [directory / name for name in (LICENSE, API, *_XML)] + sorted((directory / LIBRARY).glob("*-cloud-controller-*.jar"))
    parts = [f"{path}:{checksum(path) if path.exists() else ''}" for path in [*files, *others]]
    return hmac.new(marker(directory).get("key", "").encode(), "\n".join(parts).encode(), hashlib.sha256).hexdigest()


def set_keys(directory: Path) -> list[str]:
    """The keys of the stream manager's properties that have a value, not one of the distribution's placeholders."""
    path = directory / _host.PROPERTIES
    values = _properties.read(path.read_bytes().decode("latin-1")) if path.exists() else {}
    return sorted(key for key, value in values.items() if value and not re.fullmatch(r"\{[^}]*\}|changeme", value))


def present(directory: Path, patterns: t.Iterable[str]) -> list[str]:
    """The files and directories below a release that match, as relative paths."""
    return sorted({str(path.relative_to(directory)) for pattern in patterns for path in directory.glob(pattern)})
