# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the API's documentation sends and answers, and what the modules are asked for the same."""

from __future__ import annotations

import copy
from typing import Any

MASTER = "com.red5pro.services.autoscaling.model.ScalePolicyMaster"

SEED_POLICY: dict[str, Any] = {
    "policy": {
        "name": "default-v3",
        "description": "Sample Scale Config policy with all node types",
        "type": MASTER,
        "version": "0.0.3",
        "targets": {
            "region": [
                {
                    "name": "default",
                    "target": [
                        {"role": "edge", "maxLimit": 20, "scaleAdjustment": 1, "minLimit": 2},
                        {"role": "origin", "maxLimit": 10, "scaleAdjustment": 1, "minLimit": 2},
                        {"role": "relay", "maxLimit": 10, "scaleAdjustment": 1, "minLimit": 2},
                        {"role": "transcoder", "maxLimit": 10, "scaleAdjustment": 1, "minLimit": 2},
                    ],
                }
            ]
        },
    },
}
FLAT_POLICY: dict[str, Any] = {
    "policy": {
        "name": "default-v3",
        "description": "Sample Scale Config policy with all node types",
        "version": "0.0.3",
        "type": MASTER,
        "targets": {
            "target": [
                {"role": "transcoder", "minLimit": "2", "maxLimit": "10", "scaleAdjustment": "1"},
                {"role": "origin", "minLimit": 2.0, "maxLimit": 10.0, "scaleAdjustment": 1.0, "scaleInWaitTime": 0, "scaleOutWaitTime": 0},
                {"role": "edge", "maxLimit": 20, "minLimit": 2, "scaleAdjustment": 1},
                {"role": "relay", "maxLimit": 10, "minLimit": 2, "scaleAdjustment": 1},
            ]
        },
    },
}


def _old(role: str, least: int, most: int) -> dict[str, Any]:
    return {
        "role": role,
        "estimatedWarmUpTime": 150000,
        "maxLimit": most,
        "scaleAdjustment": 1,
        "coolDownPeriod": 180000,
        "minLimit": least,
    }


MULTI_POLICY: dict[str, Any] = {
    "policy": {
        "name": "oe-multiregion",
        "description": "origin and edges in us-east-2, edges in us-west-2",
        "type": MASTER,
        "version": "0.0.3",
        "targets": {
            "region": [
                {"name": "default", "target": [_old("edge", 1, 20), _old("origin", 1, 10)]},
                {"name": "us-east-2", "target": [_old("edge", 2, 20), _old("origin", 1, 10)]},
                {"name": "us-west-2", "target": [_old("edge", 2, 20), _old("origin", 0, 10)]},
            ]
        },
    },
}
SEED_LAUNCH: dict[str, Any] = {
    "launchconfig": {
        "name": "all-nodes-launch",
        "description": "Sample Launch Config with all four nodetypes",
        "image": "red5pro-image-name",
        "version": "0.0.3",
        "targets": {
            "target": [
                {"role": "origin", "instanceType": "c5.large", "connectionCapacity": "2000"},
                {"role": "edge", "instanceType": "c5.large", "connectionCapacity": "2000"},
                {"role": "relay", "instanceType": "c5.large", "connectionCapacity": "2000"},
                {"role": "transcoder", "instanceType": "c5.xlarge", "connectionCapacity": "2000"},
            ]
        },
        "properties": {"property": [{"name": "property-name", "value": "property-value"}]},
        "metadata": {"meta": [{"key": "meta-name", "value": "meta-value"}]},
    },
}
LAUNCH_ANSWER: dict[str, Any] = {
    "launchconfig": {
        "image": "red5pro-image-name",
        "metadata": {"meta": [{"value": "meta-value", "key": "meta-name"}]},
        "name": "all-nodes-launch",
        "description": "Sample Launch Config with all four nodetypes",
        "version": "0.0.3",
        "targets": {
            "target": [
                {"role": "edge", "connectionCapacity": 2000, "instanceType": "c5.large"},
                {"role": "origin", "connectionCapacity": 2000, "instanceType": "c5.large"},
                {"role": "relay", "connectionCapacity": 2000, "instanceType": "c5.large"},
                {"role": "transcoder", "connectionCapacity": 2000, "instanceType": "c5.xlarge"},
            ]
        },
        "properties": {"property": [{"name": "property-name", "value": "property-value"}]},
    },
}
_WORDS = {
    "minLimit": "min_limit",
    "maxLimit": "max_limit",
    "scaleAdjustment": "scale_adjustment",
    "estimatedWarmUpTime": "estimated_warm_up_time",
    "coolDownPeriod": "cool_down_period",
    "instanceType": "instance_type",
    "connectionCapacity": "connection_capacity",
}


def _words(target: dict[str, Any]) -> dict[str, Any]:
    return {_WORDS.get(key, key): value for key, value in target.items()}


def policy_options(payload: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return the options of scale_policy that say what the payload does, the guide's unless another is given."""
    policy = copy.deepcopy((payload or SEED_POLICY)["policy"])
    regions = policy.pop("targets")["region"]
    return {**policy, "regions": [{"name": region["name"], "targets": list(map(_words, region["target"]))} for region in regions]}


def launch_options(payload: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return the options of launch_config that say what the payload does, the guide's unless another is given."""
    launch = copy.deepcopy((payload or SEED_LAUNCH)["launchconfig"])
    return {
        **launch,
        "targets": list(map(_words, launch["targets"]["target"])),
        "properties": {each["name"]: each["value"] for each in launch["properties"]["property"]},
        "metadata": {each["key"]: each["value"] for each in launch["metadata"]["meta"]},
    }


GROUP_OPTIONS: dict[str, Any] = {
    "name": "live",
    "regions": ["us-east-1"],
    "launch_config": "all-nodes-launch",
    "scale_policy": "default-v3",
}
