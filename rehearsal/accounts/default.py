# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The resources that a user of the guide already has, and resources of somebody else."""

from __future__ import annotations

from collections.abc import Mapping

from rehearsal import settings

from .model import Account, Group, Image, Instance, Subnet

NAME = "red5pro"  # of the VPC and of the key pair
ANYWHERE = "0.0.0.0/0"

NETWORKS: Mapping[str, tuple[str, Mapping[str, Subnet]]] = {
    settings.REGION: (
        settings.VPC_CIDR,
        {
            "red5pro-public-a": Subnet("127.10.1.0/24", "us-east-1a", True),
            "red5pro-public-a-spare": Subnet("127.10.4.0/24", "us-east-1a", True),
            "red5pro-public-b": Subnet("127.10.2.0/24", "us-east-1b", True),
            "red5pro-public-c": Subnet("127.10.3.0/24", "us-east-1c", True),
            "red5pro-private-b": Subnet("127.10.200.0/24", "us-east-1b", False),
        },
    ),
    settings.SECOND_REGION: (
        settings.SECOND_VPC_CIDR,
        {
            "red5pro-public-a": Subnet("127.20.1.0/24", "us-west-2a", True),
            "red5pro-public-b": Subnet("127.20.2.0/24", "us-west-2b", True),
        },
    ),
}

DATABASE_GROUP, OTHER_GROUP = "red5pro-database", "other-website"
NODES = Group(
    "Nodes",
    (
        *((port, ANYWHERE, text) for port, text in ((22, "SSH"), (5080, "HTTP and API"), (1935, "RTMP"), (8554, "RTSP"))),
        ((40000, 65535), ANYWHERE, "WebRTC"),
    ),
)
GROUPS: Mapping[str, Mapping[str, Group]] = {
    settings.REGION: {
        "red5pro-stream-managers": Group(
            "Stream managers and their load balancer",
            ((22, ANYWHERE, "SSH"), (5080, ANYWHERE, "HTTP and API"), (443, ANYWHERE, "HTTPS")),
        ),
        "red5pro-operations": Group("Monitoring and administration", ((9100, ANYWHERE, "Metrics"),)),
        DATABASE_GROUP: Group("Database of the stream managers", ((3306, "203.0.113.7/32", "Reporting of the finance team"),)),
        "red5pro-nodes": NODES,
        OTHER_GROUP: Group("Website of the company", ((80, ANYWHERE, "HTTP"), (443, ANYWHERE, "HTTPS"))),
    },
    settings.SECOND_REGION: {
        "red5pro-nodes": NODES,
    },
}

STREAM_MANAGER_IMAGE, NODE_IMAGE, OTHER_IMAGE = "red5pro-stream-manager-original", "red5pro-node-original", "other-website-2026-01"
BASE_IMAGE = "ubuntu-jammy-22.04-amd64-server"  # a plain host
IMAGES: Mapping[str, Image] = {
    STREAM_MANAGER_IMAGE: Image("ami-0f1a5700000000001", "stream_manager"),
    NODE_IMAGE: Image("ami-0a0de000000000001", "node"),
    OTHER_IMAGE: Image("ami-00e5e000000000001", "bare"),
    BASE_IMAGE: Image("ami-0ba5e000000000001", "plain"),
}

FIRST_STREAM_MANAGER, OTHER_INSTANCE = "red5pro-stream-manager-first", "other-website"
INSTANCES: Mapping[str, Instance] = {
    FIRST_STREAM_MANAGER: Instance(
        "i-0f1a5700000000001",
        STREAM_MANAGER_IMAGE,
        "c5.large",
        "red5pro-public-a",
        "red5pro-stream-managers",
        more_groups=("red5pro-operations",),
        launch={
            "IamInstanceProfile": {"Name": "red5pro-stream-manager"},
            "MetadataOptions": {"HttpTokens": "required", "HttpPutResponseHopLimit": 2},
            "BlockDeviceMappings": [{"DeviceName": "/dev/sda1", "Ebs": {"VolumeSize": 20, "VolumeType": "gp3", "Iops": 4000}}],
        },
    ),
    OTHER_INSTANCE: Instance("i-00e5e000000000001", OTHER_IMAGE, "t3.micro", "red5pro-public-b", OTHER_GROUP),
}

OTHER_ADDRESSES = ("other-website", "other-reserve")  # Elastic IPs; the first one is in use by the instance of that name
OTHER_DOMAIN = "other.example"
OTHER_BALANCER = "other-website"
OTHER_SITE = f"www.{OTHER_DOMAIN}"  # an alias of that load balancer
OTHER_BALANCER_SUBNETS = ("red5pro-public-a-spare", "red5pro-public-b")

ZONES: Mapping[str, tuple[tuple[str, str, int, str], ...]] = {
    settings.DOMAIN: ((f"www.{settings.DOMAIN}", "A", 3600, "127.0.0.80"), (f"_owner.{settings.DOMAIN}", "TXT", 3600, '"webmaster"')),
    OTHER_DOMAIN: ((OTHER_DOMAIN, "A", 3600, "127.0.0.81"),),
}

ACCOUNT = Account(
    networks=NETWORKS,
    groups=GROUPS,
    images=IMAGES,
    instances=INSTANCES,
    addresses=OTHER_ADDRESSES,
    zones=ZONES,
    limits={
        "service_linked_role": 0
    },  # as in an account without any load balancer yet, so that runs need the permission to create the role
)
