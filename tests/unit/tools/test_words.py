# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Words that texts for users must not have are found where they are, and nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest
import words

TASKS = """---
- name: Let go of the address
  ansible.builtin.fail:
    msg: >-
      Nothing is here.
      It was made anew.
    that: stands
  when: mended
- block:
    - name: Read it
      ansible.builtin.assert:
        that: true
        fail_msg: Look at the log.
  rescue: []
"""
PLUGIN = '''
"""It stands."""
DOCUMENTATION = """
short_description: What stands
"""


def told() -> str:
    """Tells it."""
    stands = "let go"  # mend it
    return f"{stands} is told so"
'''


def found(root: Path, name: str, text: str) -> list[str]:
    """FILE:LINE and word of each finding in one file."""
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return [one.partition(": write ")[0] for one in words.findings(root)]


@pytest.mark.parametrize(
    "name", ["README.md", "CONTRIBUTING.md", "docs/docsite/rst/a.rst", "roles/a/README.md", "roles/a/meta/argument_specs.yml"]
)
def test_texts_are_read_as_a_whole(tmp_path: Path, name: str) -> None:
    assert found(tmp_path, name, "Red5 Pro\nstands here.\n") == [f"{name}:2: 'stands'"]


@pytest.mark.parametrize("name", ["roles/a/defaults/main.yml", "molecule/a/README.md", "tests/a.py"])
def test_other_files_are_not_read(tmp_path: Path, name: str) -> None:
    assert found(tmp_path, name, "a: it stands\n") == []


@pytest.mark.parametrize("name", ["roles/a/tasks/main.yml", "roles/a/tasks/b/c.yml", "playbooks/site.yml"])
def test_names_and_messages_of_tasks(tmp_path: Path, name: str) -> None:
    assert found(tmp_path, name, TASKS) == [f"{name}:2: 'Let go of'", f"{name}:6: 'anew'", f"{name}:13: 'Look at'"]


def test_an_empty_task_file(tmp_path: Path) -> None:
    assert found(tmp_path, "roles/a/tasks/main.yml", "---\n") == []


def test_documentation_and_messages_of_plugins(tmp_path: Path) -> None:
    name = "plugins/modules/a.py"
    assert found(tmp_path, name, PLUGIN) == [f"{name}:4: 'stands'", f"{name}:10: 'let go'", f"{name}:11: 'is told'"]


@pytest.mark.parametrize("text", ["A wildcard stands for one label.", "a stand-alone host", "understands", "to look at it", "Recommended."])
def test_what_is_plain_english(tmp_path: Path, text: str) -> None:
    assert found(tmp_path, "README.md", text) == []


def test_several_words_on_a_line(tmp_path: Path) -> None:
    assert found(tmp_path, "README.md", "What stands is mended.") == ["README.md:1: 'stands'", "README.md:1: 'mended'"]


def test_exit_status_and_output(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert words.main([str(tmp_path)]) == 0
    assert capsys.readouterr().out == ""
    found(tmp_path, "README.md", "Made anew.")
    assert words.main([str(tmp_path)]) == 1
    assert capsys.readouterr().out == "README.md:1: 'anew': write again, new\n"


def test_the_directory_is_the_current_one_by_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found(tmp_path, "README.md", "Made anew.")
    monkeypatch.chdir(tmp_path)
    assert words.main([]) == 1
