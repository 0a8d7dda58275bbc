# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Values without Ansible's own types."""

from __future__ import annotations

from collections import UserDict

from ansible_collections.streamops.red5pro.plugins.module_utils._plain import plain


class Tagged(str):
    """Like Ansible's texts, which have their origin."""

    def __str__(self) -> str:  # pylint: disable=invalid-str-returned
        return Tagged(super().__str__())


class TaggedNumber(int):
    def __int__(self) -> int:
        return TaggedNumber(super().__int__())


class TaggedFloat(float):
    pass


def kinds(*values: object) -> list[str]:
    return [value.__class__.__name__ for value in values]


def test_plain_values_are_of_the_types_themselves() -> None:
    given = UserDict({Tagged("a"): list([Tagged("b"), TaggedNumber(5), TaggedFloat(2.5), True, None, 5, "c"]), "t": (Tagged("d"),)})
    found = plain(given)
    assert found == {"a": ["b", 5, 2.5, True, None, 5, "c"], "t": ["d"]}
    assert kinds(found, *found, found["a"]) == ["dict", "str", "str", "list"]
    assert kinds(*found["a"], found["t"][0]) == ["str", "int", "float", "bool", "NoneType", "int", "str", "str"]
    other = object()
    assert plain(other) is other
