# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is published: the artifact has nothing that users do not need, and works where it is installed."""

from __future__ import annotations

import json
import subprocess
import sysconfig
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.rehearsal.conftest import CHECKOUT, Rehearsal

FOR_USERS = {
    "CHANGELOG.rst", "CONTRIBUTING.md", "FILES.json", "LICENSE", "MANIFEST.json", "README.md", "bindep.txt", "changelogs", "docs",
    "extensions/awx", "inventories/example", "inventories/example-from-scratch", "meta", "playbooks", "plugins", "requirements.txt",
    "requirements.yml", "roles",
}  # fmt: skip
BIN = CHECKOUT / ".venv" / "bin"
NAME = "streamops.red5pro"


@pytest.fixture(scope="module")
def artifact() -> Path:
    """The one that `make artifact` built."""
    (found,) = (CHECKOUT / "build" / "artifact").glob("streamops-red5pro-*.tar.gz")
    return found


@pytest.fixture(scope="module")
def installed(artifact: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A collections path with nothing in it but the installed artifact, and an empty configuration beside it."""
    path = tmp_path_factory.mktemp("installed")
    (path / "ansible.cfg").touch()
    command = [BIN / "ansible-galaxy", "collection", "install", "--no-deps", "--offline", "--collections-path", path, artifact]
    subprocess.run(command, check=True, capture_output=True, env=environment(path))
    return path


def environment(path: Path) -> dict[str, str]:
    """The environment of a command that finds the installed copy and its dependencies, and not this checkout."""
    return {
        "ANSIBLE_COLLECTIONS_PATH": f"{path}:{sysconfig.get_path('purelib')}",
        "ANSIBLE_CONFIG": str(path / "ansible.cfg"),
        "HOME": str(path),
        "PATH": f"{BIN}:/usr/bin:/bin",
    }


def test_holds_what_users_need_and_nothing_else(artifact: Path) -> None:
    with tarfile.open(artifact) as archive:
        files = {member.name for member in archive if member.isfile()}
    strangers = {name for name in files if not any(name == wanted or name.startswith(f"{wanted}/") for wanted in FOR_USERS)}
    assert not strangers
    ours = subprocess.run(["git", "ls-files", *FOR_USERS], cwd=CHECKOUT, check=True, capture_output=True, text=True).stdout.splitlines()
    assert not {name for name in ours if (CHECKOUT / name).exists()} - files


MODULES = {file.stem for file in (CHECKOUT / "plugins" / "modules").glob("*.py")}
FILTERS = {file.stem for file in (CHECKOUT / "plugins" / "filter").glob("*.yml")}
ROLES = {file.name for file in (CHECKOUT / "roles").iterdir() if file.is_dir()}


@pytest.mark.parametrize(("kind", "names"), [("module", MODULES), ("filter", FILTERS), ("role", ROLES)])
def test_ansible_doc_finds_all(kind: str, names: set[str], installed: Path) -> None:
    command = [BIN / "ansible-doc", "--type", kind, "--list", "--json", NAME]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment(installed), cwd=installed)
    assert set(json.loads(done.stdout)) == {f"{NAME}.{name}" for name in names}


@pytest.fixture
def site(installed: Path, rehearsal: Rehearsal) -> Callable[..., str]:
    """Runs the installed site.yml, by its name in the collection and from another directory."""

    def run(*arguments: str) -> str:
        inventory = CHECKOUT / "inventories" / "rehearsal"
        variables = {name: value for name, value in environment(installed).items() if name.startswith("ANSIBLE")}
        command = ["ansible-playbook", "-vv", "-i", str(inventory), f"{NAME}.site", *arguments]
        return rehearsal.run(["env", *(f"{name}={value}" for name, value in variables.items()), *command], cwd=installed).stdout

    return run


def test_site_runs_from_the_installed_copy(site: Callable[..., str], installed: Path) -> None:
    output = site("--tags", "network")
    assert f"task path: {installed}/ansible_collections/streamops/red5pro/roles/network/" in output
    assert f"task path: {CHECKOUT}" not in output


@pytest.mark.long
def test_whole_site_runs_from_the_installed_copy(site: Callable[..., str], rehearsal: Rehearsal) -> None:
    rehearsal.reset()
    site()
    assert "changed=0" in site()
    rehearsal.reset()
