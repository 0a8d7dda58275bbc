#!/usr/bin/python
# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

DOCUMENTATION = r"""
module: acm_certificate_request
short_description: Request, tag and delete public certificates of AWS Certificate Manager
version_added: 0.1.0
description:
  - Requests a public TLS certificate from AWS Certificate Manager (ACM), returns the DNS records that validate it, waits until it is
    issued, manages its tags, and deletes it.
  - To import a certificate, use M(community.aws.acm_certificate).
  - "An existing certificate matches if Amazon issued it (it is not imported and not private), for exactly this O(domain_name) and these
    O(subject_alternative_names) in any order and case, with this O(validation_method) and O(key_algorithm), and if it has every tag
    of O(match_tags). With O(state=present) it must be C(ISSUED) or C(PENDING_VALIDATION). Of several, an issued one is
    preferred to a pending one, then the newest one. An expired, failed or revoked certificate is therefore requested again."
  - The idempotency token of a request is derived from the request, so that a request whose answer is lost creates no second certificate.
options:
  domain_name:
    description:
      - The first name of the certificate, at most 64 characters. A wildcard, such as V(*.example.com), matches exactly one label.
      - Use the V(xn--) form of internationalized names.
      - Exactly one of O(domain_name) and O(certificate_arn) is required.
    type: str
  subject_alternative_names:
    description:
      - Further names of the certificate, each of at most 253 characters, wildcards allowed. Their order does not matter, and
        O(domain_name) need not be repeated.
      - The names of a certificate cannot be changed. With other names, another certificate is requested, and the former one is kept.
    type: list
    elements: str
    default: []
  validation_method:
    description:
      - V(DNS) proves by DNS records that you own the domain. ACM renews the certificate as long as the records exist.
      - V(EMAIL) sends a mail to the domain's contacts, who follow a link to approve. Each renewal needs another approval.
    type: str
    choices: [DNS, EMAIL]
    default: DNS
  key_algorithm:
    description:
      - The algorithm of the key pair. AWS documents which ones it accepts for public certificates.
    type: str
    choices: [RSA_1024, RSA_2048, RSA_3072, RSA_4096, EC_prime256v1, EC_secp384r1, EC_secp521r1]
    default: RSA_2048
  match_tags:
    description:
      - Tags that identify your certificate among others for the same names. Only a certificate with all of them matches, and a new
        one gets them.
      - Without it, only the names decide, and O(tags) are set on any certificate that matches. Set it if you share the account.
    type: dict
    default: {}
  certificate_arn:
    description:
      - The ARN of an existing certificate, of any type and status, to read, wait for, tag or delete.
      - With O(state=present) the module fails if it does not exist.
    type: str
  state:
    description:
      - V(present) requests the certificate unless one matches.
      - V(absent) deletes it in any status. If several match, the module deletes all of them if O(match_tags) is set. Otherwise it
        fails, names them and deletes none.
    type: str
    choices: [present, absent]
    default: present
  wait:
    description:
      - With O(state=present), whether to wait until the certificate is issued. If the request fails or times out, the module fails and
        says what to check.
      - With O(state=absent), whether to wait until nothing uses the certificate, and until it is deleted. Otherwise the module fails
        at once if the certificate is in use.
      - The module always waits for the validation records, up to 60 seconds.
    type: bool
    default: false
  wait_timeout:
    description:
      - How many seconds to wait at most, V(1) or more.
    type: int
    default: 1800
  wait_interval:
    description:
      - How many seconds to pause between two checks, V(1) or more.
    type: int
    default: 10
author:
  - streamops.red5pro contributors (@streamops)
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.tags
  - amazon.aws.boto3
attributes:
  check_mode:
    description: Supports C(check_mode), and predicts the changed status without a change.
    support: full
    details:
      - The certificate is returned as it would be created, without its ARN and validation records, which ACM generates.
  diff_mode:
    description: Shows the changes, in C(check_mode) too.
    support: full
  idempotent:
    description:
      - When run twice in a row outside check mode, with the same arguments, the second invocation indicates no change.
      - This assumes that the system controlled/queried by the module has not changed in a relevant way.
    support: full
  action_group:
    description: Use C(group/streamops.red5pro.aws) in C(module_defaults) to set defaults for this module.
    support: full
    membership:
      - streamops.red5pro.aws
seealso:
  - module: community.aws.acm_certificate
  - module: community.aws.acm_certificate_info
  - module: amazon.aws.route53
  - name: DNS validation
    description: How ACM validates that a domain is yours.
    link: https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html
notes:
  - One validation record serves every certificate of the account for that domain and its wildcard, in all regions. Delete it from DNS
    only after the last of them.
  - Only a load balancer in the same region can use the certificate.
"""

