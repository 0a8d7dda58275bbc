#!/usr/bin/python
# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

DOCUMENTATION = r"""
module: properties_file
version_added: 0.1.0
short_description: Set values in a Java properties file and change nothing else in it
description:
  - Sets keys of an existing properties file such as Red5 Pro's C(red5-web.properties). Comments, order, blank lines and all other
    keys are kept, and so are the file's owner and mode.
  - Compares values as Java reads them, and does not change a line that already means the declared value, however it is written. If a
    key is on several lines, the last one counts and is set.
  - Sets a missing key on the line where it is commented out, if there is one.
  - Fails before it changes anything if Java would refuse the file, because of C(\u) without four hexadecimal digits in another key.
  - Shows changes key by key. Passwords, tokens and secrets, recognized by the key's name, are hidden in diffs, unlike with
    M(ansible.builtin.lineinfile), whose diff also shows the lines around a change.
author:
  - streamops.red5pro contributors (@streamops)
options:
  path:
    description: The file. It must exist.
    type: path
    required: true
  values:
    description: The values by key.
    type: dict
    default: {}
  secret_values:
    description: Values that must not be shown, by key, otherwise like O(values). A key can be in only one of the two.
    type: dict
    default: {}
  section:
    description:
      - The comment line below which a missing key is added, for example C(## LOADBALANCING CONFIGURATION). The number of C(#),
        letter case and blanks do not matter. If it is missing, it is added at the end of the file.
      - Without it, a missing key is added at the end.
    type: str
  original:
    description: Where to back up the file before the first change. The backup is never overwritten.
    type: path
  pending:
    description:
      - A file that the module creates just before a change and that the caller deletes when it is in effect, for example after a restart.
      - If a run is interrupted in between, the next one detects that by RV(pending).
    type: path
extends_documentation_fragment:
  - streamops.red5pro.attributes
"""

EXAMPLES = r"""
- name: Set a stream manager's own address
  streamops.red5pro.properties_file:
    path: /usr/local/red5pro/webapps/streammanager/WEB-INF/red5-web.properties
    section: "## LOADBALANCING CONFIGURATION"
    values:
      streammanager.ip: 203.0.113.15
    original: /usr/local/red5pro/webapps/streammanager/WEB-INF/red5-web.properties.orig
  notify: Restart Red5 Pro

- name: Change the database password on all stream managers
  streamops.red5pro.properties_file:
    path: /usr/local/red5pro/webapps/streammanager/WEB-INF/red5-web.properties
    secret_values:
      config.dbPass: "{{ vault_database_password }}"
"""

RETURN = r"""
changed_keys:
  description: The keys whose value changed, in alphabetical order.
  returned: success
  type: list
  elements: str
  sample: [streammanager.ip]
pending:
  description: Whether a change by this run or an earlier one is not in effect yet. Requires O(pending).
  returned: success
  type: bool
  sample: true
"""

import os

from ansible_collections.streamops.red5pro.plugins.module_utils._file_module import FileModule
from ansible_collections.streamops.red5pro.plugins.module_utils._messages import HIDDEN, invalid
from ansible_collections.streamops.red5pro.plugins.module_utils._properties import PropertiesError, is_secret, texts, update


def _write(module: FileModule, path: str, new: str) -> None:
    original, pending = module.params["original"], module.params["pending"]
    if original and not os.path.exists(original):
        module.preserved_copy(path, original)
    if pending:
        with open(pending, "w", encoding="ascii"):
            pass
    module.write(path, new)


def main() -> None:
    """Read the file, compute the new text, write it once."""
    module = FileModule(
        argument_spec={
            "path": {"type": "path", "required": True},
            "values": {"type": "dict", "default": {}},
            "secret_values": {"type": "dict", "default": {}, "no_log": True},
            "section": {"type": "str"},
            "original": {"type": "path"},
            "pending": {"type": "path"},
        },
        supports_check_mode=True,
    )
    path = module.params["path"]
    try:
        plain, secret = texts(module.params["values"]), texts(module.params["secret_values"])
        if both := sorted(plain.keys() & secret.keys()):
            raise PropertiesError(invalid("secret_values", ", ".join(both), "only keys that are not in values"))
        with open(path, encoding="latin-1", newline="") as file:
            text = file.read()
        new, before = update(text, plain | secret, module.params["section"])
        if before and not module.check_mode:
            _write(module, path, new)
    except (OSError, PropertiesError) as error:
        module.fail_json(msg=f"Failed to change {path}: {error}")

    def lines(values: dict[str, str | None], changed: str = "") -> str:
        hidden = HIDDEN + changed  # a changed secret must differ in the diff too
        known = {key: value for key, value in sorted(values.items()) if value is not None}
        return "".join(f"{key}={hidden if key in secret or is_secret(key, value) else value}\n" for key, value in known.items())

    module.exit_json(
        changed=bool(before),
        changed_keys=sorted(before),
        pending=bool(before or (module.params["pending"] and os.path.exists(module.params["pending"]))),
        diff={
            "before_header": path,
            "after_header": path,
            "before": lines(before),
            "after": lines({key: (plain | secret)[key] for key in before}, " (changed)"),
        },
    )


if __name__ == "__main__":
    main()
