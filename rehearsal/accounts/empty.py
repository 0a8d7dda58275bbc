# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a new AWS account has: Ubuntu's image, and the hosted zone of a registered domain. There is no VPC, key pair or security group."""

from __future__ import annotations

from rehearsal import settings

from . import default
from .model import Account

UBUNTU = "/aws/service/canonical/ubuntu/server/22.04/stable/current/amd64/hvm/ebs-gp2/ami-id"

ACCOUNT = Account(
    networks={},
    groups={},
    images={default.BASE_IMAGE: default.IMAGES[default.BASE_IMAGE]},
    instances={},
    addresses=(),
    zones={settings.DOMAIN: ()},
    parameters={UBUNTU: default.BASE_IMAGE},
    limits=default.ACCOUNT.limits,
)
