# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The plan of the role `network`: checks a deployment's variables, by themselves and in its account, and chooses its network."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

from ansible_collections.streamops.red5pro.plugins.module_utils._acm_certificate import ISSUED_ALGORITHMS
from ansible_collections.streamops.red5pro.plugins.module_utils._address import EXPECTED, base_url
from ansible_collections.streamops.red5pro.plugins.module_utils._launch_config import LAUNCH_CONFIG
from ansible_collections.streamops.red5pro.plugins.module_utils._messages import InvalidError, Problem
from ansible_collections.streamops.red5pro.plugins.module_utils._plain import plain
from ansible_collections.streamops.red5pro.plugins.module_utils._scale_policy import SCALE_POLICY

from . import _network_account as account
from . import (
    certificate_plan,
    guards,
    launch_names,
    load_balancer,
    node_image_roles,
    node_images,
    stream_manager_group,
    stream_manager_image,
    stream_managers,
)
from ._inputs import input_problems, is_true
from ._rows import rows
from ._stream_manager_slots import stream_manager_numbers
from .database_declaration import declaration_problems as database_problems
from .declarations import group_problems, object_problems, threshold_problems
from .launch_checks import launch_problems
from .network_prediction import predicted
from .node_regions import named_images, named_regions, named_types, regions_named
from .partitions import partition
from .readings import LIVE, together
from .stream_manager_config import property_problems
from .texts import meant

Facts = dict[str, Any]
Problems = Iterator[Problem]

GROUP_MODE = "autoscaling_group"
NUMBERED_ONLY = ("stream_manager_count", "stream_manager_numbers", "allocation_ids", "stream_manager_termination_protection")
_ORIGINS = ("red5pro_stream_manager_instance", "red5pro_stream_manager_image", "red5pro_base_image")
_MAXIMUM_TOPICS = 5
LAUNCH_OPTIONS = ("additional_security_groups", "metadata_options", "root_volume", "instance_profile", "termination_protection")


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
    def launched_types(self) -> list[str]:
        """All instance types that are launched in the deployment's own region."""
        nodes = (name for one in self.node_types if one["region"] == self.text("region") for name in one["names"])
        return sorted({*self.instance_types.values(), *nodes})

    def is_true(self, name: str) -> bool:
        return is_true(self.declared.get(f"red5pro_{name}"))


def declaration_problems(declared: Mapping[str, Any]) -> list[Facts]:
    """What is wrong with the variables by themselves, before AWS is asked anything, in the form that the filter findings takes.

    A role that is used alone gives its own variables only; which ones a deployment needs is judged where all of them are given.
    """
    deployment = Deployment.of(declared)
    found: Iterator[Problem | str] = chain(
        input_problems(declared),
        _stream_managers(deployment) if "red5pro_stream_manager_instance" in declared else (),
        _node_image(deployment) if "red5pro_node_image" in declared else (),
        _node_images(declared),
        _mode(deployment),
        _certificate(deployment),
        _load_balancer(deployment),
        _alarms(deployment),
        _launch(declared),
        _api(declared.get("red5pro_api_url")),
        database_problems(declared),
        property_problems(declared.get("red5pro_stream_manager_properties") or {}, api_token=deployment.text("api_token") or None),
        _nodes(declared, deployment),
    )
    return rows(found)


def _stream_managers(deployment: Deployment) -> Problems:
    instance, image, numbers = deployment.text("stream_manager_instance"), deployment.text("stream_manager_image"), deployment.numbers
    listed, release = deployment.names("stream_manager_numbers"), deployment.text("stream_manager_release")
    given = bool(instance) + bool(image)
    if not deployment.wrong & set(_ORIGINS) and (given > 1 or (not given and not deployment.text("base_image"))):
        expected = "exactly one of red5pro_stream_manager_instance, the id of the first stream manager, and red5pro_stream_manager_image"
        yield Problem("red5pro_stream_manager_instance", instance, f"{expected}, or red5pro_base_image without both")
    if instance and listed and 1 not in numbers and not deployment.has_group:
        expected = f"a list with 1, since the first stream manager is {instance}, which you provided and which is never removed"
        yield Problem("red5pro_stream_manager_numbers", numbers, expected)
    if release and not instance:
        origin = "red5pro_stream_manager_image" if image else "red5pro_base_image"
        yield Problem("red5pro_stream_manager_release", release, f"none, since {origin} is set")
    addresses = deployment.names("allocation_ids")
    if len(addresses) > len(numbers) and not deployment.has_group:
        expected = f"at most one allocation id for each of the {len(numbers)} stream managers"
        yield Problem("red5pro_allocation_ids", addresses, expected)


