# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The features that the nodes of a scale policy serve, and the minimums that Red5's guide requires."""

from __future__ import annotations

import typing as t

from ansible_collections.streamops.red5pro.plugins.module_utils._messages import Problem
from ansible_collections.streamops.red5pro.plugins.module_utils._regions import running
from ansible_collections.streamops.red5pro.plugins.module_utils._resource import Params, Problems

FEATURES = {"clustering": ("origin", "edge", "relay"), "transcoding": ("transcoder",)}  # and the roles that they need
FEATURE_MINIMUM = 2


def feature_problems(params: Params, features: t.Collection[str], path: str = "", absent: bool = True) -> Problems:
    """Yield which of the guide's minimums for `features` are not met; a role in no region counts only if `absent`."""
    regions = running(params)
    for feature, role in [(feature, role) for feature, roles in FEATURES.items() if feature in features for role in roles]:
        targets = [
            (f"{path}regions[{index}].targets[{place}].min_limit", target["min_limit"])
            for index, region in regions
            for place, target in enumerate(region["targets"])
            if target["role"] == role
        ]
        expected = f"{FEATURE_MINIMUM} or more of {role}, as {feature} needs"
        if not targets and absent:
            yield Problem(f"{path}regions[{regions[0][0] if regions else 0}].targets", f"no role {role}", f"min_limit {expected}")
        elif targets and sum(limit for _where, limit in targets) < FEATURE_MINIMUM:
            yield Problem(*targets[0], expected)