EXAMPLES = r"""
- name: Request a wildcard certificate for the stream managers
  streamops.red5pro.acm_certificate_request:
    region: us-east-1
    domain_name: "*.example.com"
    match_tags:
      red5pro:deployment: live
    tags:
      Name: live
  register: request

- name: Create its validation records in Route 53
  amazon.aws.route53:
    state: present
    zone: example.com
    record: "{{ item.name }}"
    type: "{{ item.type }}"
    value: "{{ item.value }}"
    ttl: 300
  loop: "{{ request.validation_records }}"
  loop_control:
    label: "{{ item.name }}"

- name: Wait until it is issued
  streamops.red5pro.acm_certificate_request:
    region: us-east-1
    certificate_arn: "{{ request.certificate.arn }}"
    wait: true

- name: Request one certificate for two names, approved by email
  streamops.red5pro.acm_certificate_request:
    region: us-east-1
    domain_name: streammanager.example.com
    subject_alternative_names:
      - streammanager.example.net
    validation_method: EMAIL

- name: Delete the certificate of a deployment when its load balancer is deleted
  streamops.red5pro.acm_certificate_request:
    region: us-east-1
    domain_name: "*.example.com"
    match_tags:
      red5pro:deployment: live
    state: absent
    wait: true
    wait_timeout: 300
"""

RETURN = r"""
certificate:
  description: The certificate. In check mode, the predicted one.
  returned: when O(state=present)
  type: dict
  contains:
    arn:
      description: Its Amazon Resource Name. Missing in check mode if the certificate does not exist yet.
      returned: if the certificate exists
      type: str
      sample: arn:aws:acm:us-east-1:123456789012:certificate/0a1b2c3d-0a1b-2c3d-4e5f-0a1b2c3d4e5f
    domain_name:
      description: Its first name, in lower case.
      returned: always
      type: str
      sample: "*.example.com"
    subject_alternative_names:
      description: Its further names, in lower case and in alphabetical order, without RV(certificate.domain_name).
      returned: always
      type: list
      elements: str
      sample: [example.com]
    type:
      description: V(AMAZON_ISSUED) for what this module requests; by ARN also V(IMPORTED) or V(PRIVATE).
      returned: always
      type: str
      sample: AMAZON_ISSUED
    status:
      description:
        - V(PENDING_VALIDATION), V(ISSUED), V(INACTIVE), V(EXPIRED), V(VALIDATION_TIMED_OUT), V(REVOKED) or V(FAILED).
      returned: always
      type: str
      sample: ISSUED
    failure_reason:
      description: Why the request failed, in ACM's words, such as V(CAA_ERROR). V(none) if it did not fail.
      returned: always
      type: str
      sample:
    validation_method:
      description: V(DNS) or V(EMAIL). V(none) for an imported certificate.
      returned: always
      type: str
      sample: DNS
    key_algorithm:
      description: The algorithm of its key pair.
      returned: always
      type: str
      sample: RSA_2048
    in_use_by:
      description: The ARNs of the load balancers and other resources that use it.
      returned: always
      type: list
      elements: str
      sample: ["arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/live/0123456789abcdef"]
    created_at:
      description: When it was requested or imported, in ISO 8601.
      returned: if the certificate exists
      type: str
      sample: "2026-01-31T12:00:00+00:00"
    not_after:
      description: When it expires, in ISO 8601. V(none) until it is issued.
      returned: always
      type: str
      sample: "2027-03-01T23:59:59+00:00"
    tags:
      description: Its tags.
      returned: always
      type: dict
      sample: {"Name": "live", "red5pro:deployment": "live"}
validation_records:
  description:
    - The DNS records that validate the names, each once, since a wildcard and its parent domain share one. Empty for other validation
      methods, and in check mode if the certificate does not exist yet. With O(state=absent) those of the deleted certificates.
  returned: always
  type: list
  elements: dict
  contains:
    name:
      description: The record's name, without a dot at the end.
      type: str
      sample: _0a1b2c3d4e5f.example.com
    type:
      description: The record's type, V(CNAME).
      type: str
      sample: CNAME
    value:
      description: The record's value, without a dot at the end.
      type: str
      sample: _f5e4d3c2b1a0.abcdefghij.acm-validations.aws
    status:
      description: V(PENDING_VALIDATION), V(SUCCESS) or V(FAILED).
      type: str
      sample: PENDING_VALIDATION
    domain_names:
      description: The names of the certificate that this record validates.
      type: list
      elements: str
      sample: ["*.example.com", example.com]
validation_emails:
  description: The addresses to which ACM sent its mail, for certificates that are validated by email.
  returned: always
  type: list
  elements: str
  sample: [admin@example.com, hostmaster@example.com]
deleted:
  description: The certificates that were deleted, or in check mode would be, each like RV(certificate).
  returned: when O(state=absent)
  type: list
  elements: dict
"""