def _node_image(deployment: Deployment) -> Problems:
    if not deployment.wrong & {"red5pro_node_image", "red5pro_base_image"} and not deployment.text("node_image") + deployment.text(
        "base_image"
    ):
        yield Problem("red5pro_node_image", "", "an image id such as ami-0123456789abcdef0, or red5pro_base_image without it")


def _node_images(declared: Mapping[str, Any]) -> Problems:
    """The images of single roles; a survey returns the list as text."""
    try:
        yield from node_image_roles.problems(meant(declared.get(node_image_roles.VARIABLE) or [], node_image_roles.VARIABLE))
    except InvalidError as error:
        yield error.problem


def _mode(deployment: Deployment) -> Problems:
    """What the other mode alone has, and the sizes of the group."""
    settings = [name for name in deployment.declared if name.startswith("red5pro_stream_manager_group_")]
    others = [f"red5pro_{name}" for name in NUMBERED_ONLY] if deployment.has_group else sorted(settings)
    mode = "autoscaling_group" if deployment.has_group else "numbered"
    for name in others:
        if deployment.declared.get(name) not in (None, "", []) and name not in deployment.wrong:
            yield Problem(name, deployment.declared[name], f"none, since red5pro_stream_managers_mode is {mode}")
    if not deployment.has_group:
        return
    minimum = deployment.number("stream_manager_group_min_size", 2)
    desired = deployment.number("stream_manager_group_desired_capacity", minimum)
    maximum = deployment.number("stream_manager_group_max_size", max(minimum, desired))
    if desired < minimum:
        expected = f"at least red5pro_stream_manager_group_min_size, which is {minimum}"
        yield Problem("red5pro_stream_manager_group_desired_capacity", desired, expected)
    if maximum < max(minimum, desired):
        expected = f"at least red5pro_stream_manager_group_min_size, which is {minimum}, and the desired capacity, which is {desired}"
        yield Problem("red5pro_stream_manager_group_max_size", maximum, expected)


def _certificate(deployment: Deployment) -> Problems:
    arn, region = deployment.text("certificate_arn"), deployment.text("region")
    names, covering = deployment.certificate_names, deployment.covering
    of_region = f"arn:{partition(region)}:acm:{region}:"
    if arn and region and not arn.startswith(of_region):
        expected = f"the ARN of a certificate in the load balancer's region, {of_region}..., since it accepts no other"
        yield Problem("red5pro_certificate_arn", arn, expected)
    if (
        arn
        or "red5pro_domain" not in deployment.declared
        or deployment.wrong & {"red5pro_domain", "red5pro_certificate_domain", "red5pro_certificate_alternative_names"}
    ):
        return
    algorithm = deployment.text("certificate_key_algorithm", ISSUED_ALGORITHMS[0])
    if algorithm not in ISSUED_ALGORITHMS:
        expected = f"one of {', '.join(ISSUED_ALGORITHMS)}, since ACM issues no others and has them for imported certificates only"
        yield Problem("red5pro_certificate_key_algorithm", algorithm, expected)
    if not set(names) & set(covering):
        yield Problem(
            "red5pro_certificate_domain",
            deployment.certificate_domain,
            f"a domain that covers red5pro_domain, one of {', '.join(covering)}",
        )
    if len(deployment.certificate_domain) > 64:
        expected = "a first name of at most 64 characters, ACM's limit; put longer ones into red5pro_certificate_alternative_names"
        yield Problem("red5pro_certificate_domain", deployment.certificate_domain, expected)


def _load_balancer(deployment: Deployment) -> Problems:
    interval, timeout = deployment.number("health_check_interval", 10), deployment.number("health_check_timeout", 5)
    if timeout >= interval:
        expected = f"less than red5pro_health_check_interval, which is {interval}"
        yield Problem("red5pro_health_check_timeout", timeout, expected)
    if deployment.number("http_port", 5080) == 443:
        yield Problem("red5pro_http_port", 443, "another port, since the load balancer has its HTTPS listener on 443")


def _alarms(deployment: Deployment) -> Problems:
    region, topics = deployment.text("region"), deployment.names("cloudwatch_alarm_actions")
    of_region = f"arn:{partition(region)}:sns:{region}:"
    if not deployment.is_true("cloudwatch_alarms"):
        return
    if region and (elsewhere := [one for one in topics if not one.startswith(of_region)]):
        expected = f"topics in the region of the alarms, {of_region}..., since CloudWatch accepts no other"
        yield Problem("red5pro_cloudwatch_alarm_actions", elsewhere, expected)
    if len(topics) > _MAXIMUM_TOPICS:
        expected = f"at most {_MAXIMUM_TOPICS} topics, CloudWatch's limit for an alarm"
        yield Problem("red5pro_cloudwatch_alarm_actions", topics, expected)


