# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Times the main job in the rehearsal: `make bench`. Figures to compare on one machine in one run; no verdict.

Prints wall-clock seconds and the peak memory of the controller's largest process for each run, and the rehearsal's memory at the end.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from pathlib import Path

from rehearsal import settings

_RUN = Path(__file__).with_name("run")
_SITE = ["ansible-playbook", "-i", "inventories/rehearsal", "playbooks/site.yml"]
_LIMITS = "http://{}:{}/limits".format(*settings.CONTROL_ADDRESS)
_COUNTS = (2, 4, 8)
# What a no-op run reads of AWS, read by nothing but boto3: how fast it could be.
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


def _timed(title: str, command: list[str]) -> float:
    """Run a command inside the rehearsal, print its figures, and return its seconds."""
    begin = time.monotonic()
    done = subprocess.run([_RUN, *command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    seconds = time.monotonic() - begin
    if done.returncode:
        sys.exit(f"{title} failed:\n{done.stdout[-4000:]}")
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"{title:<52} {seconds:7.1f} s   {memory:6.0f} MiB", flush=True)
    return seconds


def _site(count: int) -> list[str]:
    return [*_SITE, "-e", json.dumps({"red5pro_stream_manager_count": count})]


def _memory() -> float:
    """MiB of all processes of the rehearsal; shared pages count once. Commands see its processes only."""
    sums = "awk '/^Pss:/ {sum += $2} END {print sum}' /proc/[0-9]*/smaps_rollup"
    return float(subprocess.run([_RUN, "bash", "-c", sums], check=True, capture_output=True, text=True).stdout) / 1024


def main() -> None:
    """Print the figures; leaves the rehearsal at its baseline."""
    print(f"{'':<52} {'wall':>9}   {'controller, peak so far':>10}")
    _timed("reset to the baseline, pace 0", ["--reset"])
    _timed("site.yml from the baseline, 2 stream managers", _site(2))
    for count in _COUNTS:
        subprocess.run([_RUN, "curl", "-fsS", "--output", "/dev/null", "--json", '{"elastic_ips": 20}', _LIMITS], check=True)
        if count > 2:
            _timed(f"site.yml, up to {count} stream managers", _site(count))
        bare = _timed(f"  bare boto3 reads, {count} stream managers", ["python", "-c", _BARE])
        seconds = _timed(f"  no-op site.yml, {count} stream managers", _site(count))
        print(f"  ratio {seconds / bare:.1f}")
    print(f"the rehearsal's memory, {_COUNTS[-1]} stream managers and 8 nodes: {_memory():.0f} MiB (proportional set size)")
    _timed("reset to the baseline", ["--reset"])


if __name__ == "__main__":
    main()
