# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Prefixes of nodes. Pure functions.

A stream manager terminates every instance whose name begins with its prefix and that is not in its database. So the prefix must
match only the deployment's own nodes, and no other deployment's prefix may match those.
Instances and addresses are as aws_resources_info returns them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ansible_collections.streamops.red5pro.plugins.module_utils._messages import invalid, refusing
from ansible_collections.streamops.red5pro.plugins.module_utils._properties import value_text

from .ownership import DEPLOYMENT, is_own
from .ownership import PREFIX as PREFIX_TAG
from .readings import LIVE
from .stream_manager_config import PREFIX

Facts = Mapping[str, Any]
FORCE = "set red5pro_force=true"
PROPERTIES = "red5pro_stream_manager_properties"


def _tags(resource: Facts) -> Mapping[str, str]:
    return resource.get("tags") or {}


def _name(instance: Facts) -> str:
    return _tags(instance).get("Name", "")


def _alive(instances: Iterable[Facts]) -> list[Facts]:
    """The existing instances, sorted by name, since AWS's lists have no order."""
    found = [one for one in instances if (one.get("state") or {}).get("name", "running") in LIVE]
    return sorted(found, key=lambda one: (_name(one), one["instance_id"]))


def own_nodes(name: str, instances: Iterable[Facts]) -> list[Facts]:
    """The nodes of the deployment, by the tags from its launch configurations."""
    return [one for one in _alive(instances) if is_own(one, name, "node")]


def conflicts(prefix: str, name: str, instances: Iterable[Facts], addresses: Iterable[Facts] = (), settled: bool = False) -> list[str]:
    """What the prefix collides with in the account and region, one clause each.

    With `settled`, stream managers already run with this prefix: instances without a deployment's tag whose names begin with it are
    then in their database, or are already terminated.
    """
    alive, found = _alive(instances), []
    for one in alive:
        owner, what = _tags(one).get(DEPLOYMENT), f"{_name(one)} ({one['instance_id']})"
        if not _name(one).startswith(prefix) or is_own(one, name, "node"):
            continue
        if owner == name:
            found.append(f"{what} of this deployment is no node")
        elif owner:
            found.append(f"{what} belongs to the deployment {owner}")
        elif not settled:
            found.append(f"{what} belongs to no deployment")
    others = set(_node_prefixes(name, alive))
    by_tag = {(owner, other) for owner, other in _tagged_prefixes(name, [*alive, *addresses]) if owner not in dict(others)}
    found += [f"the deployment {owner} has the prefix {other}" for owner, other in sorted(others | by_tag) if _collide(prefix, other)]
    return found


def _collide(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)


def _tagged_prefixes(name: str, resources: Iterable[Facts]) -> Iterator[tuple[str, str]]:
    """Deployment and prefix of the others by their tags, which are older than the names of running nodes."""
    for tags in map(_tags, resources):
        if tags.get(DEPLOYMENT, name) != name and tags.get(PREFIX_TAG):
            yield tags[DEPLOYMENT], tags[PREFIX_TAG]


def _node_prefixes(name: str, instances: Iterable[Facts]) -> Iterator[tuple[str, str]]:
    """Deployment and prefix of the others by the names of their nodes: PREFIX-ROLE-..."""
    for tags in map(_tags, instances):
        owner, role = tags.get(DEPLOYMENT, "whose tags are missing"), tags.get("role")
        prefix, dash, _unused = tags.get("Name", "").partition(f"-{role}-")
        if owner != name and role and dash and prefix and tags.get("identifier") == tags["Name"]:
            yield owner, prefix


def refusals(properties: Facts, name: str, instances: Iterable[Facts], addresses: Iterable[Facts], force: bool) -> list[str]:
    """Why a declared prefix is refused before anything changes, from AWS alone."""
    prefix, instances = value_text(properties.get(PREFIX)), list(instances)
    if not prefix or force:
        return []
    found = conflicts(prefix, name, instances, addresses, settled=True)
    orphans = [_name(one) for one in own_nodes(name, instances) if not _name(one).startswith(prefix)]
    return [*_conflict(prefix, found), *([_orphans(prefix, orphans)] if orphans else [])]


def changed_prefix(hosts: Mapping[str, Facts], properties: Facts, name: str, instances: list[Facts]) -> Iterator[str]:
    """Why the prefix of these stream managers must not be changed, or kept."""
    before = {found["properties"].get(PREFIX, "") for found in hosts.values()}
    wanted = value_text(properties.get(PREFIX)) or next(iter(sorted(before)), "")
    if not wanted:
        return
    settled = before == {wanted}
    yield from _conflict(wanted, conflicts(wanted, name, instances, settled=settled))
    old = tuple(sorted(one for one in before - {wanted} if one))
    orphans = [_name(one) for one in _alive(instances) if old and _name(one).startswith(old) and not _name(one).startswith(wanted)]
    if orphans:
        yield _orphans(wanted, orphans)


def _conflict(prefix: str, found: list[str]) -> Iterator[str]:
    if found:
        expected = "a prefix with which only the names of this deployment's nodes begin, and that does not collide with another prefix"
        why = "Stream managers terminate instances whose name begins with their prefix"
        yield f"{invalid(f'{PROPERTIES}[{PREFIX!r}]', prefix, expected)} {why}, and {'; '.join(found)}. Or {FORCE}."


def _orphans(prefix: str, orphans: list[str]) -> str:
    return refusing(
        f"change {PREFIX} to {prefix}",
        f"nodes with another prefix are running, {', '.join(orphans[:3])}{' and others' if len(orphans) > 3 else ''}. "
        "The stream managers would launch the same number again, and nothing would terminate these",
        f"Delete the node groups first, or {FORCE}",
    )
