# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Times the main job in the rehearsal, in pairs with an earlier commit: `make bench`. Figures to compare on one machine, no verdict.

Prints for each job the median of the wall-clock seconds of both and their ratio, what the same state costs to read with boto3 alone and
an empty playbook, how many calls of AWS a run makes, how a run grows with the deployment, and the peak memory of the controller.
BENCH_BASELINE names the commit, BENCH_RUNS how often each job runs.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

from rehearsal import settings

ROOT = Path(__file__).resolve().parents[1]
BASELINE = os.environ.get("BENCH_BASELINE", "839277d")
RUNS = int(os.environ.get("BENCH_RUNS", "3"))
SITE, VERIFY = "playbooks/site.yml", "playbooks/verify.yml"
MANY = 16
_LIMITS = "http://{}:{}/limits".format(*settings.CONTROL_ADDRESS)
_EMPTY = "- {hosts: localhost, gather_facts: false}\n"
# What a run that changes nothing reads of AWS, read by nothing but boto3: how fast it could be.
_BARE = """
import boto3
ec2, elb, acm, route53 = (boto3.client(name) for name in ("ec2", "elbv2", "acm", "route53"))
for read in (ec2.describe_vpcs, ec2.describe_subnets, ec2.describe_route_tables, ec2.describe_security_groups, ec2.describe_instances,
             ec2.describe_addresses, ec2.describe_key_pairs, ec2.describe_account_attributes, elb.describe_load_balancers,
             elb.describe_target_groups, acm.list_certificates, route53.list_hosted_zones):
    read()
ec2.describe_images(Owners=["self"])
balancer = elb.describe_load_balancers(Names=["live"])["LoadBalancers"][0]["LoadBalancerArn"]
elb.describe_listeners(LoadBalancerArn=balancer)
elb.describe_load_balancer_attributes(LoadBalancerArn=balancer)
group = elb.describe_target_groups(Names=["live"])["TargetGroups"][0]["TargetGroupArn"]
elb.describe_target_group_attributes(TargetGroupArn=group)
elb.describe_target_health(TargetGroupArn=group)
elb.describe_tags(ResourceArns=[balancer, group])
for one in acm.list_certificates()["CertificateSummaryList"]:
    acm.describe_certificate(CertificateArn=one["CertificateArn"])
for zone in route53.list_hosted_zones()["HostedZones"]:
    route53.list_resource_record_sets(HostedZoneId=zone["Id"])
"""


def _declared(count: int = 20) -> dict[str, Any]:
    """Policies of six regions each, with as many launch configurations and node groups, none of which launches a node."""
    roles = ("edge", "origin")
    targets = [{"role": role, "min_limit": 0, "max_limit": 10} for role in roles]
    regions = [
        {"name": region, "subnet": f"subnet-{zone}", "vpc": "nodes", "targets": targets}
        for region in (settings.REGION, settings.SECOND_REGION)
        for zone in "abc"
    ]
    instances = [{"role": role, "instance_type": "c5.large", "connection_capacity": 2000} for role in roles]
    names = [f"many-{number}" for number in range(count)]
    return {
        "red5pro_scale_policies": [{"name": name, "version": "0.0.4", "regions": regions} for name in names],
        "red5pro_launch_configs": [{"name": name, "targets": instances} for name in names],
        "red5pro_node_groups": [
            {"name": name, "regions": [settings.REGION], "launch_config": name, "scale_policy": name, "origins": 0} for name in names
        ],
    }


