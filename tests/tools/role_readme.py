# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Generates parts of each role's README.md, between markers, from other files.

The entry points and variables come from the role's meta/argument_specs.yml, the example from the play of its Molecule scenario,
if it has one: molecule/ROLE/converge.yml.

    python tests/tools/role_readme.py [--check] ROLE_DIRECTORY...

With --check nothing is written; exit code 1 and the names of the files show which are out of date.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

Spec = dict[str, Any]

_MARKUP = re.compile(r"\b[CIBMOV]\(([^)]*)\)|\bRV\(([^)]*)\)")


class MarkerError(Exception):
    """A README without a pair of markers."""


def markdown(text: str | Iterable[str]) -> str:
    """A description as one line of Markdown for a table."""
    line = " ".join([text] if isinstance(text, str) else text)
    return _MARKUP.sub(lambda match: f"`{match[1] or match[2]}`", line).replace("|", "\\|")


def _code(value: object) -> str:
    return f"`{yaml.safe_dump(value, default_flow_style=True, width=1000).strip().removesuffix('...').strip()}`"  # ... ends a scalar


def _standing(option: Spec) -> str:
    if option.get("required"):
        return "**required**"
    return _code(option["default"]) if "default" in option else "see there"


def _rows(options: dict[str, Spec], above: str = "") -> list[str]:
    rows: list[str] = []
    for name, option in options.items():
        kind = option.get("type", "str") + (f" of {option['elements']}" if "elements" in option else "")
        text = markdown(option["description"])
        if "choices" in option:
            text += f" One of {', '.join(_code(choice) for choice in option['choices'])}."
        rows.append(f"| `{above}{name}` | {kind} | {_standing(option)} | {text} |")
        rows += _rows(option.get("options", {}), f"{above}{name}[].")
    return rows


def entry_points(specs: dict[str, Spec]) -> str:
    """A list of what may be called, the usual one first."""
    return "\n".join(
        f"- `{name}`: {markdown([spec['short_description'] + '.', *spec.get('description', [])])}" for name, spec in specs.items()
    )


def variables(specs: dict[str, Spec]) -> str:
    """A table of all variables, those that only some entry points take after those that all take."""
    options: dict[str, Spec] = {name: option for spec in specs.values() for name, option in spec.get("options", {}).items()}
    return "\n".join(["| variable | type | default | description |", "|---|---|---|---|", *_rows(options)])


def parts(role: Path) -> dict[str, str]:
    """What belongs between the markers of a role's README."""
    specs: dict[str, Spec] = yaml.safe_load((role / "meta" / "argument_specs.yml").read_text(encoding="utf-8"))["argument_specs"]
    found = {"entry points": entry_points(specs), "variables": variables(specs)}
    example = role.resolve().parents[1] / "molecule" / role.resolve().name / "converge.yml"
    if example.exists():
        found["example"] = f"```yaml\n{example.read_text(encoding='utf-8').removeprefix('---').strip()}\n```"
    return found


def rendered(text: str, contents: dict[str, str]) -> str:
    """The README with its generated parts as they should be. Raises MarkerError if a pair of markers is missing."""
    for part, content in contents.items():
        begin, end = f"<!-- {part}: made by tests/tools/role_readme.py -->\n", f"<!-- end of {part} -->"
        before, found, rest = text.partition(begin)
        _old, found_too, after = rest.partition(end)
        if not (found and found_too):
            raise MarkerError(f"the markers of {part} are missing: {begin.strip()} ... {end}")
        text = f"{before}{begin}{content}\n{end}{after}"
    return text


def main(arguments: list[str] | None = None) -> int:
    """Exit code 0 if all are up to date, 1 if one is out of date or has no markers."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--check", action="store_true", help="write nothing, only show what is out of date")
    parser.add_argument("roles", nargs="+", type=Path, metavar="ROLE_DIRECTORY")
    options = parser.parse_args(arguments)
    result = 0
    for role in options.roles:
        readme = role / "README.md"
        old = readme.read_text(encoding="utf-8")
        try:
            new = rendered(old, parts(role))
        except MarkerError as error:
            print(f"{readme}: {error}", file=sys.stderr)
            result = 1
            continue
        if new != old and options.check:
            print(f"{readme} is out of date; run tests/tools/role_readme.py {role}", file=sys.stderr)
            result = 1
        elif new != old:
            readme.write_text(new, encoding="utf-8")
    return result


if __name__ == "__main__":
    sys.exit(main())
