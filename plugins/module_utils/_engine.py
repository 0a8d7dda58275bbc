# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Present, absent and info for every resource of the Stream Manager API, and the boundary to Ansible."""

from __future__ import annotations

import copy
import os
import typing as t
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from ansible.module_utils.basic import AnsibleModule, env_fallback
from ansible_collections.streamops.red5pro.plugins.module_utils._checks import (
    access_problems,
    argument_problems,
    feature_problems,
    name_problems,
    problems,
    url_problems,
    without_blanks,
)
from ansible_collections.streamops.red5pro.plugins.module_utils._client import (
    ApiError,
    Client,
    OtherNameError,
    ShapeError,
    StreamManagerError,
    UnreadableError,
    spellings,
)
from ansible_collections.streamops.red5pro.plugins.module_utils._resources import (
    FEATURES,
    GROUP,
    LAUNCH_CONFIG,
    NODE_GROUP,
    SCALE_POLICY,
    Object,
    Resource,
    ends,
    group_entries,
    listed,
    name_in,
    read_nodes,
)

T = t.TypeVar("T")
Result: t.TypeAlias = "dict[str, t.Any]"

THREADS = 8  # requests at the same time
TOKEN_VARIABLE = "RED5PRO_ACCESS_TOKEN"
CONNECTION: Object = {
    "api_url": {"type": "str", "required": True},
    "access_token": {"type": "str", "required": True, "no_log": True, "fallback": (env_fallback, [TOKEN_VARIABLE])},
    "validate_certs": {"type": "bool", "default": True},
    "ca_path": {"type": "path"},
    "timeout": {"type": "int", "default": 30},
    "retries": {"type": "int", "default": 3},
}


class Module(AnsibleModule):
    """An AnsibleModule for one resource, whose errors about arguments name the whole path of an option."""

    def __init__(self, resource: Resource, options: Object, **kwargs: t.Any) -> None:
        self.resource = resource
        self._own_options = options
        self._ready = False
        super().__init__(argument_spec={**CONNECTION, **options}, supports_check_mode=True, **kwargs)
        self._ready = True

    def _load_params(self) -> None:
        super()._load_params()
        self.params: Object = without_blanks({**CONNECTION, **self._own_options}, self.params)
        # As the user wrote them: Ansible turns a list into text where text is wanted, and says only the first thing that is wrong
        self._given = {name: value for name, value in copy.deepcopy(self.params).items() if name not in CONNECTION}
        # Ansible itself forgets to hide it when the arguments are wrong in a certain way
        for token in (self.params.get("access_token"), os.environ.get(TOKEN_VARIABLE)):
            self.no_log_values.update(spellings(str(token or "")))

    def declared_problems(self) -> list[str]:
        """Return what is wrong with the options of the resource, each with its path."""
        if self._own_options is self.resource.options:
            return problems(self.resource, self._given)
        name = self._given.get("name")
        return [*argument_problems(self._own_options, self._given), *(name_problems(name) if isinstance(name, str) else ())]

    def _log_invocation(self) -> None:
        given, self.params = self.params, readable(self.params)
        super()._log_invocation()
        self.params = given

    def exit_json(self, **kwargs: t.Any) -> t.Any:
        """Exit with `kwargs`."""
        self.params = readable(self.params)
        super().exit_json(**kwargs)

    def fail_json(self, msg: str, **kwargs: t.Any) -> t.Any:
        """Fail with `msg`; while Ansible checks the arguments, with what is wrong at which path, where that is known."""
        located = [] if self._ready else self.declared_problems()
        self.params = readable(self.params)
        return super().fail_json("; ".join(located) or msg, **kwargs)


def readable(value: t.Any) -> t.Any:
    """Return `value` with question marks for what is no UTF-8, which Ansible can neither log nor take back."""
    if isinstance(value, dict):
        return {readable(key): readable(each) for key, each in value.items()}
    if isinstance(value, list):
        return [readable(each) for each in value]
    return value.encode(errors="replace").decode() if isinstance(value, str) else value


Act = t.Callable[[Module, Client], Result]


