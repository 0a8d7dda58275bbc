# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The desired configuration of the stream managers' hosts, and what differs. Pure functions; secrets are never in a message.

A host is what the module stream_manager_host_info returns of it, or its failure. A check is what the filter findings takes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ansible_collections.streamops.red5pro.plugins.module_utils._host import digest
from ansible_collections.streamops.red5pro.plugins.module_utils._messages import HIDDEN, finding
from ansible_collections.streamops.red5pro.plugins.module_utils._properties import LOOK, MISSING, is_key, is_secret, value_text
from ansible_collections.streamops.red5pro.plugins.module_utils._rules import bare, is_unicode

OWN_ADDRESS = "streammanager.ip"
PREFIX = "instancecontroller.instanceNamePrefix"
PASSWORD = "cluster.password"
TOKEN = "rest.administratorToken"
CHANGING, UNPROVEN = "stream_managers_changing", "stream_managers_unproven"

Facts = Mapping[str, Any]
Check = dict[str, Any]
AWS_CONTROLLER = "com.red5pro.services.cloud.aws.component.AWSInstanceController"

_VARIABLE = "red5pro_stream_manager_properties"
_SCALAR = "text, a number, true or false"
_KINDS = {dict: "a dictionary", list: "a list", str: "a text", int: "a number"}
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", re.ASCII)


def property_problems(properties: Any, variable: str = _VARIABLE, api_token: str | None = None) -> list[str]:
    """Problems of declared properties, one message each; with the API's token also whether they contradict it."""
    if not isinstance(properties, Mapping):
        return [f"Invalid {variable}: {_kind(properties)}. Expected: a dictionary of properties by key, such as proxy.enabled: true."]
    problems = [
        f"Invalid {variable}[{_shown_key(key)!r}]: {found}. Expected: {expected}."
        for key, value in properties.items()
        for found, expected in _problems(key, value)
    ]
    token = properties.get(TOKEN)
    if api_token and TOKEN in properties and not problems and value_text(token) != api_token:
        problems.append(f"Invalid {variable}[{TOKEN!r}]: {HIDDEN}. Expected: the same value as red5pro_api_token.")
    return problems


def checks(hosts: Mapping[str, Facts], salt: str, api_token: str = "") -> list[Check]:
    """The checks of each host, and then those of all together."""
    return [*(one for host, found in hosts.items() for one in _host_checks(host, found, salt, api_token)), *fleet_checks(hosts)]


def _host_checks(host: str, found: Facts, salt: str, api_token: str) -> list[Check]:
    if "stream_manager" not in found:
        why = " ".join(str(found.get("msg") or "no reason given").split())
        return [_check(host, "can be read", why, f"Failed to read {host}: {why}")]
    if not found["stream_manager"]:
        return [_check(f"{host} red5-web.properties", "present", "missing")]
    return [
        *_difference_checks(host, found["differences"]),
        *_effect_checks(host, found),
        *_kind_checks(host, found),
        *_token_checks(host, found, salt, api_token),
    ]


def plan(hosts: Mapping[str, Facts], declared: Facts) -> dict[str, Any]:
    """Why hosts cannot be configured, which ones change, whether nothing differs or changes, and the `checks` of all.

    Declared has the `path` of the properties, the `salt` of the readings, the `api_token`, and the hosts `marked` for a restart. A host
    that will be replaced was not read: its reading was skipped. The `groups` are those of the inventory, by host, for later plays.
    """
    read = {name: found for name, found in hosts.items() if not found.get("skipped")}
    absent = f"there is no {declared['path']}"
    fit = {name: found for name, found in read.items() if found.get("stream_manager")}
    as_declared = [name for name, found in fit.items() if not found["pending"] and not found["differences"]]
    changing = [name for name in hosts if name not in as_declared or name in declared["marked"]]
    differing = checks(read, declared["salt"], declared["api_token"])
    unproven = list(hosts) if changing or differing else []
    return {
        "unfit": [f"Refusing to configure {name}: {found.get('msg', absent)}" for name, found in read.items() if name not in fit],
        "changing": changing,
        "groups": {name: [UNPROVEN, *([CHANGING] if name in changing else [])] for name in unproven},
        "checks": differing,
        "proven": not unproven,
    }


def _check(subject: str, expected: str, found: str, message: str = "") -> Check:
    return {"subject": subject, "expected": expected, "found": found, "holds": False, **({"message": message} if message else {})}


def visible(value: str | None) -> str:
    """A value for a table: white space at the ends is escaped, and empty and missing are distinguished."""
    if value is None:
        return MISSING
    text = re.sub(r"^\s+|\s+$|(?<=\s)\s+", lambda blanks: "".join(f"\\x{ord(char):02x}" for char in blanks[0]), value)
    return "".join(char if char.isprintable() else f"\\x{ord(char):02x}" for char in text) or "(empty)"


def _difference_checks(host: str, differences: Iterable[Facts]) -> Iterator[Check]:
    for one in differences:
        expected, found = visible(one["expected"]), visible(one["found"])
        own = one["key"] == OWN_ADDRESS
        yield _check(f"{host} {one['key']}", f"the host's own address {expected}" if own else expected, found)


