# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A deployment's variables as the rules and readings use them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.streamops.red5pro.plugins.module_utils._messages import InvalidError

from . import launch_names
from ._input_kinds import is_true
from ._inputs import input_problems
from ._stream_manager_slots import stream_manager_numbers
from .node_regions import launches, named_images, named_regions, named_types, regions_named
from .texts import meant

Facts = dict[str, Any]

GROUP_MODE = "autoscaling_group"


@dataclass(frozen=True)
class Deployment:
    """The declared variables as the rules read them; invalid ones are left out, since they are already reported."""

    declared: Mapping[str, Any]
    wrong: frozenset[str]  # the variables that are invalid by themselves

    @classmethod
    def of(cls, declared: Mapping[str, Any]) -> Deployment:
        return cls(declared, frozenset(problem.variable for problem in input_problems(declared)))

    def text(self, name: str, default: str = "") -> str:
        value = self.declared.get(f"red5pro_{name}")
        return default if value in (None, "") or f"red5pro_{name}" in self.wrong else str(value)

    def number(self, name: str, default: int) -> int:
        return int(self.text(name, str(default)))

    def names(self, name: str) -> list[str]:
        variable = f"red5pro_{name}"
        value = None if variable in self.wrong else meant(self.declared.get(variable), variable)
        return [str(item) for item in value] if isinstance(value, list) else []

    def objects(self, name: str) -> list[Facts]:
        value = self.declared.get(f"red5pro_{name}")
        return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []

    def mapping(self, name: str) -> Facts:
        """A dictionary, which a survey returns as text; empty if it is none."""
        try:
            value = meant(self.declared.get(f"red5pro_{name}"), f"red5pro_{name}")
        except InvalidError:
            return {}
        return dict(value) if isinstance(value, Mapping) and f"red5pro_{name}" not in self.wrong else {}

    def host(self, name: str) -> str:
        return self.text(name).lower().removesuffix(".")

    @property
    def has_group(self) -> bool:
        """Whether an Auto Scaling group runs the stream managers."""
        return self.text("stream_managers_mode") == GROUP_MODE

    @property
    def numbers(self) -> list[int]:
        if self.has_group:
            return []
        return stream_manager_numbers(self.names("stream_manager_numbers"), self.number("stream_manager_count", 2))

    @property
    def certificate_domain(self) -> str:
        return self.host("certificate_domain") or self.host("domain")

    @property
    def certificate_names(self) -> list[str]:
        """The names of the certificate to request, none if one is given."""
        further = [name.lower().removesuffix(".") for name in self.names("certificate_alternative_names")]
        return [] if self.text("certificate_arn") else [self.certificate_domain, *further]

    @property
    def covering(self) -> list[str]:
        """The names with which a certificate covers the domain: a wildcard matches exactly one label."""
        domain = self.host("domain")
        return [domain, f"*.{domain.partition('.')[2]}"]

    @property
    def image_name(self) -> str:
        """The name of the image of the first stream manager."""
        given = (self.text("name"), "stream-manager", self.text("stream_manager_instance"), self.text("stream_manager_release"))
        return "-".join(part for part in given if part)

    @property
    def installs(self) -> list[str]:
        """For which kinds of hosts Red5 Pro is installed on the base image: those without an image or instance of their own."""
        given = {"stream_manager": ("stream_manager_instance", "stream_manager_image"), "node": ("node_image",)}
        return [kind for kind, names in given.items() if self.text("base_image") and not any(map(self.text, names))]

    @property
    def base_image(self) -> str:
        """The image to install Red5 Pro on, or the parameter with its id; empty if nothing is installed."""
        return self.text("base_image") if self.installs else ""

    @property
    def launches(self) -> bool:
        """Whether any stream manager other than a given first one is launched."""
        return self.has_group or not self.text("stream_manager_instance") or self.numbers != [1]

    @property
    def instance_types(self) -> dict[str, str]:
        return {
            f"red5pro_{name}": self.text(name, "c5.large")
            for name in ("stream_manager_instance_type", "builder_instance_type")
            if self.launches or name == "builder_instance_type"
        }

    @property
    def regions_named(self) -> dict[str, list[str]]:
        """The regions of the nodes, by the variable that names them."""
        return regions_named(self.objects("scale_policies"), self.objects("node_groups"))

    @property
    def launch_names(self) -> dict[str, launch_names.Name]:
        """The names by which stream managers launch nodes, if the declaration says them: otherwise they are on the hosts alone."""
        created = self.is_true("network_create")
        default = f"{self.text('name')}-nodes" if created else ""
        known = created or "stream_manager" in self.installs
        variables = {"vpc": self.text("vpc"), "group": self.text("node_security_group", default), "key": self.text("key_name")}
        return launch_names.names(self.properties, variables if known else dict.fromkeys(variables, ""))

    @property
    def launch_regions(self) -> list[str]:
        return named_regions(self.objects("scale_policies"), self.objects("node_groups"), by_name=True)

    @property
    def properties(self) -> Any:
        return self.declared.get("red5pro_stream_manager_properties")

    @property
    def named_images(self) -> list[Facts]:
        return named_images(self.objects("launch_configs"), self.objects("node_groups"))

    @property
    def node_types(self) -> list[Facts]:
        """The instance types of nodes, by region."""
        return named_types(self.objects("launch_configs"), self.objects("node_groups"))

    @property
    def node_launches(self) -> list[tuple[str, str]]:
        """The instance types of nodes, each with the name of its image if it has one of its own."""
        return launches(self.objects("launch_configs"), self.objects("node_groups"))

    @property
    def every_type(self) -> list[str]:
        """All instance types, also those that are launched in other regions only."""
        return sorted({*self.instance_types.values(), *(name for name, _image in self.node_launches)})

    @property
    def launched_types(self) -> list[str]:
        """All instance types that are launched in the deployment's own region."""
        nodes = (name for one in self.node_types if one["region"] == self.text("region") for name in one["names"])
        return sorted({*self.instance_types.values(), *nodes})

    def is_true(self, name: str) -> bool:
        return is_true(self.declared.get(f"red5pro_{name}"))