class Store:
    """The objects of one resource behind the API."""

    def __init__(self, client: Client, resource: Resource = NODE_GROUP) -> None:
        self.client = client
        self.resource = resource

    def names(self) -> list[str]:
        """Return the names of all objects; what is not among them does not exist, whatever a status code says."""
        if self.resource is NODE_GROUP:
            return [entry["name"] for entry in self._group_entries() if isinstance(entry.get("name"), str)]
        return self.client.call(f"listing the {_plural(self.resource)}", "GET", self.resource.path, _read_names)

    def _group_entries(self) -> list[Object]:
        return self.client.call("listing the node groups", "GET", NODE_GROUP.path, group_entries)

    def groups(self, own: str | None = None) -> list[Object]:
        """Return all node groups that can be read; raise ApiError if the one of the name `own` cannot."""

        def read(answer: t.Any) -> list[Object]:
            found = []
            for entry in group_entries(answer):
                try:
                    found.append(NODE_GROUP.read(entry))
                except ShapeError as error:
                    if own is not None and entry.get("name") == own:
                        raise UnreadableError(str(error)) from None
                    self._note(f"the node group {entry.get('name')!r}", str(error))
            return found

        return self.client.call("listing the node groups", "GET", NODE_GROUP.path, read)

    def _note(self, what: str, why: str) -> None:
        self.client.notes.append(self.client.hide(f"Left out {what}, which cannot be read: {why}"))

    def get(self, name: str) -> Object | None:
        """Return the object as the API holds it; None if it does not exist (any more)."""
        return self.unless_gone(name, partial(self.send, "reading", "GET", name))

    def readable(self, names: t.Iterable[str], read: t.Callable[[str], T | None]) -> list[T]:
        """Return what `read` makes of each name, without what cannot be read; raise ApiError if the answers mean nothing at all."""
        found: list[T | None] = []
        failed: list[ApiError] = []
        with ThreadPoolExecutor(THREADS) as pool:
            answers = [(name, pool.submit(read, name)) for name in names]
        for name, answer in answers:
            try:
                found.append(answer.result())
            except ApiError as error:
                if error.shape is None:
                    raise
                failed.append(error)
                self._note(self.called(name), str(error.shape))
        meaningless = [error for error in failed if not isinstance(error.shape, UnreadableError)]
        if meaningless and not found:
            raise meaningless[0]
        return [each for each in found if each is not None]

    def send(self, doing: str, method: str, name: str, body: Object | None = None) -> Object:
        """Send a request about the object and return its form in the answer, checked to be readable and about it."""

        def own(answer: t.Any) -> Object:
            found = name_in(answer, self.resource.wrapper)
            if found != name:
                raise OtherNameError(found)
            try:
                self.resource.read(answer)
            except ShapeError as error:
                raise UnreadableError(str(error)) from None
            return t.cast(Object, answer)

        path = self.resource.path if method == "POST" else (*self.resource.path, name)
        return self.client.call(f"{doing} {self.called(name)}", method, path, own, body)

    def called(self, name: str) -> str:
        """Return how messages call the object."""
        return f"the {self.resource.noun} {name!r}"

    def unless_gone(self, name: str, request: t.Callable[[], T]) -> T | None:
        """Return what `request` returns; None if it fails and the list no longer has the object."""
        try:
            return request()
        except ApiError as error:
            # A DELETE whose answer was lost may have taken effect
            perhaps = error.refused or (error.transient and error.method == "DELETE")
            if perhaps and not self._listed(name, error):
                return None
            raise

    def _listed(self, name: str, failure: ApiError) -> bool:
        try:
            return name in self.names()
        except ApiError:
            raise failure from None

    def create(self, wanted: Object, effect: t.Callable[[], Object | None] | None = None) -> Object:
        """Create the object and return it as the API holds it; `effect` looks whether a POST without an answer has made it."""
        name = wanted["name"]
        look = effect or (lambda: self.get(name) if name in self.names() else None)
        try:
            return self.post(partial(self.send, "creating", "POST", name, self.resource.write(wanted, {})), look)
        except ApiError as error:
            if not isinstance(error.shape, OtherNameError):
                raise
            found = look()
            if found is None:
                raise StreamManagerError(
                    f"Asked for {self.called(name)}, the API made {error.shape.name!r}: it does not take the name. It is not asked again. "
                    f"Delete {error.shape.name!r} (state=absent), or declare it under that name."
                ) from None
            return found

    def post(self, request: t.Callable[[], T], effect: t.Callable[[], T | None], retries: int | None = None) -> T:
        """Run a POST; if its answer is lost, run it again only after `effect` found that it had none."""
        lost: list[ApiError] = []

        def look() -> T | None:
            try:
                return effect() if lost else None
            except ApiError as error:
                raise StreamManagerError(f"{lost[-1]} Whether it took effect could not be seen: {error}") from None

        def attempt() -> T:
            found = look()
            if found is not None:
                return found
            try:
                return request()
            except ApiError as error:
                if error.transient:
                    lost.append(error)
                raise

        try:
            return self.client.retrying(attempt, "POST", retries)()
        except ApiError:
            found = look()
            if found is None:
                raise
            return found

    def update(self, wanted: Object, held: Object) -> Object:
        """Update the object and return it as the API holds it."""
        name = wanted["name"]

        def look() -> Object | None:
            found = self.get(name)
            return found if found and not differences(wanted, self.resource.read(found)) else None

        return self._settled("PUT", partial(self.send, "updating", "PUT", name, self.resource.write(wanted, held)), look)

    def delete(self, name: str, wait: bool = False) -> None:
        """Delete the object. With `wait` the caller waits for the list, so that it is enough if the API took the request."""
        taken: list[ApiError] = []
        seen: list[bool] = []  # by the list, whether it remains

        def request() -> Object:
            try:
                return self.send("deleting", "DELETE", name)
            except ApiError as error:
                if error.refused and taken and self.resource.lingers:  # since it is being deleted
                    return {}
                taken.extend([error] if error.shape else [])
                raise

        def look() -> Object | None:
            seen.append(self._remains(name))
            return None if seen[-1] else {}

        try:
            self.unless_gone(name, partial(self._settled, "DELETE", request, look))
        except ApiError as error:
            if not (wait and error.shape and seen and self.resource.lingers):
                raise

    def _remains(self, name: str) -> bool:
        if not self.resource.lingers:
            return name in self.names()
        return any(entry.get("name") == name and not ends(entry.get("state")) for entry in self._group_entries())

    def _settled(self, method: str, request: t.Callable[[], T], look: t.Callable[[], T | None]) -> T:
        """Run a PUT or DELETE; if its answer says nothing, `look` says what there is if it took effect, None if not."""

        def attempt() -> T:
            try:
                return request()
            except ApiError as error:
                if error.shape is None:
                    raise
                try:
                    found = look()
                except ApiError:
                    raise error from None
                if found is None:
                    raise
                return found

        return self.client.retrying(attempt, method)()

    def refuse_if_used(self, name: str, doing: str, hint: str) -> None:
        """Raise StreamManagerError if a node group uses the object."""
        field = next(field.wire for field in GROUP if field.name == self.resource.group_field)
        users = [str(entry.get("name")) for entry in self._group_entries() if entry.get(field) == name]
        if users:
            raise StreamManagerError(f"Cannot {doing} {self.called(name)}: the node group {', '.join(map(repr, users))} uses it. {hint}")

    def nodes(self, name: str) -> list[Object]:
        """Return the nodes of a node group; none if the group is gone."""
        return (
            self.unless_gone(
                name,
                partial(
                    self.client.call, f"listing the nodes of {self.called(name)}", "GET", (*self.resource.path, name, "node"), read_nodes
                ),
            )
            or []
        )


