# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the control port answers."""
from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rehearsal import aws, settings
from rehearsal.control import Route

REGIONS = (settings.REGION, settings.SECOND_REGION)


def routes(pace: float) -> Mapping[str, Route]:
    """The routes of a rehearsal of this pace."""

    def status(_: dict[str, Any]) -> dict[str, Any]:
        return {
            "pace": pace,
            "instances": [
                {"id": one.id, "name": one.tags.get("Name"), "state": one.state, "private_ip": one.private_ip, "public_ip": one.public_ip}
                for region in REGIONS
                for one in aws.view.instances(region)
            ],
            "balancers": [{"dns_name": one.dns_name, "state": one.state, "addresses": one.addresses} for one in aws.view.balancers()],
        }

    return {"GET /status": status}
