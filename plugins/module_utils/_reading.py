# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reading of AWS resources of any kinds, all at the same time.

Results have the form of amazon.aws's C(_info) modules: keys in snake_case, tags as a dictionary.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from ansible.module_utils.common.dict_transformations import camel_dict_to_snake_dict
from ansible_collections.amazon.aws.plugins.module_utils.botocore import normalize_boto3_result
from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.amazon.aws.plugins.module_utils.tagging import boto3_tag_list_to_ansible_dict
from ansible_collections.amazon.aws.plugins.module_utils.transformation import ansible_dict_to_boto3_filter_list
from ansible_collections.streamops.red5pro.plugins.module_utils._aws_calls import Call, together
from ansible_collections.streamops.red5pro.plugins.module_utils._aws_kinds import Detail, Kind
from ansible_collections.streamops.red5pro.plugins.module_utils._plain import listed

Facts = dict[str, Any]
Connect = Callable[[str, str], Any]


@dataclass(frozen=True)
class Reading:
    """What to read: a kind in a region, with filters."""

    name: str
    kind: Kind
    region: str = ""
    filters: Mapping[str, Any] = field(default_factory=dict)
    parameters: Mapping[str, Any] = field(default_factory=dict)
    filters_of: Mapping[str, str] = field(default_factory=dict)  # filter -> reading.key
    each_of: Mapping[str, str] = field(default_factory=dict)  # parameter -> reading.key, a call for each value
    details: Sequence[str] = ()
    suffix_of: Sequence[str] = ()
    only: Mapping[str, Any] = field(default_factory=dict)

    def sources(self) -> set[str]:
        """The readings that must come before this one."""
        return {source.partition(".")[0] for source in (*self.filters_of.values(), *self.each_of.values())}

    def keeps(self, item: Facts) -> bool:
        """Whether a resource that AWS returned is wanted."""
        name = item.get("Name", "")
        wanted = all(_lower(item.get(key)) in map(_lower, listed(values)) for key, values in self.only.items())
        return wanted and (not self.suffix_of or any(_ends(suffix, name) for suffix in self.suffix_of))

    def requests(self, found: Mapping[str, list[Facts]]) -> Iterator[Facts]:
        """The parameters of each call; none if a filter has no value."""
        filters = {**self.filters, **{name: _values(found, source) for name, source in self.filters_of.items()}}
        if any(value in (None, "", []) for value in filters.values()):
            return
        fixed = {**self.kind.fixed, **self.parameters, **({"Filters": ansible_dict_to_boto3_filter_list(filters)} if filters else {})}
        for values in product(*(_values(found, source) for source in self.each_of.values())):
            yield {**fixed, **dict(zip(self.each_of, values, strict=True))}


def read_all(connect: Connect, readings: Sequence[Reading]) -> dict[str, list[Facts]]:
    """The resources by the names of the readings. Raises AnsibleAWSError with every action that IAM denies, or another reason."""
    found: dict[str, list[Facts]] = {}
    left = list(readings)
    while left:
        ready = [reading for reading in left if reading.sources() <= found.keys()]
        if not ready:
            names = ", ".join(reading.name for reading in left)
            raise AnsibleAWSError(
                message=f"Failed to read {names}: they refer to missing readings or to each other. Check filters_of and each_of"
            )
        left = [reading for reading in left if reading not in ready]
        found |= _read(connect, ready, found)
    return found


def _read(connect: Connect, readings: list[Reading], found: Mapping[str, list[Facts]]) -> dict[str, list[Facts]]:
    asked = [
        (reading, Call(connect(reading.kind.service, reading.region), reading.kind, reading.kind.operation, parameters))
        for reading in readings
        for parameters in reading.requests(found)
    ]
    answers = together([call for _reading, call in asked])
    raw: dict[str, list[Facts]] = {reading.name: [] for reading in readings}
    for (reading, call), answer in zip(asked, answers, strict=True):
        of = {name: call.parameters[name] for name in reading.each_of}
        raw[reading.name] += [{**item, **of} for item in _items(answer, reading.kind.result) if reading.keeps(item)]
    _add_details(connect, readings, raw)
    return {reading.name: [_snake(item, reading.kind) for item in raw[reading.name]] for reading in readings}


def _add_details(connect: Connect, readings: list[Reading], raw: dict[str, list[Facts]]) -> None:
    asked = [
        (item, detail, Call(connect(reading.kind.service, reading.region), reading.kind, detail.operation, _named(detail, item)))
        for reading in readings
        for detail in (reading.kind.details[name] for name in reading.details)
        for item in raw[reading.name]
    ]
    for (item, detail, _call), answer in zip(asked, together([call for *_rest, call in asked]), strict=True):
        values = _items(answer, detail.result)
        if detail.key == "Tags":
            item["Tags"] = values
        elif detail.pairs:
            item |= {one["Key"].replace(".", "_"): one["Value"] for one in values}
        elif values:
            item |= {detail.key: values[0]} if detail.key else values[0]


def _named(detail: Detail, item: Facts) -> Facts:
    value = item[detail.source]
    return {**detail.fixed, detail.parameter: [value] if detail.parameter.endswith("s") else value}


def _items(answer: Facts, path: str) -> list[Any]:
    found: list[Any] = [answer]
    if not path:
        own = {key: value for key, value in answer.items() if key != "ResponseMetadata"}
        return [own] if own else []
    for key in path.split("."):
        found = [one for each in found for one in listed(each.get(key))]
    return found


def _values(found: Mapping[str, list[Facts]], source: str) -> list[Any]:
    name, _dot, path = source.partition(".")
    return _unique(value for item in found[name] for value in _items(item, path) if value)


def _unique(values: Iterable[Any]) -> list[Any]:
    return list(dict.fromkeys(values))


def _lower(value: Any) -> str:
    return str(value).lower()


def _ends(domain: str, name: str) -> bool:
    return f".{domain.lower().rstrip('.')}.".endswith(f".{name.lower().rstrip('.')}.")


def _snake(item: Facts, kind: Kind) -> Facts:
    plain = normalize_boto3_result(item)
    tags = [*(plain.pop(kind.tags, None) or []), *(plain.pop("Tags", None) or [])]
    snake: Facts = camel_dict_to_snake_dict(plain, ignore_list=["Tags"])
    if kind.tagged:
        snake["tags"] = boto3_tag_list_to_ansible_dict(tags)
    if kind.identity:
        snake["id"] = plain[kind.identity]
    return snake
