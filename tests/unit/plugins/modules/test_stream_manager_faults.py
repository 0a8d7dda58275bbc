# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Each fault at each request of create, update, delete and wait: once, in the middle, and permanent."""

from __future__ import annotations

import copy
import datetime
import ipaddress
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from fake_api import FINAL, TRANSIENT, UNREADABLE, FakeApi, Fault, Seen
from module_runner import Modules
from payloads import GROUP_OPTIONS, SEED_LAUNCH, SEED_POLICY, launch_options, policy_options

BASE = "/streammanager/api/4.0/admin"


def hold_both(api: FakeApi, modules: Modules) -> None:
    api.held["scalepolicy"]["default-v3"] = copy.deepcopy(SEED_POLICY)
    api.held["launchconfig"]["all-nodes-launch"] = copy.deepcopy(SEED_LAUNCH)


def hold_group(api: FakeApi, modules: Modules) -> None:
    hold_both(api, modules)
    modules.ok("node_group", **GROUP_OPTIONS)
    api.forget()
    api.lists_until_gone = 2


def hold_group_in_service(api: FakeApi, modules: Modules) -> None:
    hold_group(api, modules)
    modules.ok("node_group", **GROUP_OPTIONS, wait=True)
    api.forget()
    modules.clock.pauses.clear()


# What is run, before what, and its requests without a fault
RUNS: dict[str, tuple[str, dict[str, Any], Callable[[FakeApi, Modules], None], list[str]]] = {
    "create policy": ("scale_policy", policy_options(), lambda api, modules: None, ["GET scalepolicy", "POST scalepolicy"]),
    "update policy": (
        "scale_policy",
        {**policy_options(), "description": "new"},
        hold_both,
        ["GET scalepolicy", "GET scalepolicy/default-v3", "GET nodegroup", "PUT scalepolicy/default-v3"],
    ),
    "delete policy": (
        "scale_policy",
        {"name": "default-v3", "state": "absent"},
        hold_both,
        ["GET scalepolicy", "GET scalepolicy/default-v3", "GET nodegroup", "DELETE scalepolicy/default-v3"],
    ),
    "create configuration": ("launch_config", launch_options(), lambda api, modules: None, ["GET launchconfig", "POST launchconfig"]),
    "create group": (
        "node_group",
        GROUP_OPTIONS,
        hold_both,
        [
            "GET nodegroup",
            "GET scalepolicy/default-v3",
            "GET launchconfig/all-nodes-launch",
            "POST nodegroup",
            "POST nodegroup/live/node/origin",
            "GET nodegroup/live/node",
        ],
    ),
    "wait for group": (
        "node_group",
        {**GROUP_OPTIONS, "wait": True},
        hold_group,
        ["GET nodegroup", "GET nodegroup/live/node", "GET scalepolicy/default-v3", "GET nodegroup/live/node", "GET nodegroup"],
    ),
    "nothing to wait for": (
        "node_group",
        {**GROUP_OPTIONS, "wait": True},
        hold_group_in_service,
        ["GET nodegroup", "GET nodegroup/live/node", "GET scalepolicy/default-v3"],
    ),
    "delete group": (
        "node_group",
        {"name": "live", "state": "absent", "wait": True},
        hold_group,
        ["GET nodegroup", "GET nodegroup/live/node", "DELETE nodegroup/live", "GET nodegroup", "GET nodegroup", "GET nodegroup"],
    ),
    "read policies": ("scale_policy_info", {}, hold_both, ["GET scalepolicy", "GET scalepolicy/default-v3"]),
    "read groups": ("node_group_info", {}, hold_group, ["GET nodegroup", "GET nodegroup/live/node"]),
}
EXPECTED: dict[str, Any] = {}  # the result of each without a fault
POINTS = [(run, index, f"{run}, {call}, {index}") for run, row in RUNS.items() for index, call in enumerate(row[3])]


def at_each_point(*faults: tuple[Any, ...]) -> list[Any]:
    """Each fault at each request; all but every fourth are long, so that each fault and each request remains."""
    return [
        pytest.param(run, index, *fault, id=f"{name}, {', '.join(map(str, fault))}", marks=[pytest.mark.long] * ((point + number) % 4 != 0))
        for point, (run, index, name) in enumerate(POINTS)
        for number, fault in enumerate(faults)
    ]


