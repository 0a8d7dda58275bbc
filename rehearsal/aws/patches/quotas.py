# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Service Quotas: moto knows those of VPCs only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from moto.servicequotas.models import ServiceQuotasBackend

from rehearsal import settings

from .. import limits
from .patching import patch

STANDARD = "L-1216C47A"
_NAME = "Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances"


@patch(ServiceQuotasBackend, "get_service_quota")
def quota_of_vcpus(original: Callable[..., Any], backend: Any, service_code: str, quota_code: str) -> dict[str, Any]:
    """The applied value of the one that limits the launch of instances."""
    if (service_code, quota_code) != ("ec2", STANDARD):
        found: dict[str, Any] = original(backend, service_code, quota_code)
        return found
    return {
        "ServiceCode": "ec2",
        "ServiceName": "Amazon Elastic Compute Cloud (Amazon EC2)",
        "QuotaArn": f"arn:aws:servicequotas:{backend.region_name}:{settings.ACCOUNT}:ec2/{STANDARD}",
        "QuotaCode": STANDARD,
        "QuotaName": _NAME,
        "Value": float(limits.vcpus),
        "Unit": "None",
        "Adjustable": True,
        "GlobalQuota": False,
        "QuotaAppliedAtLevel": "ACCOUNT",
    }
