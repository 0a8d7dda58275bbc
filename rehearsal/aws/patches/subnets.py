# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Addresses in a subnet: in order, without the five AWS keeps, none again before all were used."""

from __future__ import annotations

from ipaddress import IPv4Address
from typing import Any

from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models import EC2Backend
from moto.ec2.models.elastic_network_interfaces import NetworkInterfaceBackend
from moto.ec2.models.subnets import Subnet

from .patching import patch

KEPT_FIRST = 4  # network, router, DNS and a spare one; AWS keeps the last one too
KEPT = KEPT_FIRST + 1


@patch(EC2Backend, "__init__")
def no_default_vpc(original: Any, backend: Any, *args: Any, **kwargs: Any) -> None:
    """An account without default VPC, as one may have: moto's has addresses outside of 127.0.0.0/8."""
    original(backend, *args, **kwargs)
    for subnet in backend.describe_subnets():
        backend.delete_subnet(subnet.id)
    backend.delete_vpc(backend.default_vpc.id)
    backend.network_acls.clear()


@patch(Subnet, "get_available_subnet_ip")
def next_free_address(_original: Any, subnet: Any, instance: Any) -> str:
    """The next free address."""
    size = subnet.cidr.num_addresses - KEPT
    cursor = getattr(subnet, "cursor", 0)
    for step in range(size):
        place = (cursor + step) % size
        address = str(subnet.cidr[KEPT_FIRST + place])
        if address not in subnet._subnet_ips:
            subnet.cursor = place + 1
            subnet._subnet_ips[address] = instance
            return address
    raise EC2ClientError("InsufficientFreeAddressesInSubnet", f"There are not enough free addresses in subnet '{subnet.id}'.")


@patch(Subnet, "request_ip")
def wanted_address(_original: Any, subnet: Any, address: str, instance: Any) -> None:
    """An explicitly requested address."""
    place = int(IPv4Address(address)) - int(subnet.cidr.network_address)
    if not KEPT_FIRST <= place < subnet.cidr.num_addresses - 1:
        raise EC2ClientError("InvalidParameterValue", f"Address {address} does not fall within the subnet's address range")
    if address in subnet._subnet_ips:
        raise EC2ClientError("InvalidIPAddress.InUse", f"Address {address} is in use.")
    subnet._subnet_ips[address] = instance


@patch(NetworkInterfaceBackend, "create_network_interface")
def interface_with_free_address(original: Any, backend: Any, subnet: Any, private_ip_address: Any, *args: Any, **kwargs: Any) -> Any:
    """moto takes a random address, which may be another's."""
    subnet = backend.get_subnet(subnet) if isinstance(subnet, str) else subnet
    if not private_ip_address and not (args or kwargs.get("private_ip_addresses")):
        private_ip_address = subnet.get_available_subnet_ip(None)
    return original(backend, subnet, private_ip_address, *args, **kwargs)