def doing(call: str) -> str:
    """Return what the message must say was being done, for a request."""
    method, _space, path = call.partition(" ")
    names = {"scalepolicy": "scale polic", "launchconfig": "launch configuration", "nodegroup": "node group"}
    noun = names[path.split("/")[0]]
    if path.endswith("/node/origin"):
        return "launching an origin of the node group 'live'"
    if path.endswith("/node"):
        return "listing the nodes of the node group 'live'"
    if method == "GET" and "/" not in path:
        return f"listing the {noun}"
    return {"GET": "reading", "POST": "creating", "PUT": "updating", "DELETE": "deleting"}[method] + f" the {noun}"


def outcome(api: FakeApi, result: dict[str, Any]) -> Any:
    """Return what must be the same with and without a fault."""
    kept = {key: value for key, value in result.items() if key in ("changed", "diff", "scale_policy", "launch_config", "scale_policies")}
    return (
        kept,
        api.held,
        {name: {**group, "state": ""} for name, group in api.groups.items()},
        [(node["identifier"], node["role"]) for nodes in api.nodes.values() for node in nodes if node["role"] == "origin"],
    )


def run(api: FakeApi, modules: Modules, name: str, **more: Any) -> dict[str, Any]:
    module, options, _hold, _calls = RUNS[name]
    return modules(module, **{**options, "timeout": 1 if "timeout" in more else 20, "retries": 2, **more})


@pytest.mark.parametrize("name", RUNS)
def test_requests_without_a_fault(api: FakeApi, modules: Modules, name: str) -> None:
    RUNS[name][2](api, modules)
    assert not run(api, modules, name).get("failed")
    assert api.calls() == RUNS[name][3]
    assert not modules.clock.pauses


@pytest.mark.parametrize(
    ("name", "index", "kind", "effect"),
    at_each_point(*((kind, effect) for kind in TRANSIENT if kind != "hang" for effect in (False, True) if kind != "refuse" or not effect)),
)
def test_a_fault_that_passes_changes_nothing(api: FakeApi, modules: Modules, name: str, index: int, kind: str, effect: bool) -> None:
    if name not in EXPECTED:
        other = FakeApi(api.token).open()
        own = Modules(other, modules.clock, modules._capsys)
        RUNS[name][2](other, own)
        EXPECTED[name] = outcome(other, run(other, own, name))
        other.close()
    RUNS[name][2](api, modules)
    api.break_at(index, Fault(kind, effect))
    result = run(api, modules, name)
    assert not result.get("failed"), result["msg"]
    assert outcome(api, result) == EXPECTED[name]
    # After a useless answer, the API's state decides
    settled = effect and kind in UNREADABLE and RUNS[name][3][index].startswith(("PUT", "DELETE"))
    assert modules.clock.pauses or settled, "it was tried again without a pause"


@pytest.mark.parametrize(("name", "index", "kind"), at_each_point(*((kind,) for kind in (*TRANSIENT, *FINAL) if kind != "hang")))
def test_a_permanent_fault_is_reported(api: FakeApi, modules: Modules, name: str, index: int, kind: str) -> None:
    RUNS[name][2](api, modules)
    call = RUNS[name][3][index]
    api.break_from(index, Fault(kind))
    result = run(api, modules, name)
    message = result["msg"]
    assert result["failed"] and doing(call) in message
    method, _space, path = call.partition(" ")
    kinds = {"scalepolicy": "configurations/scalepolicy", "launchconfig": "configurations/launchconfig", "nodegroup": "nodegroup"}
    first = path.split("/")[0]
    assert f"{method} {api.url}{BASE}/{path.replace(first, kinds[first], 1)}?accessToken=********" in message
    assert not api.writes()[1:] or name != "create policy" or kind not in FINAL
    sent = len(api.requests) - index
    assert sent <= 3 + (4 * 3 if method in ("POST", "PUT", "DELETE") else 0)
    if kind in FINAL:
        assert "tried" not in message