class Checkout:
    """A version of the project with a rehearsal of its own."""

    def __init__(self, title: str, path: Path) -> None:
        self.title, self.path = title, path

    def run(self, *command: str) -> str:
        done = subprocess.run([self.path / "rehearsal/run", *command], cwd=self.path, capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(f"{self.title}: {' '.join(command)[:200]} failed:\n{(done.stdout + done.stderr)[-4000:]}")
        return done.stdout

    def seconds(self, *command: str) -> float:
        begin = time.monotonic()
        self.run(*command)
        return time.monotonic() - begin

    def play(self, playbook: str, variables: dict[str, Any]) -> float:
        return self.seconds("ansible-playbook", "-i", "inventories/rehearsal", playbook, "-e", json.dumps(variables))

    def calls(self) -> int:
        return int(self.run("bash", "-c", 'wc -l < "$REHEARSAL_STATE/aws.jsonl"'))

    def raise_limits(self) -> None:
        self.run("curl", "-fsS", "--output", "/dev/null", "--json", '{"elastic_ips": 40}', _LIMITS)


def _earlier() -> Checkout:
    """The earlier commit beside this one, with the packages of this one."""
    path = ROOT / "build/bench" / BASELINE
    if not path.exists():
        subprocess.run(["git", "worktree", "add", "--quiet", "--detach", path, BASELINE], cwd=ROOT, check=True)
        (path / ".venv").symlink_to(ROOT / ".venv")
        (path / ".collections/ansible_collections/streamops").mkdir(parents=True)
        (path / ".collections/ansible_collections/streamops/red5pro").symlink_to("../../..")
    return Checkout(BASELINE, path)


def _pair(title: str, sides: tuple[Checkout, Checkout], playbook: str, variables: dict[str, Any], runs: int = RUNS) -> list[float]:
    """Run a job on both sides in turn; print and return the medians."""
    found: list[list[float]] = [[], []]
    for number in range(runs):
        for index in (0, 1) if number % 2 else (1, 0):
            found[index].append(sides[index].play(playbook, variables))
    before, after = (median(one) for one in found)
    print(f"{title:<58} {before:7.1f} s {after:7.1f} s   ratio {after / before:.2f}", flush=True)
    return [before, after]


def _growth(title: str, small: list[float], large: list[float]) -> None:
    print(f"{title:<58} {large[0] / small[0]:7.2f}   {large[1] / small[1]:7.2f}", flush=True)


def _calls(sides: tuple[Checkout, Checkout]) -> Iterator[int]:
    for side in sides:
        before = side.calls()
        side.play(SITE, {})
        yield side.calls() - before


def main() -> None:
    """Print the figures; stops both rehearsals."""
    sides = (_earlier(), Checkout("this version", ROOT))
    print(f"{'':<58} {BASELINE:>9} {'this':>9}")
    for side in sides:
        side.run("--reset")
        side.raise_limits()
    _pair("site.yml from the baseline account, pace 0", sides, SITE, {}, 1)
    (ROOT / "build/bench/empty.yml").write_text(_EMPTY, encoding="ascii")
    bare = min(sides[1].seconds("python", "-c", _BARE) for _run in range(RUNS))
    empty = min(sides[1].seconds("ansible-playbook", "build/bench/empty.yml") for _run in range(RUNS))
    few = _pair("site.yml again, 2 stream managers", sides, SITE, {})
    print(f"{f'  bare boto3 reads {bare:.1f} s and an empty playbook {empty:.1f} s: times':<58} {few[0] / (bare + empty):7.1f}   "
          f"{few[1] / (bare + empty):7.1f}")  # fmt: skip
    print(f"{'  calls of AWS':<58} " + "   ".join(f"{count:7}" for count in _calls(sides)), flush=True)
    looks = _pair("verify.yml, 2 stream managers", sides, VERIFY, {})
    _pair(f"site.yml, from 2 to {MANY} stream managers", sides, SITE, {"red5pro_stream_manager_count": MANY}, 1)
    _growth("  growth of site.yml again", few, _pair(f"site.yml again, {MANY}", sides, SITE, {"red5pro_stream_manager_count": MANY}))
    many = {"red5pro_stream_manager_count": MANY}
    _growth("  growth of verify.yml", looks, _pair(f"verify.yml, {MANY}", sides, VERIFY, many))
    _pair("site.yml, from 1 to 20 policies, configurations and groups", sides, SITE, {**many, **_declared()}, 1)
    large = _pair("site.yml again, 20 policies of 6 regions", sides, SITE, {**many, **_declared()})
    _growth("  growth since 2 stream managers and 1 policy", few, large)
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"peak memory of the largest process of either: {memory:.0f} MiB")
    for side in sides:
        side.run("--stop")


if __name__ == "__main__":
    main()
