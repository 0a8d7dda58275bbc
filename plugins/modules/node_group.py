#!/usr/bin/python
# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

DOCUMENTATION = r"""
module: node_group
short_description: Manage a node group of Red5 Pro Stream Manager
version_added: 0.1.0
description:
  - Creates and deletes a node group over the Stream Manager API 4.0, launches its first origins, and waits for its nodes.
  - The first origin starts the group. The Stream Manager then launches nodes up to the minimums of the scale policy.
author:
  - streamops.red5pro contributors (@streamops)
extends_documentation_fragment:
  - streamops.red5pro.stream_manager
  - streamops.red5pro.attributes
  - streamops.red5pro.attributes.stream_manager
options:
  name:
    description: Name of the node group. Spaces, slashes and non-ASCII letters are allowed.
    type: str
    required: true
  state:
    description:
      - V(present) creates the node group if it does not exist, and launches missing origins.
      - V(absent) deletes it. The Stream Manager terminates its nodes first, in the background.
    type: str
    choices: [present, absent]
    default: present
  regions:
    description:
      - The AWS regions of the group's nodes, in any order.
      - A multi-region scale policy must have the same regions, in addition to V(default).
      - Required if O(state=present). Cannot change.
    type: list
    elements: str
  launch_config:
    description:
      - Name of the launch configuration. It must have every role for which the scale policy has a C(max_limit) above 0.
      - Required if O(state=present). Cannot change.
    type: str
  scale_policy:
    description:
      - Name of the scale policy.
      - Required if O(state=present). Cannot change.
    type: str
  origins:
    description:
      - How many origins the group must have, V(0) or more. Missing origins are launched. None is ever removed.
      - V(1) starts the group, and the minimums of its scale policy determine the other nodes. With V(0) a new group stays empty.
      - At most the C(max_limit) of the role origin in the scale policy, added up over all regions.
      - Origins are counted in the API's list, except those that are being terminated. A run launches at most as many as are missing at
        first, and one more for each lost answer.
    type: int
    default: 1
  wait:
    description:
      - With O(state=present), wait until every role has as many nodes in service as the scale policy's minimum says,
        and O(origins) origins are in service. In a multi-region policy this holds for each of its regions.
      - With O(state=absent), wait until the API no longer lists the group.
    type: bool
    default: false
  drain:
    description:
      - With O(state=absent), first sunset the edges, which then get no new subscribers, and wait until no node of the group has
        connections. Edges that the Stream Manager launches in the meantime are sunset too. Then the group is deleted.
      - If connections remain after O(wait_timeout), the module fails and does not delete the group. The next run continues.
    type: bool
    default: false
    version_added: 0.2.0
  wait_timeout:
    description: How many seconds to wait at most, V(1) or more.
    type: int
    default: 1800
  wait_interval:
    description: How many seconds to pause between two checks, V(1) or more.
    type: int
    default: 15
notes:
  - The API cannot change O(regions), O(launch_config) and O(scale_policy) of an existing node group. The module fails if one differs.
    Delete the group and create it again, or create one with another name.
  - Some versions of the Stream Manager ignore the name of a new node group and generate one, C(group-UUID). The module then fails,
    names that group and creates no other, neither in this run nor in the next. Delete that group, or declare it under its name.
  - Before it creates a group or launches an origin, the module reads scale policy and launch configuration, and fails if the group
    cannot run with them. In check mode it only warns, since both may still change.
  - Unreadable node groups do not prevent the management of others. A node without an identifier counts as pending.
  - In check mode the module does not wait.
seealso:
  - module: streamops.red5pro.node_group_info
  - module: streamops.red5pro.scale_policy
  - module: streamops.red5pro.launch_config
"""

EXAMPLES = r"""
- name: Create a node group, launch its first origin, and wait until its nodes are in service
  streamops.red5pro.node_group:
    api_url: https://streammanager.example.com
    access_token: "{{ red5pro_access_token }}"
    name: live
    regions: [us-east-1]
    launch_config: all-nodes-launch
    scale_policy: default-v3
    origins: 1
    wait: true
    wait_timeout: 1200
  register: live

- name: Show the edges
  ansible.builtin.debug:
    msg: "{{ live.node_group.nodes | selectattr('role', 'eq', 'edge') | map(attribute='address') }}"

- name: Delete a node group with its instances
  streamops.red5pro.node_group:
    api_url: https://streammanager.example.com
    access_token: "{{ red5pro_access_token }}"
    name: live
    state: absent
    wait: true

- name: Delete a node group as soon as its subscribers have left, after two hours at most
  streamops.red5pro.node_group:
    api_url: https://streammanager.example.com
    access_token: "{{ red5pro_access_token }}"
    name: live
    state: absent
    drain: true
    wait_timeout: 7200
"""