@pytest.mark.parametrize("name", ["create policy", "update policy", "delete policy", "create group"])
def test_no_answer_in_time(api: FakeApi, modules: Modules, name: str) -> None:
    RUNS[name][2](api, modules)
    last = len(RUNS[name][3]) - 1
    api.break_at(last, Fault("hang", effect=True))
    assert not run(api, modules, name, timeout=1).get("failed")
    api.forget()
    api.break_from(0, Fault("hang"))
    message = modules.refused("scale_policy_info", timeout=1, retries=0)
    assert "got no answer within 1 s" in message and "timeout" in message


POSTS = [("create policy", 1), ("create configuration", 1), ("create group", 3), ("create group", 4)]


@pytest.mark.parametrize(("name", "index"), POSTS)
@pytest.mark.parametrize("kind", [kind for kind in TRANSIENT if kind not in ("hang", "refuse")])
def test_a_lost_post_is_not_sent_twice(api: FakeApi, modules: Modules, name: str, index: int, kind: str) -> None:
    RUNS[name][2](api, modules)
    api.break_at(index, Fault(kind, effect=True))
    assert not run(api, modules, name, retries=0).get("failed")
    assert api.writes().count(RUNS[name][3][index]) == 1
    assert api.calls()[index + 1].startswith("GET ")


@pytest.mark.parametrize(("name", "index"), POSTS)
def test_a_lost_post_without_effect_is_sent_again_after_a_look(api: FakeApi, modules: Modules, name: str, index: int) -> None:
    RUNS[name][2](api, modules)
    api.break_at(index, Fault("reset"))
    assert not run(api, modules, name).get("failed")
    post = RUNS[name][3][index]
    first = api.calls().index(post)
    assert api.calls()[first + 1].startswith("GET ") and api.calls()[first + 2] == post


@pytest.mark.parametrize(("name", "index"), POSTS)
def test_a_lost_post_whose_effect_cannot_be_checked(api: FakeApi, modules: Modules, name: str, index: int) -> None:
    RUNS[name][2](api, modules)
    api.break_from(index, Fault("error 500"))
    message = run(api, modules, name)["msg"]
    assert "Failed to check whether it took effect" in message
    assert api.writes().count(RUNS[name][3][index]) == 1


def test_a_post_that_takes_effect_late(api: FakeApi, modules: Modules) -> None:
    """The list does not have it yet, the second POST is refused because it exists by then."""

    def late(seen: Seen) -> None:
        if len(api.requests) == 4:
            api.held["scalepolicy"]["default-v3"] = copy.deepcopy(SEED_POLICY)

    api.break_at(1, Fault("reset"))
    api.hook = late
    assert modules.ok("scale_policy", **policy_options())["changed"]
    assert api.calls() == [*["GET scalepolicy", "POST scalepolicy"] * 2, "GET scalepolicy", "GET scalepolicy/default-v3"]


@pytest.mark.parametrize("refusal", ["page 400", "page 404"])
def test_a_lost_delete_counts_by_the_list(api: FakeApi, modules: Modules, refusal: str) -> None:
    hold_both(api, modules)
    api.break_at(3, Fault("page 502", effect=True))
    api.break_at(4, Fault(refusal))
    assert modules.ok("scale_policy", name="default-v3", state="absent")["changed"]
    assert api.calls()[3:] == ["DELETE scalepolicy/default-v3"] * 2 + ["GET scalepolicy"]


def test_a_delete_that_never_answers_counts_by_the_list(api: FakeApi, modules: Modules) -> None:
    hold_both(api, modules)
    for index in (3, 4, 5):
        api.break_at(index, Fault("error 500", effect=index == 3))
    assert modules.ok("scale_policy", name="default-v3", state="absent", retries=2)["changed"]
    assert api.calls()[3:] == ["DELETE scalepolicy/default-v3"] * 3 + ["GET scalepolicy"]


@pytest.mark.parametrize("kind", ["page 404", "error 500"])
def test_a_delete_without_effect_fails(api: FakeApi, modules: Modules, kind: str) -> None:
    hold_both(api, modules)
    for index in (3, 4, 5):
        api.break_at(index, Fault(kind))
    message = modules.refused("scale_policy", name="default-v3", state="absent", retries=2 if "500" in kind else 0)
    assert "deleting the scale policy" in message
    assert "default-v3" in api.held["scalepolicy"]


