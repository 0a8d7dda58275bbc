# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What an account to start from consists of. A name beginning with `other` is somebody else's, one with `untagged` has no tags at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple


class Subnet(NamedTuple):
    """A subnet; a public one has a route to the internet gateway, and `maps` says whether instances get a public address in it."""

    cidr: str
    zone: str
    public: bool
    maps: bool = True


class Group(NamedTuple):
    """A security group and its inbound rules: (port, CIDR, description)."""

    description: str
    rules: tuple[tuple[int, str, str], ...]


class Image(NamedTuple):
    """An image and the file tree its instances start with: see trees.py."""

    id: str
    tree: str


class Instance(NamedTuple):
    """An instance; image, subnet and group are names."""

    id: str
    image: str
    type: str
    subnet: str
    group: str


@dataclass(frozen=True)
class Account:
    """All of it, each thing by its name; networks and groups by region."""

    networks: Mapping[str, tuple[str, Mapping[str, Subnet]]]  # region -> CIDR of the VPC, and its subnets
    groups: Mapping[str, Mapping[str, Group]]
    images: Mapping[str, Image]
    instances: Mapping[str, Instance]
    addresses: tuple[str, ...]  # Elastic IPs, each in use by the instance of its name, if there is one
    zones: Mapping[str, tuple[tuple[str, str, int, str], ...]]  # hosted zone -> its records: (name, type, TTL, value)
