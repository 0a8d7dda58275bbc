# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which requests IAM decides on before a call is served: each resource of the call, and what AWS does with the caller's permissions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rehearsal import settings

from .. import limits
from ..registry import Call
from . import keys, resources
from .judge import Context, Request
from .resources import Resource
from .tables import prefix

_TAGGING = {"ec2": ("CreateTags", "DeleteTags"), "elasticloadbalancing": ("AddTags", "RemoveTags")}
_IMPLIED_TAGGING = {
    "ec2": "CreateTags",
    "elasticloadbalancing": "AddTags",
    "acm": "AddTagsToCertificate",
    "cloudwatch": "TagResource",
    "rds": "AddTagsToResource",
}
_SERVICE_ROLE = "arn:aws:iam::{account}:role/aws-service-role/{service}.amazonaws.com/AWSServiceRoleFor{name}"


def requests(call: Call) -> list[Request]:
    """All that must be allowed, or the call is refused."""
    service = prefix(call.service)
    named = list(resources.of(call, service))
    own = [Request(f"{service}:{call.action}", one.arn, _context(call, service, one)) for one in named]
    launch = resources.launch_of(call)
    more = requests(launch) if launch else []
    return [
        *own,
        *_tagging(call, service, named),
        *_service_role(call),
        *_passed_role(call),
        *_key_uses(call),
        *_final_snapshot(call),
        *more,
    ]


def _context(call: Call, service: str, one: Resource) -> Context:
    context: Context = {"aws:RequestedRegion": call.region, **_record_keys(call)}
    if service == "ec2":
        context["ec2:Region"] = one.region or call.region
    context |= {f"aws:ResourceTag/{key}": value for key, value in one.tags.items()}
    given = _given_tags(call, service, one)
    if given:
        context |= {f"aws:RequestTag/{key}": value for key, value in given.items() if value is not None}
        context["aws:TagKeys"] = list(given)
    return context


def _given_tags(call: Call, service: str, one: Resource) -> dict[str, str | None]:
    """The tags of the request for this resource; the value is missing where tags are removed by their keys."""
    if service == "ec2" and call.action not in _TAGGING["ec2"]:
        specified = [spec for spec in call.params.get("TagSpecifications", ()) if spec["ResourceType"] == one.type and one.is_new]
        tags = [tag for spec in specified for tag in spec.get("Tags", ())]
    else:
        tags = [*call.params.get("Tags", ()), *({"Key": key} for key in call.params.get("TagKeys", ()))]
    return {tag["Key"]: tag.get("Value") for tag in tags}


def _tagging(call: Call, service: str, named: list[Resource]) -> Iterator[Request]:
    """Tags at creation need the permission to tag."""
    action = _IMPLIED_TAGGING.get(service)
    for one in (one for one in named if action and one.is_new):
        if given := _given_tags(call, service, one):
            context: Context = {"aws:RequestedRegion": call.region, "aws:TagKeys": list(given)}
            context |= {f"aws:RequestTag/{key}": value for key, value in given.items() if value is not None}
            if service not in ("acm", "cloudwatch", "rds"):
                context[f"{service}:CreateAction"] = call.action
            arn = resources.new_certificate(call) if service == "acm" else one.arn
            yield Request(f"{service}:{action}", arn, context)


def _service_role(call: Call) -> Iterator[Request]:
    """The first load balancer, Auto Scaling group or DB instance of an account makes the role that the service works with (rule 47)."""
    for action, service, name, exists in (
        ("CreateLoadBalancer", "elasticloadbalancing", "ElasticLoadBalancing", limits.service_linked_role),
        ("CreateAutoScalingGroup", "autoscaling", "AutoScaling", limits.auto_scaling_role),
        ("CreateDBInstance", "rds", "RDS", limits.database_role),
    ):
        if (call.action, prefix(call.service)) == (action, service) and not exists:
            arn = _SERVICE_ROLE.format(account=settings.ACCOUNT, service=service, name=name)
            yield Request("iam:CreateServiceLinkedRole", arn, {"iam:AWSServiceName": f"{service}.amazonaws.com"})


def _passed_role(call: Call) -> Iterator[Request]:
    """An instance profile hands its role to the instance."""
    profile: Mapping[str, str] = call.params.get("IamInstanceProfile") or {}
    if call.action == "RunInstances" and profile:
        for arn in resources.roles(profile):
            yield Request("iam:PassRole", arn, {"iam:PassedToService": "ec2.amazonaws.com"})


def _key_uses(call: Call) -> Iterator[Request]:
    """EC2 uses a customer's key with the permissions of the caller who launches, starts or copies (rule 48)."""
    for key in keys.used(call):
        via: Context = {"aws:RequestedRegion": call.region, "kms:ViaService": f"ec2.{call.region}.amazonaws.com"}
        for action in keys.ACTIONS:
            yield Request(f"kms:{action}", key, via | ({"kms:GrantIsForAWSResource": "true"} if action == "CreateGrant" else {}))


def _final_snapshot(call: Call) -> Iterator[Request]:
    """It is created with the permissions of the caller who deletes the DB instance."""
    if call.action == "DeleteDBInstance" and call.params.get("FinalDBSnapshotIdentifier"):
        params = {
            "DBInstanceIdentifier": call.params["DBInstanceIdentifier"],
            "DBSnapshotIdentifier": call.params["FinalDBSnapshotIdentifier"],
        }
        yield from requests(Call("rds", "CreateDBSnapshot", params, call.region, call.access_key))


def _record_keys(call: Call) -> Context:
    """The context of conditions about changed records."""
    if call.action != "ChangeResourceRecordSets":
        return {}
    changes = resources.changes(call)
    return {
        "route53:ChangeResourceRecordSetsActions": sorted({str(one["Action"]) for one in changes}),
        "route53:ChangeResourceRecordSetsRecordTypes": sorted({str(one["ResourceRecordSet"]["Type"]) for one in changes}),
        "route53:ChangeResourceRecordSetsNormalizedRecordNames": sorted(
            {str(one["ResourceRecordSet"]["Name"]).rstrip(".").lower() for one in changes}
        ),
    }
