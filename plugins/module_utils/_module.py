# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""An AnsibleModule for a resource of the Stream Manager API."""

from __future__ import annotations

import copy
import os
import typing as t

from ansible.module_utils.basic import AnsibleModule, env_fallback
from ansible_collections.streamops.red5pro.plugins.module_utils._answer_text import spellings
from ansible_collections.streamops.red5pro.plugins.module_utils._answers import Object
from ansible_collections.streamops.red5pro.plugins.module_utils._argument_spec import argument_problems, without_blanks
from ansible_collections.streamops.red5pro.plugins.module_utils._declaration import problems
from ansible_collections.streamops.red5pro.plugins.module_utils._messages import Problem
from ansible_collections.streamops.red5pro.plugins.module_utils._resource import Resource
from ansible_collections.streamops.red5pro.plugins.module_utils._rules import name_problems

TOKEN_VARIABLE = "RED5PRO_ACCESS_TOKEN"
CONNECTION: Object = {
    "api_url": {"type": "str", "required": True},
    "access_token": {"type": "str", "required": True, "no_log": True, "fallback": (env_fallback, [TOKEN_VARIABLE])},
    "validate_certs": {"type": "bool", "default": True},
    "ca_path": {"type": "path"},
    "timeout": {"type": "int", "default": 30},
    "retries": {"type": "int", "default": 3},
}


class Module(AnsibleModule):
    """An AnsibleModule for one resource, whose errors about arguments name the whole path of an option."""

    def __init__(self, resource: Resource, options: Object, **kwargs: t.Any) -> None:
        self.resource = resource
        self._own_options = options
        self._ready = False
        super().__init__(argument_spec={**CONNECTION, **options}, supports_check_mode=True, **kwargs)
        self._ready = True

    def _load_params(self) -> None:
        super()._load_params()
        self.params: Object = without_blanks({**CONNECTION, **self._own_options}, self.params)
        # The original values: Ansible converts a list into text where text is expected, and reports only the first problem
        self._given = {name: value for name, value in copy.deepcopy(self.params).items() if name not in CONNECTION}
        # Ansible does not hide it for some invalid arguments
        for token in (self.params.get("access_token"), os.environ.get(TOKEN_VARIABLE)):
            self.no_log_values.update(spellings(str(token or "")))

    @property
    def manages(self) -> bool:
        """Whether the module changes objects of its resource, rather than reads them."""
        return self._own_options is self.resource.options

    def declared_problems(self) -> list[Problem]:
        """Return what is wrong with the options of the resource, each with its path."""
        if self.manages:
            return problems(self.resource, self._given)
        name = self._given.get("name")
        return [*argument_problems(self._own_options, self._given), *(name_problems(name) if isinstance(name, str) else ())]

    def _log_invocation(self) -> None:
        given, self.params = self.params, readable(self.params)
        super()._log_invocation()
        self.params = given

    def exit_json(self, **kwargs: t.Any) -> t.Any:
        """Exit with `kwargs`."""
        self.params = readable(self.params)
        super().exit_json(**kwargs)

    def fail_json(self, msg: str, **kwargs: t.Any) -> t.Any:
        """Fail with `msg`; during Ansible's argument check with the path and the expected value, if known."""
        located = [] if self._ready else self.declared_problems()
        self.params = readable(self.params)
        return super().fail_json(" ".join(map(str, located)) or msg, **kwargs)


def readable(value: t.Any) -> t.Any:
    """Return `value` with question marks for what is not UTF-8, which Ansible can neither log nor read."""
    if isinstance(value, dict):
        return {readable(key): readable(each) for key, each in value.items()}
    if isinstance(value, list):
        return [readable(each) for each in value]
    return value.encode(errors="replace").decode() if isinstance(value, str) else value
