# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The data of a baseline account. A name that begins with `other` belongs to somebody else, one with `untagged` has no tags."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple


class Subnet(NamedTuple):
    """A subnet; a public one has a route to the internet gateway, and `maps` is whether its instances get a public address."""

    cidr: str  # none: it has IPv6 alone
    zone: str
    public: bool
    maps: bool = True
    ipv6: str = ""


class Group(NamedTuple):
    """A security group and its inbound rules: (port of TCP, or first and last port of UDP; CIDR; description)."""

    description: str
    rules: tuple[tuple[int | tuple[int, int], str, str], ...]


class Image(NamedTuple):
    """An image and the file tree its instances start with: see rootfs.py."""

    id: str
    tree: str
    state: str = "available"
    tags: Mapping[str, str] = {}  # in addition to its name
    encrypted: bool = False  # with a key of the customer's own


class Instance(NamedTuple):
    """An instance; image, subnet and groups are names."""

    id: str
    image: str
    type: str
    subnet: str
    group: str
    more_groups: tuple[str, ...] = ()
    launch: Mapping[str, Any] = {}  # further arguments of RunInstances
    tags: Mapping[str, str] = {}  # in addition to its name
    stopped: bool = False


@dataclass(frozen=True)
class Account:
    """The whole account, resources by name; networks and groups by region."""

    networks: Mapping[str, tuple[str, Mapping[str, Subnet]]]  # region -> CIDR of the VPC, and its subnets
    groups: Mapping[str, Mapping[str, Group]]
    images: Mapping[str, Image]
    instances: Mapping[str, Instance]
    addresses: tuple[str, ...]  # Elastic IPs, each in use by the instance of its name, if there is one
    zones: Mapping[str, tuple[tuple[str, str, int, str], ...]]  # hosted zone -> its records: (name, type, TTL, value)
    parameters: Mapping[str, str] = field(default_factory=dict)  # public parameter of Systems Manager -> the image whose id it has
    private_zones: tuple[str, ...] = ()  # of the same VPC
    balancers: tuple[str, ...] = ()  # besides that of the website; each with a target group of its name
    volumes: Mapping[str, str] = field(default_factory=dict)  # not attached -> its zone; each with a snapshot
    requested: tuple[str, ...] = ()  # domains of certificates that nobody ever validated
    imported: tuple[str, ...] = ()  # domains of certificates that were imported without a chain
    prefix_list: tuple[str, ...] = ()  # networks, reached by a route of the public subnets
    reused_addresses: int = 0  # how many of each pool are in known_hosts with another host key
    limits: Mapping[str, Any] = field(default_factory=dict)  # of aws/limits.py
    faults: Mapping[str, Any] = field(default_factory=dict)  # of aws/faults.py, from the creation of the account
