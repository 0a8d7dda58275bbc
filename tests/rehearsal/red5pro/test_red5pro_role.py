# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""install.yml on plain hosts: what it refuses, installs, upgrades and rolls back, and what verify_install.yml finds."""

from __future__ import annotations

import json
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from runner import INSTALLED, NODE_TOKEN, changed, said

from rehearsal import distribution, rootfs, settings, store
from rehearsal.accounts import default as account

MANAGER, NODE = "127.10.1.5", "127.10.1.6"
HOME = settings.RED5_HOME
WEBAPP = f"{HOME}/webapps/streammanager/WEB-INF"
SECRETS = (store.PASSWORD, rootfs.CLUSTER_PASSWORD, rootfs.API_TOKEN, NODE_TOKEN, settings.SECRET_KEY, "REHE-ARSA-LONL-YKEY")
PROPERTIES = {
    "config.dbHost": settings.DATABASE_NAME,
    "config.dbUser": store.USER,
    "config.dbPass": store.PASSWORD,
    **INSTALLED,
}
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module", autouse=True)
def hosts(rehearsal: Any, aws: Any) -> Iterator[None]:
    """Two plain hosts that may use the database, which no stream manager uses yet."""
    rehearsal.reset()
    image = account.IMAGES[account.BASE_IMAGE].id
    subnet = _id(aws, "describe_subnets", "Subnets", "SubnetId", "tag:Name", "red5pro-public-a")
    group = _id(aws, "describe_security_groups", "SecurityGroups", "GroupId", "group-name", "red5pro-stream-managers")
    database = _id(aws, "describe_security_groups", "SecurityGroups", "GroupId", "group-name", account.DATABASE_GROUP)
    rule = {"IpProtocol": "tcp", "FromPort": 3306, "ToPort": 3306, "IpRanges": [{"CidrIp": settings.VPC_CIDR}]}
    aws("ec2", "authorize_security_group_ingress", GroupId=database, IpPermissions=[rule])
    aws("ec2", "stop_instances", InstanceIds=[account.INSTANCES[account.FIRST_STREAM_MANAGER].id])
    for address in (MANAGER, NODE):
        aws(
            "ec2", "run_instances", ImageId=image, InstanceType="m5.large", KeyName=account.NAME, SubnetId=subnet, SecurityGroupIds=[group],
            PrivateIpAddress=address, MinCount=1, MaxCount=1,
        )  # fmt: skip
    yield


def _id(aws: Any, operation: str, key: str, field: str, name: str, value: str) -> str:
    found: str = aws("ec2", operation, Filters=[{"Name": name, "Values": [value]}])[key][0][field]
    return found


@pytest.fixture
def run(rehearsal: Any, tmp_path: Path) -> Run:
    """Run a playbook on both hosts; variables replace those of the declaration."""

    def call(playbook: str, *options: str, properties: dict[str, Any] | None = None, **variables: Any) -> subprocess.CompletedProcess[str]:
        inventory = {
            "all": {
                "children": {
                    "red5pro_stream_managers": {"hosts": {"manager": {"ansible_host": MANAGER}}},
                    "red5pro_nodes": {"hosts": {"node": {"ansible_host": NODE}}},
                },
                "hosts": {"localhost": {"ansible_connection": "local", "ansible_python_interpreter": "{{ ansible_playbook_python }}"}},
                "vars": {
                    "ansible_user": "ubuntu",
                    "ansible_ssh_private_key_file": f"{rehearsal.state}/ssh/id_ed25519",
                    "ansible_ssh_common_args": "-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null",
                    "red5pro_install_private_ip": "{{ ansible_host }}",
                    "red5pro_distribution": archive(rehearsal, distribution.RELEASE),
                    "red5pro_cloud_controller": jar(rehearsal, "14.1.0"),
                    "red5pro_license_key": SECRETS[-1],
                    "red5pro_api_token": rootfs.API_TOKEN,
                    "red5pro_poll_interval": 1,
                    "red5pro_wait_timeout": 60,
                    "red5pro_stream_manager_properties": {**PROPERTIES, **(properties or {})},
                    **variables,
                },
            }
        }
        (tmp_path / "hosts.json").write_text(json.dumps(inventory))
        done: subprocess.CompletedProcess[str] = rehearsal.run(
            ["ansible-playbook", "-i", str(tmp_path / "hosts.json"), f"playbooks/{playbook}.yml", *options], check=False
        )
        return done

    return call


