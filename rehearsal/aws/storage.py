# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""S3, which in moto has a dispatcher of its own: its calls are logged, and no rules are kept there."""

from __future__ import annotations

import functools
import re
from typing import Any

from moto.s3.responses import S3Response

from . import clock, gate
from .patches.patching import patch
from .registry import Call

CODE = re.compile(rb"<Code>(\w+)</Code>")


def _logged(original: Any, response: Any, request: Any, *args: Any) -> Any:
    with clock.lock:
        status, headers, body = original(response, request, *args)
    action = response._get_action_from_method_and_request_uri(request) or f"{request.method}Object"
    bucket, _slash, key = request.path.lstrip("/").partition("/")
    call = Call("s3", action, {"Bucket": bucket, "Key": key}, response.region, response.access_key)
    refused = CODE.search(body.encode() if isinstance(body, str) else body or b"") if status >= 400 else None
    call.error = refused[1].decode() if refused else None
    gate.log(call, status)
    return status, headers, body


install = functools.cache(lambda: [patch(S3Response, name)(_logged) for name in ("bucket_response", "key_response")])
