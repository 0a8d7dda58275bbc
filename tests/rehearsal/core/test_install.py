# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""`rehearsal/install` with a fake package manager: what it installs, and which services it disables."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.rehearsal.conftest import CHECKOUT

INSTALL = CHECKOUT / "rehearsal" / "install"
POLICY = "/usr/sbin/policy-rc.d"

_TOOLS = {
    # A package is installed unless the file of missing ones names it.
    "dpkg-query": '[ "$(grep -cx -- "${*: -1}" missing)" = 0 ] && echo -n installed',
    "apt-get": f'echo "apt-get $* ($([ -x {POLICY} ] && {POLICY}; echo services: $?))" >> log',
    "systemctl": '[ "$1" = cat ] && { [ "$2" != ssh.socket ]; exit; }; echo "systemctl $*" >> log',
}


@dataclass
class Machine:
    """A machine of which the install script sees these tools, and a /usr/sbin and /run of its own."""

    directory: Path

    def install(self, *missing: str, before: str = "true", systemd: bool = True) -> tuple[list[str], str]:
        """The calls of the tools, and the remaining policy for services."""
        (self.directory / "missing").write_text("".join(f"{package}\n" for package in missing))
        (self.directory / "log").write_text("")
        furnish = f"mount -t tmpfs none /usr/sbin && mount -t tmpfs none /run && mkdir -p {'/run/systemd/system' if systemd else '/run'}"
        script = f"{furnish} && {before} && '{INSTALL}' >&2 && cat {POLICY} 2> /dev/null || :"
        environment = {"PATH": f"{self.directory}/bin:/usr/bin:/bin"}
        command = ["unshare", "--mount", "bash", "-c", script]
        done = subprocess.run(command, cwd=self.directory, env=environment, check=True, capture_output=True, text=True)
        return (self.directory / "log").read_text().splitlines(), done.stdout


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    (tmp_path / "bin").mkdir()
    for name, script in _TOOLS.items():
        (tmp_path / "bin" / name).write_text(f"#!/bin/bash\n{script}\n")
        (tmp_path / "bin" / name).chmod(0o755)
    return Machine(tmp_path)


def test_where_all_is_there_nothing_is_done(machine: Machine) -> None:
    assert machine.install() == ([], "")


def test_only_what_is_missing_is_installed_and_its_services_neither_start_nor_stay_enabled(machine: Machine) -> None:
    log, policy = machine.install("haproxy", "tini", "openssh-server")
    assert log == [
        "apt-get update -q (services: 101)",
        "apt-get install -q -y --no-install-recommends haproxy tini openssh-server (services: 101)",
        "systemctl disable --now haproxy.service",
        "systemctl disable --now ssh.service",
    ]
    assert policy == ""


def test_a_service_that_was_there_before_is_left_alone(machine: Machine) -> None:
    log, _unused = machine.install("haproxy")
    assert [line for line in log if line.startswith("systemctl")] == ["systemctl disable --now haproxy.service"]


def test_a_policy_that_the_machine_has_already_is_kept_as_it_is(machine: Machine) -> None:
    own = "#!/bin/sh\nexit 104\n"
    log, policy = machine.install("tini", before=f"printf '{own}' > {POLICY} && chmod 755 {POLICY}".replace("\n", "\\n"))
    assert "services: 104" in log[-1]
    assert policy == own


def test_where_systemd_does_not_run_it_is_not_asked(machine: Machine) -> None:
    log, _unused = machine.install("haproxy", systemd=False)
    assert [line.split()[0] for line in log] == ["apt-get", "apt-get"]
