# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The state of ELBv2 as a HAProxy configuration."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from rehearsal.model import Balancer, Listener, TargetGroup

_SHORTEST_INTERVAL = 0.2  # seconds
_SHORTEST_INTERVAL_IF_HEALTHY = 1.0  # seconds; the targets share the machine's processors
_SHORTEST_TIMEOUT = 2.0  # seconds; the machine of a rehearsal is busier than AWS

# A connection to a target serves one request, so that no request fails because the target closes it.
DEFAULTS = """\
defaults
    mode http
    load-server-state-from-file global
    option forwardfor
    option http-server-close
    option idle-close-on-response
    retries 0
    timeout connect 5s
    timeout client 60s
    timeout server 60s
"""
_FRONTEND = """\
frontend {name}
    timeout client {idle}s
    http-request set-header X-Forwarded-Proto {scheme}
    http-request set-header X-Forwarded-Port {port}
"""
_BACKEND = """\
backend {name}
    timeout server {idle}s
    timeout tunnel {idle}s
    timeout check {timeout}ms
    option allbackups
    option httpchk
    http-check send meth GET uri {path} ver HTTP/1.1 hdr Host health-check hdr User-Agent ELB-HealthChecker/2.0
    http-check expect status {matcher}
    default-server inter {healthy}ms fastinter {interval}ms downinter {interval}ms rise {rise} fall {fall}
"""


def backend_name(target_group_arn: str) -> str:
    """The name of a target group's backend: `name-id`."""
    return "-".join(target_group_arn.split("/")[-2:])


def interval(group: TargetGroup, pace: float) -> float:
    """Seconds between two health checks of a target that is not healthy, or changes, at this pace."""
    return max(group.interval * pace, _SHORTEST_INTERVAL)


def frontend(balancer: Balancer, listener: Listener, certificates: Iterable[Path]) -> str:
    """A listener on all addresses of its balancer; HTTPS needs at least one certificate file, the first one is the default."""
    tls = "".join(f" crt {path}" for path in certificates)
    bind = f" ssl{tls} alpn h2,http/1.1" if tls else ""
    name = f"{balancer.arn.split('/')[-1]}-{listener.port}"
    scheme = "https" if tls else "http"
    text = _FRONTEND.format(name=name, idle=balancer.idle_timeout, scheme=scheme, port=listener.port)
    if listener.target_group_arn:  # without one HAProxy answers 503
        text += f"    default_backend {backend_name(listener.target_group_arn)}\n"
    return text + "".join(f"    bind {address}:{listener.port}{bind}\n" for address in balancer.addresses)


def backend(group: TargetGroup, idle_timeout: int, pace: float) -> str:
    """A target group without its servers."""
    return _BACKEND.format(
        name=backend_name(group.arn),
        idle=idle_timeout,
        path=group.path,
        matcher=group.matcher,
        interval=round(1000 * interval(group, pace)),
        healthy=round(1000 * max(interval(group, pace), _SHORTEST_INTERVAL_IF_HEALTHY)),
        timeout=round(1000 * max(group.timeout * pace, _SHORTEST_TIMEOUT)),
        rise=group.healthy_threshold,
        fall=group.unhealthy_threshold,
    )
