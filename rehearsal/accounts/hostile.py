# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The default account with everything in it that other people and AWS can put in a deployment's way."""

from __future__ import annotations

from dataclasses import replace

from rehearsal import settings

from . import default
from .model import Group, Image, Instance, Subnet

UNTAGGED, UNTAGGED_SUBNET, UNTAGGED_GROUP = "untagged-website", "untagged-subnet", "untagged-group"
_CIDR, _SUBNETS = default.NETWORKS[settings.REGION]
_SECOND_CIDR, _SECOND_SUBNETS = default.NETWORKS[settings.SECOND_REGION]


def _unmapped(subnets: dict[str, Subnet]) -> dict[str, Subnet]:
    """As AWS makes subnets: nothing in them gets a public address unless it asks for one."""
    return {name: subnet._replace(maps=False) for name, subnet in subnets.items()}


ACCOUNT = replace(
    default.ACCOUNT,
    networks={
        settings.REGION: (_CIDR, {**_unmapped(dict(_SUBNETS)), UNTAGGED_SUBNET: Subnet("127.10.5.0/24", "us-east-1c", True, maps=False)}),
        settings.SECOND_REGION: (_SECOND_CIDR, _unmapped(dict(_SECOND_SUBNETS))),
    },
    groups={
        region: {**groups, UNTAGGED_GROUP: Group("Of nobody knows whom", ((22, default.ANYWHERE, "SSH"),))}
        for region, groups in default.GROUPS.items()
    },
    images={**default.IMAGES, UNTAGGED: Image("ami-00e5e000000000002", "bare")},
    instances={
        **default.INSTANCES,
        UNTAGGED: Instance("i-00e5e000000000002", UNTAGGED, "t3.micro", UNTAGGED_SUBNET, UNTAGGED_GROUP),
    },
    addresses=("other-website", UNTAGGED),  # two of the region's five, as in the default account
)
