# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The cloud controller: launches, watches and terminates the nodes of all groups. One stream manager leads at a time."""

from __future__ import annotations

import logging
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator, Mapping

from .config import AWS_CONTROLLER, Environment, cloud_controller
from .database import Database, DatabaseError, Document
from .ec2 import Ec2Error, Server
from .launcher import Launcher

_LOG = logging.getLogger("controller")
_LEASE = 10  # seconds after which another stream manager leads, if this one stops
_LEADING, _WAITING = 0.5, 2.0  # seconds between two passes of the one that leads, and of the others
_LOST = 60  # seconds after which an instance that EC2 does not know is no longer expected
_RETRY = 5  # seconds between two tries of what EC2 refused
AWS = AWS_CONTROLLER


class Controller:
    """Keeps the database's nodes and EC2's instances in step."""

    def __init__(self, properties: Mapping[str, str], environment: Environment, database: Database) -> None:
        self._database = database
        self._launcher = Launcher(properties, environment.endpoint)
        self.kind = cloud_controller(environment.home, properties)
        self._owner = environment.instance()["id"]
        interval = int(properties.get("instancecontroller.cloudCleanupInterval", "180000")) / 1000 * environment.pace
        self._cleanup_interval = max(3.0, interval)
        self._next_cleanup = time.monotonic() + self._cleanup_interval
        self._not_before: dict[str, float] = {}

    def run(self, stop: threading.Event) -> None:
        """Lead whenever nobody else does, until stopped. The dummy that Red5 ships does nothing."""
        if self.kind != AWS:
            return
        last = ""  # what is written to the log only once
        leads = True
        while not stop.wait(_RETRY / 2 if last else _LEADING if leads else _WAITING):
            failure = ""
            try:
                leads = self._database.lease("controller", self._owner, _LEASE) == self._owner
                if leads:
                    self.tick()
            except (DatabaseError, Ec2Error) as error:
                failure = str(error)
            if failure and failure != last:
                _LOG.error("%s", failure)
            last = failure

    def resign(self) -> None:
        """Let another stream manager lead at once."""
        self._database.lease("controller", self._owner, 0)

    def tick(self) -> None:
        """One pass. EC2 is called only while nodes change, and at every clean-up."""
        groups, nodes = self._database.all("groups"), self._database.all("nodes")
        if time.monotonic() >= self._next_cleanup:
            self._next_cleanup = time.monotonic() + self._cleanup_interval
            for region in self._regions(groups, nodes):
                self._clean_up(region)
        elif any(node["state"] != "inservice" or node.get("doomed") for node in nodes.values()):
            for region in {node["region"] for node in nodes.values()}:
                self._watch(self._launcher.servers(region), region)
        for name, group in groups.items():
            self._tend(name, group)

    def _regions(self, groups: Mapping[str, Document], nodes: Mapping[str, Document]) -> set[str]:
        found = {self._launcher.default_region, *(node["region"] for node in nodes.values())}
        return found.union(*(group["regions"] for group in groups.values()))

    def _clean_up(self, region: str) -> None:
        """Terminates instances of this environment that are not in its database, as the documentation warns."""
        try:
            servers = self._launcher.servers(region)
        except Ec2Error as error:
            _LOG.error("%s", error)
            return
        nodes = self._watch(servers, region)
        for server in servers.values():
            if server.tags.get("identifier") not in nodes and server.state not in ("shutting-down", "stopping"):
                _LOG.warning("%s (%s) is unknown: ending it", server.id, server.tags["Name"])
                self._launcher.terminate(region, server.id)

    def _watch(self, servers: Mapping[str, Server], region: str) -> dict[str, Document]:
        """Brings the nodes of a region up to date; they are read after the servers, so that every server's node is among them."""
        nodes = self._database.all("nodes")
        by_identifier = {server.tags.get("identifier"): server for server in servers.values()}
        for identifier, node in nodes.items():
            if node["region"] == region:
                self._watch_node(identifier, node, by_identifier.get(identifier))
        return nodes

    def _watch_node(self, identifier: str, node: Document, server: Server | None) -> None:
        if server is None:
            if node.get("doomed") or time.time() - node["launched"] > _LOST:
                self._database.delete("nodes", identifier)
            return
        if node.get("doomed") and server.state not in ("shutting-down", "terminated"):
            self._launcher.terminate(node["region"], server.id)
        state = {"pending": "pending", "running": "running"}.get(server.state, "terminating")
        if state == "running" and node.get("reported"):
            state = "inservice"
        address = server.public_ip or server.private_ip
        if (state, address) != (node["state"], node["address"]):
            self._database.update("nodes", identifier, state=state, address=address, instanceId=server.id, availabilityZone=server.zone)

    def _tend(self, name: str, group: Document) -> None:
        """Fills a started group, or removes a deleted one."""
        nodes = [node for node in self._database.all("nodes").values() if node["group"] == name]
        if group.get("deleted"):
            for node in nodes:
                self._database.update("nodes", node["identifier"], doomed=True)
            if not nodes:
                self._database.delete("groups", name)
            return
        for node in nodes:
            if node.get("sunset") and not node.get("connections"):
                self._database.update("nodes", node["identifier"], doomed=True)
        if group["state"] == "new" or time.monotonic() < self._not_before.get(name, 0):
            return
        alive = [node for node in nodes if not (node.get("doomed") or node.get("sunset"))]
        complete = any(node["state"] == "inservice" for node in alive)
        for region, role, minimum in self._minimums(group):
            present = [node for node in alive if (node["region"], node["role"]) == (region, role)]
            complete = complete and sum(node["state"] == "inservice" for node in present) >= minimum
            for _unused in range(minimum - len(present)):
                try:
                    self.launch(group, region, role)
                except Ec2Error as error:
                    _LOG.error("group %s, %s in %s: %s", name, role, region, error)
                    self._not_before[name] = time.monotonic() + _RETRY
                    return
        if complete and group["state"] != "active":
            self._database.update("groups", name, state="active")

    def _minimums(self, group: Document) -> Iterator[tuple[str, str, int]]:
        """Region, role and minimum number of nodes."""
        policy = self._database.get("scalepolicy", group["scalePolicy"])
        regions = policy["targets"]["region"] if policy else []
        for name in group["regions"]:
            minimums: Counter[str] = Counter()  # a region that is there several times, each with a subnet, needs the nodes of all
            for region in [one for one in regions if one["name"] == name] or [one for one in regions if one["name"] == "default"]:
                for target in region["target"]:
                    minimums[target["role"]] += target["minLimit"]
            for role, count in minimums.items():
                yield name, role, count

    def launch(self, group: Document, region: str, role: str) -> Document:
        """Launch one node and return it; an Ec2Error says why not. It is in the database first, so that no clean-up terminates it."""
        if self.kind != AWS:
            raise Ec2Error("Unsupported", f"{self.kind} launches nothing")
        configuration = self._database.get("launchconfig", group["launchConfig"])
        if configuration is None:
            raise Ec2Error("NotFound", f"launch configuration {group['launchConfig']} does not exist")
        capacity = next((t["connectionCapacity"] for t in configuration["targets"]["target"] if t["role"] == role), 0)
        node = {
            "identifier": f"{self._launcher.prefix}-{role}-{uuid.uuid4().hex[:12]}",
            "role": role,
            "group": group["name"],
            "region": region,
            "availabilityZone": "",
            "address": "",
            "state": "pending",
            "launchConfig": group["launchConfig"],
            "capacity": capacity,
            "launched": time.time(),
        }
        identifier = str(node["identifier"])
        self._database.put("nodes", identifier, node)
        try:
            server = self._launcher.launch(node, configuration, self._database.count(f"launches/{region}/{role}"))
        except Ec2Error:
            self._database.delete("nodes", identifier)
            raise
        known = {"availabilityZone": server.zone, "instanceId": server.id, "address": server.private_ip}
        self._database.update("nodes", identifier, **known)
        return node | known
