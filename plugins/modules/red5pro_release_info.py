#!/usr/bin/python
# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

DOCUMENTATION = r"""
module: red5pro_release_info
version_added: 0.2.0
short_description: Read a host, and the release of Red5 Pro that is or will be installed on it
description:
  - Returns what the role P(streamops.red5pro.red5pro#role) compares with the desired state. Passwords, tokens and the license leave the
    host only as digests with the salt.
author:
  - streamops.red5pro contributors (@streamops)
options:
  home:
    description: The path of the installed release, usually a link.
    type: path
    default: /usr/local/red5pro
  release:
    description: The directory of the release to read.
    type: path
    required: true
  salt:
    description: A new random text in each run.
    type: str
    required: true
  unit_path:
    description: The file of the systemd unit.
    type: path
    default: /lib/systemd/system/red5pro.service
  files:
    description: Further files that take effect with a restart, with the texts that they should have, by path.
    type: dict
    default: {}
  values:
    description: The desired properties of the stream manager by key.
    type: dict
    default: {}
  secret_values:
    description: Desired properties that must not be shown, by key, otherwise like O(values).
    type: dict
    default: {}
  unwanted:
    description: Patterns of files and directories below O(release) to look for.
    type: list
    elements: str
    default: []
  packages:
    description: The Debian packages to look for, by name or by a pattern such as C(openjdk-*-jdk).
    type: list
    elements: str
    default: []
extends_documentation_fragment:
  - streamops.red5pro.attributes.info
"""

EXAMPLES = r"""
- name: Read the host
  streamops.red5pro.red5pro_release_info:
    release: /usr/local/red5pro-14.1.0.b1235
    salt: "{{ lookup('ansible.builtin.password', '/dev/null', length=40) }}"
  register: host
"""

RETURN = r"""
memory:
  description: The memory of the host in MiB.
  returned: success
  type: int
  sample: 7782
system:
  description: The distribution of Linux and its version.
  returned: success
  type: list
  elements: str
  sample: [ubuntu, "22.04"]
home:
  description: What O(home) is, C(missing), C(directory) or C(link).
  returned: success
  type: str
  sample: link
target:
  description: The directory that O(home) is or leads to.
  returned: success
  type: str
  sample: /usr/local/red5pro-14.1.0.b1235
checksum:
  description: The SHA-256 of the archive of the complete release in O(release), empty if it is not unpacked.
  returned: success
  type: str
started:
  description: Whether the release was the current one once.
  returned: success
  type: bool
aside:
  description: Whether there is a directory with the name that a directory as O(home) gets when it is moved.
  returned: success
  type: bool
unit:
  description: The systemd unit as the release has it, empty if it has none.
  returned: success
  type: str
installed_unit:
  description: The systemd unit in O(unit_path), empty if there is none.
  returned: success
  type: str
unwanted:
  description: The paths below O(release) that match O(unwanted).
  returned: success
  type: list
  elements: str
  sample: [conf/autoscale.xml]
jars:
  description: The SHA-256 of the cloud controllers by their file names.
  returned: success
  type: dict
classes:
  description: The classes of the active beans C(apiBridge), V(null) if the release has no such file or it is not XML.
  returned: success
  type: list
  elements: str
node_api:
  description: Whether the release has the webapp api.
  returned: success
  type: bool
set_keys:
  description: The keys of the stream manager's properties with a value that is no placeholder, of the release or else of RV(target).
  returned: success
  type: list
  elements: str
  sample: [config.dbHost]
digests:
  description:
    - Digests with the salt of C(license), C(cluster_password) and C(node_token), those that exist, of the release or else of RV(target).
  returned: success
  type: dict
differing_files:
  description: The paths of O(files) with another text, or that are missing.
  returned: success
  type: list
  elements: str
  sample: [/etc/sysctl.d/90-red5pro.conf]
differences:
  description: The O(values) and O(secret_values) that differ, with C(key), C(expected) and C(found); secrets are hidden.
  returned: success
  type: list
  elements: dict
utc:
  description: Whether the clock shows UTC.
  returned: success
  type: bool
packages:
  description: Those of O(packages) that are installed.
  returned: success
  type: list
  elements: str
  sample: [jsvc]
state:
  description: A digest of all that takes effect with a restart.
  returned: success
  type: str
in_effect:
  description: Whether the service was started with this state, and with the properties as they are.
  returned: success
  type: bool
"""

import re
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

