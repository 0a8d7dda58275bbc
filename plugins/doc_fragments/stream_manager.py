# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations


class ModuleDocFragment:
    """How the modules reach the Stream Manager API."""

    DOCUMENTATION = r"""
options:
  api_url:
    description:
      - Scheme, host and port of a stream manager, or of the load balancer in front of the stream managers.
      - A path that ends in C(/streammanager/api/4.0) is accepted too. Redirects are not followed.
    type: str
    required: true
  access_token:
    description:
      - The administrator token of the stream managers, C(rest.administratorToken) in C(red5-web.properties).
      - The default is the environment variable E(RED5PRO_ACCESS_TOKEN) on the host that runs the module.
      - The API takes it in the URL. The module never shows it.
    type: str
    required: true
  validate_certs:
    description: Whether to validate the certificate of an V(https) URL.
    type: bool
    default: true
  ca_path:
    description: Path of a file with PEM certificates of trusted authorities, on the host that runs the module, instead of the system's.
    type: path
  timeout:
    description: How many seconds to wait for a connection, and for data on it, V(1) or more.
    type: int
    default: 30
  retries:
    description:
      - How often to repeat a request that failed for a transient reason, V(0) or more.
      - Transient reasons are no connection, no answer in time, a truncated or invalid answer, and a C(5xx) status.
      - The pauses between them are random, of at most 2, 4, 8 and so on up to 30 seconds.
      - A request that creates something is repeated only after a list shows that the lost one had no effect.
    type: int
    default: 3
"""