def _launch(declared: Mapping[str, Any]) -> Iterator[str | Problem]:
    """The variables for launching instances; a survey returns lists and dictionaries as text."""
    for prefix in ("red5pro_stream_manager", "red5pro_builder"):
        launch = {name: declared.get(f"{prefix}_{name}") for name in LAUNCH_OPTIONS}
        try:
            texts = {name: meant(launch[name], f"{prefix}_{name}") for name in LAUNCH_OPTIONS[:3] if launch[name]}
        except InvalidError as error:
            yield error.problem
            continue
        yield from launch_problems({**launch, **texts}, prefix)


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
    yield from group_problems(groups, policies, configs, "red5pro_node_groups", *access)
    yield from threshold_problems(declared.get("red5pro_alarm_thresholds") or {}, "red5pro_alarm_thresholds")


def readings(declared: Mapping[str, Any], whole: bool = False, compares: bool = False) -> list[Facts]:
    """The readings of the account, in the form that aws_resources_info takes; for all roles, or for the network alone."""
    deployment = Deployment.of(declared)
    return together(_own_readings(deployment), *(_readings_of_roles(deployment, compares) if whole else ()))


def _readings_of_roles(deployment: Deployment, compares: bool) -> Iterator[list[Facts]]:
    """What the other roles read, derived from the same variables; `compares` if they do not change anything."""
    name = deployment.text("name", "none")
    group = stream_manager_group.resource_name(name) if deployment.has_group else ""
    yield load_balancer.readings(name, deployment.host("domain"), group)
    yield stream_manager_group.readings(deployment.text("name"))
    yield certificate_plan.readings(
        deployment.certificate_names, deployment.text("certificate_arn"), deployment.text("certificate_validation_method", "DNS")
    )
    yield stream_managers.launch_readings(deployment.text("name"), deployment.text("stream_manager_instance"), compares)
    yield node_images.readings(deployment.text("name"))
    if "stream_manager" in deployment.installs:
        yield stream_manager_image.readings(deployment.text("name"))
    yield guards.readings([deployment.text("region")])


def _readings_of_roles_elsewhere(deployment: Deployment, regions: list[str]) -> Iterator[list[Facts]]:
    """What they read in the other regions of nodes."""
    yield node_images.copy_readings(deployment.text("name"), regions)
    yield guards.readings(regions)


def _own_readings(deployment: Deployment) -> list[Facts]:
    vpc, domain, region = deployment.text("vpc"), deployment.host("domain"), deployment.text("region")
    in_vpc = {"vpc-id": "vpcs.vpc_id"}
    images = [one for one in (deployment.text("stream_manager_image"), deployment.text("node_image")) if one]
    named = [name for one in deployment.named_images if one["region"] == region for name in one["names"]]
    found: list[Facts] = [
        {"kind": "vpcs", "filters": {"vpc-id" if account.is_id(vpc, "vpc") else "tag:Name": vpc}},
        {"kind": "subnets", "filters_of": in_vpc},
        {"kind": "route_tables", "filters_of": in_vpc},
        {"kind": "security_groups", "filters_of": in_vpc},
        {"kind": "instances", "filters": {"instance-state-name": LIVE}, "filters_of": in_vpc},
        {"kind": "images", "filters": {"image-id": images}},
        {"kind": "images", "name": "named_images", "filters": {"name": named, "state": "available"}},
        {"kind": "images", "name": "own_images", "parameters": {"Owners": ["self"]}, "filters": {"name": deployment.image_name}},
        {"kind": "addresses"},
        {"kind": "key_pairs", "filters": {"key-name": deployment.text("key_name")}},
        {"kind": "instance_type_offerings", "filters": {"instance-type": deployment.launched_types}},
        {"kind": "instance_types", "name": "launched_types", "filters": {"instance-type": deployment.launched_types}},
        {"kind": "availability_zones"},
        {"kind": "account_attributes", "parameters": {"AttributeNames": ["vpc-max-elastic-ips"]}},
        {"kind": "hosted_zones"},
        load_balancer.balancer_reading(deployment.text("name", "none")),
        *(load_balancer.record_readings(domain) if domain else ()),
    ]
    if arn := deployment.text("certificate_arn"):
        found.append({"kind": "certificate", "parameters": {"CertificateArn": arn}})
    if policy := deployment.text("ssl_policy"):
        found.append({"kind": "ssl_policies", "parameters": {"Names": [policy]}})
    if len(set(deployment.certificate_names)) > account.CERTIFICATE_NAMES:
        quota = {"ServiceCode": "acm", "QuotaCode": "L-FB94F0B0"}
        found.append({"kind": "service_quota", "name": "certificate_names_quota", "parameters": quota})
    found += account.base_image_readings(deployment.base_image)
    if any(one != region for named in deployment.regions_named.values() for one in named):
        found.append({"kind": "regions"})
    return found


