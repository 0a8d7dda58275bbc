# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Launch templates: moto takes the template's own tags for those of its instances, and user data of later versions for plain text."""

from __future__ import annotations

from typing import Any

from moto.ec2.models.launch_templates import LaunchTemplate, LaunchTemplateBackend
from moto.ec2.utils import parse_user_data

from .patching import patch


@patch(LaunchTemplateBackend, "create_launch_template")
def without_its_own_tags(
    original: Any, backend: Any, name: str, description: str, template_data: dict[str, Any], tag_spec: dict[str, Any]
) -> Any:
    """The data is what was sent."""
    given = [one for one in template_data.pop("TagSpecifications", ()) if one["ResourceType"] != "launch-template"]
    data = {key: value for key, value in template_data.items() if value is not None} | ({"TagSpecifications": given} if given else {})
    return original(backend, name, description, data, tag_spec)


@patch(LaunchTemplate, "create_version")
def user_data_of_every_version(original: Any, template: Any, data: dict[str, Any], description: str) -> Any:
    """In Base64, as that of the first one."""
    if isinstance(data.get("UserData"), str):
        data = {**data, "UserData": parse_user_data(data["UserData"])}
    return original(template, data, description)
