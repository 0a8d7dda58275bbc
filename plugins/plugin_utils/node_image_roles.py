# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The declared images of single roles: what is wrong with them, and what of a builder they do not keep. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from pathlib import PurePosixPath
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.streamops.red5pro.plugins.module_utils._argument_spec import argument_problems, without_blanks
from ansible_collections.streamops.red5pro.plugins.module_utils._fields import ROLE
from ansible_collections.streamops.red5pro.plugins.module_utils._messages import Problem
from ansible_collections.streamops.red5pro.plugins.module_utils._plain import plain
from ansible_collections.streamops.red5pro.plugins.module_utils._rules import bare, unique_problems

Facts = dict[str, Any]
Problems = Iterator[Problem]

VARIABLE = "red5pro_node_images"
# Without these a node is never in service, so they are kept whether or not they are listed.
NEEDED = {"plugins": ("red5pro-rtsp*", "red5pro-autoscale-plugin*"), "webapps": ("root", "live")}
API = "api"  # the webapp with which stream managers talk to nodes if they have a token for it
_NAMES: Facts = {"type": "list", "elements": "str"}
_FILE: Facts = {"src": {"type": "str", "required": True}, "dest": {"type": "str", "required": True}, "mode": {"type": "str"}}
_FILES: Facts = {"type": "list", "elements": "dict", "options": _FILE}
OPTIONS: Facts = {"role": ROLE.option, "plugins": _NAMES, "webapps": _NAMES, "files": _FILES}
_ENTRY = f"a dictionary with any of {', '.join(OPTIONS)}"
_WRITTEN = "conf/autoscale.xml"
_MODE = "0644"
HOME = "/usr/local/red5pro"


def problems(declared: Any, home: str = HOME) -> Problems:
    """What is wrong with the declaration by itself."""
    declared = plain(declared)
    if not isinstance(declared, list):
        yield Problem(VARIABLE, declared, f"a list; each item is {_ENTRY}")
        return
    for index, entry in enumerate(declared):
        yield from _problems_of_one(entry, f"{VARIABLE}[{index}]", home)
    roles = [entry.get("role") if isinstance(entry, dict) else None for entry in declared]
    yield from unique_problems(roles, VARIABLE, "role", "role")


def _problems_of_one(entry: Any, where: str, home: str) -> Problems:
    if not isinstance(entry, dict):
        yield Problem(where, entry, _ENTRY)
        return
    given = without_blanks(OPTIONS, entry)
    found = list(argument_problems(OPTIONS, given, f"{where}."))
    yield from found
    if found:
        return
    one = _validated(given)
    for kind in NEEDED:
        for index, pattern in enumerate(one[kind] or ()):
            if not re.fullmatch(r"[^/\s]+", pattern) or pattern in (".", ".."):
                yield Problem(f"{where}.{kind}[{index}]", pattern, f"the name of a file in {kind}, or a pattern of such names")
            elif pattern == "streammanager":
                yield Problem(f"{where}.{kind}[{index}]", pattern, "another one, since a host with it is a stream manager and no node")
    for index, file in enumerate(given.get("files") or ()):
        yield from _file_problems(file, f"{where}.files[{index}]")
    yield from unique_problems([_below(home, file["dest"]) for file in one["files"] or ()], f"{where}.files", "dest", "destination")


def _file_problems(file: Facts, where: str) -> Problems:
    src, dest, mode = str(file["src"]), str(file["dest"]), file.get("mode")
    if not re.fullmatch(r"/[^\x00-\x1f]+", src) or bare(src) != src:
        yield Problem(f"{where}.src", src, "the absolute path of a file on the controller")
    if not re.fullmatch(r"[^\x00-\x1f]*[^\x00-\x1f/]", dest) or {".", ".."} & {*dest.split("/")} or bare(dest) != dest:
        yield Problem(f"{where}.dest", dest, "the path of a file below red5pro_home, such as conf/access.properties, or an absolute path")
    elif _one_slash(f"/{dest}").endswith(f"/{_WRITTEN}"):
        yield Problem(f"{where}.dest", dest, "another file, since the role node_image writes it")
    # YAML reads 0640 as the number 416, whose digits would be another mode.
    if mode not in (None, "") and not (isinstance(mode, str) and re.fullmatch(r"0?[0-7]{3}|[0-7]{4}", mode)):
        yield Problem(f"{where}.mode", mode, "three or four octal digits in quotes, such as '0640'")


