# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The data that the engine needs of a resource of the Stream Manager API.

An object has one canonical form, with the options' names, whole numbers and sorted lists (`read` converts an answer,
`declare` converts options), so that equivalent objects are equal. `write` converts it into the API's form.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.streamops.red5pro.plugins.module_utils._answers import Object, named
from ansible_collections.streamops.red5pro.plugins.module_utils._messages import Problem

Params = t.Mapping[str, t.Any]
Problems = t.Iterator[Problem]


@dataclass(frozen=True)
class Members:
    """What an object has under a path of its own."""

    key: str
    read: t.Callable[[t.Any], list[Object]]
    segment: str


@dataclass(frozen=True)
class Resource:
    """A resource as data. `needed` are the options that are required to create it."""

    key: str  # the module's name and the key of what it returns
    plural: str
    noun: str  # in messages
    nouns: str
    path: tuple[str, ...]
    wrapper: str
    options: Object  # argument spec without the connection
    needed: tuple[str, ...]
    never_empty: tuple[str, ...]
    read: t.Callable[[t.Any], Object]
    declare: t.Callable[[Params, Object], Object]
    write: t.Callable[[Object, Object], Object]
    check: t.Callable[[Params, str], Problems]  # what the API would refuse although it matches the argument spec
    advise: t.Callable[[Params], Problems] = lambda params: iter(())  # what it accepts but is not recommended
    mutually_exclusive: tuple[tuple[str, ...], ...] = ()
    user: tuple[Resource, str] | None = None  # the resource that uses it, and the attribute that names it
    secret: str = ""  # the option whose values may be secret, by their names
    free_in_use: frozenset[str] | None = None  # what may change while it is used; None: everything
    identity: str = "name"  # the option that is in the URL
    longest_path: tuple[str, ...] = ()  # what follows it in the longest URL
    longest_query: str = ""  # what follows the token there
    lingers: bool = False  # it is still listed for a while after its deletion was accepted
    entries: t.Callable[[t.Any], list[Object]] = named  # reads the answer of a list call
    lists_all: bool = False  # the list has the objects with all attributes, not only their names
    members: Members | None = None
