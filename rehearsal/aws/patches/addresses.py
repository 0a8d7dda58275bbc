# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Public and Elastic IPs: out of the rehearsal's pools, one for an interface, and kept over a stop."""

from __future__ import annotations

from typing import Any

import moto.ec2.models.elastic_ip_addresses as elastic_module
import moto.ec2.models.elastic_network_interfaces as interface_module
import moto.ec2.utils
from moto.ec2.models.elastic_ip_addresses import ElasticAddress, ElasticAddressBackend
from moto.ec2.models.elastic_network_interfaces import NetworkInterface

from .. import pools
from .patching import patch, patch_property

vars(elastic_module)["random_ip"] = pools.elastic.take
vars(interface_module)["random_public_ip"] = pools.public.take
# Without it, tags of an address are those of an unknown kind and change at every run.
moto.ec2.utils.EC2_PREFIX_TO_RESOURCE["eipalloc"] = "elastic-ip"


# AWS leaves these out of the answer where moto has empty texts.
patch_property(ElasticAddress, "instance_id")(lambda address: address.instance.id if address.instance else None)
patch_property(ElasticAddress, "network_interface_id")(lambda address: address.eni.id if address.eni else None)


def elastic_ip_of(interface: Any) -> Any:
    """The Elastic IP associated with a network interface, or None."""
    return next((address for address in interface.ec2_backend.addresses if address.eni is interface), None)


def part(address: Any) -> None:
    """Disassociate an Elastic IP; a running instance gets a public address again if its subnet says so."""
    if address.eni is not None:
        address.ec2_backend.disassociate_address(address=address.public_ip)


@patch(ElasticAddressBackend, "associate_address")
def one_address_each(original: Any, backend: Any, instance: Any = None, eni: Any = None, **kwargs: Any) -> Any:
    """Former associations of both end; an equal association changes nothing."""
    interface = eni or instance.nics[0]
    if kwargs.get("allocation_id"):
        wanted = backend.address_by_allocation([kwargs["allocation_id"]])[0]
    else:
        wanted = backend.address_by_ip([kwargs["address"]])[0]
    if wanted.eni is interface:
        return wanted
    if kwargs.get("reassociate"):
        part(wanted)
    former = elastic_ip_of(interface)
    if former is not None:
        part(former)
    return original(backend, instance=instance or interface.instance, eni=interface, **kwargs)


@patch(ElasticAddressBackend, "disassociate_address")
def public_address_again(original: Any, backend: Any, address: str | None = None, association_id: str | None = None) -> None:
    """A running instance gets another public address if it had one at launch; moto checks too early."""
    wanted = backend.address_by_ip([address]) if address else backend.address_by_association([association_id])
    interface = wanted[0].eni
    original(backend, address, association_id)
    if interface is not None and interface.instance is not None and interface.instance.state == "running":
        interface.check_auto_public_ip()


@patch(NetworkInterface, "stop")
def elastic_ip_outlives_a_stop(original: Any, interface: Any) -> None:
    """Only the address from launch is released."""
    if elastic_ip_of(interface) is None:
        original(interface)


@patch(NetworkInterface, "check_auto_public_ip")
def no_second_public_address(original: Any, interface: Any) -> None:
    """An interface with an Elastic IP gets no other."""
    if elastic_ip_of(interface) is None:
        original(interface)
