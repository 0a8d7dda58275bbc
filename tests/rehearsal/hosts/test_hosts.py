# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Real hosts: logging in, what lies on them, and how files live on in images."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from rehearsal import rootfs, settings
from rehearsal.hosts import Hosts
from tests.rehearsal.hosts.support import FakeAws, eventually

ADDRESS = "127.10.1.5"
PROPERTIES = f"{settings.RED5_HOME}/webapps/streammanager/WEB-INF/red5-web.properties"


@pytest.fixture
def aws() -> FakeAws:
    return FakeAws()


@pytest.fixture
def hosts(aws: FakeAws, state: Path) -> Iterator[Hosts]:
    hosts = Hosts(aws)
    hosts.define_image("ami-manager", (rootfs.stream_manager_layer(hosts.layer("manager")),))
    hosts.define_image("ami-node", (rootfs.node_layer(hosts.layer("node")),))
    yield hosts
    hosts.close()


@pytest.fixture(scope="session")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("ssh") / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(path)], check=True)
    return path


class Cloud:
    """The fake AWS and its hosts together."""

    def __init__(self, aws: FakeAws, hosts: Hosts, key: Path) -> None:
        self.aws, self.hosts, self._key = aws, hosts, key

    def run(self, instance_id: str = "i-1", address: str = ADDRESS, **facts: object) -> None:
        """Run an instance until SSH answers."""
        self.aws.run(instance_id, address, public_key=self._key.with_suffix(".pub").read_text(), **facts)
        self.await_ssh(address)

    def await_ssh(self, address: str = ADDRESS) -> None:
        eventually(lambda: listens(address), self.hosts.tick)

    def try_ssh(self, command: str, address: str = ADDRESS, *options: str) -> subprocess.CompletedProcess[str]:
        plain = ["-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR"]
        line = ["ssh", "-F", "none", "-i", str(self._key), *plain, *options, f"ubuntu@{address}", command]
        return subprocess.run(line, capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL, check=False)

    def ssh(self, command: str, address: str = ADDRESS) -> str:
        done = self.try_ssh(command, address)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def host_key(self, address: str = ADDRESS) -> str:
        return subprocess.run(["ssh-keyscan", "-t", "ed25519", address], capture_output=True, text=True, check=True).stdout.split()[-1]


@pytest.fixture
def cloud(aws: FakeAws, hosts: Hosts, key: Path) -> Cloud:
    return Cloud(aws, hosts, key)


def listens(address: str, port: int = 22) -> bool:
    try:
        socket.create_connection((address, port), 5).close()
    except OSError:
        return False
    return True


def children() -> set[int]:
    """The processes this one has started and that are not over."""
    return {int(pid) for pid in Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()}


