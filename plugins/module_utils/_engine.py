# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Present, absent and info for every resource of the Stream Manager API, and the interface to Ansible."""

from __future__ import annotations

import typing as t

from ansible_collections.streamops.red5pro.plugins.module_utils._access import connection_problems
from ansible_collections.streamops.red5pro.plugins.module_utils._answers import Object
from ansible_collections.streamops.red5pro.plugins.module_utils._client import Client
from ansible_collections.streamops.red5pro.plugins.module_utils._compare import differences, fixed
from ansible_collections.streamops.red5pro.plugins.module_utils._errors import StreamManagerError
from ansible_collections.streamops.red5pro.plugins.module_utils._messages import HIDDEN, shown
from ansible_collections.streamops.red5pro.plugins.module_utils._module import Module
from ansible_collections.streamops.red5pro.plugins.module_utils._properties import is_secret
from ansible_collections.streamops.red5pro.plugins.module_utils._reader import Reader
from ansible_collections.streamops.red5pro.plugins.module_utils._resource import Resource
from ansible_collections.streamops.red5pro.plugins.module_utils._store import Store

Result: t.TypeAlias = "dict[str, t.Any]"
Act = t.Callable[[Module, Client], Result]


def present(module: Module, client: Client) -> Result:
    """Create or update an object of module.resource; send nothing if the API has an equivalent one."""
    resource, store, name = module.resource, Store(client, module.resource), module.params["name"]
    held = store.get(name) if name in store.names() else None
    before = resource.read(held) if held else {}
    after = resource.declare(module.params, before)
    changes = differences(before, after)
    if held and resource.free_in_use is not None and (paths := fixed(before, after, resource.free_in_use)):
        hint = (
            f"Only {' and '.join(sorted(resource.free_in_use))} can change in use. "
            f"Declare a {resource.noun} of another name, or delete first what uses it"
        )
        store.refuse_if_used(name, f"change {', '.join(paths)} of", hint)
    found = after
    if changes and not module.check_mode:
        answer = store.update(after, held) if held else store.create(after)
        found = resource.read(answer)
        if differences(after, found):
            module.warn(f"The API accepted {store.called(name)}, but these differ: {', '.join(differences(after, found))}. Check its log.")
    return result(resource, before, after, found)


def absent(module: Module, client: Client) -> Result:
    """Delete an object of module.resource if the API lists it."""
    resource, store, name = module.resource, Store(client, module.resource), module.params["name"]
    held = store.get(name) if name in store.names() else None
    if held is None:
        return result(resource, {}, {}, None)
    store.refuse_if_used(name, "delete", "Delete that first, or have it use another one")
    if not module.check_mode:
        store.delete(name)
    return result(resource, resource.read(held), {}, None)


def by_state(when_present: Act, when_absent: Act) -> Act:
    """Return the function for the module's option `state`."""
    return lambda module, client: (when_present if module.params["state"] == "present" else when_absent)(module, client)


def result(resource: Resource, before: Object, after: Object, found: Object | None) -> Result:
    """Return the module's result: `found` is the current object, None if absent; changed if the other two differ."""
    diff = {"before": _without_secrets(resource.secret, before, {}), "after": _without_secrets(resource.secret, after, before)}
    return {"changed": before != after, resource.key: found, "diff": diff}


def _without_secrets(option: str, thing: Object, before: Object) -> Object:
    """Return `thing` with its secret values hidden, and marked if they were different before."""
    values, old = thing.get(option), before.get(option) or {}
    if not values:
        return thing
    shown_values = {name: HIDDEN if is_secret(name, value) else value for name, value in values.items()}
    hidden = [name for name, shown in shown_values.items() if shown == HIDDEN]
    marks = {name: f"{HIDDEN} (changed)" for name in hidden if name in old and old[name] != values[name]}
    return {**thing, option: {**shown_values, **marks}}


def _held(client: Client, resource: Resource, name: str | None) -> Result:
    """Return the object of that name, or all, as the module for the resource returns them."""
    reader = Reader(client, resource)
    listed = {each["name"]: each for each in reader.listed(name)} if resource.lists_all else {}
    names = list(listed) if resource.lists_all else reader.names()

    def read(each: str) -> Object | None:
        if resource.members:
            return {**listed[each], resource.members.key: reader.members(each)}
        held = reader.get(each)
        return resource.read(held) if held else None

    found = reader.readable(names, read) if name is None else [read(name)] if name in names else []
    return {resource.plural: sorted(filter(None, found), key=lambda each: str(each["name"]))}


def run(resource: Resource, act: Act | None = None) -> None:
    """Run a module that manages `resource`."""
    needed = [("state", "present", list(resource.needed))] if resource.needed else []
    module = Module(resource, resource.options, required_if=needed, mutually_exclusive=resource.mutually_exclusive)
    _run(module, act or by_state(present, absent))


def run_info(resource: Resource) -> None:
    """Run a module that returns the objects of `resource`, or the one of a name."""
    _run(
        Module(resource, {"name": {"type": "str"}}),
        lambda module, client: {"changed": False, **_held(client, resource, module.params["name"])},
    )


def run_infos(*resources: Resource, options: Object | None = None, more: Act | None = None) -> None:
    """Run a module that returns all objects of all `resources`, of which the last one has the longest URL, and what `more` reads."""

    def act(module: Module, client: Client) -> Result:
        found: Result = {}
        for resource in resources:
            found.update(_held(client, resource, None))
        return {"changed": False, **found, **(more(module, client) if more else {})}

    _run(Module(resources[-1], options or {}), act)


def run_reading(resource: Resource, options: Object, act: Act) -> None:
    """Run a module that returns what `act` reads."""
    _run(Module(resource, options), lambda module, client: {"changed": False, **act(module, client)})


def _run(module: Module, act: Act) -> None:
    """Check the options, let `act` do the work, and report."""
    try:
        wrong = [*connection_problems(module.params, module.resource), *module.declared_problems()]
        if wrong:
            raise StreamManagerError(" ".join(map(str, wrong)))
        if module.manages and module.params.get("state", "present") == "present":
            for advice in module.resource.advise(module.params):
                module.warn(f"{advice.variable} is {shown(advice.value)}. Recommended: {advice.expected}.")
        client = Client(module.params)
        found = act(module, client)
    except StreamManagerError as error:
        module.fail_json(str(error))
    for note in dict.fromkeys(client.notes):
        module.warn(note)
    module.exit_json(**found)