def _further_regions(deployment: Deployment, resources: Mapping[str, list[Facts]]) -> list[str]:
    """The other regions of nodes that are enabled for the account."""
    enabled = {one["region_name"] for one in resources.get("regions", ())} - {deployment.text("region")}
    return sorted({one for named in deployment.regions_named.values() for one in named} & enabled)


def image_readings(declared: Mapping[str, Any], resources: Mapping[str, list[Facts]], whole: bool = False) -> list[Facts]:
    """The readings of the other regions of nodes, if those are enabled; for all roles, or for the network alone."""
    deployment = Deployment.of(declared)
    regions = _further_regions(deployment, resources)
    images: list[Facts] = [
        {"kind": "images", "name": one["region"], "region": one["region"], "filters": {"name": one["names"], "state": "available"}}
        for one in deployment.named_images
        if one["region"] in regions
    ]
    images += [
        {
            "kind": "instance_type_offerings",
            "name": account.offerings(one["region"]),
            "region": one["region"],
            "filters": {"instance-type": one["names"]},
        }
        for one in deployment.node_types
        if one["region"] in regions
    ]
    by_name = [one for one in regions if one in deployment.launch_regions]
    names = launch_names.readings(deployment.launch_names, launch_names.by_default(deployment.properties), by_name)
    return together(images, names, *(_readings_of_roles_elsewhere(deployment, regions) if whole else ()))


def step_readings(
    declared: Mapping[str, Any], whole: bool, compares: bool = False, resources: Mapping[str, list[Facts]] | None = None
) -> list[Facts]:
    """The readings of the account, or with these resources of it, those of the other regions."""
    return readings(declared, whole, compares) if resources is None else image_readings(declared, resources, whole)


def _launch_problems(deployment: Deployment, found: account.Account, created: Mapping[str, Any]) -> Problems:
    """Names that do not exist in a further region of nodes and are not created there."""
    default = launch_names.by_default(deployment.properties)
    for region in _further_regions(deployment, found.resources):
        if region not in created and region in deployment.launch_regions:
            yield from launch_names.problems(deployment.launch_names, default, region, found.elsewhere)


def plan(
    declared: Mapping[str, Any], resources: Mapping[str, list[Facts]], elsewhere: Mapping[str, list[Facts]], creation: Mapping[str, Any]
) -> Facts:
    """The problems of the variables in this account, and the facts that the role returns; `creation` is the plan of a network to create."""
    deployment = Deployment.of(declared)
    region, created = deployment.text("region"), creation.get("regions", {})
    found = account.Account(deployment.text("name"), predicted(created.get(region, {}), resources), elsewhere)
    vpc, problem = account.vpc(found, deployment.text("vpc"), region)
    if problem:
        return {"problems": rows([problem]), "vpc_id": "", "subnets": [], "security_groups": {"stream_manager": "", "database": ""}} | {
            "installs": [],
            "base_image": "",
            "stream_manager_group": True,
        }
    choice = account.choose_subnets(
        found, deployment.names("subnets"), list(deployment.instance_types.values()), deployment.text("stream_manager_instance")
    )
    groups = {name: account.group_id(found, deployment.text(f"{name}_security_group")) for name in ("stream_manager", "database")}
    own = deployment.text("load_balancer_security_group")  # or that of the stream managers
    groups |= {"load_balancer": account.group_id(found, own)} if own else {}
    problems = chain(
        account.subnet_problems(found, deployment.names("subnets"), choice),
        account.type_problems(found, deployment.instance_types, choice),
        account.group_problems(deployment, groups),
        account.machine_problems(found, deployment, choice),
        account.address_problems(found, deployment),
        account.architecture_problems(found, deployment),
        account.listener_problems(found, deployment),
        account.certificate_problems(found, deployment),
        account.domain_problems(found, deployment),
        account.node_problems(found, deployment),
        _launch_problems(deployment, found, created),
        account.name_problems(found),
    )
    return {
        "problems": list({one["message"]: one for one in rows(chain(creation.get("problems", ()), problems))}.values()),
        "vpc_id": vpc["id"],
        "subnets": choice,
        "security_groups": groups,
        "installs": deployment.installs,
        "base_image": next((str(one["image_id"]) for one in found.all("base_image")), ""),
        "stream_manager_group": deployment.has_group or stream_manager_group.left(resources),
    }
