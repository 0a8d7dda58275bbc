# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The Auto Scaling service: it launches, registers, deregisters and terminates instances through the API, with a key of its own."""

from __future__ import annotations

import base64
import logging
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from rehearsal import settings
from rehearsal.aws import view
from rehearsal.aws.transitions import auto_scaling
from rehearsal.aws.transitions.auto_scaling import Step

_LOG = logging.getLogger("auto_scaling")
_ONCE = Config(retries={"total_max_attempts": 1})
# Parameters that a launch template and RunInstances have in common.
_COMMON = ("BlockDeviceMappings", "IamInstanceProfile", "ImageId", "InstanceType", "KeyName", "MetadataOptions", "SecurityGroupIds")


class AutoScaling:
    """The groups of both regions, served at each tick from the creation of this object until `close()`."""

    def __init__(self, url: str) -> None:
        self._clients = {(service, region): self._client(url, service, region) for service in ("ec2", "elbv2") for region in view.REGIONS}

    @staticmethod
    def _client(url: str, service: str, region: str) -> Any:
        return boto3.client(
            service,
            endpoint_url=url,
            region_name=region,
            aws_access_key_id=settings.AUTO_SCALING_ACCESS_KEY,
            aws_secret_access_key=settings.SECRET_KEY,
            config=_ONCE,
        )

    def tick(self) -> None:
        """Make the next calls of each group; one that AWS refuses is made again."""
        for region in view.REGIONS:
            for step in auto_scaling.steps(region):
                try:
                    getattr(self, f"_{step.kind}")(region, step)
                except ClientError as refusal:
                    _LOG.warning("%s of %s: %s", step.kind, step.group.name, refusal)
                    if step.kind == "launch":
                        auto_scaling.not_launched(step.group)

    def close(self) -> None:
        """Nothing to release."""

    def _launch(self, region: str, step: Step) -> None:
        version = step.group.ec2_launch_template.get_version(step.group.launch_template_version)
        wanted = {key: version.data[key] for key in _COMMON if key in version.data}
        if version.user_data:
            wanted["UserData"] = base64.b64decode(version.user_data.as_bytes())
        tags = {**version.instance_tags, **step.group.get_propagated_tags()}
        tagged = [{"ResourceType": "instance", "Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}] if tags else []
        found = self._clients["ec2", region].run_instances(
            MinCount=1, MaxCount=1, SubnetId=step.place, TagSpecifications=tagged, **_typed(wanted)
        )
        auto_scaling.launched(step.group, found["Instances"][0]["InstanceId"], version.number)

    def _register(self, region: str, step: Step) -> None:
        self._clients["elbv2", region].register_targets(TargetGroupArn=step.place, Targets=[{"Id": step.state.instance.id}])
        step.state.registered.add(step.place)

    def _deregister(self, region: str, step: Step) -> None:
        self._clients["elbv2", region].deregister_targets(TargetGroupArn=step.place, Targets=[{"Id": step.state.instance.id}])
        step.state.registered.discard(step.place)

    def _terminate(self, region: str, step: Step) -> None:
        self._clients["ec2", region].terminate_instances(InstanceIds=[step.state.instance.id])


def _typed(value: Any) -> Any:
    """What moto keeps as text, as the API wants it."""
    if isinstance(value, dict):
        return {key: _typed(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_typed(item) for item in value]
    if isinstance(value, str):
        return {"true": True, "false": False}.get(value, int(value) if value.isdecimal() else value)
    return value
