# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The state of the emulated AWS for the hosts, the load balancer and the name server: immutable records."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import IPv4Network


@dataclass(frozen=True)
class Instance:
    """An EC2 instance; `state` is EC2's own word, `ready` is true once its SSH may answer (rule 11)."""

    id: str
    region: str
    state: str
    ready: bool
    image_id: str
    private_ip: str
    public_ip: str | None  # its Elastic IP, else the one from launch
    zone: str
    vpc_id: str
    group_ids: tuple[str, ...]
    public_key: str | None  # OpenSSH format, of its key pair
    user_data: bytes = b""
    tags: dict[str, str] = field(default_factory=dict)
    memory: int = 4096  # MiB, of its type


@dataclass(frozen=True)
class Listener:
    """A listener of a load balancer; `certificate_arns` is empty for HTTP."""

    port: int
    protocol: str
    certificate_arns: tuple[str, ...]
    target_group_arn: str


@dataclass(frozen=True)
class Balancer:
    """An Application Load Balancer with one address of settings.BALANCER_POOL for each of its zones."""

    arn: str
    dns_name: str
    state: str  # provisioning, active
    addresses: tuple[str, ...]
    idle_timeout: int  # seconds
    listeners: tuple[Listener, ...]


@dataclass(frozen=True)
class Target:
    """A registered target; `draining` until the deregistration delay is over, then it is gone."""

    instance_id: str
    private_ip: str
    port: int
    draining: bool


@dataclass(frozen=True)
class TargetGroup:
    """A target group with its health check; times in seconds as declared, not scaled by the pace."""

    arn: str
    name: str
    path: str
    matcher: str  # "200" or "200-399"
    interval: int
    timeout: int
    healthy_threshold: int
    unhealthy_threshold: int
    targets: tuple[Target, ...]


@dataclass(frozen=True)
class Certificate:
    """An ACM certificate; `names` holds the domain first, then the alternative names."""

    arn: str
    status: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class DatabaseInstance:
    """A DB instance of RDS; the password is for the server behind it only."""

    name: str
    host: str
    address: str
    port: int
    reachable: bool
    group_ids: tuple[str, ...]
    user: str
    password: str
    schema: str


@dataclass(frozen=True)
class Record:
    """A Route 53 record set; an alias record has `alias` and no values. Names have no dot at the end."""

    name: str
    type: str
    ttl: int
    values: tuple[str, ...]
    alias: str | None = None


Networks = tuple[IPv4Network, ...]
