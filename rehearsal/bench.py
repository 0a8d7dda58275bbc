# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Times the main job in the rehearsal, in pairs with an earlier commit: `make bench`. Figures to compare on one machine, no verdict.

Prints for each job the median of the wall-clock seconds of both and their ratio, what the same state costs to read with boto3 alone and
an empty playbook, how many calls of AWS a run makes, and the peak memory of the controller. For this version alone, how a run grows with
the deployment, and a first run at the pace of AWS beside the longest chain of its waits. The emulated hosts share this machine's
processors, so that growth is also printed for the controller's own processor time, and beside it what Ansible's ping of the hosts takes.
BENCH_BASELINE names the commit, BENCH_RUNS how often each job runs.
"""

from __future__ import annotations

import os
from statistics import median
from typing import Any

from rehearsal import settings
from rehearsal.aws.transitions import images, instances
from rehearsal.bench_sides import ROOT, Checkout, Cost, earlier
from rehearsal.host.service.__main__ import START

BASELINE = os.environ.get("BENCH_BASELINE", "839277d")
RUNS = int(os.environ.get("BENCH_RUNS", "3"))
SITE, VERIFY, PING = "playbooks/site.yml", "playbooks/verify.yml", "rehearsal/ping.yml"
MANY = 16
_HEALTHY, _REPORT = 3 * 10, 10  # seconds: the declared health checks until a target is healthy, a node's first report
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
    zones = [(region, zone) for region in (settings.REGION, settings.SECOND_REGION) for zone in "abc"]
    placed = [{"name": region, "subnet": f"subnet-{zone}", "vpc": "nodes", "targets": targets} for region, zone in zones[1:]]
    regions = [{"name": "default", "targets": targets}, *placed]
    instances = [{"role": role, "instance_type": "c5.large", "connection_capacity": 2000} for role in roles]
    names = [f"many-{number}" for number in range(count)]
    return {
        "red5pro_scale_policies": [{"name": name, "version": "0.0.4", "regions": regions} for name in names],
        "red5pro_launch_configs": [{"name": name, "targets": instances} for name in names],
        "red5pro_node_groups": [
            {"name": name, "regions": [settings.REGION, settings.SECOND_REGION], "launch_config": name, "scale_policy": name, "origins": 0}
            for name in names
        ],
    }


def _median(costs: list[Cost]) -> Cost:
    return Cost(*map(median, zip(*costs, strict=True)))


def _pair(title: str, sides: tuple[Checkout, Checkout], playbook: str, runs: int = RUNS) -> list[Cost]:
    """Run a job on both sides in turn; print the medians of the clock and return all medians."""
    found: list[list[Cost]] = [[], []]
    for number in range(runs):
        for index in (0, 1) if number % 2 else (1, 0):
            found[index].append(sides[index].play(playbook, {}))
    before, after = map(_median, found)
    print(f"{title:<58} {before.clock:7.1f} s {after.clock:7.1f} s   ratio {after.clock / before.clock:.2f}", flush=True)
    return [before, after]


def _single(title: str, side: Checkout, playbook: str, variables: dict[str, Any], small: Cost | None = None, runs: int = RUNS) -> Cost:
    """Run a job of this version; print the median of the clock, and how all medians have grown since a smaller deployment."""
    found = _median([side.play(playbook, variables) for _run in range(runs)])
    growth = (
        f"   growth {found.clock / small.clock:.2f}, of the controller's processor {found.processor / small.processor:.2f}" if small else ""
    )
    print(f"{title:<58} {'':9} {found.clock:7.1f} s{growth}", flush=True)
    return found


def _again(sides: tuple[Checkout, Checkout]) -> None:
    """Both sides without a change, with the number of calls and beside the least that it could take."""
    (ROOT / "build/bench/empty.yml").write_text(_EMPTY, encoding="ascii")
    bare = min(sides[1].seconds("python", "-c", _BARE) for _run in range(RUNS))
    empty = min(sides[1].seconds("ansible-playbook", "build/bench/empty.yml") for _run in range(RUNS))
    before = [side.calls() for side in sides]
    found = _pair("site.yml again", sides, SITE)
    times = [one.clock / (bare + empty) for one in found]
    print(f"{f'  bare boto3 reads {bare:.1f} s and an empty playbook {empty:.1f} s: times':<58} {times[0]:7.1f}   {times[1]:7.1f}")
    calls = [(side.calls() - since) // RUNS for side, since in zip(sides, before, strict=True)]
    print(f"{'  calls of AWS':<58} " + "   ".join(f"{count:7}" for count in calls), flush=True)


def _longest_chain() -> dict[str, float]:
    """The longest chain of waits of a first deployment in seconds, from the rehearsal's own delays."""
    return {
        "the stream managers' image is available": images.AVAILABLE,
        "an instance of it is reachable": instances.READY,
        "its service starts": START,
        "it starts again with its own address": START,
        "the load balancer calls it healthy": _HEALTHY,
        "the first node is running": instances.RUNNING,
        "its service starts and reports": START + _REPORT,
    }


def _at_the_pace_of_aws(side: Checkout) -> None:
    chain = _longest_chain()
    side.run("--reset", "--pace", "1")
    taken, longest = side.play(SITE, {}).clock, sum(chain.values())
    print(f"site.yml from the baseline account, pace 1: {taken:.0f} s, the longest chain is {longest:.0f} s: times {taken / longest:.2f}")
    print("".join(f"  {seconds:4.0f} s until {step}\n" for step, seconds in chain.items()), end="", flush=True)


def main() -> None:
    """Print the figures; stops both rehearsals."""
    sides = (earlier(BASELINE), Checkout("this version", ROOT))
    earlier_one, this = sides
    print(f"{'':<58} {BASELINE:>9} {'this':>9}")
    for side in sides:
        side.run("--reset")
    _pair("site.yml from the baseline account, pace 0", sides, SITE, 1)
    _again(sides)
    _pair("verify.yml", sides, VERIFY)
    print(f"{'peak memory of the largest process of a run':<58} " + "   ".join(f"{side.memory:5.0f} M" for side in sides), flush=True)
    earlier_one.run("--stop")
    # What follows is compared with the same jobs without the other rehearsal, which takes a part of the processors.
    few = _single("site.yml again, 2 stream managers", this, SITE, {})
    looks = _single("verify.yml, 2 stream managers", this, VERIFY, {})
    this.raise_limits()
    many = {"red5pro_stream_manager_count": MANY}
    _single(f"site.yml, from 2 to {MANY} stream managers", this, SITE, many, runs=1)
    grown = _single(f"site.yml again, {MANY} stream managers", this, SITE, many, few)
    _single(f"verify.yml, {MANY} stream managers", this, VERIFY, many, looks)
    _single(f"  Ansible's ping of {MANY} hosts that are found by their tags", this, PING, {})
    _single("site.yml, from 1 to 20 policies, configurations and groups", this, SITE, {**many, **_declared()}, runs=1)
    _single("site.yml again, 20 policies of 6 regions", this, SITE, {**many, **_declared()}, grown)
    _at_the_pace_of_aws(this)
    this.run("--stop")


if __name__ == "__main__":
    main()
