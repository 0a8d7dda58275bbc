# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""ansible-builder takes the execution environment's definition, and finds what the collection needs in the collection itself."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[3]
DEFINITION = ROOT / "extensions/awx/execution-environment.yml"
BUILDER = Path(sys.executable).with_name("ansible-builder")


def parsed(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def built(*arguments: str | Path, cwd: Path) -> str:
    """What ansible-builder prints."""
    done = subprocess.run([BUILDER, *arguments], cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_build_context_has_the_base_image_and_this_collection(tmp_path: Path) -> None:
    built("create", "--file", DEFINITION, "--context", "context", "--output-filename", "Containerfile", cwd=tmp_path)
    containerfile = (tmp_path / "context/Containerfile").read_text(encoding="utf-8")
    assert f'EE_BASE_IMAGE="{parsed(DEFINITION)["images"]["base_image"]["name"]}"' in containerfile
    assert "ansible-core>=2.18" in containerfile
    assert parsed(tmp_path / "context/_build/requirements.yml") == parsed(DEFINITION)["dependencies"]["galaxy"]


def test_it_holds_this_version_of_the_collection() -> None:
    galaxy = parsed(ROOT / "galaxy.yml")
    wanted = {"name": f"{galaxy['namespace']}.{galaxy['name']}", "version": galaxy["version"]}
    assert wanted in parsed(DEFINITION)["dependencies"]["galaxy"]["collections"]


def test_the_collection_declares_what_it_needs(tmp_path: Path) -> None:
    link = tmp_path / "ansible_collections/streamops/red5pro"
    link.parent.mkdir(parents=True)
    link.symlink_to(ROOT)
    lines = {
        kind: [line.partition("#")[0].strip() for line in lines]
        for kind, lines in yaml.safe_load(built("introspect", tmp_path, cwd=tmp_path)).items()
    }
    requirements = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    assert lines["python"] == [line for line in requirements if not line.startswith("#")]
    assert lines["system"] == ["openssh-client [platform:dpkg]", "openssh-clients [platform:rpm]"]
