# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Filters for the differences between the partitions of AWS."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible_collections.streamops.red5pro.plugins.plugin_utils import partitions


def iam_policy(document: dict[str, Any], partition: str = "aws", deployment: str = "") -> dict[str, Any]:
    """Converts a policy of the partition aws for another partition, limited to the deployment of this name if one is given."""
    try:
        return partitions.iam_policy(document, partition, deployment)
    except ValueError as error:
        raise AnsibleFilterError(str(error)) from None


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"aws_partition": partitions.partition, "iam_policy": iam_policy}
