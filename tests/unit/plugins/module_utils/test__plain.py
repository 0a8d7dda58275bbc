# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Values without Ansible's own types."""

from __future__ import annotations

from collections import UserDict

from ansible_collections.streamops.red5pro.plugins.module_utils._plain import plain


class Tagged(str):
    """Like Ansible's texts, which have their origin."""

    def __str__(self) -> str:
        return self


class TaggedNumber(int):
    __int__ = __index__ = lambda self: self  # type: ignore[assignment, misc]


class TaggedFloat(float):
    pass


def test_plain_values_are_of_the_types_themselves() -> None:
    given = UserDict({Tagged("a"): list([Tagged("b"), TaggedNumber(5), TaggedFloat(2.5), True, None, 5, "c"]), "t": (Tagged("d"),)})
    found = plain(given)
    assert found == {"a": ["b", 5, 2.5, True, None, 5, "c"], "t": ["d"]} and type(found) is dict
    assert [type(key) for key in found] == [str, str] and type(found["a"]) is list
    assert [type(item) for item in found["a"]] == [str, int, float, bool, type(None), int, str]
    assert type(found["t"][0]) is str
    other = object()
    assert plain(other) is other
