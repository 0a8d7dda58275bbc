# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The accounts as data: all names in them exist."""

from __future__ import annotations

from ipaddress import IPv4Network

import pytest

from rehearsal import accounts, settings
from rehearsal.accounts import default, hostile
from rehearsal.aws.patches.zones import LOCAL, WAVELENGTH


def test_an_unknown_one_is_refused_with_those_there_are() -> None:
    with pytest.raises(ValueError, match=r"no baseline 'model': choose one of default, .*hostile"):
        accounts.load("model")


@pytest.mark.parametrize("name", accounts.names())
def test_what_an_account_names_is_there(name: str) -> None:
    account = accounts.load(name)
    for cidr, subnets in account.networks.values():
        for subnet in subnets.values():
            assert (bool(subnet.cidr), bool(subnet.ipv6)) in ((True, False), (False, True))
            assert not subnet.cidr or IPv4Network(subnet.cidr).subnet_of(IPv4Network(cidr))
    for region, (_cidr, subnets) in account.networks.items():
        assert not subnets.keys() & account.groups[region].keys()
    _cidr, subnets = account.networks.get(settings.REGION, ("", {}))
    for instance in account.instances.values():
        assert instance.image in account.images
        assert instance.subnet in subnets
        assert {instance.group, *instance.more_groups} <= account.groups[settings.REGION].keys()
    ids = [one.id for one in (*account.images.values(), *account.instances.values())]
    assert len(ids) == len(set(ids))


def test_the_hostile_one_has_all_that_the_default_one_has_and_every_trap() -> None:
    account = hostile.ACCOUNT
    assert account.images.keys() > default.IMAGES.keys()
    assert account.instances.keys() > default.INSTANCES.keys()
    subnets = account.networks[settings.REGION][1]
    assert subnets.keys() > default.NETWORKS[settings.REGION][1].keys()
    assert [name for name, subnet in subnets.items() if subnet.public and subnet.maps] == [hostile.NODES_SUBNET]
    assert {LOCAL, WAVELENGTH} <= {subnet.zone for subnet in subnets.values()}
    assert [name for name, subnet in subnets.items() if not subnet.cidr] == ["red5pro-public-six"]
    first = account.instances[default.FIRST_STREAM_MANAGER]
    assert first.stopped and first.more_groups and first.launch["DisableApiTermination"]
    assert first.launch["MetadataOptions"]["HttpTokens"] == "required"
    assert account.images[default.NODE_IMAGE].encrypted
    assert account.faults["auto_tags"]