def _effect_checks(host: str, found: Facts) -> Iterator[Check]:
    if found["pending"] and not found["differences"]:
        yield _check(f"{host} red5-web.properties", "in effect", "changed since the last restart")
    if found["ready"] != 200:
        yield _check(f"{host} {found['ready_url']}", "status 200", f"{found['ready']} {found['ready_message']}".strip())


def _kind_checks(host: str, found: Facts) -> Iterator[Check]:
    """A stream manager has the AWS cloud controller and is not a node."""
    if found["autoscale"]:
        yield _check(f"{host} conf/autoscale.xml", "absent", "present")
    bridges = found["api_bridges"]
    if bridges != [AWS_CONTROLLER]:
        active = "not XML" if bridges is None else " and ".join(bridges) or "none active"
        yield _check(f"{host} apiBridge in applicationContext.xml", AWS_CONTROLLER, active)


def _token_checks(host: str, found: Facts, salt: str, api_token: str) -> Iterator[Check]:
    token = found["secrets"].get(TOKEN)
    if api_token and token != digest(salt, api_token):
        yield _check(f"{host} {TOKEN}", "the value of red5pro_api_token", MISSING if token is None else "another value")


def fleet_checks(hosts: Mapping[str, Facts]) -> list[Check]:
    """What must be equal on all readable stream managers, and is not."""
    read = {name: found for name, found in hosts.items() if found.get("stream_manager")}
    differing = _differing({name: {**found["properties"], **found["secrets"]} for name, found in read.items()})
    secrets = {key for found in read.values() for key in found["secrets"]}
    shown = {
        key: {name: visible(HIDDEN if key in secrets and value is not None else value) for name, value in values.items()}
        for key, values in differing.items()
        if key != OWN_ADDRESS
    }
    if not shown and len({found["lines_digest"] for found in read.values()}) > 1:
        shown = {LOOK: {}}
    versions = _differing({name: found["versions"] for name, found in read.items()})
    return [
        *([_alike(shown)] if shown else []),
        *(
            _check(f"{name} of all", "the same version", ", ".join(f"{host} {version or MISSING}" for host, version in found.items()))
            for name, found in versions.items()
        ),
    ]


def _alike(shown: Mapping[str, Mapping[str, str]]) -> Check:
    subject, expected, where = "red5-web.properties of all", "the same except for streammanager.ip", f"differences in {', '.join(shown)}"
    return _check(subject, expected, where, f"{finding(subject, expected, where)}: {json.dumps(shown)}")


def _differing(values: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str | None]]:
    """Key -> the value of each host, for the keys in which hosts differ."""
    keys = sorted({key for of in values.values() for key in of})
    found: dict[str, dict[str, str | None]] = {key: {name: of.get(key) for name, of in values.items()} for key in keys}
    return {key: of for key, of in found.items() if len(set(of.values())) > 1}


def _problems(key: Any, value: Any) -> Iterator[tuple[str, str]]:
    """What was found and what is expected, empty if valid."""
    if not is_key(key):
        yield "this key", "a key such as config.dbHost, in ASCII and without white space, =, :, a backslash, and a # or ! at its beginning"
    elif key == OWN_ADDRESS:
        yield _shown(key, value), "not this key, since each stream manager gets its own address"
    elif isinstance(value, Mapping):
        below = "key" if is_secret(key) else next(iter(value), "key")  # `{secret}` without quotes is a dictionary
        yield "a dictionary", f"{_SCALAR}; write keys with dots, such as {key}.{below}"
    elif isinstance(value, (list, tuple, set)):
        yield "a list", _SCALAR
    else:
        yield from _value_problems(key, value_text(value))


def _value_problems(key: str, text: str) -> Iterator[tuple[str, str]]:
    if re.search(r"[\r\n]", text):
        yield "a value with a line break", "one line"
    elif any(ord(char) < 32 or ord(char) == 127 for char in text):
        yield "a value with a control character", "printable characters"
    elif text != bare(text):
        yield "a value with white space at its beginning or end", "none, since Java keeps it as part of the value"
    elif not is_unicode(text):
        yield "a value that is not in UTF-8", "text in UTF-8"
    elif key == PREFIX and not _NAME.fullmatch(text):
        yield _shown(key, text), "1 to 64 letters, digits, dots, hyphens and underscores, beginning with a letter or a digit"
    elif key in (PASSWORD, TOKEN) and not text:
        yield "an empty value", "a value that is not empty"


def _shown_key(key: Any) -> str:
    """A key, of `config.dbPass:secret` without a blank only what is before the value."""
    text = str(key)
    return re.split(r"[\s=:]", text)[0] + "..." if is_secret(text) and not is_key(key) else text


def _shown(key: str, value: Any) -> str:
    return HIDDEN if is_secret(key, value) else repr(value_text(value))


def _kind(value: Any) -> str:
    return next((name for kind, name in _KINDS.items() if isinstance(value, kind)), "no value")