RETURN = r"""
node_group:
  description: The node group as the API has it. In check mode, the predicted one. V(null) if O(state=absent).
  returned: success
  type: dict
  contains:
    id:
      description: The API's id of the group. V(null) for a group that check mode would create.
      type: str
      returned: success
      sample: live
    name:
      description: Name of the node group.
      type: str
      returned: success
      sample: live
    regions:
      description: AWS regions, sorted.
      type: list
      elements: str
      returned: success
      sample: [us-east-1]
    launch_config:
      description: Name of the launch configuration.
      type: str
      returned: success
      sample: all-nodes-launch
    scale_policy:
      description: Name of the scale policy.
      type: str
      returned: success
      sample: default-v3
    state:
      description: State of the group, such as V(new), V(initializing) or V(active). V(null) for a group that check mode would create.
      type: str
      returned: success
      sample: active
    origin_connections:
      description: Connections to the origins of the group.
      type: int
      returned: success
      sample: 0
    nodes:
      description: The nodes, sorted by role.
      type: list
      elements: dict
      returned: success
      contains:
        identifier:
          description: Id of the instance.
          type: str
          returned: success
          sample: i-0123456789abcdef0
        role:
          description: Role of the node.
          type: str
          returned: success
          sample: origin
        availability_zone:
          description: Availability zone of the node.
          type: str
          returned: success
          sample: us-east-1a
        address:
          description: Public address of the node.
          type: str
          returned: success
          sample: 203.0.113.10
        state:
          description: State of the node, such as V(pending), V(running), V(inservice) or V(terminating).
          type: str
          returned: success
          sample: inservice
        launch_config:
          description: Launch configuration of the node.
          type: str
          returned: success
          sample: all-nodes-launch
        capacity:
          description: How many connections the node accepts.
          type: int
          returned: success
          sample: 2000
"""

import re

from ansible_collections.streamops.red5pro.plugins.module_utils._answers import Object, ends
from ansible_collections.streamops.red5pro.plugins.module_utils._client import Client
from ansible_collections.streamops.red5pro.plugins.module_utils._engine import Result, by_state, result, run
from ansible_collections.streamops.red5pro.plugins.module_utils._errors import ApiError, StreamManagerError, UnreadableError
from ansible_collections.streamops.red5pro.plugins.module_utils._launch_config import LAUNCH_CONFIG
from ansible_collections.streamops.red5pro.plugins.module_utils._messages import refusing
from ansible_collections.streamops.red5pro.plugins.module_utils._module import Module
from ansible_collections.streamops.red5pro.plugins.module_utils._node_drain import drain
from ansible_collections.streamops.red5pro.plugins.module_utils._node_group import NODE_GROUP
from ansible_collections.streamops.red5pro.plugins.module_utils._node_launch import launch_origins, wait_for_nodes, wait_until
from ansible_collections.streamops.red5pro.plugins.module_utils._nodes import living_origins, run_problems
from ansible_collections.streamops.red5pro.plugins.module_utils._reader import Reader
from ansible_collections.streamops.red5pro.plugins.module_utils._resource import Resource
from ansible_collections.streamops.red5pro.plugins.module_utils._scale_policy import SCALE_POLICY
from ansible_collections.streamops.red5pro.plugins.module_utils._store import Store

_SHOWN = ("name", "regions", "launch_config", "scale_policy")
_GENERATED = re.compile(r"group-[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}", re.IGNORECASE)  # the name that the API generates


def _refuse_generated(groups: list[Object], wanted: Object) -> None:
    """Raise StreamManagerError if the API has a group like the desired one under a generated name."""
    for group in groups:
        if _GENERATED.fullmatch(group["name"]) and all(group[key] == wanted[key] for key in NODE_GROUP.needed):
            raise StreamManagerError(
                f"Refusing to create the node group {wanted['name']!r}: the API lists {group['name']!r}, a generated name, "
                "with the same launch configuration, scale policy and regions. This version of the API may not accept names. "
                f"Delete {group['name']!r} (state=absent), declare it under that name, or use another launch configuration."
            )


