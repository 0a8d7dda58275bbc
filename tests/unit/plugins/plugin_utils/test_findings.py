# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The findings of differences between expected and found values."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.streamops.red5pro.plugins.plugin_utils import findings

Facts = dict[str, Any]


def pairs(checks: list[Facts]) -> list[tuple[str, str, str]]:
    """Subject, expected and found of those that do not hold."""
    return [(one["subject"], one["expected"], one["found"]) for one in findings.findings(checks, "part")]


def messages(checks: list[Facts]) -> list[str]:
    return [one["message"] for one in findings.findings(checks, "part")]


@pytest.mark.parametrize(
    "expected, found",
    [
        (2, "2"),
        (True, "true"),
        (["b", "a"], ["a", "b"]),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
        (None, ""),
        ([], None),
        ({}, "none"),
        ("a  b\n", "a b"),
    ],
)
def test_what_means_the_same_is_no_finding(expected: Any, found: Any) -> None:
    assert findings.findings([{"subject": "x", "expected": expected, "found": found}], "part") == []


def test_a_finding_is_text() -> None:
    assert findings.findings([{"subject": "tags", "expected": {"b": 1, "a": True}, "found": [3, 1]}], "load_balancer") == [
        {
            "part": "load_balancer",
            "subject": "tags",
            "expected": '{"a": true, "b": 1}',
            "found": "1, 3",
            "message": 'tags: expected {"a": true, "b": 1}, found 1, 3',
        }
    ]


def test_a_check_may_say_itself_whether_it_holds() -> None:
    same = {"subject": "x", "expected": "a", "found": "a", "message": "why"}
    assert messages([{**same, "holds": False}, same, {**same, "found": "b", "holds": True}]) == ["why"]


def test_differing_settings() -> None:
    found = findings.differing_settings({"a": 1, "b": 2, "c": "x"}, {"a": "1", "b": 3, "d": "y"}, "target group live")
    assert pairs(found) == [("target group live b", "2", "3"), ("target group live c", "x", "none"), ("target group live d", "none", "y")]
    assert messages(found)[0] == "target group live b: expected 2, found 3"


class TestDeclared:
    """Results of the modules in check mode."""

    def test_unchanged_says_nothing(self) -> None:
        assert findings.declared_checks([{"item": {"name": "one"}, "changed": False}], "scale policy") == []

    def test_changed_says_where(self) -> None:
        before = {"name": "one", "regions": [{"name": "default", "targets": [{"role": "edge", "max_limit": 21}]}]}
        after = {"name": "one", "regions": [{"name": "default", "targets": [{"role": "edge", "max_limit": 20}]}]}
        found = findings.declared_checks(
            [{"item": {"name": "one"}, "changed": True, "diff": {"before": before, "after": after}}], "scale policy"
        )
        path = "regions[default].targets[edge].max_limit"
        assert pairs(found) == [("scale policy one", f"{path} 20", f"{path} 21")]
        assert messages(found) == [f"scale policy one: expected {path} 20, found {path} 21"]

    @pytest.mark.parametrize(
        "before, after, found", [({}, {"name": "one"}, ("present", "missing")), ({"name": "one"}, {}, ("missing", "present"))]
    )
    def test_missing_or_left_over(self, before: Facts, after: Facts, found: tuple[str, str]) -> None:
        checks = findings.declared_checks(
            [{"item": {"name": "one"}, "changed": True, "diff": {"before": before, "after": after}}], "node group"
        )
        assert pairs(checks) == [("node group one", *found)]

    def test_refused(self) -> None:
        checks = findings.declared_checks([{"item": {"name": "one"}, "failed": True, "msg": "scale_policy: is 'b'"}], "node group")
        assert pairs(checks) == [("node group one", "as declared", "scale_policy: is 'b'")]


@pytest.mark.parametrize(
    "result, text",
    [
        ({"msg": "no\nsuch thing"}, "no such thing"),
        (
            {
                "msg": "All items completed",
                "results": [{"failed": True, "msg": "a"}, {"failed": False, "msg": "b"}, {"failed": True, "msg": "c"}],
            },
            "a; c",
        ),
        ({"msg": "One or more items failed", "results": []}, "One or more items failed"),
        ({}, "no reason given"),
    ],
)
def test_why_something_is_unreadable(result: Facts, text: str) -> None:
    assert findings.failure_text(result) == text
    (finding,) = findings.findings(result, "load_balancer")
    assert (finding["subject"], finding["found"]) == ("load balancer", text)


FOUND = findings.findings([{"subject": "x | y", "expected": "a" * 20, "found": "b"}], "part")


def test_table() -> None:
    assert findings.findings_table(FOUND) == [
        "| where | what  | expected             | found |",
        "|-------|-------|----------------------|-------|",
        f"| part  | x / y | {'a' * 20} | b     |",
    ]


def test_table_cut_to_a_width() -> None:
    assert findings.findings_table(FOUND, 10)[-1] == "| part  | x / y | aaaaaaa... | b     |"
    assert findings.findings_table([], 10)[0] == "| where | what | expected | found |"
