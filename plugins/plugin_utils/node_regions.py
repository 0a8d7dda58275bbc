# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""In which AWS regions the declared nodes run, and which images and instance types they need there. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ansible_collections.streamops.red5pro.plugins.module_utils._fields import is_absent
from ansible_collections.streamops.red5pro.plugins.module_utils._regions import DEFAULT_REGION

Facts = Mapping[str, Any]


def named_regions(policies: Iterable[Facts], groups: Iterable[Facts], by_name: bool = False) -> list[str]:
    """The AWS regions that declared scale policies and node groups name; a policy's region `default` is not an AWS region.

    With `by_name` only those in which stream managers look for a VPC by its name, not those in which a policy has a VPC or a subnet of
    its own, as those of AWS Wavelength do.
    """
    places = [(policy.get("name"), region) for policy in _present(policies) for region in policy.get("regions") or ()]
    placed = {(policy, region.get("name")) for policy, region in places if by_name and (region.get("subnet") or region.get("vpc"))}
    named = {region.get("name") for policy, region in places if (policy, region.get("name")) not in placed}
    for group in _present(groups):
        named |= {region for region in declared_regions(group) if (group.get("scale_policy"), region) not in placed}
    return sorted(str(region) for region in named if region not in (None, DEFAULT_REGION))


def regions_named(policies: Iterable[Facts], groups: Iterable[Facts]) -> dict[str, list[str]]:
    """The AWS regions by the list that names them, for messages about a variable."""
    return {"scale_policies": named_regions(policies, []), "node_groups": named_regions([], groups)}


def named_images(configs: Iterable[Facts], groups: Iterable[Facts]) -> list[dict[str, Any]]:
    """For each region of a declared node group, the images that its launch configuration names itself."""
    return _named(configs, groups, "image")


def named_types(configs: Iterable[Facts], groups: Iterable[Facts]) -> list[dict[str, Any]]:
    """For each region of a declared node group, the instance types of its launch configuration."""
    return _named(configs, groups, "instance_type")


def launches(configs: Iterable[Facts], groups: Iterable[Facts]) -> list[tuple[str, str]]:
    """Each instance type that declared node groups launch, with the name of its image, empty for the deployment's own."""
    used = {str(group.get("launch_config")) for group in _present(groups) if set(declared_regions(group)) != {DEFAULT_REGION}}
    pairs = {
        (str(kind), str(target.get("image") or config.get("image") or ""))
        for config in _present(configs)
        if str(config.get("name")) in used
        for target in config.get("targets") or ()
        for kind in [target.get("instance_type") or config.get("instance_type")]
        if kind
    }
    return sorted(pairs)


def _named(configs: Iterable[Facts], groups: Iterable[Facts], option: str) -> list[dict[str, Any]]:
    values = {str(config.get("name")): _values(config, option) for config in _present(configs)}
    needed: dict[str, set[str]] = {}
    for group in _present(groups):
        for region in declared_regions(group):
            if region != DEFAULT_REGION:
                needed.setdefault(region, set()).update(values.get(str(group.get("launch_config")), ()))
    return [{"region": region, "names": sorted(names)} for region, names in sorted(needed.items()) if names]


def _present(declared: Iterable[Facts]) -> Iterator[Facts]:
    return (one for one in declared if not is_absent(one))


def declared_regions(group: Facts) -> list[str]:
    """The regions of a node group; the module takes a text too, as any list of Ansible's."""
    regions = group.get("regions") or ()
    return [region.strip() for region in regions.split(",")] if isinstance(regions, str) else [str(region) for region in regions]


def _values(config: Facts, option: str) -> set[str]:
    return {str(one[option]) for one in (config, *(config.get("targets") or ())) if one.get(option)}