from ansible_collections.streamops.red5pro.plugins.module_utils import _host, _installation, _properties
from ansible_collections.streamops.red5pro.plugins.module_utils._file_module import FileModule

_UTC = ("UTC", "UCT", "Universal", "Zulu")


def _text(path: Path) -> str:
    return path.read_bytes().decode("latin-1") if path.exists() else ""


def _system() -> list[str]:
    found = dict(line.partition("=")[::2] for line in _text(Path("/etc/os-release")).splitlines())
    return [found.get(key, "").strip("\"'") for key in ("ID", "VERSION_ID")]


def _memory() -> int:
    match = re.search(r"^MemTotal:\s*(\d+) kB", _text(Path("/proc/meminfo")), re.MULTILINE)
    return int(match[1]) // 1024 if match else 0


def _installed(module: FileModule, names: list[str]) -> list[str]:
    """The packages that dpkg has configured; with a name that it does not know, it ends with 1."""
    if not names:
        return []
    _code, output, _error = module.run_command(["dpkg-query", "--show", "--showformat=${Package} ${db:Status-Status}\n", *names])
    return sorted(line.split()[0] for line in output.splitlines() if line.endswith(" installed"))


def _classes(release: Path) -> list[str] | None:
    try:
        return _host.bridge_classes(release) if (release / _host.CONTEXT).exists() else None
    except ParseError:
        return None


def _digests(release: Path, salt: str) -> dict[str, str]:
    found = {
        "license": _text(release / _installation.LICENSE).strip(),
        "cluster_password": _host.cluster_password(release),
        "node_token": _properties.read(_text(release / _installation.API)).get("security.accessToken"),
    }
    return {name: _host.digest(salt, value) for name, value in found.items() if value}


def _read(module: FileModule) -> dict[str, Any]:
    params, release, home = module.params, Path(module.params["release"]), Path(module.params["home"])
    marker, unit_path = _installation.marker(release), Path(params["unit_path"])
    state = _installation.state(release, [unit_path, *map(Path, sorted(params["files"]))])
    current = release if marker else home
    properties = _text(release / _host.PROPERTIES)
    plain, secret = (_properties.texts(params[name]) for name in ("values", "secret_values"))
    return {
        "memory": _memory(),
        "system": _system(),
        "home": "link" if home.is_symlink() else "directory" if home.is_dir() else "missing",
        "target": str(home.resolve()),
        "aside": Path(f"{home}{_installation.ASIDE}").exists(),
        "checksum": marker.get("sha256", ""),
        "started": (release / _installation.STARTED).exists(),
        "unit": _text(release / _installation.UNIT),
        "installed_unit": _text(unit_path),
        "unwanted": _installation.present(release, params["unwanted"]),
        "jars": {path.name: _installation.checksum(path) for path in (release / _installation.LIBRARY).glob("*-cloud-controller-*.jar")},
        "classes": _classes(release),
        "node_api": (release / _installation.API).exists(),
        "set_keys": _installation.set_keys(current),
        "digests": _digests(current, params["salt"]),
        "differing_files": sorted(path for path, text in params["files"].items() if _text(Path(path)) != text),
        "differences": _host.declared_differences(properties, plain, secret, None) if properties else [],
        "utc": not Path("/etc/localtime").exists() or Path("/etc/localtime").resolve().name in _UTC,
        "packages": _installed(module, params["packages"]),
        "state": state,
        "in_effect": _text(Path(f"{home}{_installation.IN_EFFECT}")).strip() == state
        and not (release / f"{_host.PROPERTIES}.pending").exists(),
    }


def main() -> None:
    """Read everything, change nothing."""
    module = FileModule(
        argument_spec={
            "home": {"type": "path", "default": "/usr/local/red5pro"},
            "release": {"type": "path", "required": True},
            "salt": {"type": "str", "required": True, "no_log": True},
            "unit_path": {"type": "path", "default": "/lib/systemd/system/red5pro.service"},
            "files": {"type": "dict", "default": {}},
            "values": {"type": "dict", "default": {}},
            "secret_values": {"type": "dict", "default": {}, "no_log": True},
            "unwanted": {"type": "list", "elements": "str", "default": []},
            "packages": {"type": "list", "elements": "str", "default": []},
        },
        supports_check_mode=True,
    )
    try:
        module.exit_json(changed=False, **_read(module))
    except (OSError, ParseError, _properties.PropertiesError) as error:
        module.fail_json(msg=f"{module.params['release']}: {error}")


if __name__ == "__main__":
    main()
