# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The part of a role's README that is made from its argument specs."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[3]
SPECS = """
argument_specs:
  main:
    short_description: Open the gate
    description: [First C(unlock)., Then push.]
    options: &options
      gate_name: {type: str, required: true, description: "Which one, a|b."}
      gate_width: {type: int, default: 3, description: [In metres., "Taken from C(red5pro_width)."]}
      gate_kind: {type: str, choices: [wood, "on"], description: What it is of.}
      gate_posts:
        type: list
        elements: dict
        default: []
        description: Its posts.
        options:
          height: {type: float, required: true, description: In metres.}
  shut:
    short_description: Shut it
    options:
      <<: *options
      gate_opened: {type: bool, default: false, description: Given by M(open) as RV(opened).}
"""
README = """# gate
Before.
<!-- entry points: made by tests/tools/role_readme.py -->
old
<!-- end of entry points -->
Between.
<!-- variables: made by tests/tools/role_readme.py -->
<!-- end of variables -->
After.
"""
EXPECTED = """# gate
Before.
<!-- entry points: made by tests/tools/role_readme.py -->
- `main`: Open the gate. First `unlock`. Then push.
- `shut`: Shut it.
<!-- end of entry points -->
Between.
<!-- variables: made by tests/tools/role_readme.py -->
| variable | type | default | description |
|---|---|---|---|
| `gate_name` | str | **required** | Which one, a\\|b. |
| `gate_width` | int | `3` | In metres. Taken from `red5pro_width`. |
| `gate_kind` | str | see there | What it is of. One of `wood`, `'on'`. |
| `gate_posts` | list of dict | `[]` | Its posts. |
| `gate_posts[].height` | float | **required** | In metres. |
| `gate_opened` | bool | `false` | Given by `open` as `opened`. |
<!-- end of variables -->
After.
"""


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("role_readme", ROOT / "tests/tools/role_readme.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def role(tmp_path: Path) -> Path:
    (tmp_path / "meta").mkdir()
    (tmp_path / "meta/argument_specs.yml").write_text(SPECS, encoding="utf-8")
    (tmp_path / "README.md").write_text(README, encoding="utf-8")
    return tmp_path


def test_writes_between_the_markers(tool: ModuleType, role: Path) -> None:
    assert tool.main([str(role)]) == 0
    assert (role / "README.md").read_text(encoding="utf-8") == EXPECTED


def test_check_writes_nothing_and_reports(tool: ModuleType, role: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert tool.main(["--check", str(role)]) == 1
    assert f"{role}/README.md is out of date" in capsys.readouterr().err
    assert (role / "README.md").read_text(encoding="utf-8") == README


def test_check_of_what_is_in_order(tool: ModuleType, role: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tool.main([str(role)])
    assert tool.main(["--check", str(role)]) == 0
    assert not capsys.readouterr().err


def test_example_is_the_play_of_the_scenario(tool: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    role, scenario = tmp_path / "roles/gate", tmp_path / "molecule/gate"
    for directory in (role / "meta", scenario):
        directory.mkdir(parents=True)
    (role / "meta/argument_specs.yml").write_text(SPECS, encoding="utf-8")
    (role / "README.md").write_text(README, encoding="utf-8")
    (scenario / "converge.yml").write_text("---\n- name: Open it\n  hosts: all\n", encoding="utf-8")
    assert tool.main([str(role)]) == 1
    assert "the markers of example are missing" in capsys.readouterr().err
    (role / "README.md").write_text(
        f"{README}<!-- example: made by tests/tools/role_readme.py -->\n<!-- end of example -->\n", encoding="utf-8"
    )
    assert tool.main([str(role)]) == 0
    assert (
        (role / "README.md")
        .read_text(encoding="utf-8")
        .endswith("-->\n```yaml\n- name: Open it\n  hosts: all\n```\n<!-- end of example -->\n")
    )


@pytest.mark.parametrize("marker", ["<!-- end of variables -->", "<!-- entry points: made by tests/tools/role_readme.py -->"])
def test_missing_marker_is_named_and_others_go_on(tool: ModuleType, role: Path, marker: str, capsys: pytest.CaptureFixture[str]) -> None:
    text = README.replace(marker, "")
    (role / "README.md").write_text(text, encoding="utf-8")
    assert tool.main([str(role)]) == 1
    assert "README.md: the markers of" in capsys.readouterr().err
    assert (role / "README.md").read_text(encoding="utf-8") == text


def test_readmes_are_up_to_date(tool: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    made = [str(path.parent) for path in sorted(ROOT.glob("roles/*/README.md")) if "role_readme.py" in path.read_text(encoding="utf-8")]
    assert len(made) >= 6
    assert tool.main(["--check", *made]) == 0, capsys.readouterr().err
