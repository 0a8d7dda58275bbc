# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Answers as a client reads them: parsed from what moto has written, given AWS's shape, written again, and recorded."""

from __future__ import annotations

import functools
from typing import Any

from botocore.awsrequest import HeadersDict
from botocore.parsers import ResponseParser, create_parser
from moto.core.model import OperationModel
from moto.core.responses import BaseResponse
from moto.core.serialize import get_serializer_class
from moto.core.utils import get_service_model

Written = tuple[int, dict[str, Any], Any]  # status, headers, body


def read(response: BaseResponse, written: Written) -> dict[str, Any]:
    """What a client would read from an answer; an empty dictionary if there is no output."""
    status, headers, body = written
    operation, protocol = _operation(response)
    if operation.output_shape is None or status >= 300:
        return {}
    raw = body.encode() if isinstance(body, str) else body
    plain = _parser(protocol).parse({"status_code": status, "headers": HeadersDict(headers), "body": raw}, operation.output_shape)
    plain.pop("ResponseMetadata", None)
    return dict(plain)


def write(response: BaseResponse, plain: dict[str, Any]) -> Written:
    """An answer with this content, in the protocol of the service."""
    operation, protocol = _operation(response)
    serialized = get_serializer_class(operation.service_model.service_name, protocol)(operation_model=operation).serialize(plain)
    return serialized["status_code"], {**serialized["headers"], **response.response_headers}, serialized["body"]


def _operation(response: BaseResponse) -> tuple[OperationModel, str]:
    service = get_service_model(response.boto3_service_name)
    return service.operation_model(response._get_action()), response.determine_response_protocol(service)


@functools.cache
def _parser(protocol: str) -> ResponseParser:
    return create_parser(protocol)
