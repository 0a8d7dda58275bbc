# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Each role's Molecule scenario gives it nothing but its own inputs, and every scenario goes the whole way."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[3]
SCENARIOS = ROOT / "molecule"
ROLES = sorted(path.name for path in (ROOT / "roles").iterdir() if (SCENARIOS / path.name).is_dir())
WHOLE_WAY = ["destroy", "syntax", "create", "converge", "idempotence", "verify", "destroy"]


def read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def given(data: object) -> set[str]:
    """Every variable that a play or a task of it sets."""
    if isinstance(data, list):
        return {name for item in data for name in given(item)}
    if isinstance(data, dict):
        own = set(data["vars"]) if isinstance(data.get("vars"), dict) else set()
        return own | {name for key, value in data.items() if key != "vars" for name in given(value)}
    return set()


def options(role: str) -> set[str]:
    specs = read(ROOT / f"roles/{role}/meta/argument_specs.yml")["argument_specs"]
    return {name for spec in specs.values() for name in spec["options"]}


def test_there_are_scenarios() -> None:
    assert len(ROLES) >= 7


@pytest.mark.parametrize("role", ROLES)
def test_role_gets_its_own_inputs_alone(role: str) -> None:
    """And those of a role that its example needs in between, such as an installation before an image."""
    example = SCENARIOS / role / "converge.yml"
    inputs = read(SCENARIOS / role / "inputs.yml").keys() | given(read(example))
    used = set(re.findall(r"streamops\.red5pro\.(\w+)$", example.read_text(encoding="utf-8"), re.M))
    assert role in used
    assert {name for name in inputs if not name.startswith("vault_")} - {name for one in used for name in options(one)} == set()


@pytest.mark.parametrize("role", ROLES)
def test_no_scenario_of_a_role_knows_the_variables_of_a_deployment(role: str) -> None:
    for path in sorted((SCENARIOS / role).glob("*.yml")):
        assert not re.search(r"\bred5pro_(?!install_)\w+(?=:| *[|}])", path.read_text(encoding="utf-8")), path.name


@pytest.mark.parametrize("role", ROLES)
def test_verify_does_not_ask_the_role(role: str) -> None:
    """But for the network, which makes nothing that could be looked at."""
    plays = (SCENARIOS / role / "verify.yml").read_text(encoding="utf-8")
    assert role == "network" or f"streamops.red5pro.{role}\n" not in plays


@pytest.mark.parametrize("scenario", [*ROLES, "default"])
def test_every_scenario_goes_the_whole_way(scenario: str) -> None:
    shared, own = read(ROOT / ".config/molecule/config.yml")["scenario"], read(SCENARIOS / scenario / "molecule.yml")["scenario"]
    sequence = own.get("test_sequence", shared["test_sequence"])
    assert own["name"] == scenario
    assert set(WHOLE_WAY) <= set(sequence) and sequence[0] == sequence[-1] == "destroy"
    for step in set(sequence) & {"prepare", "verify", "cleanup", "side_effect"}:
        assert (SCENARIOS / scenario / f"{step}.yml").exists() or scenario == "default", step
    for path in (SCENARIOS / scenario).glob("*.yml"):  # nothing that is there is left out
        assert path.stem in {*sequence, "molecule", "inputs"}, path.name
