#!/usr/bin/python
# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

DOCUMENTATION = r"""
module: domain_record
version_added: 0.2.0
short_description: Point a domain at a load balancer in Route 53, or remove that record
description:
  - Creates the simple record that points a domain at a load balancer. That is a C(CNAME) record, or an alias record of type C(A) at
    the apex of a hosted zone or next to records such as C(TXT) and C(MX), where a C(CNAME) record is not possible.
  - Replaces A, AAAA and CNAME records of this name that lead elsewhere in one change batch if O(replace=true), and otherwise fails.
    M(amazon.aws.route53) replaces a record only by one of the same type, and does not delete alias records.
  - Keeps records of this name with other types.
author:
  - streamops.red5pro contributors (@streamops)
options:
  name:
    description: The domain.
    type: str
    required: true
  hosted_zone_id:
    description: The id of the domain's hosted zone.
    type: str
    required: true
  target:
    description: The DNS name of the load balancer.
    type: str
    required: true
  target_hosted_zone_id:
    description: The id of the load balancer's hosted zone, which AWS returns as C(CanonicalHostedZoneId). Required for O(state=present).
    type: str
  ttl:
    description: The time to live of a C(CNAME) record in seconds, from 1 to 2147483647. An alias record has that of its target.
    type: int
    default: 300
  replace:
    description: Whether to replace records that lead elsewhere.
    type: bool
    default: false
  state:
    description:
      - V(absent) deletes the simple records that lead to O(target), and no others.
    type: str
    choices: [present, absent]
    default: present
  wait:
    description: Whether to wait until all name servers of Route 53 have the change.
    type: bool
    default: true
  wait_timeout:
    description: How many seconds to wait at most.
    type: int
    default: 300
  wait_interval:
    description: How many seconds to pause between two checks, at least 1.
    type: int
    default: 5
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - streamops.red5pro.attributes
"""

EXAMPLES = r"""
- name: Point the domain at the load balancer
  streamops.red5pro.domain_record:
    name: streammanager.example.com
    hosted_zone_id: Z0123456789ABCDEFGHIJ
    target: live-1234567890.us-east-1.elb.amazonaws.com
    target_hosted_zone_id: Z35SXDOTRQ7X7K
"""

RETURN = r"""
records:
  description: The A, AAAA and CNAME records of the name after the task.
  returned: success
  type: list
  elements: str
  sample: [CNAME live-1234567890.us-east-1.elb.amazonaws.com]
kept:
  description: The A, AAAA and CNAME records of the name that lead elsewhere and are kept.
  returned: when O(state=absent)
  type: list
  elements: str
  sample: [A 192.0.2.1]
"""

from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.streamops.red5pro.plugins.module_utils import _route53
from ansible_collections.streamops.red5pro.plugins.module_utils._domain_record import Plan, Record, plan
from ansible_collections.streamops.red5pro.plugins.module_utils._messages import invalid, refusing

ARGUMENT_SPEC = {
    "name": {"type": "str", "required": True},
    "hosted_zone_id": {"type": "str", "required": True},
    "target": {"type": "str", "required": True},
    "target_hosted_zone_id": {"type": "str"},
    "ttl": {"type": "int", "default": 300},
    "replace": {"type": "bool", "default": False},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "wait": {"type": "bool", "default": True},
    "wait_timeout": {"type": "int", "default": 300},
    "wait_interval": {"type": "int", "default": 5},
}
TTLS = range(1, 2**31)


def _batch(found: Plan, params: dict[str, Any]) -> list[dict[str, Any]]:
    """The changes to make. Raises AnsibleAWSError for records that must not be replaced."""
    if params["state"] == "absent":
        return found.removal()
    if found.obstacles and not params["replace"]:
        held = "; ".join(one.text for one in found.obstacles)
        raise AnsibleAWSError(
            message=refusing(f"replace records of {found.name}", f"{held} would be deleted", "Delete them, or set replace=true")
        )
    return found.changes(params["target_hosted_zone_id"], params["ttl"])


def _after(before: list[Record], batch: list[dict[str, Any]]) -> list[str]:
    gone = [change["ResourceRecordSet"] for change in batch if change["Action"] == "DELETE"]
    made = [Record.of(change["ResourceRecordSet"]) for change in batch if change["Action"] != "DELETE"]
    changed = [change["ResourceRecordSet"]["Type"] for change in batch if change["Action"] == "UPSERT"]
    return [one.text for one in [*(one for one in before if one.raw not in gone and one.kind not in changed), *made]]


def run(client: Any, params: dict[str, Any], check_mode: bool) -> dict[str, Any]:
    """Reads the records of the name, and sends at most one batch of changes."""
    if params["ttl"] not in TTLS:
        raise AnsibleAWSError(message=invalid("ttl", params["ttl"], "a whole number of seconds from 1 to 2147483647"))
    found = plan(_route53.records(client, params["hosted_zone_id"], params["name"]), params["name"], params["target"])
    before = [*found.own, *found.obstacles]
    batch = _batch(found, params)
    if batch and not check_mode:
        timeout = params["wait_timeout"] if params["wait"] else 0
        _route53.change(client, params["hosted_zone_id"], batch, timeout, max(params["wait_interval"], 1))
    after = _after(before, batch)
    diff = {"before": {"records": [one.text for one in before]}, "after": {"records": after}}
    kept = {"kept": [one.text for one in found.obstacles]} if params["state"] == "absent" else {}
    return {"changed": bool(batch), "records": after, "diff": diff, **kept}


def main() -> None:
    """Create or delete the record of one name."""
    module = AnsibleAWSModule(
        argument_spec=ARGUMENT_SPEC, supports_check_mode=True, required_if=[("state", "present", ["target_hosted_zone_id"])]
    )
    try:
        result = run(module.client("route53"), module.params, module.check_mode)
    except AnsibleAWSError as error:
        module.fail_json_aws_error(error)
    module.exit_json(**result)


if __name__ == "__main__":
    main()