def _refuse_what_is_fixed(called: str, held: Object, wanted: Object) -> None:
    """Raise StreamManagerError if an attribute differs that the API cannot change."""
    fixed = [option for option in NODE_GROUP.needed if held[option] != wanted[option]]
    if fixed:
        changes = ", ".join(f"{option} from {held[option]!r} to {wanted[option]!r}" for option in fixed)
        remedy = "Delete the group first, so that it is created again, or use another name"
        raise StreamManagerError(refusing(f"change {called}", f"the API cannot change {changes}", remedy))


def _refuse_what_cannot_run(module: Module, client: Client, wanted: Object) -> None:
    """Raise StreamManagerError if the group cannot run with its policy and configuration; in check mode warn, since these may change."""

    def read(resource: Resource, name: str) -> Object | None:
        try:
            held = Reader(client, resource).get(name)
        except ApiError as error:
            if not isinstance(error.shape, UnreadableError):
                raise
            return None
        return resource.read(held) if held else None

    policy, config = read(SCALE_POLICY, wanted["scale_policy"]), read(LAUNCH_CONFIG, wanted["launch_config"])
    found = [str(problem) for problem in run_problems(policy, config, {**wanted, "origins": module.params["origins"]})]
    if found and not module.check_mode:
        raise StreamManagerError(" ".join(found))
    client.notes.extend(found)


def _create(store: Store, wanted: Object) -> Object:
    def look() -> Object | None:
        groups = store.listed(wanted["name"])
        if any(group["name"] == wanted["name"] for group in groups):
            return store.get(wanted["name"])
        _refuse_generated(groups, wanted)
        return None

    return NODE_GROUP.read(store.create(wanted, look))


def _own(groups: list[Object], name: str) -> Object:
    """Return the group of that name, empty if there is none; raise StreamManagerError if the list has two."""
    own = [group for group in groups if group["name"] == name]
    if any(group != own[0] for group in own):
        raise StreamManagerError(f"The API lists two node groups {name!r} with different attributes. Check the Stream Manager's database.")
    return own[0] if own else {}


def _present(module: Module, client: Client) -> Result:
    store, params, name = Store(client, NODE_GROUP), module.params, module.params["name"]
    groups = store.listed(name)
    held = _own(groups, name)
    if held and not held["regions"]:  # not every answer has them
        held = {**held, "regions": NODE_GROUP.declare(params, held)["regions"]}
    if held and ends(held["state"]):
        raise StreamManagerError(
            refusing(f"change {store.called(name)}", f"it is being deleted ({held['state']})", "Run again when it is deleted")
        )
    wanted = NODE_GROUP.declare(params, held)
    if held:
        _refuse_what_is_fixed(store.called(name), held, wanted)
    else:
        _refuse_generated(groups, wanted)
    nodes = store.members(name) if held else []
    origins = living_origins(nodes)
    before = {**{key: held[key] for key in _SHOWN}, "origins": origins} if held else {}
    after = {**{key: wanted[key] for key in _SHOWN}, "origins": max(params["origins"], origins)}
    found = held or wanted
    if before != after:
        _refuse_what_cannot_run(module, client, wanted)
    if not module.check_mode:
        if not held:
            found = _create(store, wanted)
        nodes = launch_origins(store, name, params["origins"], nodes)
        if params["wait"] and wait_for_nodes(store, params, nodes):
            found = _own(store.listed(name), name) or found
    return result(NODE_GROUP, before, after, {**found, "nodes": nodes})


def _absent(module: Module, client: Client) -> Result:
    store, params, name = Store(client, NODE_GROUP), module.params, module.params["name"]
    held = _own(store.listed(name), name)
    before: Object = {}
    if held:
        before = {**{key: held[key] for key in _SHOWN}, "origins": living_origins(store.members(name))}
        if not module.check_mode:
            if params["drain"] and not ends(held["state"]):
                drain(store, params)
            store.delete(name, params["wait"])
            if params["wait"]:
                wait_until(params, lambda: f"{store.called(name)} is still listed" if name in store.names() else "")
    return result(NODE_GROUP, before, {}, None)


def main() -> None:
    """Run the module."""
    run(NODE_GROUP, by_state(_present, _absent))


if __name__ == "__main__":
    main()
