# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Launch templates: moto takes the template's own tags for those of its instances, user data of later versions for plain text, and
deletes no versions."""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.models.launch_templates import LaunchTemplate, LaunchTemplateBackend
from moto.ec2.responses.launch_templates import LaunchTemplates
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
    """In Base64, as that of the first one; a number is never used again."""
    if isinstance(data.get("UserData"), str):
        data = {**data, "UserData": parse_user_data(data["UserData"])}
    version = original(template, data, description)
    template.numbered = version.number = getattr(template, "numbered", 0) + 1
    return version


@patch(LaunchTemplate, "get_version")
def by_its_number(original: Any, template: Any, number: Any) -> Any:
    """Not by its place."""
    found = [one for one in template.versions if str(one.number) == str(number)]
    return found[0] if found else original(template, number if str(number).startswith("$") else len(template.versions) + 1)


@patch(LaunchTemplate, "default_version")
def default_by_its_number(_original: Any, template: Any) -> Any:
    """The same of the default one."""
    return by_number(template, template.default_version_number)


def by_number(template: Any, number: int) -> Any:
    """The version with this number."""
    return next(one for one in template.versions if one.number == int(number))


def _named(response: Any) -> Any:
    """The template that a call names by its id or its name."""
    identity, backend = response._get_param("LaunchTemplateId"), response.ec2_backend
    return (
        backend.get_launch_template(identity)
        if identity
        else backend.get_launch_template_by_name(response._get_param("LaunchTemplateName"))
    )


@patch(LaunchTemplates, "delete_launch_template")
def as_it_was(original: Any, response: Any) -> ActionResult:
    """The answer describes the deleted template as a reading does."""
    template = _named(response)
    first = template.default_version()
    more = {
        "CreateTime": first.create_time,
        "CreatedBy": f"arn:{response.partition}:iam::{response.current_account}:root",
        "LatestVersionNumber": max(one.number for one in template.versions),
    }
    described: dict[str, Any] = original(response).result["LaunchTemplate"]
    return ActionResult({"LaunchTemplate": {**described, **more}})


def delete_launch_template_versions(response: Any) -> ActionResult:
    """All but the default one."""
    template = _named(response)
    gone: list[dict[str, Any]] = []
    kept: list[dict[str, Any]] = []
    for number in response._get_param("Versions", []):
        row = {"LaunchTemplateId": template.id, "LaunchTemplateName": template.name, "VersionNumber": int(number)}
        if int(number) == int(template.default_version_number):
            error = {"Code": "launchTemplateVersionCannotBeDeleted", "Message": "The default version cannot be deleted."}
            kept.append({**row, "ResponseError": error})
        else:
            template.versions.remove(by_number(template, number))
            gone.append(row)
    return ActionResult({"SuccessfullyDeletedLaunchTemplateVersions": gone, "UnsuccessfullyDeletedLaunchTemplateVersions": kept})


LaunchTemplates.delete_launch_template_versions = delete_launch_template_versions  # type: ignore[attr-defined]