def marked(state: Path) -> list[str]:
    """The processes of the whole machine whose root lies in this state directory, whoever their parent is."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if str(state) in (process / "mounts").read_text():
                found.append((process / "cmdline").read_text())
        except OSError:
            continue  # it has just ended
    return found


def test_a_login_is_ubuntu_with_sudo(cloud: Cloud) -> None:
    cloud.run()
    assert cloud.ssh("id -un; id -u; hostname; sudo id -u").split() == ["ubuntu", "1000", "ip-127-10-1-5", "0"]
    assert cloud.ssh("sudo cat /etc/shadow | cut -d: -f2 | sort -u") == "*"
    assert cloud.ssh("/usr/bin/python3 -c 'import sys; print(sys.version_info >= (3, 11))'") == "True"


def test_a_key_is_the_only_way_in(cloud: Cloud, tmp_path: Path) -> None:
    cloud.run()
    refused = cloud.try_ssh("true", ADDRESS, "-o", "PubkeyAuthentication=no", "-o", "BatchMode=no", "-o", "NumberOfPasswordPrompts=0")
    assert (refused.returncode, "Permission denied (publickey)" in refused.stderr) == (255, True)
    cloud.run("i-2", "127.10.1.6")
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(tmp_path / "other")], check=True)
    other = Cloud(cloud.aws, cloud.hosts, tmp_path / "other")
    assert other.try_ssh("true").returncode == 255


def test_ssh_answers_only_once_the_instance_is_ready(cloud: Cloud) -> None:
    cloud.aws.run("i-1", ADDRESS, image_id="ami-node", ready=False)
    eventually(lambda: listens(ADDRESS, settings.RED5_PORT), cloud.hosts.tick)  # so it has booted
    assert not listens(ADDRESS)
    cloud.aws.change("i-1", ready=True)
    cloud.await_ssh()


@pytest.mark.parametrize("word", ["pending", "stopped", "shutting-down", "terminated"])
def test_what_does_not_run_has_no_host(cloud: Cloud, word: str) -> None:
    cloud.aws.run("i-2", "127.10.1.6", state=word)
    cloud.run("i-1")
    assert not listens("127.10.1.6")


def test_the_data_of_a_host_about_itself(cloud: Cloud, state: Path) -> None:
    cloud.run(user_data=b"#!/bin/sh\nid -u > /root/seen\n", tags={"Name": "first"})
    assert cloud.ssh("sudo cat /root/seen") == "0"
    assert cloud.ssh("sudo cat /var/lib/cloud/instance/user-data.txt").startswith("#!/bin/sh")
    facts = json.loads(cloud.ssh("cat /run/instance.json"))
    assert (facts["id"], facts["tags"], facts["public_ip"]) == ("i-1", {"Name": "first"}, None)
    cloud.aws.change("i-1", public_ip="127.54.0.1")
    cloud.hosts.tick()
    assert json.loads(cloud.ssh("cat /run/instance.json"))["public_ip"] == "127.54.0.1"
    assert cloud.ssh("cat /etc/resolv.conf") == f"nameserver {settings.DNS_ADDRESS[0]}"
    assert cloud.ssh("cat /etc/ssl/certs/ca-certificates.crt") == (state / "ca.pem").read_text().strip()
    trusted = "import ssl; print(ssl.get_default_verify_paths().capath)"
    assert cloud.ssh(f"openssl verify -CApath $(python3 -c '{trusted}') /etc/ssl/certs/ca-certificates.crt").endswith("OK")


def test_a_boothook_runs_at_every_boot_and_knows_its_instance(cloud: Cloud) -> None:
    hook = b'#cloud-boothook\n#!/bin/sh\necho "$INSTANCE_ID $(cloud-init query ds.meta_data.local_ipv4)" >> /root/seen\n'
    cloud.run(user_data=hook)
    address = cloud.ssh("cat /run/instance/address")
    assert cloud.ssh("sudo cat /root/seen") == f"i-1 {address}"
    cloud.hosts.reboot("i-1")
    cloud.await_ssh()
    assert cloud.ssh("sudo cat /root/seen").splitlines() == [f"i-1 {address}"] * 2
    assert "is not known here" in cloud.ssh("cloud-init query ds.meta_data.hostname 2>&1 || true")


def test_hosts_do_not_see_each_other(cloud: Cloud, state: Path) -> None:
    cloud.run()
    cloud.run("i-2", "127.10.1.6")
    pid = os.getpid()
    assert cloud.ssh("cat /proc/1/comm") == "tini"
    assert cloud.ssh(f"sudo kill -0 {pid} 2> /dev/null || echo none") == "none"
    names = cloud.ssh("ps -eo args=").splitlines()
    assert sum("/usr/sbin/sshd -D" in name for name in names) == 1
    cloud.ssh("sudo touch /etc/only-here")
    assert cloud.ssh("ls /etc/only-here 2> /dev/null || echo none", "127.10.1.6") == "none"
    assert not Path("/etc/only-here").exists()
    assert cloud.ssh(f"ls {state} 2> /dev/null || echo none") == "none"
    assert cloud.ssh("sudo ls -A /root /home /usr/local").split() == ["/home:", "ubuntu", "/root:", "/usr/local:"]


@pytest.mark.parametrize(
    "command",
    [
        "ip link set lo up",
        "mount -t tmpfs none /mnt",
        'date -s "$(date)"',
        "mknod /tmp/disk b 8 0",
        "cp /proc/sys/kernel/hostname /proc/sys/kernel/hostname",
        "cp /proc/sys/kernel/core_pattern /proc/sys/kernel/core_pattern",
    ],
)
def test_root_of_a_host_is_not_root_of_the_machine(cloud: Cloud, command: str) -> None:
    """None of them would change anything if it was accepted."""
    cloud.run()
    assert cloud.ssh(f"sudo {command} > /dev/null 2>&1 || echo refused") == "refused"


def test_files_outlive_stop_and_reboot_but_not_termination(cloud: Cloud, state: Path) -> None:
    cloud.run()
    key = cloud.host_key()
    cloud.ssh("echo kept > kept; echo lost > /tmp/lost; sudo touch /run/lost")
    cloud.aws.change("i-1", state="stopped")
    eventually(lambda: not listens(ADDRESS), cloud.hosts.tick)
    cloud.aws.change("i-1", state="running")
    cloud.await_ssh()
    assert cloud.ssh("cat kept; ls -A /tmp; ls -d /run/lost 2> /dev/null || true") == "kept"
    cloud.ssh("touch /tmp/before")
    cloud.hosts.reboot("i-1")
    assert not listens(ADDRESS)
    cloud.await_ssh()
    assert cloud.ssh("cat kept; ls -A /tmp") == "kept"
    assert cloud.host_key() == key
    cloud.aws.change("i-1", state="terminated")
    cloud.hosts.tick()
    assert not listens(ADDRESS)
    assert not (state / "layers/i-1").exists()


def test_an_image_has_the_files_and_not_the_keys(cloud: Cloud) -> None:
    cloud.run(image_id="ami-manager")
    before = cloud.host_key(), cloud.ssh("cat /etc/machine-id")
    cloud.ssh(
        f"sudo sed -i s/^streammanager.ip=.*/streammanager.ip=1.2.3.4/ {PROPERTIES} && sudo rm {settings.RED5_HOME}/LICENSE.KEY"
        f" && sudo rm -r {settings.RED5_HOME}/webapps/live && sudo mkdir {settings.RED5_HOME}/webapps/live && echo mine > /tmp/volatile"
    )
    mode = cloud.ssh(f"sudo stat -c '%a %U' {PROPERTIES}")
    cloud.hosts.capture("i-1", "ami-captured", reboot=False)
    assert cloud.ssh("cat /tmp/volatile") == "mine"
    cloud.ssh(f"sudo sed -i s/^streammanager.ip=.*/streammanager.ip=later/ {PROPERTIES}")

    cloud.hosts.copy("ami-captured", "ami-copied")
    cloud.hosts.forget_image("ami-captured")
    cloud.run("i-2", "127.10.1.6", image_id="ami-copied")
    assert cloud.ssh(f"sudo grep ^streammanager.ip {PROPERTIES}", "127.10.1.6") == "streammanager.ip=1.2.3.4"
    assert cloud.ssh(f"sudo stat -c '%a %U' {PROPERTIES}", "127.10.1.6") == mode == "640 root"
    assert cloud.ssh(f"ls {settings.RED5_HOME}/LICENSE.KEY 2> /dev/null || echo gone", "127.10.1.6") == "gone"
    assert cloud.ssh(f"cd {settings.RED5_HOME}/webapps && ls -A /tmp live", "127.10.1.6").split() == ["/tmp:", "live:"]
    assert cloud.ssh("hostname", "127.10.1.6") == "ip-127-10-1-6"
    after = cloud.host_key("127.10.1.6"), cloud.ssh("cat /etc/machine-id", "127.10.1.6")
    assert not set(before) & set(after)
    assert cloud.ssh(f"sudo grep ^streammanager.ip {PROPERTIES}") == "streammanager.ip=later"


def test_an_image_with_reboot_is_of_a_host_that_is_off(cloud: Cloud) -> None:
    cloud.run(image_id="ami-node")
    cloud.ssh("echo here > kept; touch /tmp/before")
    cloud.hosts.capture("i-1", "ami-captured", reboot=True)
    assert not listens(ADDRESS)
    cloud.await_ssh()
    assert cloud.ssh("cat kept; ls -A /tmp") == "here"
    cloud.run("i-2", "127.10.1.6", image_id="ami-captured")
    assert cloud.ssh("cat kept", "127.10.1.6") == "here"


def test_an_image_of_a_host_that_was_never_on_has_its_images_files(cloud: Cloud) -> None:
    cloud.aws.run("i-1", ADDRESS, image_id="ami-node", state="pending")
    cloud.hosts.capture("i-1", "ami-early", reboot=False)
    cloud.run("i-2", "127.10.1.6", image_id="ami-early")
    assert cloud.ssh(f"ls {settings.RED5_HOME}/conf/autoscale.xml", "127.10.1.6")


def test_a_forgotten_image_is_removed_once_nobody_uses_it(cloud: Cloud, state: Path) -> None:
    cloud.run()
    cloud.hosts.capture("i-1", "ami-captured", reboot=False)
    cloud.run("i-2", "127.10.1.6", image_id="ami-captured")
    layer = state / "layers/captured-ami-captured"
    cloud.hosts.forget_image("ami-captured")
    assert layer.exists()
    cloud.aws.change("i-2", state="terminated")
    cloud.hosts.tick()
    assert not layer.exists()


def test_trees(cloud: Cloud) -> None:
    cloud.run("i-1", ADDRESS, image_id="ami-manager")
    cloud.run("i-2", "127.10.1.6", image_id="ami-node")
    home = settings.RED5_HOME
    assert cloud.ssh(f"sudo grep -c @ {PROPERTIES} || true") == "0"
    assert cloud.ssh(f"ls {home}/conf/autoscale.xml 2> /dev/null || echo none") == "none"
    assert cloud.ssh(f"ls {home}/webapps/streammanager 2> /dev/null || echo none", "127.10.1.6") == "none"
    assert 'name="active" value="false"' in cloud.ssh(f"cat {home}/conf/autoscale.xml", "127.10.1.6")
    assert rootfs.CLUSTER_PASSWORD in cloud.ssh(f"sudo cat {home}/conf/cluster.xml", "127.10.1.6")


def test_the_service_command(cloud: Cloud) -> None:
    cloud.run(image_id="ami-node")
    service = "sudo service red5pro"
    assert cloud.ssh(f"{service} status") == "red5pro is running"
    assert cloud.try_ssh(f"{service} stop && {service} stop && {service} status").returncode == 3
    assert not listens(ADDRESS, settings.RED5_PORT)
    cloud.ssh(f"{service} start && {service} start && {service} restart")
    eventually(lambda: listens(ADDRESS, settings.RED5_PORT))
    cloud.ssh("sudo update-rc.d red5pro disable")
    cloud.hosts.reboot("i-1")
    cloud.await_ssh()
    assert cloud.try_ssh(f"{service} status").returncode == 3


PLAY = """
- hosts: all
  become: true
  gather_subset: [min]
  tasks:
    - ansible.builtin.lineinfile: {path: "{{ properties }}", regexp: ^streammanager.ip=, line: streammanager.ip=127.10.1.5, backup: true}
      register: line
    - ansible.builtin.copy: {content: "{{ ansible_facts.hostname }}", dest: /usr/local/red5pro/conf/name, owner: root, mode: "0644"}
    - ansible.builtin.service: {name: red5pro, state: started, enabled: true}
    - ansible.builtin.service: {name: red5pro, state: restarted}
      when: line is changed
    - ansible.builtin.service: {name: red5pro, state: "{{ last }}"}
    - ansible.builtin.slurp: {src: /usr/local/red5pro/conf/name}
      register: name
    - ansible.builtin.assert: {that: name.content | b64decode == "ip-127-10-1-5"}
