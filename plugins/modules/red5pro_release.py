#!/usr/bin/python
# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

DOCUMENTATION = r"""
module: red5pro_release
version_added: 0.2.0
short_description: Unpack a distribution of Red5 Pro beside other releases, with the values of the release before
description:
  - Unpacks the zip into a directory of its own and makes its scripts executable. If the directory is a complete release of the same
    archive, nothing changes. What an interrupted run left there is deleted first.
  - Takes over the values that were changed in O(previous), key by key. Keys that are new in this release keep their shipped values.
    Files are C(red5-web.properties) of the webapps streammanager and api, C(applicationContext.xml), C(conf/cluster.xml),
    C(conf/autoscale.xml) and C(LICENSE.KEY).
author:
  - streamops.red5pro contributors (@streamops)
options:
  src:
    description: The zip on the host. It is not needed if the release is complete.
    type: path
    required: true
  checksum:
    description: The SHA-256 of the zip, 64 hexadecimal digits.
    type: str
    required: true
  dest:
    description: The directory of the release.
    type: path
    required: true
  previous:
    description: The directory of the release whose values are taken over.
    type: path
  force:
    description: Whether to unpack a complete release again, with the values that O(previous) has now.
    type: bool
    default: false
extends_documentation_fragment:
  - streamops.red5pro.attributes
"""

EXAMPLES = r"""
- name: Unpack Red5 Pro beside the installed release
  streamops.red5pro.red5pro_release:
    src: /var/tmp/red5pro-server-14.1.0.b1235-release.zip
    checksum: "{{ zip.stat.checksum }}"
    dest: /usr/local/red5pro-14.1.0.b1235
    previous: /usr/local/red5pro
"""

RETURN = r"""
carried:
  description: The keys whose values were taken over, by file. Their values are never returned.
  returned: success
  type: dict
  sample: {conf/cluster.xml: [password]}
"""

import shutil
from pathlib import Path

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.streamops.red5pro.plugins.module_utils import _beans, _installation, _properties


def _install(module: AnsibleModule) -> dict[str, list[str]]:
    source, target, digest = (module.params[name] for name in ("src", "dest", "checksum"))
    found = _installation.checksum(Path(source))
    if found != digest.lower():
        raise _installation.DistributionError(f"another file: its SHA-256 is {found}, not {digest}")
    draft = Path(f"{target}.incomplete")
    for leftover in (draft, Path(target)):
        shutil.rmtree(leftover, ignore_errors=True)
    _installation.unpack(Path(source), draft)
    _installation.keep_shipped(draft)
    previous = module.params["previous"]
    carried = _installation.carry(Path(previous), draft) if previous else {}
    _installation.complete(draft, digest.lower())
    draft.rename(target)
    return carried


def main() -> None:
    """Unpack once, and never touch a complete release."""
    module = AnsibleModule(
        argument_spec={
            "src": {"type": "path", "required": True},
            "checksum": {"type": "str", "required": True},
            "dest": {"type": "path", "required": True},
            "previous": {"type": "path"},
            "force": {"type": "bool", "default": False},
        },
        supports_check_mode=True,
    )
    complete = _installation.marker(Path(module.params["dest"])).get("sha256") == module.params["checksum"].lower()
    changed = module.params["force"] or not complete
    try:
        carried = _install(module) if changed and not module.check_mode else {}
    except (OSError, _installation.DistributionError, _properties.PropertiesError, _beans.BeansError) as error:
        module.fail_json(msg=f"Failed to unpack {module.params['src']}: {error}")
    module.exit_json(changed=changed, carried=carried, diff={"before": "", "after": f"{module.params['dest']}\n" if changed else ""})


if __name__ == "__main__":
    main()
