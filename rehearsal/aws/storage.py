# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""S3, which in moto has a dispatcher of its own: its calls are logged and need permissions, and no rules are kept there."""

from __future__ import annotations

import functools
import re
from typing import Any

from moto.s3.responses import S3Response

from . import clock, gate
from .patches.patching import patch
from .registry import Call, Refusal

_PERMISSIONS = {  # of other names than their calls
    "HeadObject": "GetObject",
    **dict.fromkeys(("HeadBucket", "ListObjects", "ListObjectsV2"), "ListBucket"),
    "GetBucketEncryption": "GetEncryptionConfiguration",
}
_REFUSED = "<Error><Code>AccessDenied</Code><Message>{}</Message></Error>"
_SIGNED = re.compile(r"Credential=(?P<key>\w+)/\d+/(?P<region>[\w-]+)/")
CODE = re.compile(rb"<Code>(\w+)</Code>")


def _logged(original: Any, response: Any, request: Any, *args: Any) -> Any:
    bucket, _slash, key = request.path.lstrip("/").partition("/")
    action = response._get_action_from_method_and_request_uri(request) or f"{request.method.capitalize()}{'Object' if key else 'Bucket'}"
    signed = _SIGNED.search(request.headers.get("Authorization", ""))
    region, access_key = (signed["region"], signed["key"]) if signed else ("", "")
    call = Call("s3", _PERMISSIONS.get(action, action), {"Bucket": bucket, "Key": key}, region, access_key)
    try:
        if gate.authorize:
            gate.authorize(call)
        with clock.lock:
            status, headers, body = original(response, request, *args)
        call.action = action
    except Refusal as refusal:
        status, headers, body = 403, {"status": 403}, _REFUSED.format(refusal.message)
    refused = CODE.search(body.encode() if isinstance(body, str) else body or b"") if status >= 400 else None
    call.error = refused[1].decode() if refused else None
    gate.log(call, status)
    return status, headers, body


install = functools.cache(lambda: [patch(S3Response, name)(_logged) for name in ("bucket_response", "key_response")])
