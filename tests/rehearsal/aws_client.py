# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Operations of boto3 clients until its input ends, since to import boto3 takes longer than most of them.

A line of input is JSON, [service, region, operation, parameters, access key], and one of output is what boto3 returned, or
nothing and boto3's message.
"""

from __future__ import annotations

import functools
import json
import sys
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError


@functools.cache
def client(service: str, region: str, key: str) -> Any:
    """The client of a service in a region with this access key."""
    return boto3.client(service, region_name=region, aws_access_key_id=key, aws_secret_access_key="any")


def answer(service: str, region: str, operation: str, parameters: dict[str, Any], key: str) -> list[Any]:
    """What boto3 returns, and what is wrong."""
    try:
        return [getattr(client(service, region, key), operation)(**parameters), None]
    except (BotoCoreError, ClientError) as error:
        return [None, str(error)]


for line in sys.stdin:
    print(json.dumps(answer(*json.loads(line)), default=str), flush=True)