def present(module: Module, client: Client) -> Result:
    """Create or update an object of module.resource; send nothing if what the API holds means the same."""
    resource, store, name = module.resource, Store(client, module.resource), module.params["name"]
    held = store.get(name) if name in store.names() else None
    before = resource.read(held) if held else {}
    after = resource.declare(module.params, before)
    changes = differences(before, after)
    if held and changes and resource.free_in_use is not None:
        fixed = [path for path in changes if path.rpartition(".")[2] not in resource.free_in_use or not _on_both(path, before, after)]
        if fixed:
            store.refuse_if_used(
                name,
                f"change {', '.join(fixed)} of",
                f"Only {' and '.join(sorted(resource.free_in_use))} can change in use: "
                f"declare a {resource.noun} of another name, or delete the group first.",
            )
    found = after
    if changes and not module.check_mode:
        answer = store.update(after, held) if held else store.create(after)
        found = resource.read(answer)
        if differences(after, found):
            module.warn(f"The API took {store.called(name)}, but not as declared: {', '.join(differences(after, found))} differ.")
    return result(resource, before, after, found)


def absent(module: Module, client: Client) -> Result:
    """Delete an object of module.resource if the API lists it."""
    resource, store, name = module.resource, Store(client, module.resource), module.params["name"]
    held = store.get(name) if name in store.names() else None
    if held is None:
        return result(resource, {}, {}, None)
    store.refuse_if_used(name, "delete", "Delete the group first, or let it use another.")
    if not module.check_mode:
        store.delete(name)
    return result(resource, resource.read(held), {}, None)


def info(module: Module, client: Client) -> Result:
    """Return the object of that name, or all, as the module for the resource returns them."""
    return {"changed": False, **_held(client, module.resource, module.params["name"])}