@pytest.fixture
def ssh(rehearsal: Any) -> Callable[..., str]:
    """The output of a command of root on a host."""

    def call(command: str, address: str = MANAGER, check: bool = True) -> str:
        key = ["-i", f"{rehearsal.state}/ssh/id_ed25519", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null"]
        line = ["ssh", *key, "-o", "LogLevel=ERROR", f"ubuntu@{address}", f"sudo bash -c {json.dumps(command)}"]
        output: str = rehearsal.run(line, check=check).stdout
        return output

    return call


@pytest.fixture
def installed(run: Run, ssh: Callable[..., str]) -> None:
    """Both hosts have Red5 Pro, from the tests before or from now on."""
    if not ssh(f"ls -d {HOME}", NODE, check=False):
        succeeded(run("install", red5pro_load_schema=True))


@pytest.fixture
def status(rehearsal: Any) -> Callable[[str], str]:
    """The HTTP status of the welcome page of a host, 000 if it does not answer."""

    def call(address: str) -> str:
        command = ["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", f"http://{address}:5080/"]
        answer: str = rehearsal.run(command, check=False).stdout
        return answer

    return call


def archive(rehearsal: Any, release: str) -> str:
    return f"{rehearsal.state}/distribution/red5pro-server-{release}-release.zip"


def jar(rehearsal: Any, version: str) -> str:
    return f"{rehearsal.state}/distribution/aws-cloud-controller-{version}.jar"


def digest(path: str) -> str:
    return f"sha256:{subprocess.run(['sha256sum', path], check=True, capture_output=True, text=True).stdout.split()[0]}"


def succeeded(done: subprocess.CompletedProcess[str]) -> dict[str, int]:
    assert done.returncode == 0, done.stdout + done.stderr
    return changed(done.stdout)


@pytest.mark.long
def test_01_check_mode_changes_nothing_on_a_plain_host(run: Run, ssh: Callable[..., str]) -> None:
    assert succeeded(run("install", "--check"))["manager"] > 0
    assert ssh("ls /usr/local; ls /usr/lib/jvm 2> /dev/null || true") == ""


def test_02_mistakes_are_refused_before_anything_changes(run: Run, ssh: Callable[..., str]) -> None:
    mistakes = {"red5pro_license_key": "", "red5pro_cloud_controller": "", "red5pro_heap": 8}
    done = run("install", "--limit", "manager", properties={"config.dbHost": ""}, **mistakes)
    assert done.returncode == 2
    for message in (
        'Invalid red5pro_license_key: "". Expected: the license key',
        'Invalid red5pro_cloud_controller: "". Expected: aws-cloud-controller-<version>.jar',
        "Invalid red5pro_stream_manager_properties['config.dbHost']",
        "Invalid red5pro_heap: 8. Expected: less than the 7782 MiB of memory that the host has.",
    ):
        assert message in said(done), said(done)
    assert ssh("ls /usr/local") == ""


@pytest.mark.long
def test_03_corrupt_archive_is_named(run: Run, rehearsal: Any, tmp_path: Path, ssh: Callable[..., str]) -> None:
    wrong = tmp_path / "red5pro-server-14.1.0.b1235-release.zip"
    content = bytearray(Path(archive(rehearsal, distribution.RELEASE)).read_bytes())
    with zipfile.ZipFile(archive(rehearsal, distribution.RELEASE)) as source:
        biggest = max(source.infolist(), key=lambda item: item.compress_size)
    content[biggest.header_offset + len(biggest.filename) + 200] ^= 1
    wrong.write_bytes(content)
    done = run("install", red5pro_distribution=str(wrong))
    assert done.returncode == 2 and "corrupt: " in said(done), said(done)
    assert ssh("ls -d /usr/local/red5pro", check=False) == ""


@pytest.mark.long
def test_04_missing_jdk_is_named(run: Run) -> None:
    done = run("install", red5pro_manage_packages=False)
    assert "Refusing to start Red5 Pro: there is no JDK in /usr/lib/jvm/java-21-openjdk-amd64." in said(done), said(done)


@pytest.mark.long
def test_05_wrong_database_password_is_named(run: Run, ssh: Callable[..., str]) -> None:
    done = run("install", properties={"config.dbPass": "wrong-password-3a1"})
    assert "the user or the password is wrong (Access denied for user" in said(done), said(done)
    assert "wrong-password-3a1" not in done.stdout + done.stderr
    assert ssh("ls -d /usr/local/red5pro", check=False) == ""


@pytest.mark.long
def test_06_missing_schema_is_named_and_loaded_once(run: Run, ssh: Callable[..., str]) -> None:
    options = f"[client]\\nhost={settings.DATABASE_NAME}\\nuser={store.USER}\\npassword={store.PASSWORD}"
    ssh(
        f"printf '{options}' > /root/c; mysql --defaults-extra-file=/root/c -e 'DROP DATABASE cluster; CREATE DATABASE cluster'; rm /root/c"
    )
    done = run("install")
    assert "lacks tables of" in said(done) and "groups, launchconfig, nodes, scalepolicy" in said(done), said(done)


@pytest.mark.long
def test_07_installs_both_kinds_without_a_secret_in_the_output(run: Run, ssh: Callable[..., str]) -> None:
    done = run("install", "-vvvv", "--diff", red5pro_load_schema=True)
    succeeded(done)
    assert [secret for secret in SECRETS if secret in done.stdout + done.stderr] == []
    for address in (MANAGER, NODE):
        left = ssh(f"grep -rlE '{'|'.join(SECRETS)}' /tmp /var/tmp /var/log /root /home /run/systemd || true", address)
        assert left == ""
    for word in ("Xmx6g", "LimitNOFILE=1000000", "java-21-openjdk"):
        assert word in ssh("cat /lib/systemd/system/red5pro.service")
    assert ssh("cat /run/sysctl/fs.file-max") == "1000000\n"
    assert ssh(f"ls {HOME}/webapps").split() == ["live", "root", "streammanager"]
    assert ssh(f"ls {HOME}/webapps", NODE).split() == ["api", "bandwidthdetection", "inspector", "live", "root"]
    assert rootfs.CLUSTER_PASSWORD in ssh(f"cat {HOME}/conf/cluster.xml", NODE)


@pytest.mark.long
def test_08_second_run_changes_nothing_and_nothing_differs(run: Run, rehearsal: Any) -> None:
    assert succeeded(run("install")) == {"manager": 0, "node": 0}
    assert succeeded(run("install", "--check")) == {"manager": 0, "node": 0}
    succeeded(run("verify_install"))
    query = f"http://{MANAGER}:5080/streammanager/api/4.0/admin/debug/cloudcontroller?accessToken={rootfs.API_TOKEN}"
    assert "Amazon Web Services" in rehearsal.run(["curl", "-fsS", query]).stdout


# What breaks a host, in which file, and what verify says of it.
DRIFT = {
    "both beans active": (
        MANAGER,
        f"{WEBAPP}/applicationContext.xml",
        "sed -i 's/<!-- <bean/<bean/; s/<.bean> -->/<\\/bean>/'",
        "found com.red5pro.services.cloud.sim.component.DummyCloudController and com.red5pro",
    ),
    "autoscale.xml": (
        MANAGER,
        f"{HOME}/conf/autoscale.xml",
        "tee <<< '<beans/>'",
        "files to delete: expected none, found conf/autoscale.xml",
    ),
    "controller": (MANAGER, f"{WEBAPP}/lib/aws-cloud-controller-14.1.0.jar", "rm", "cloud controller: expected as declared, found missing"),
    "heap": (
        NODE,
        "/lib/systemd/system/red5pro.service",
        "sed -i s/Xmx6g/Xmx9g/",
        "red5pro.service: expected as planned, found another text",
    ),
    "license": (NODE, f"{HOME}/LICENSE.KEY", "rm", "LICENSE.KEY: expected the declared value, found missing"),
}
PASSWORD = f"sed -i s/{rootfs.CLUSTER_PASSWORD}/other/ {HOME}/conf/cluster.xml"  # which only the stream manager notices
RESTART = "systemctl daemon-reload; systemctl restart red5pro; sleep 2"


@pytest.mark.long
@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize("mistake", DRIFT)
def test_09_each_mistake_breaks_the_host(ssh: Callable[..., str], status: Callable[[str], str], mistake: str) -> None:
    address, path, command, _message = DRIFT[mistake]
    ssh(f"cp -p {path} /root/kept 2> /dev/null; {command} {path} > /dev/null; {RESTART} || true", address)
    assert status(address) != "200"
    ssh(f"if [ -e /root/kept ]; then mv /root/kept {path}; else rm {path}; fi; {RESTART}", address)
    assert status(address) == "200"


@pytest.mark.long
@pytest.mark.usefixtures("installed")
def test_10_drift_is_named_and_fixed(run: Run, ssh: Callable[..., str], status: Callable[[str], str]) -> None:
    for address, path, command, _message in DRIFT.values():
        ssh(f"{command} {path} > /dev/null", address)
    ssh(PASSWORD, NODE)
    ssh(f"sed -i '1i another' {HOME}/LICENSE.KEY; echo >> {HOME}/LICENSE.KEY", MANAGER)
    done = run("verify_install")
    assert done.returncode == 2
    for message in (*(one[3] for one in DRIFT.values()), "password in conf/cluster.xml: expected the declared value, found (hidden)"):
        assert message in said(done), said(done)
    assert all(succeeded(run("install")).values())
    succeeded(run("verify_install"))
    assert status(MANAGER) == status(NODE) == "200"


@pytest.mark.long
@pytest.mark.usefixtures("installed")
def test_11_failed_upgrade_leaves_the_release_running(
    run: Run, rehearsal: Any, ssh: Callable[..., str], status: Callable[[str], str]
) -> None:
    before = ssh(f"readlink {HOME}")
    later = {"red5pro_distribution": archive(rehearsal, distribution.NEXT_RELEASE), "red5pro_cloud_controller": jar(rehearsal, "15.0.0")}
    assert run("install", "--limit", "manager", properties={"config.dbPass": "wrong-password"}, **later).returncode == 2
    assert ssh(f"readlink {HOME}") == before
    assert status(MANAGER) == "200"


@pytest.mark.long
@pytest.mark.usefixtures("installed")
def test_12_upgrade_carries_values_over_and_can_be_rolled_back(run: Run, rehearsal: Any, ssh: Callable[..., str]) -> None:
    before = ssh(f"readlink {HOME}")
    ssh(f"sed -i 's/^proxy.enabled=.*/proxy.enabled=false/; s/^location.region=.*/location.region=own/' {WEBAPP}/red5-web.properties")
    later = {"red5pro_distribution": archive(rehearsal, distribution.NEXT_RELEASE), "red5pro_cloud_controller": jar(rehearsal, "15.0.0")}
    succeeded(run("install", **later))
    text = ssh(f"cat {WEBAPP}/red5-web.properties")
    for line in (
        "location.region=own",
        "proxy.enabled=false",
        "instancecontroller.newInThisRelease=1",
        f"cluster.password={rootfs.CLUSTER_PASSWORD}",
    ):
        assert line in text.splitlines()
    assert succeeded(run("install", **later)) == {"manager": 0, "node": 0}
    pid = ssh("cat /run/red5pro.pid")
    assert succeeded(run("install")) == {"manager": 2, "node": 2}  # the link, and the restart
    assert ssh(f"readlink {HOME}") == before and ssh("cat /run/red5pro.pid") != pid


@pytest.mark.long
@pytest.mark.usefixtures("installed")
def test_13_distribution_may_be_a_download_or_an_object(run: Run, rehearsal: Any, aws: Any, ssh: Callable[..., str]) -> None:
    release, controller = archive(rehearsal, distribution.NEXT_RELEASE), jar(rehearsal, "15.0.0")
    ssh(f"rm -rf {HOME}-15*")
    ssh(f"rm -rf {HOME}-15*", NODE)
    upload = f"aws s3 mb s3://releases && aws s3 cp {release} s3://releases/red5/ && aws s3 cp {controller} s3://releases/red5/"
    rehearsal.run(f"export AWS_ACCESS_KEY_ID={settings.ADMINISTRATOR_ACCESS_KEY}; {upload}")
    sums = {"red5pro_distribution_checksum": digest(release), "red5pro_cloud_controller_checksum": digest(controller)}
    objects = {
        "red5pro_distribution": f"s3://releases/red5/{Path(release).name}",
        "red5pro_cloud_controller": f"s3://releases/red5/{Path(controller).name}",
    }
    succeeded(run("install", "--limit", "manager", **objects, **sums))
    assert succeeded(run("install", "--limit", "manager", **objects, **sums)) == {"manager": 0}
    urls = {name: f"https://{settings.DOWNLOADS_NAME}/{Path(value).name}" for name, value in objects.items()}
    wrong = run("install", "--limit", "node", **urls, **{**sums, "red5pro_distribution_checksum": "sha256:" + "0" * 64})
    assert wrong.returncode == 2 and "checksum" in said(wrong)
    succeeded(run("install", "--limit", "node", **urls, **sums))
    assert "red5pro-15" in ssh(f"readlink {HOME}", NODE)
