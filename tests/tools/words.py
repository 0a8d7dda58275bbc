# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Finds words in texts for users that the collection replaces by standard terms: words.py [DIRECTORY]"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import yaml

WORDS = {  # pattern of the words -> what to write instead
    r"stands?(?! for\b)(?!-)": "is, exists, found, current",
    r"mend(s|ed|ing)?": "fix, repair",
    r"(is|are|be) told": "gets, receives, is passed",
    r"tells?": "report, show, say",
    r"have (it|them|that) done": "do",
    r"have done": "have (completed)",
    r"lets? go( of)?": "release, delete",
    r"right would be": "Expected:",
    r"anew": "again, new",
    r"who(ever)? goes": "removed (plural: those that are removed)",
    r"what is to go": "what to delete",
    r"(take|takes|taken|taking|took) away": "delete, remove",
    r"at the (least|most)": "at least, at most",
    r"the least": "the minimum",
    r"unseen": "unreadable",
    r"strays?": "orphan, orphans",
    r"foretold": "predicted",
    r"lest": "so that ... not",
    r"whoever": "the user, the caller, those who",
    r"put right": "fix",
    r"Look at": "Check",
}
FILES = (
    *("README.md", "CONTRIBUTING.md", "docs/**/*.md", "docs/**/*.rst", "rehearsal/README.md", "roles/*/README.md"),
    *("roles/*/meta/argument_specs.yml", "plugins/filter/*.yml"),
)
TASKS = ("roles/*/tasks/**/*.yml", "roles/*/handlers/*.yml", "playbooks/**/*.yml")
TEXT_KEYS = {"name", "msg", "fail_msg", "success_msg"}
_WORDS = [(re.compile(rf"\b{words}\b", re.IGNORECASE if words.islower() else 0), instead) for words, instead in WORDS.items()]
Lines = Iterator[tuple[int, str]]


def task_lines(text: str) -> Lines:
    """The lines of a task file that hold a name or a message."""

    def walk(node: yaml.Node | None) -> Lines:
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                if key.value in TEXT_KEYS and isinstance(value, yaml.ScalarNode):
                    last = value.end_mark.line + bool(value.end_mark.column)
                    yield from ((number + 1, lines[number]) for number in range(key.start_mark.line, last))
                else:
                    yield from walk(value)
        elif isinstance(node, yaml.SequenceNode):
            for item in node.value:
                yield from walk(item)

    lines = text.splitlines()
    return walk(yaml.compose(text, Loader=yaml.SafeLoader))


def plugin_lines(text: str) -> Lines:
    """The documentation and the messages of a plugin: all its strings but docstrings."""
    tree = ast.parse(text)
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value and id(node) not in docstrings:
            yield from enumerate(node.value.split("\n"), node.lineno)


def findings(root: Path) -> Iterator[str]:
    """FILE:LINE, the word, and what to write instead."""
    kinds = ((FILES, lambda text: enumerate(text.splitlines(), 1)), (TASKS, task_lines), (("plugins/**/*.py",), plugin_lines))
    for patterns, lines_of in kinds:
        for path in sorted({path for pattern in patterns for path in root.glob(pattern)}):
            for number, line in lines_of(path.read_text(encoding="utf-8")):
                for words, instead in _WORDS:
                    yield from (f"{path.relative_to(root)}:{number}: {one[0]!r}: write {instead}" for one in words.finditer(line))


def main(arguments: list[str]) -> int:
    """Print the findings; exit status 1 if there are any."""
    found = list(findings(Path(arguments[0] if arguments else ".")))
    print("\n".join(found), end="\n" * bool(found))
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
