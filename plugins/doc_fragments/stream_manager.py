# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations


class ModuleDocFragment:
    """How the modules reach the Stream Manager API."""

    DOCUMENTATION = r"""
options:
  api_url:
    description:
      - Scheme, host and port of a stream manager or of the load balancer before them.
      - A path that ends in C(/streammanager/api/4.0) is accepted too. Redirects are not followed.
    type: str
    required: true
  access_token:
    description:
      - The administrator token of the stream managers, C(rest.administratorToken) in C(red5-web.properties).
      - Taken from the environment variable E(RED5PRO_ACCESS_TOKEN) of the host the module runs on, if not given.
      - The API wants it in the URL; the module shows it nowhere.
    type: str
    required: true
  validate_certs:
    description: Whether to check the certificate of an V(https) URL.
    type: bool
    default: true
  ca_path:
    description: File of PEM certificates of the authorities to trust, on the host the module runs on, instead of its own set.
    type: path
  timeout:
    description: Seconds to wait for a connection, and for data on it; V(1) or more.
    type: int
    default: 30
  retries:
    description:
      - How often to send a request again that failed for a reason that may pass, V(0) or more.
      - That is, no connection, no answer in time, an answer that is cut off or makes no sense, or a C(5xx) status.
      - The pauses between are random, of at most 2, 4, 8 and so on up to 30 seconds.
      - A request that creates something is sent again only once a list has shown that the lost one had no effect.
    type: int
    default: 3
"""
