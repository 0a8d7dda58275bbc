#!/usr/bin/python
# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

DOCUMENTATION = r"""
module: stream_manager_host_info
version_added: 0.2.0
short_description: Read the files of a Red5 Pro host at once
description:
  - Reads the properties, the cloud controller, the versions and the readiness of a stream manager, or as much of them as a node has.
  - Passwords, tokens and secrets, recognized by the key's name, never leave the host. They are returned as digests, which can be
    compared between hosts with the same O(salt).
author:
  - streamops.red5pro contributors (@streamops)
options:
  home:
    description: The directory of Red5 Pro.
    type: path
    default: /usr/local/red5pro
  salt:
    description: A random text of this run, the same for all hosts. Do not store it, since a weak password can be guessed with it.
    type: str
    required: true
  values:
    description: Desired values of the properties by key, to compare with.
    type: dict
    default: {}
  secret_values:
    description: Desired values that must not be shown, by key.
    type: dict
    default: {}
  section:
    description: The heading above the properties that differ between hosts. It is not compared.
    type: str
  own_keys:
    description: The keys that differ between hosts.
    type: list
    elements: str
    default: []
  pending:
    description: A file that exists while a change is not in effect yet, see O(streamops.red5pro.properties_file#module:pending).
    type: path
  ready_url:
    description: The URL that must answer with status 200. The default is to request none.
    type: str
extends_documentation_fragment:
  - streamops.red5pro.attributes.info
"""

EXAMPLES = r"""
- name: Read a stream manager
  streamops.red5pro.stream_manager_host_info:
    salt: "{{ salt }}"
    own_keys: [streammanager.ip]
    ready_url: http://localhost:5080/
  register: host
  vars:
    salt: "{{ lookup('ansible.builtin.password', '/dev/null') }}"
"""

RETURN = r"""
properties:
  description: The values of the properties by key, as Java reads them, without the secrets. Empty without C(red5-web.properties).
  returned: success
  type: dict
  sample: {config.dbPort: "3306"}
secrets:
  description: A digest of each secret by key.
  returned: success
  type: dict
lines_digest:
  description: A digest of all lines that must be equal on every host.
  returned: success
  type: str
differences:
  description: The desired values that differ, each with C(key), C(expected) and C(found), which is V(null) if the key is missing.
  returned: success
  type: list
  elements: dict
  sample: [{"key": "proxy.enabled", "expected": "true", "found": "false"}]
pending:
  description: Whether a change is not in effect yet.
  returned: success
  type: bool
stream_manager:
  description: Whether the host has C(red5-web.properties) of the Stream Manager.
  returned: success
  type: bool
autoscale:
  description: Whether the host has C(conf/autoscale.xml), which must be on nodes only.
  returned: success
  type: bool
api_bridges:
  description: The classes of the active beans C(apiBridge) in C(applicationContext.xml), V(null) if the file is not XML.
  returned: success
  type: list
  elements: str
  sample: [com.red5pro.services.cloud.aws.component.AWSInstanceController]
cluster_password:
  description: A digest of the password in C(conf/cluster.xml), V(null) if there is none.
  returned: success
  type: str
versions:
  description: The versions of Red5 Pro's plugins and of the cloud controller.
  returned: success
  type: dict
  sample: {red5pro-webrtc-plugin: 14.1.0.b1235-release}
ready_url:
  description: The value of O(ready_url).
  returned: success
  type: str
ready:
  description: The HTTP status of O(ready_url), V(-1) if it does not answer, V(null) if there was no request.
  returned: success
  type: int
  sample: 200
ready_message:
  description: The text of the answer.
  returned: success
  type: str
  sample: OK (118 bytes)
"""

from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

from ansible.module_utils.urls import fetch_url
from ansible_collections.streamops.red5pro.plugins.module_utils import _host
from ansible_collections.streamops.red5pro.plugins.module_utils._file_module import FileModule
from ansible_collections.streamops.red5pro.plugins.module_utils._properties import PropertiesError, texts

_TIMEOUT = 10  # seconds


def _read(module: FileModule) -> dict[str, Any]:
    params, home = module.params, Path(module.params["home"])
    salt, section = params["salt"], params["section"]
    is_manager = (home / _host.PROPERTIES).exists()
    text = _host.properties_text(home) if is_manager else ""
    wanted = (texts(params["values"]), texts(params["secret_values"]))
    password = _host.cluster_password(home)
    return {
        **_host.property_facts(text, salt, params["own_keys"], section),
        "differences": _host.declared_differences(text, *wanted, section) if is_manager else [],
        "pending": bool(params["pending"]) and Path(params["pending"]).exists(),
        "stream_manager": is_manager,
        "autoscale": (home / _host.AUTOSCALE).exists(),
        "api_bridges": _bridges(home),
        "cluster_password": None if password is None else _host.digest(salt, password),
        "versions": _host.versions(home),
    }


def _bridges(home: Path) -> list[str] | None:
    try:
        return _host.bridge_classes(home)
    except ParseError:
        return None


def _ask(module: FileModule, url: str | None) -> dict[str, Any]:
    if not url:
        return {"ready_url": url, "ready": None, "ready_message": ""}
    _unused, answer = fetch_url(module, url, timeout=_TIMEOUT)
    return {"ready_url": url, "ready": answer["status"], "ready_message": answer["msg"]}


def main() -> None:
    """Read everything, change nothing."""
    module = FileModule(
        argument_spec={
            "home": {"type": "path", "default": "/usr/local/red5pro"},
            "salt": {"type": "str", "required": True, "no_log": True},
            "values": {"type": "dict", "default": {}},
            "secret_values": {"type": "dict", "default": {}, "no_log": True},
            "section": {"type": "str"},
            "own_keys": {"type": "list", "elements": "str", "default": [], "no_log": False},
            "pending": {"type": "path"},
            "ready_url": {"type": "str"},
        },
        supports_check_mode=True,
    )
    try:
        module.exit_json(changed=False, **_read(module), **_ask(module, module.params["ready_url"]))
    except (OSError, ParseError, PropertiesError) as error:
        module.fail_json(msg=f"{module.params['home']}: {error}")


if __name__ == "__main__":
    main()
