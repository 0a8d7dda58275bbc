# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Alarm thresholds: the load at which a node group launches another node of a role."""

from __future__ import annotations

import typing as t
from functools import partial

from ansible_collections.streamops.red5pro.plugins.module_utils._answers import Object, single
from ansible_collections.streamops.red5pro.plugins.module_utils._client import Client
from ansible_collections.streamops.red5pro.plugins.module_utils._errors import StreamManagerError, UnreadableError
from ansible_collections.streamops.red5pro.plugins.module_utils._fields import ROLE, ROLES, Field, number, read
from ansible_collections.streamops.red5pro.plugins.module_utils._messages import Problem, refusing
from ansible_collections.streamops.red5pro.plugins.module_utils._reader import Reader
from ansible_collections.streamops.red5pro.plugins.module_utils._resource import Params, Problems, Resource
from ansible_collections.streamops.red5pro.plugins.module_utils._retry import settled
from ansible_collections.streamops.red5pro.plugins.module_utils._statistics import counted, open_connections

LOWEST, HIGHEST = 1, 100
_SENSIBLE = range(20, 81)
_FOUND = (
    Field("threshold", "threshold", number(required=True)),
    Field("metric", "metric"),
    Field("unit", "unit"),
    Field("comparator", "comparator"),
    Field("target_type", "targetType"),
)


def _read(answer: t.Any) -> Object:
    found = read(_FOUND, single(answer, ("threshold",), "threshold"), "alarm")
    if found["threshold"] is None:
        raise UnreadableError("its threshold is missing")
    return found


def _read_of(role: str, answer: t.Any) -> Object:
    return {"role": role, **_read(answer)}


def threshold_problems(threshold: int, where: str) -> Problems:
    """Yield whether a threshold is out of range."""
    if not LOWEST <= threshold <= HIGHEST:
        yield Problem(where, threshold, f"a whole number from {LOWEST} to {HIGHEST}")


def _advise(params: Params) -> Problems:
    if params["threshold"] not in _SENSIBLE:
        yield Problem("threshold", params["threshold"], f"{_SENSIBLE[0]} to {_SENSIBLE[-1]} percent")


ALARM_THRESHOLD = Resource(
    key="alarm_threshold",
    plural="alarm_thresholds",
    noun="alarm threshold",
    nouns="alarm thresholds",
    path=("admin", "alarm", "scaleout", "default"),
    wrapper="alarm",
    options={
        "role": ROLE.option,
        "threshold": number(required=True),
        "force": {"type": "bool", "default": False},
    },
    needed=(),
    never_empty=(),
    read=_read,
    declare=lambda params, held: {**held, "role": params["role"], "threshold": params["threshold"]},
    write=lambda wanted, held: {"type": wanted["role"], "threshold": str(wanted["threshold"])},
    check=lambda params, path: threshold_problems(params["threshold"], f"{path}threshold"),
    advise=_advise,
    identity="role",
    longest_query=f"&type={ROLES[-1]}&threshold={HIGHEST}",
)


def read_threshold(client: Client, role: str) -> Object:
    """Return the threshold of a role as the API holds it."""
    doing = f"reading the alarm threshold of {role}"
    return client.call(doing, "GET", ALARM_THRESHOLD.path, partial(_read_of, role), query={"type": role})


def read_thresholds(client: Client, roles: t.Iterable[str]) -> list[Object]:
    """Return the thresholds of roles that can be read, sorted by role."""
    return Reader(client, ALARM_THRESHOLD).readable(sorted(set(roles)), partial(read_threshold, client))


def set_threshold(client: Client, wanted: Object) -> Object:
    """Set the threshold of a role and return it as the API holds it."""
    role, doing = wanted["role"], f"setting the alarm threshold of {wanted['role']}"
    query = ALARM_THRESHOLD.write(wanted, {})

    def look() -> Object | None:
        found = read_threshold(client, role)
        return found if found["threshold"] == wanted["threshold"] else None

    return settled(client, "POST", partial(client.call, doing, "POST", ALARM_THRESHOLD.path, partial(_read_of, role), query=query), look)


def refuse_under_traffic(client: Client, role: str) -> None:
    """Raise StreamManagerError while a node of any group has connections."""
    if count := sum(open_connections(client).values()):
        reason = counted(count)
        remedy = "Wait until there are none, or set force=true"
        raise StreamManagerError(refusing(f"set the alarm threshold of {role}", reason, remedy))