from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.amazon.aws.plugins.module_utils.tagging import compare_aws_tags
from ansible_collections.streamops.red5pro.plugins.module_utils import _acm
from ansible_collections.streamops.red5pro.plugins.module_utils._acm_certificate import KEY_ALGORITHMS, LIVE, Certificate, Wanted, declared
from ansible_collections.streamops.red5pro.plugins.module_utils._acm_messages import in_use
from ansible_collections.streamops.red5pro.plugins.module_utils._acm_params import check_params
from ansible_collections.streamops.red5pro.plugins.module_utils._messages import invalid, refusing

ARGUMENT_SPEC = {
    "domain_name": {"type": "str"},
    "subject_alternative_names": {"type": "list", "elements": "str", "default": []},
    "validation_method": {"type": "str", "choices": ["DNS", "EMAIL"], "default": "DNS"},
    "key_algorithm": {"type": "str", "choices": list(KEY_ALGORITHMS), "default": "RSA_2048"},
    "match_tags": {"type": "dict", "default": {}},
    "certificate_arn": {"type": "str"},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "tags": {"type": "dict", "aliases": ["resource_tags"]},
    "purge_tags": {"type": "bool", "default": True},
    "wait": {"type": "bool", "default": False},
    "wait_timeout": {"type": "int", "default": 1800},
    "wait_interval": {"type": "int", "default": 10},
}

EVIDENCE = ("validation_records", "validation_emails")  # returned in addition to the certificate, for the tasks that come next


def present(client: Any, params: dict[str, Any], check_mode: bool) -> dict[str, Any]:
    """Requests or finds the certificate, sets its tags, and waits for it."""
    wanted, found = _find(client, params)
    before = next((certificate for certificate in found if not wanted or certificate["status"] in LIVE), None)
    if before:
        after = _retag(client, before, params, check_mode)
    elif not wanted:
        raise AnsibleAWSError(message=invalid("certificate_arn", params["certificate_arn"], "the ARN of a certificate in this region"))
    elif check_mode:
        after = wanted.predicted(params["tags"] or {})
    else:
        after = _acm.request(client, wanted, params["tags"] or {}, [certificate["arn"] for certificate in found])
    if not check_mode:
        after = _acm.settle(client, after)
        if params["wait"]:
            after = _acm.wait_issued(client, after, params["wait_timeout"], params["wait_interval"])
    diff = {"before": declared(before), "after": declared(after)}
    evidence = {key: after.pop(key) for key in EVIDENCE}
    return {"changed": diff["before"] != diff["after"], "certificate": after, "diff": diff, **evidence}


def absent(client: Any, params: dict[str, Any], check_mode: bool) -> dict[str, Any]:
    """Deletes the matching certificates."""
    wanted, found = _find(client, params)
    arns = [certificate["arn"] for certificate in found]
    if wanted and not wanted.match_tags and len(found) > 1:
        raise AnsibleAWSError(
            message=refusing("delete a certificate", f"several match, {', '.join(arns)}", "Set match_tags or certificate_arn")
        )
    for certificate in found:
        if not check_mode:
            _acm.delete(client, certificate, params["wait_timeout"] if params["wait"] else 0, params["wait_interval"])
        elif certificate["in_use_by"] and not params["wait"]:
            raise AnsibleAWSError(message=in_use(certificate))
    evidence = {key: [one for certificate in found for one in certificate.pop(key)] for key in EVIDENCE}
    diff = [{"before": declared(certificate), "after": declared(None)} for certificate in found]
    return {"changed": bool(found), "deleted": found, "diff": diff, **evidence}


def _find(client: Any, params: dict[str, Any]) -> tuple[Wanted | None, list[Certificate]]:
    if params["certificate_arn"]:
        certificate = _acm.describe(client, params["certificate_arn"])
        return None, [certificate] if certificate else []
    wanted = Wanted.of(params)
    return wanted, _acm.find(client, wanted)


def _retag(client: Any, certificate: Certificate, params: dict[str, Any], check_mode: bool) -> Certificate:
    if params["tags"] is None:
        return dict(certificate)
    added, removed = compare_aws_tags(certificate["tags"], params["tags"], params["purge_tags"])
    if added and not check_mode:
        _acm.add_tags(client, certificate["arn"], added)
    if removed and not check_mode:
        _acm.remove_tags(client, certificate["arn"], removed)
    kept = {key: value for key, value in certificate["tags"].items() if key not in removed}
    return {**certificate, "tags": {**kept, **added}}


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec=ARGUMENT_SPEC,
        supports_check_mode=True,
        required_one_of=[("domain_name", "certificate_arn")],
        mutually_exclusive=[("domain_name", "certificate_arn")],
    )
    try:
        params = check_params(module.params)
        client = module.client("acm")
        result = (present if params["state"] == "present" else absent)(client, params, module.check_mode)
    except AnsibleAWSError as error:
        module.fail_json_aws_error(error)
    module.exit_json(**result)


if __name__ == "__main__":
    main()