def test_a_code_alone_is_no_absence(api: FakeApi, modules: Modules) -> None:
    hold_both(api, modules)
    api.break_at(1, Fault("page 404"))
    message = modules.refused("scale_policy", **policy_options())
    assert "reading the scale policy 'default-v3'" in message and "404" in message
    assert api.calls() == ["GET scalepolicy", "GET scalepolicy/default-v3", "GET scalepolicy"]


def test_pauses_grow_and_are_random(api: FakeApi, modules: Modules) -> None:
    limits = []
    for _run in range(12):
        api.forget()
        modules.clock.pauses.clear()
        api.break_from(0, Fault("error 500"))
        modules.refused("scale_policy_info", retries=7)
        assert len(api.requests) == 8
        limits.append(tuple(modules.clock.pauses))
    assert len(set(limits)) > 1
    assert all(pause < min(30, 2 * 2**number) for pauses in limits for number, pause in enumerate(pauses))
    assert max(pauses[-1] for pauses in limits) > 2


@pytest.mark.parametrize("kind", ["redirect"])
@pytest.mark.parametrize("name", ["create policy", "update policy", "delete policy", "read policies"])
def test_a_redirect_is_not_followed(api: FakeApi, modules: Modules, kind: str, name: str) -> None:
    RUNS[name][2](api, modules)
    target = FakeApi("another token").open()
    try:
        for index in range(len(RUNS[name][3])):
            api.forget()
            api.redirect = f"{target.url}/somewhere"
            api.break_at(index, Fault(kind))
            message = run(api, modules, name)["msg"]
            assert f"a redirect to {target.url}/somewhere, which is not followed" in message and "api_url" in message
            assert len(api.requests) == index + 1
        assert not target.requests
    finally:
        target.close()


def test_the_token_is_not_shown_wherever_the_answer_has_it(api: FakeApi, modules: Modules) -> None:
    api.token = "geheim/1 ä+%"
    for kind in ("page", "page 502", "error 500", "error 403", "page 404", "redirect"):
        api.forget()
        api.break_from(0, Fault(kind))
        message = modules.refused("scale_policy_info", retries=0)
        assert "geheim" not in message and "********" in message
    assert "geheim" not in modules.output


def certificate(directory: Path, address: str) -> tuple[ssl.SSLContext, str]:
    """Return a server's context and the path of the certificate that it shows."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, address)])
    now = datetime.datetime.now(datetime.UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    public, private = directory / f"{address}.pem", directory / f"{address}.key"
    public.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(public, private)
    return context, str(public)


def test_certificates(modules: Modules, tmp_path: Path) -> None:
    right, trusted = certificate(tmp_path, "127.0.0.1")
    wrong, other = certificate(tmp_path, "127.0.0.2")
    for context, ca_path, validate, message in (
        (right, trusted, True, ""),
        (right, other, True, "certificate that is not trusted"),
        (right, None, True, "certificate that is not trusted"),
        (right, None, False, ""),
        (wrong, other, True, "certificate that is not trusted"),
    ):
        server = FakeApi(modules.api.token).open(tls=context)
        modules.api.token = server.token
        try:
            result = modules("scale_policy_info", api_url=server.url, ca_path=ca_path, validate_certs=validate)
        finally:
            server.close()
        assert message in result.get("msg", "") and bool(result.get("failed")) is bool(message)
        if message:
            assert "ca_path" in result["msg"] and not server.requests
    assert not modules.clock.pauses


def test_ca_path_without_certificates(modules: Modules, tmp_path: Path) -> None:
    broken = tmp_path / "broken.pem"
    broken.write_text("no certificate")
    message = modules.refused("scale_policy_info", ca_path=str(broken), api_url="https://127.0.0.1:9")
    assert f"Invalid ca_path: {broken}. Expected: a file of PEM certificates; " in message


def test_an_answer_too_deep_to_read(api: FakeApi, modules: Modules) -> None:
    api._configuration = lambda seen, *path: (200, "[" * 3)  # type: ignore[method-assign]
    assert "not a list" in modules.refused("scale_policy_info", retries=0)