"""


@pytest.mark.long  # as every run of a playbook does
def test_ansible_manages_a_host(cloud: Cloud, key: Path, tmp_path: Path) -> None:
    cloud.run(image_id="ami-manager")
    (tmp_path / "play.yml").write_text(PLAY)
    options = "-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o ControlMaster=auto -o ControlPersist=60s"
    variables = {"properties": PROPERTIES, "ansible_user": "ubuntu", "ansible_ssh_private_key_file": str(key)}
    command = [str(Path(sys.executable).parent / "ansible-playbook"), "-i", f"{ADDRESS},", str(tmp_path / "play.yml"), "-e"]
    (tmp_path / "ansible.cfg").touch()
    environment = os.environ | {"ANSIBLE_CONFIG": str(tmp_path / "ansible.cfg"), "ANSIBLE_SSH_ARGS": options, "ANSIBLE_PIPELINING": "true"}
    environment |= {"ANSIBLE_LOCAL_TEMP": str(tmp_path), "ANSIBLE_SSH_CONTROL_PATH_DIR": str(key.parent / "cp")}

    def play(last: str) -> str:
        extra = json.dumps({**variables, "last": last})
        streams: dict[str, Any] = {"stdin": subprocess.DEVNULL, "capture_output": True, "text": True}
        done = subprocess.run([*command, extra], env=environment, timeout=300, check=False, **streams)
        assert done.returncode == 0, done.stdout + done.stderr
        return str(done.stdout.rpartition(" : ")[2])

    assert "changed=3 " in play("started")
    assert "changed=1 " in play("stopped")
    assert cloud.try_ssh("sudo service red5pro status").returncode == 3
    assert cloud.ssh(f"ls {Path(PROPERTIES).parent} | grep -c ^red5-web.properties") == "2"  # and its backup


def test_a_boot_that_fails_is_reported_once(cloud: Cloud, caplog: pytest.LogCaptureFixture) -> None:
    broken = cloud.hosts.layer("broken")
    (broken / "usr/lib/rehearsal").mkdir(parents=True)
    (broken / "usr/lib/rehearsal/boot").symlink_to("/bin/false")
    cloud.hosts.define_image("ami-broken", (broken,))
    cloud.aws.run("i-1", ADDRESS, image_id="ami-broken")
    eventually(lambda: "i-1 ended with 1" in caplog.text, cloud.hosts.tick)
    before = children()
    cloud.hosts.tick()
    assert children() == before
    cloud.aws.change("i-1", state="stopped")
    cloud.hosts.tick()
    cloud.aws.change("i-1", state="running")
    cloud.hosts.tick()
    assert len(children()) == len(before) + 1


def test_nothing_is_left_after_close(aws: FakeAws, state: Path, key: Path) -> None:
    before = children()
    hosts = Hosts(aws)
    hosts.define_image("ami-manager", (rootfs.stream_manager_layer(hosts.layer("manager")),))
    cloud = Cloud(aws, hosts, key)
    cloud.run(image_id="ami-manager")
    cloud.run("i-2", "127.10.1.6")
    assert any("sshd" in line for line in marked(state))
    hosts.close()
    assert children() == before
    assert marked(state) == []
    assert not (state / "layers").exists()


def test_a_missing_program_is_named(state: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    exists: Callable[[str], bool] = os.path.exists
    monkeypatch.setattr("rehearsal.rootfs.os.path.exists", lambda path: not str(path).endswith("sshd") and exists(path))
    with pytest.raises(RuntimeError, match="apt-get install openssh-server"):
        rootfs.os_layer(tmp_path / "layer", state / "ca.pem", 0)
