# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is wrong with a deployment's variables by themselves, before AWS is asked anything."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

from ansible_collections.streamops.red5pro.plugins.module_utils._address import EXPECTED, base_url
from ansible_collections.streamops.red5pro.plugins.module_utils._launch_config import LAUNCH_CONFIG
from ansible_collections.streamops.red5pro.plugins.module_utils._messages import InvalidError, Problem
from ansible_collections.streamops.red5pro.plugins.module_utils._plain import plain
from ansible_collections.streamops.red5pro.plugins.module_utils._scale_policy import SCALE_POLICY

from . import node_image_roles
from ._declared_balancer import alarm_problems, arn_problems, certificate_problems, load_balancer_problems
from ._declared_stream_managers import launch_option_problems, mode_problems, stream_manager_problems
from ._inputs import input_problems
from ._rows import rows
from .database_declaration import declaration_problems as database_problems
from .declarations import group_problems as node_group_problems
from .declarations import object_problems, threshold_problems
from .deployment import Deployment
from .stream_manager_config import property_problems
from .texts import meant

Facts = dict[str, Any]
Problems = Iterator[Problem]


def declaration_problems(declared: Mapping[str, Any]) -> list[Facts]:
    """What is wrong with the variables by themselves, before AWS is asked anything, in the form that the filter findings takes.

    A role that is used alone gives its own variables only; which ones a deployment needs is judged where all of them are given.
    """
    deployment = Deployment.of(declared)
    found: Iterator[Problem | str] = chain(
        input_problems(declared),
        stream_manager_problems(deployment) if "red5pro_stream_manager_instance" in declared else (),
        _node_image(deployment) if "red5pro_node_image" in declared else (),
        _node_images(declared),
        mode_problems(deployment),
        certificate_problems(deployment),
        load_balancer_problems(deployment),
        alarm_problems(deployment),
        arn_problems(deployment),
        launch_option_problems(declared),
        _api(declared.get("red5pro_api_url")),
        database_problems(declared),
        property_problems(declared.get("red5pro_stream_manager_properties") or {}, api_token=deployment.text("api_token") or None),
        _nodes(declared, deployment),
    )
    return rows(found)


def _node_image(deployment: Deployment) -> Problems:
    if not deployment.wrong & {"red5pro_node_image", "red5pro_base_image"} and not deployment.text("node_image") + deployment.text(
        "base_image"
    ):
        yield Problem("red5pro_node_image", "", "an image id such as ami-0123456789abcdef0, or red5pro_base_image without it")


def _node_images(declared: Mapping[str, Any]) -> Problems:
    """The images of single roles; a survey returns the list as text."""
    try:
        images = meant(declared.get(node_image_roles.VARIABLE) or [], node_image_roles.VARIABLE)
        yield from node_image_roles.problems(images, str(declared.get("red5pro_home") or node_image_roles.HOME))
    except InvalidError as error:
        yield error.problem


def _api(url: Any) -> Problems:
    """The address of the API, as the modules take it."""
    example = "a URL such as https://streammanager.example.com"
    if url not in (None, "") and (not isinstance(url, str) or url != url.strip()):
        yield Problem("red5pro_api_url", url, f"{example}, without white space at its beginning or end")
    elif url:
        try:
            base_url(url)
        except InvalidError as error:
            more = "" if error.problem.expected == EXPECTED else f", with {error.problem.expected}"
            yield Problem("red5pro_api_url", url, f"{example}{more}", error.problem.secret)


def _nodes(declared: Mapping[str, Any], deployment: Deployment) -> Problems:
    """What the modules would refuse; a launch configuration without an image gets the node image, whose name is unknown yet."""
    policies, configs, groups = (
        plain(declared.get(f"red5pro_{name}") or []) for name in ("scale_policies", "launch_configs", "node_groups")
    )
    if isinstance(configs, list):
        configs = [{"image": f"{deployment.text('name', 'live')}-node", **one} if isinstance(one, dict) else one for one in configs]
    access = (f"https://{deployment.host('domain')}", deployment.text("api_token"))
    yield from object_problems(SCALE_POLICY, policies, "red5pro_scale_policies", *access)
    yield from object_problems(LAUNCH_CONFIG, configs, "red5pro_launch_configs", *access)
    yield from node_group_problems(groups, policies, configs, "red5pro_node_groups", *access)
    yield from threshold_problems(declared.get("red5pro_alarm_thresholds") or {}, "red5pro_alarm_thresholds")
