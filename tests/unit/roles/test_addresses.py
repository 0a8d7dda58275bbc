# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""An Elastic IP is moved to its stream manager: amazon.aws refuses that by default if anything has it, or the instance has another one."""

from __future__ import annotations

from role_files import ROOT, parsed


def test_the_elastic_ip_of_a_stream_manager_is_moved_there_after_the_check_that_nobody_else_has_it() -> None:
    tasks = ROOT / "roles" / "stream_managers" / "tasks"
    (associated,) = [one["amazon.aws.ec2_eip"] for one in parsed(tasks / "addresses.yml") if "amazon.aws.ec2_eip" in one]
    assert associated["allow_reassociation"] is True
    (check,) = parsed(tasks / "check.yml")
    asserted = [one["ansible.builtin.assert"]["that"] for one in check["block"] if "ansible.builtin.assert" in one]
    assert "__stream_managers_planned.address_blockers | length == 0" in asserted
