# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Prints the state of the rehearsal, from AWS and the Stream Manager API: `rehearsal/run python -m rehearsal.show`."""

from __future__ import annotations

import json
import urllib.parse
import urllib.request
from collections import Counter
from collections.abc import Iterator
from typing import Any

import boto3
import yaml

_VARIABLES = "inventories/rehearsal/group_vars/all/main.yml"


def _api(declared: dict[str, Any], path: str) -> Any:
    token = urllib.parse.quote(declared["red5pro_api_token"])
    url = f"https://{declared['red5pro_domain']}/streammanager/api/4.0/admin/{path}?accessToken={token}"
    with urllib.request.urlopen(url, timeout=10) as answer:
        return json.load(answer)


def _health(name: str) -> Iterator[tuple[str, str]]:
    """Instance id and health of each target of the deployment's target group."""
    elb = boto3.client("elbv2")
    arn = elb.describe_target_groups(Names=[name])["TargetGroups"][0]["TargetGroupArn"]
    for one in elb.describe_target_health(TargetGroupArn=arn)["TargetHealthDescriptions"]:
        yield one["Target"]["Id"], one["TargetHealth"]["State"]


def _stream_managers(declared: dict[str, Any]) -> Iterator[str]:
    name, ec2 = declared["red5pro_name"], boto3.client("ec2")
    health = dict(_health(name))
    for reservation in ec2.describe_instances(InstanceIds=list(health))["Reservations"]:
        for one in reservation["Instances"]:
            tags = {tag["Key"]: tag["Value"] for tag in one["Tags"]}
            yield (
                f"  {tags['Name']:<30} {one['InstanceId']}  {one['Placement']['AvailabilityZone']}  "
                f"{one['PrivateIpAddress']:<12} {one['PublicIpAddress']:<12} {health[one['InstanceId']]}"
            )


def _groups(declared: dict[str, Any]) -> Iterator[str]:
    for group in _api(declared, "nodegroup"):
        nodes = _api(declared, f"nodegroup/{urllib.parse.quote(group['name'])}/node")
        yield f"  {group['name']} ({group['state']}): policy {group['scalePolicy']}, configuration {group['launchConfig']}"
        for (role, state), count in sorted(Counter((node["role"], node["state"]) for node in nodes).items()):
            yield f"    {count} {role} {state}"


def main() -> None:
    """Print the deployment that the rehearsal's inventory declares."""
    with open(_VARIABLES, encoding="utf-8") as file:
        declared = yaml.safe_load(file)
    balancer = boto3.client("elbv2").describe_load_balancers(Names=[declared["red5pro_name"]])["LoadBalancers"][0]
    images = boto3.client("ec2").describe_images(Filters=[{"Name": "tag:red5pro:role", "Values": ["node-image"]}])["Images"]
    print(f"\nLoad balancer\n  https://{declared['red5pro_domain']}/  ({balancer['DNSName']}, {balancer['State']['Code']})")
    print("Stream managers", *sorted(_stream_managers(declared)), sep="\n")
    print("Node images", *(f"  {image['Name']} ({image['ImageId']}, {image['State']})" for image in images), sep="\n")
    print("Scale policies", *(f"  {name}" for name in _api(declared, "configurations/scalepolicy")), sep="\n")
    print("Launch configurations", *(f"  {name}" for name in _api(declared, "configurations/launchconfig")), sep="\n")
    print("Node groups", *_groups(declared), sep="\n")


if __name__ == "__main__":
    main()