def everything(_module: Module, client: Client) -> Result:
    """Return all objects of all resources, as the modules for them return them."""
    policies, configs, groups = (_held(client, resource, None) for resource in (SCALE_POLICY, LAUNCH_CONFIG, NODE_GROUP))
    return {"changed": False, **policies, **configs, **groups}


def _held(client: Client, resource: Resource, name: str | None) -> Result:
    store = Store(client, resource)
    if resource is NODE_GROUP:
        by_name = {group["name"]: group for group in store.groups(name)}

        def read(each: str) -> Object | None:
            return {**by_name[each], "nodes": store.nodes(each)}

        names = list(by_name)
    else:

        def read(each: str) -> Object | None:
            held = store.get(each)
            return resource.read(held) if held else None

        names = store.names()
    found = store.readable(names, read) if name is None else [read(name)] if name in names else []
    return {resource.plural: sorted(filter(None, found), key=lambda each: str(each["name"]))}


def by_state(when_present: Act, when_absent: Act) -> Act:
    """Return what does one or the other, as the module's option `state` says."""
    return lambda module, client: (when_present if module.params["state"] == "present" else when_absent)(module, client)


def run(resource: Resource, act: Act | None = None) -> None:
    """Run a module for `resource`: check its options, let `act` do the work, and report. Called by main() only."""
    if act in (info, everything):
        module = Module(resource, {"name": {"type": "str"}} if act is info else {})
    else:
        needed = [("state", "present", list(resource.needed))]
        module = Module(resource, resource.options, required_if=needed, mutually_exclusive=resource.mutually_exclusive)
    try:
        wrong = [*_connection_problems(module.params, resource), *module.declared_problems()]
        if wrong:
            raise StreamManagerError("; ".join(wrong))
        _warn_of_minimums(module)
        client = Client(module.params)
        found = (act or by_state(present, absent))(module, client)
    except StreamManagerError as error:
        module.fail_json(str(error))
    for note in dict.fromkeys(client.notes):
        module.warn(note)
    module.exit_json(**found)


def differences(before: Object, after: Object) -> list[str]:
    """Return the paths, in the user's words, at which two objects differ: `regions[default].targets[edge].min_limit`."""
    old, new = flat(before), flat(after)
    return [path for path in sorted({*old, *new}) if path not in old or path not in new or old[path] != new[path]]


def flat(value: t.Any, path: str = "") -> Object:
    """Return the leaves of an object by their paths; members of a list go by name and subnet, or role, so that order means nothing."""
    leaves: Object = {}
    if isinstance(value, dict):
        for key, each in value.items():
            leaves.update(flat(each, f"{path}.{key}" if path else str(key)))
    elif isinstance(value, list):
        for each in value:
            label = _label(each) if isinstance(each, dict) else each
            for where, leaf in flat(each, f"{path}[{label}]").items():
                leaves[where if where not in leaves else f"{where} (again)"] = leaf  # twice the same name is a difference
    else:
        leaves[path] = value
    return leaves


def _label(each: Object) -> str:
    name = str(each.get("name", each.get("role")))
    return f"{name}, {each['subnet']}" if each.get("subnet") else name


def _on_both(path: str, before: Object, after: Object) -> bool:
    return path in flat(before) and path in flat(after)


def result(resource: Resource, before: Object, after: Object, found: Object | None) -> Result:
    """Return what a module exits with: `found` is the object now, None if absent; changed if the other two differ."""
    return {"changed": before != after, resource.key: found, "diff": {"before": before, "after": after}}


def _connection_problems(params: Object, resource: Resource) -> t.Iterator[str]:
    yield from access_problems(params["api_url"], params["access_token"])
    yield from url_problems(params["api_url"], params["access_token"], resource, params.get("name") or "")
    for option, least in (("timeout", 1), ("retries", 0)):
        if params[option] < least:
            yield f"{option}: is {params[option]}; give a whole number from {least}"
    if params["ca_path"] is not None and not os.path.isfile(params["ca_path"]):
        yield f"ca_path: is {params['ca_path']!r}, where no file is; give a file of PEM certificates"


def _warn_of_minimums(module: Module) -> None:
    if module.params.get("state") == "present" and "features" in module.params:
        for advice in feature_problems(module.params, set(FEATURES) - set(module.params["features"]), absent=False):
            module.warn(advice)


def _read_names(answer: t.Any) -> list[str]:
    entries = listed(answer)
    names = [name for name in entries if isinstance(name, str)]
    if not names and any(isinstance(entry, (dict, list)) for entry in entries):
        raise ShapeError("the answer is not a list of names")
    return names


def _plural(resource: Resource) -> str:
    return resource.plural.replace("launch_configs", "launch configurations").replace("_", " ")
