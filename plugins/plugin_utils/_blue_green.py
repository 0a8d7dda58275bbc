# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Plans the replacement of node groups for another image or for new nodes. New groups run next to the old ones, with derived names."""

from __future__ import annotations

import re
import typing as t
from hashlib import sha256

from ansible_collections.streamops.red5pro.plugins.module_utils._answers import ends
from ansible_collections.streamops.red5pro.plugins.module_utils._fields import is_absent

from .ownership import DEPLOYMENT

Facts = dict[str, t.Any]


def blue_green_plan(
    configs: t.Iterable[Facts],
    groups: t.Iterable[Facts],
    policies: t.Iterable[Facts],
    current: t.Mapping[str, list[Facts]],
    image: str,
    deployment: str,
    remove: bool = False,
    refresh: str = "",
    role_images: t.Mapping[str, str] | None = None,
) -> Facts:
    """The names of the declared configurations and groups, what they replace, and which images are then in use.

    current has launch_configs and node_groups as stream_manager_api_info returns them. With the name of a refresh, each group is replaced
    by one of that refresh. image and role_images are those of configurations that do not set one.
    """
    return _Plan(list(configs), list(groups), current, image, deployment, refresh, role_images or {}).all(list(policies), remove)


class _Plan:
    def __init__(
        self,
        configs: list[Facts],
        groups: list[Facts],
        current: t.Mapping[str, list[Facts]],
        image: str,
        deployment: str,
        refresh: str,
        role_images: t.Mapping[str, str],
    ) -> None:
        self.configs = {config["name"]: config for config in current["launch_configs"]}
        self.groups = {group["name"]: group for group in current["node_groups"]}
        self.deployment = deployment
        self.refresh = refresh
        self.declared_configs = {config["name"] for config in configs}
        self.declared_groups = {group["name"] for group in groups}
        self.absent_configs = [config["name"] for config in configs if is_absent(config)]
        self.absent_groups = [group["name"] for group in groups if is_absent(group)]
        self.config_of: dict[str, str] = {}
        self.wanted_configs = [self._config(with_images(config, image, role_images)) for config in configs if not is_absent(config)]
        self.wanted_groups = [self._group(group) for group in groups if not is_absent(group)]

    def all(self, policies: list[Facts], remove: bool) -> Facts:
        replaced = self._replaced()
        going = [one["name"] for one in replaced if remove and one["own"] and not one["refreshed"]]
        removed_groups = [*self._whole_family(self.absent_groups, self.groups, self.declared_groups), *going]
        gone_configs = self._removed_configs(removed_groups, {self.groups[name]["launch_config"] for name in going}, remove)
        after = {name: config for name, config in self.configs.items() if name not in gone_configs}
        after |= {config["name"]: config for config in self.wanted_configs}
        return {
            "launch_configs": self.wanted_configs,
            "node_groups": self.wanted_groups,
            "removed_node_groups": [{"name": name} for name in removed_groups],
            "removed_launch_configs": [self._removal("launch_config", name, removed_groups) for name in gone_configs],
            "removed_scale_policies": [self._removal("scale_policy", one["name"], removed_groups) for one in policies if is_absent(one)],
            "kept_node_groups": [one for one in replaced if one["name"] not in going],
            "images": sorted({image for config in after.values() for image in _named_images(config)}),
        }

    def _config(self, config: Facts) -> Facts:
        """The declared configuration with the name of one that has its images, or else with one that no group uses."""
        declared, wanted = config["name"], _images(config)
        successor = f"{declared}-{_digest(*wanted)}"
        fitting = [name for name in (declared, successor) if name in self.configs and _images(self.configs[name]) == wanted]
        free = not self._users("launch_config", declared)
        self.config_of[declared] = name = fitting[0] if fitting else declared if free else successor
        return {**config, "name": name, "declared_name": declared}

    def _group(self, group: Facts) -> Facts:
        """The declared group with the name of one with the desired configuration, or else with a free one."""
        declared = group["name"]
        config = self.config_of.get(group.get("launch_config", ""), group.get("launch_config"))
        if self.refresh:
            name = f"{declared}-{_digest(str(config), self.refresh)}"
        else:
            successor = f"{declared}-{_digest(str(config))}"
            names = dict.fromkeys([declared, successor, *self._family(declared, self.groups, self.declared_groups)])
            fitting = [name for name in names if name in self.groups and self.groups[name]["launch_config"] == config]
            fitting.sort(key=lambda name: ends(self.groups[name].get("state")))
            name = fitting[0] if fitting else declared if declared not in self.groups else successor
        return {**group, "name": name, "launch_config": config, "declared_name": declared}

    def _replaced(self) -> list[Facts]:
        """The groups of declared families that are no longer wanted, each with its replacement."""
        return [
            {
                "name": name,
                "launch_config": self.groups[name]["launch_config"],
                "image": self.configs.get(self.groups[name]["launch_config"], {}).get("image") or "",
                "nodes": len(self.groups[name]["nodes"]),
                "successor": wanted["name"],
                "own": self._own(self.groups[name]["launch_config"]),
                "refreshed": self.groups[name]["launch_config"] == wanted["launch_config"],
            }
            for wanted in self.wanted_groups
            for name in self._family(wanted["declared_name"], self.groups, self.declared_groups)
            if name != wanted["name"]
        ]

    def _removed_configs(self, removed_groups: list[str], freed: set[str], remove: bool) -> list[str]:
        wanted = {config["name"] for config in self.wanted_configs}
        old = {
            name for config in self.wanted_configs for name in self._family(config["declared_name"], self.configs, self.declared_configs)
        }
        spare = {
            name
            for name in (old | freed) - wanted
            if remove and self._own(name) and not self._users("launch_config", name) - set(removed_groups)
        }
        absent = self._whole_family(self.absent_configs, self.configs, self.declared_configs)
        return sorted({*absent, *spare})

    def _whole_family(self, declared: list[str], current: t.Mapping[str, Facts], others: set[str]) -> list[str]:
        """What is declared absent by name, and its replacements with the deployment's tag."""
        return [
            name
            for each in declared
            for name in self._family(each, current, others)
            if name == each or self._own(current[name].get("launch_config", name))
        ]

    def _family(self, declared: str, current: t.Iterable[str], others: set[str]) -> list[str]:
        pattern = re.compile(rf"{re.escape(declared)}(-[0-9a-f]{{8}})?")
        return sorted(name for name in current if pattern.fullmatch(name) and (name == declared or name not in others))

    def _removal(self, key: str, name: str, removed_groups: list[str]) -> Facts:
        users = self._users(key, name)
        return {"name": name, "freed": bool(users) and not users - set(removed_groups)}

    def _users(self, key: str, name: str) -> set[str]:
        return {group["name"] for group in self.groups.values() if group[key] == name}

    def _own(self, config: str) -> bool:
        metadata = self.configs.get(config, {}).get("metadata") or {}
        return bool(metadata.get(DEPLOYMENT) == self.deployment)


def with_images(config: Facts, image: str, role_images: t.Mapping[str, str]) -> Facts:
    """A declared configuration with its images: its own for all its targets, or else those of the deployment, also by role."""
    if config.get("image"):
        return config
    targets = [
        {**target, "image": role_images[target["role"]]} if target.get("role") in role_images and not target.get("image") else target
        for target in config.get("targets") or ()
    ]
    return {**config, "image": image, **({"targets": targets} if targets else {})}


def _images(config: Facts) -> tuple[str, ...]:
    """The general image and, as ROLE=IMAGE, those of roles that have another one."""
    general = str(config.get("image") or "")
    targets = [target for target in config.get("targets") or () if target.get("image") not in (None, "", general)]
    return (general, *sorted(f"{target['role']}={target['image']}" for target in targets))


def _named_images(config: Facts) -> set[str]:
    return {str(one["image"]) for one in (config, *(config.get("targets") or ())) if one.get("image")}


def _digest(*words: str) -> str:
    return sha256("\n".join(words).encode()).hexdigest()[:8]
