#!/usr/bin/python
# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

DOCUMENTATION = r"""
module: spring_beans_file
version_added: 0.2.0
short_description: Choose the active bean and set properties in a Spring beans file and change nothing else in it
description:
  - Edits an existing beans file of Red5 Pro, such as C(applicationContext.xml) or C(conf/cluster.xml). Comments, order, white space and
    all other elements are kept, and so are the file's owner and mode.
  - Fails before it changes anything if the result would not be XML.
author:
  - streamops.red5pro contributors (@streamops)
options:
  path:
    description: The file. It must exist.
    type: path
    required: true
  bean:
    description: The id or name of a bean. Without it, O(values) are properties of any active bean.
    type: str
  class_name:
    description:
      - The class of the bean that must be the only active one with the id O(bean). It may be in a comment, which is removed. The
        other active ones become comments.
    type: str
  values:
    description: The values of existing properties by name.
    type: dict
    default: {}
  secret_values:
    description: Values that must not be shown, by name, otherwise like O(values).
    type: dict
    default: {}
extends_documentation_fragment:
  - streamops.red5pro.attributes
"""

EXAMPLES = r"""
- name: Use the cloud controller for AWS
  streamops.red5pro.spring_beans_file:
    path: /usr/local/red5pro/webapps/streammanager/WEB-INF/applicationContext.xml
    bean: apiBridge
    class_name: com.red5pro.services.cloud.aws.component.AWSInstanceController

- name: Set the cluster password of a node
  streamops.red5pro.spring_beans_file:
    path: /usr/local/red5pro/conf/cluster.xml
    secret_values:
      password: "{{ vault_cluster_password }}"
"""

RETURN = r"""
changed_names:
  description: The names of the properties whose value changed, in alphabetical order.
  returned: success
  type: list
  elements: str
  sample: [password]
classes:
  description: The classes of the beans with the id O(bean) that were active before.
  returned: success
  type: list
  elements: str
  sample: [com.red5pro.services.cloud.sim.component.DummyCloudController]
"""

from pathlib import Path

from ansible_collections.streamops.red5pro.plugins.module_utils import _beans
from ansible_collections.streamops.red5pro.plugins.module_utils._file_module import FileModule
from ansible_collections.streamops.red5pro.plugins.module_utils._messages import HIDDEN, invalid
from ansible_collections.streamops.red5pro.plugins.module_utils._properties import PropertiesError, is_secret, texts


def main() -> None:
    """Read the file, compute the new text, write it once."""
    module = FileModule(
        argument_spec={
            "path": {"type": "path", "required": True},
            "bean": {"type": "str"},
            "class_name": {"type": "str"},
            "values": {"type": "dict", "default": {}},
            "secret_values": {"type": "dict", "default": {}, "no_log": True},
        },
        required_by={"class_name": ["bean"]},
        supports_check_mode=True,
    )
    path, bean, kind = module.params["path"], module.params["bean"] or "", module.params["class_name"]
    try:
        plain, secret = texts(module.params["values"]), texts(module.params["secret_values"])
        if both := sorted(plain.keys() & secret.keys()):
            raise PropertiesError(invalid("secret_values", ", ".join(both), "only names that are not in values"))
        wanted = plain | secret
        text = Path(path).read_bytes().decode("latin-1")
        _beans.check(text)
        classes = [one.kind for one in _beans.active(text, bean)]
        new, before = _beans.with_values(_beans.activated(text, bean, kind) if kind else text, wanted, bean)
        _beans.check(new)
        if new != text and not module.check_mode:
            module.write(path, new)
    except (OSError, PropertiesError, _beans.BeansError) as error:
        module.fail_json(msg=f"Failed to change {path}: {error}")

    def lines(found: dict[str, str], active: list[str], changed: str = "") -> str:
        hidden = HIDDEN + changed
        shown = {name: hidden if name in secret or is_secret(name, value) else value for name, value in found.items()}
        return "".join([*(f"active {bean}: {one}\n" for one in active), *(f"{name}={value}\n" for name, value in sorted(shown.items()))])

    module.exit_json(
        changed=new != text,
        changed_names=sorted(before),
        classes=classes,
        diff={
            "before_header": path,
            "after_header": path,
            "before": lines(before, classes if kind else []),
            "after": lines({name: wanted[name] for name in before}, [kind] if kind else [], " (changed)"),
        },
    )


if __name__ == "__main__":
    main()
