# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The rehearsal's name server: Route 53's records, the names AWS gives to what it runs, and nothing else."""

from __future__ import annotations

import logging
import socketserver
import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol

from dnslib import QTYPE, RCODE, RR, DNSRecord
from dnslib.server import BaseResolver, DNSHandler, DNSLogger, DNSServer

from rehearsal import settings
from rehearsal.model import Balancer, DatabaseInstance, Instance, Record

_AWS_TTL = 60
_LONGEST_CHAIN = 8
_POLL = 0.1  # seconds that closing takes at most
# Region -> the domains of public and of private instance names.
_INSTANCE_DOMAINS = {
    settings.REGION: ("compute-1.amazonaws.com", "ec2.internal"),
    settings.SECOND_REGION: ("us-west-2.compute.amazonaws.com", "us-west-2.compute.internal"),
}


class View(Protocol):
    """What the name server reads of the emulated AWS, whenever its version changes."""

    def moment(self) -> int:
        """A number that changes whenever anything else here may."""

    def records(self) -> Iterable[Record]:
        """All records of all hosted zones."""

    def balancers(self) -> Iterable[Balancer]:
        """All load balancers."""

    def databases(self) -> Iterable[DatabaseInstance]:
        """All DB instances."""

    def instances(self, region: str) -> Iterable[Instance]:
        """The instances of a region."""


def _aws_records(view: View) -> Iterator[Record]:
    yield Record(settings.DATABASE_NAME, "A", _AWS_TTL, (settings.DATABASE_ADDRESS[0],))
    yield Record(settings.DOWNLOADS_NAME, "A", _AWS_TTL, (settings.DOWNLOADS_ADDRESS[0],))
    for database in view.databases():
        if database.reachable:
            yield Record(database.host, "A", _AWS_TTL, (database.address,))
    for balancer in view.balancers():
        yield Record(balancer.dns_name, "A", _AWS_TTL, balancer.addresses)
    for region, (public, private) in _INSTANCE_DOMAINS.items():
        for instance in view.instances(region):
            yield Record(f"ip-{instance.private_ip.replace('.', '-')}.{private}", "A", _AWS_TTL, (instance.private_ip,))
            if instance.public_ip:
                yield Record(f"ec2-{instance.public_ip.replace('.', '-')}.{public}", "A", _AWS_TTL, (instance.public_ip,))


class Names:
    """All names at one time."""

    def __init__(self, records: Iterable[Record]) -> None:
        self._records: Mapping[str, list[Record]] = defaultdict(list)
        self._nodes: set[str] = set()  # also names which have no records but others below them
        self._answers: dict[tuple[str, str], tuple[list[RR], bool]] = {}
        for record in records:
            name = record.name.lower().replace(r"\052", "*")
            self._records[name].append(record)
            labels = name.split(".")
            self._nodes.update(".".join(labels[start:]) for start in range(len(labels)))

    def _at(self, name: str) -> list[Record] | None:
        """The records of a name, or of the wildcard that covers it; None where the name does not exist."""
        if name in self._nodes:
            return self._records.get(name, [])
        parent = name.partition(".")[2]
        while parent and parent not in self._nodes:
            parent = parent.partition(".")[2]
        return self._records.get(f"*.{parent}")

    def answer(self, name: str, type_: str) -> tuple[list[RR], bool]:
        """The answer to a question, following CNAMEs and aliases, and whether the last name of the chain exists."""
        if (name, type_) not in self._answers:
            self._answers[name, type_] = self._find(name, type_)
        return self._answers[name, type_]

    def _find(self, name: str, type_: str) -> tuple[list[RR], bool]:
        answer: list[RR] = []
        asked = name
        for _unused in range(_LONGEST_CHAIN):
            records = self._at(asked.lower())
            if records is None:
                return answer, False
            cname = next((record for record in records if record.type == "CNAME" and type_ != "CNAME"), None)
            if cname is None:
                return answer + [rr for record in records if record.type == type_ for rr in self._own(asked, record)], True
            answer += self._own(asked, cname)
            asked = cname.values[0].rstrip(".")
        return answer, True

    def _own(self, name: str, record: Record) -> list[RR]:
        """The answer of a record set, with the queried name."""
        if record.alias:
            found, _unused = self.answer(record.alias.rstrip("."), record.type)
            values, ttl = tuple(str(rr.rdata) for rr in found if QTYPE[rr.rtype] == record.type), _AWS_TTL
        else:
            values, ttl = record.values, record.ttl
        return [rr for value in values for rr in RR.fromZone(f"{name}. {ttl} IN {record.type} {value}")]


class _Resolver(BaseResolver):
    def __init__(self, view: View) -> None:
        self._view = view
        self._known = (-1, Names([]))

    def _names(self) -> Names:
        moment = self._view.moment()
        if self._known[0] != moment:
            self._known = moment, Names([*self._view.records(), *_aws_records(self._view)])
        return self._known[1]

    def resolve(self, request: DNSRecord, handler: DNSHandler) -> DNSRecord:
        reply: DNSRecord = request.reply()
        answer, exists = self._names().answer(str(request.q.qname).rstrip("."), QTYPE[request.q.qtype])
        reply.add_answer(*answer)
        if not exists:
            reply.header.rcode = RCODE.NXDOMAIN
        return reply


class NameServer:
    """Answers on settings.DNS_ADDRESS, UDP and TCP, until closed."""

    def __init__(self, view: View, address: tuple[str, int] = settings.DNS_ADDRESS) -> None:
        errors = DNSLogger("error", prefix=False, logf=logging.getLogger("dns").warning)
        host, port = address
        resolver = _Resolver(view)
        # One thread answers all datagrams: an answer takes less time than a thread of its own.
        udp = DNSServer(resolver, host, port, logger=errors, server=socketserver.UDPServer)
        self._servers = [udp, DNSServer(resolver, host, port, tcp=True, logger=errors)]
        for server in self._servers:
            threading.Thread(target=server.server.serve_forever, args=(_POLL,), name="dns", daemon=True).start()

    def tick(self) -> None:
        """Nothing to do: names are read for each query."""

    def close(self) -> None:
        """Stop answering."""
        for server in self._servers:
            server.stop()
            server.server.server_close()
