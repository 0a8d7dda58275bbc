# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The facts every part of the rehearsal shares: addresses, names, ports and the directory of its state.

Every address is inside 127.0.0.0/8 and the whole rehearsal runs in a network namespace whose only interface is loopback.
"""

from __future__ import annotations

import os
from pathlib import Path

REGION = "us-east-1"
SECOND_REGION = "us-west-2"
ACCOUNT = "123456789012"

# The key of commands in `rehearsal/run` may do what docs/iam-policy.json allows. The stream managers, the Auto Scaling service and the
# administrator of the account, which tests use, have keys of their own; the log distinguishes them.
OPERATOR_ACCESS_KEY = "AKIAREHEARSALOPERATR"
ADMINISTRATOR_ACCESS_KEY = "AKIAREHEARSALADMINIS"
AUTO_SCALING_ACCESS_KEY = "AKIAREHEARSALAUTOSCA"
STREAM_MANAGER_ACCESS_KEY = "AKIAREHEARSALSTREAMM"
SECRET_KEY = "rehearsal-secret-key-of-no-worth"

AWS_ADDRESS = ("127.0.0.1", 5000)
CONTROL_ADDRESS = ("127.0.0.1", 5001)
DNS_ADDRESS = ("127.0.0.53", 53)
DATABASE_ADDRESS = ("127.10.200.10", 3306)
DATABASE_NAME = "streammanager-db.example.us-east-1.rds.amazonaws.com"
DOWNLOADS_ADDRESS = ("127.0.0.90", 443)
DOWNLOADS_NAME = "downloads.example.com"

VPC_CIDR = "127.10.0.0/16"
SECOND_VPC_CIDR = "127.20.0.0/16"
PUBLIC_POOL = "127.54.0.0/16"  # what instances get at launch
ELASTIC_POOL = "127.55.0.0/16"  # what AllocateAddress gives
BALANCER_POOL = "127.56.0.0/16"  # one address per load balancer and zone

DOMAIN = "example.com"
RED5_HOME = "/usr/local/red5pro"
RED5_PORT = 5080
SSH_PORT = 22


def state_dir() -> Path:
    """Where this rehearsal keeps its state; `rehearsal/run` sets it for every command it runs."""
    return Path(os.environ["REHEARSAL_STATE"])


def call_log() -> Path:
    """One JSON object a line for each AWS call: time, action, parameters, code, access_key."""
    return state_dir() / "aws.jsonl"


def api_log() -> Path:
    """One JSON object a line for each Stream Manager API call: time, host, method, path, code (never the token)."""
    return state_dir() / "api.jsonl"
