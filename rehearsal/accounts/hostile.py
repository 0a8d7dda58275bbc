# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The default account with everything by which other people and AWS can disturb a deployment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from rehearsal import settings
from rehearsal.aws.patches.zones import LOCAL, WAVELENGTH

from . import default
from .model import Group, Image, Instance, Subnet

UNTAGGED, UNTAGGED_SUBNET, UNTAGGED_GROUP = "untagged-website", "untagged-subnet", "untagged-group"
ADMINISTRATION = "administration"  # a second security group of the first stream manager
FOREIGN = "studio"  # somebody else's deployment
WITHOUT_TYPES = ("us-east-1d", "us-east-1e")  # zones that lack every instance type of the deployment
FAILED_IMAGE = "other-failed"

_CIDR, _SUBNETS = default.NETWORKS[settings.REGION]
_SECOND_CIDR, _SECOND_SUBNETS = default.NETWORKS[settings.SECOND_REGION]
FIRST = default.INSTANCES[default.FIRST_STREAM_MANAGER]
NODES_SUBNET = "red5pro-public-c"  # the only one that maps public addresses
LEFT_OVER = f"live-stream-manager-{FIRST.id}"  # an image that an earlier deployment of inventories/rehearsal requested and that failed


def _unmapped(subnets: Mapping[str, Subnet]) -> dict[str, Subnet]:
    """Subnets as AWS creates them: instances have a public address only if they request one; nodes, which do not, have one subnet."""
    return {name: subnet._replace(maps=name == NODES_SUBNET) for name, subnet in subnets.items()}


def _public(number: int, zone: str) -> Subnet:
    return Subnet(f"127.10.{number}.0/24", zone, True, maps=False)


_STRANGE_SUBNETS = {
    UNTAGGED_SUBNET: _public(5, "us-east-1c"),
    "red5pro-public-d": _public(6, WITHOUT_TYPES[0]),
    "red5pro-public-e": _public(7, WITHOUT_TYPES[1]),
    "red5pro-public-boston": _public(8, LOCAL),
    "red5pro-public-carrier": _public(9, WAVELENGTH),
    "red5pro-public-six": Subnet("", "us-east-1f", True, maps=False, ipv6="2001:db8:10:6::/64"),
}
_STRANGE_GROUPS = {
    UNTAGGED_GROUP: Group("Nobody knows whose", ((22, default.ANYWHERE, "SSH"),)),
    ADMINISTRATION: Group("Administration", ((22, "203.0.113.0/24", "SSH of the office"),)),
}
_BARE = ("t3.micro", "red5pro-public-b", default.OTHER_GROUP)

ACCOUNT = replace(
    default.ACCOUNT,
    networks={
        settings.REGION: (_CIDR, {**_unmapped(_SUBNETS), **_STRANGE_SUBNETS}),
        settings.SECOND_REGION: (_SECOND_CIDR, _unmapped(_SECOND_SUBNETS)),
    },
    groups={region: {**groups, **_STRANGE_GROUPS} for region, groups in default.GROUPS.items()},
    images={
        **{name: image._replace(encrypted=True) for name, image in default.IMAGES.items()},
        UNTAGGED: Image("ami-00e5e000000000002", "bare"),
        FAILED_IMAGE: Image("ami-00e5e000000000003", "bare", state="failed"),
        LEFT_OVER: Image(
            "ami-00e5e000000000004", "bare", state="failed", tags={"red5pro:deployment": "live", "red5pro:role": "stream-manager-image"}
        ),
    },
    instances={
        **default.INSTANCES,
        default.FIRST_STREAM_MANAGER: FIRST._replace(
            more_groups=(ADMINISTRATION,),
            launch={
                **FIRST.launch,
                "DisableApiTermination": True,
                "MetadataOptions": {"HttpTokens": "required", "HttpEndpoint": "enabled"},
            },
            stopped=True,
        ),
        UNTAGGED: Instance("i-00e5e000000000002", UNTAGGED, "t3.micro", UNTAGGED_SUBNET, UNTAGGED_GROUP),
        f"{FOREIGN}-node-1": Instance("i-00e5e000000000003", default.OTHER_IMAGE, *_BARE),
        f"{FOREIGN}-stream-manager-2": Instance(
            "i-00e5e000000000004",
            default.OTHER_IMAGE,
            *_BARE,
            tags={"red5pro:deployment": FOREIGN, "red5pro:role": "stream-manager"},
        ),
    },
    addresses=("other-website", UNTAGGED),  # two of the region's five, as in the default account
    private_zones=(settings.DOMAIN,),
    balancers=(UNTAGGED,),
    volumes={"untagged-volume": "us-east-1a"},
    requested=(f"*.{settings.DOMAIN}",),
    imported=(f"*.{settings.DOMAIN}", default.OTHER_SITE),
    prefix_list=("203.0.113.0/24", "198.51.100.0/24"),
    reused_addresses=40,
    faults={"late": 1, "auto_tags": {"CostCenter": "4711", "created-by": "auto-tagger"}},
    limits={"unsupported_types": {zone: {"c5.large", "c5.xlarge", "t3.small", "t3.micro"} for zone in WITHOUT_TYPES}},
)