def _validated(given: Facts) -> Facts:
    found: Facts = ArgumentSpecValidator(OPTIONS).validate(given).validated_parameters
    return found


def entries(declared: Any, node_api: bool = False, home: str = "") -> list[Facts]:
    """The valid entries in one form: with their `index`, what they keep, None for everything, and files with their whole paths."""
    found = []
    for index, entry in enumerate(plain(declared)):
        if list(_problems_of_one(entry, "", home)):
            continue
        one = _validated(without_blanks(OPTIONS, entry))
        webapps = one["webapps"] if one["webapps"] is None or not node_api else [*one["webapps"], API]
        files = [
            {"index": number, "src": file["src"], "dest": _path(home, file["dest"]), "mode": file["mode"] or _MODE}
            for number, file in enumerate(one["files"] or ())
        ]
        kept = {"plugins": one["plugins"], "webapps": webapps}
        found.append(
            {
                "index": index,
                "role": one["role"],
                **{kind: None if names is None else sorted({*names, *NEEDED[kind]}) for kind, names in kept.items()},
                "declared": {kind: one[kind] or [] for kind in NEEDED},
                "files": sorted(files, key=lambda file: str(file["dest"])),
                "directories": sorted({str(PurePosixPath(file["dest"]).parent) for file in files}),
            }
        )
    return found


def _path(home: str, dest: str) -> str:
    return str(PurePosixPath(home) / _one_slash(dest))


def _one_slash(path: str) -> str:
    return re.sub(r"/+", "/", path)


def _below(home: str, dest: str) -> str:
    """A destination in the form that is the same for the same file."""
    return _path(home, dest).removeprefix(f"{PurePosixPath(home)}/")


def missing_files(declared: Iterable[Facts], checksums: Mapping[str, str]) -> Problems:
    """The files of entries that are not on the controller."""
    for entry in declared:
        for file in entry["files"]:
            if not checksums.get(file["src"]):
                where = f"{VARIABLE}[{entry['index']}].files[{file['index']}].src"
                yield Problem(where, file["src"], "a file on the controller that can be read")


def surplus(entry: Facts, found: Iterable[Facts]) -> dict[str, list[str]]:
    """The `paths` that an image does not keep, and as `problems` what it should keep and does not have.

    found is what the module find returned of the directories plugins and webapps. Plugins are JAR files there, webapps are directories,
    links and WAR files; other files are none of these and stay.
    """
    there: dict[str, dict[str, str]] = {kind: {} for kind in NEEDED}
    for one in found:
        path = PurePosixPath(one["path"])
        directory, kind = one["isdir"] or one["islnk"], path.parent.name
        if path.suffix == ".jar" if kind == "plugins" else directory or path.suffix == ".war":
            there[kind][path.name] = str(path)
    lacking = [
        Problem(
            f"{VARIABLE}[{entry['index']}].{kind}", pattern, f"names or patterns of {kind} of the image, which has {_listed(there[kind])}"
        )
        for kind, patterns in entry["declared"].items()
        for pattern in patterns
        if not any(_matches(name, pattern) for name in there[kind])
    ]
    return {
        "problems": [str(problem) for problem in lacking],
        "paths": [
            path
            for kind, names in there.items()
            if entry[kind] is not None
            for name, path in sorted(names.items())
            if not any(_matches(name, pattern) for pattern in entry[kind])
        ],
    }


def _matches(name: str, pattern: str) -> bool:
    """Whether a file has this name, with or without its version and suffix, or matches this pattern."""
    stem = re.sub(r"\.(jar|war)$", "", name)
    return any(fnmatchcase(one, pattern) for one in (name, stem, re.sub(r"-\d[\w.-]*$", "", stem) if name.endswith(".jar") else stem))


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names)) or "none"
