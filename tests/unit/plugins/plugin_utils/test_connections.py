# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How connections are counted, waited for and reported."""

from __future__ import annotations

import pytest
from ansible_collections.streamops.red5pro.plugins.filter.connections import drain_plan
from ansible_collections.streamops.red5pro.plugins.plugin_utils.connections import (
    connection_waits,
    connections_note,
    established_connections,
)

# 10.0.0.5:5080 is 0500000A:13D8; 2001:db8::5 is B80D0120 00000000 00000000 05000000
TABLES = """\
  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000:13D8 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1 0 100 0 0 10 0
   1: 0500000A:13D8 0600000A:C350 01 00000000:00000000 00:00000000 00000000     0        0 2 1 0 20 4 30 10 -1
   2: 0500000A:13D8 0600000A:C351 06 00000000:00000000 00:00000000 00000000     0        0 3 1 0 20 4 30 10 -1
   3: 0500000A:0016 0600000A:C352 01 00000000:00000000 00:00000000 00000000     0        0 4 1 0 20 4 30 10 -1
   4: 0700000A:13D8 0600000A:C353 01 00000000:00000000 00:00000000 00000000     0        0 5 1 0 20 4 30 10 -1
   5: 0500000A:C354 0600000A:13D8 01 00000000:00000000 00:00000000 00000000     0        0 6 1 0 20 4 30 10 -1
  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when
   0: 0000000000000000FFFF00000500000A:13D8 0000000000000000FFFF00000600000A:C355 01 00000000:00000000 00:00000000
   1: B80D0120000000000000000005000000:13D8 B80D0120000000000000000006000000:C356 01 00000000:00000000 00:00000000
"""


@pytest.mark.parametrize(
    "port, address, number", [(5080, "10.0.0.5", 2), (5080, "", 4), (5080, "2001:db8::5", 1), (22, "10.0.0.5", 1), (80, "", 0)]
)
def test_established_connections_to_the_port_are_counted(port: int, address: str, number: int) -> None:
    assert established_connections(TABLES, port, address) == number


def test_of_nothing_read_nothing_is_known() -> None:
    assert established_connections("", 5080, "10.0.0.5") is None
    assert established_connections("  sl  local_address rem_address   st\n", 5080, "10.0.0.5") == 0


@pytest.mark.parametrize("unknown", [None, ""])
def test_connections_that_could_not_be_counted_are_unknown(unknown: str | None) -> None:
    assert connections_note("live-2", unknown, unknown, unknown, 120, 100) == (
        "The number of connections of live-2 when it was deregistered is unknown: the host was unreadable."
    )
    assert "3 connections cut: 3 by the load balancer" in connections_note("live-2", 3, unknown, unknown, 120, 100)
    assert "3 connections cut: 2 by the load balancer" in connections_note("live-2", 3, unknown, 1, 120, 100)


@pytest.mark.parametrize(
    "delay, timeout, interval, draining, afterwards",
    [(120, 300, 10, 100, 180), (120, 60, 10, 100, 0), (0, 30, 7, 0, 30), (15, 300, 1, 10, 285), (3, 3, 0, 0, 0)],
)
def test_waits_end_before_the_load_balancer_closes_and_go_on_after_it(
    delay: int, timeout: int, interval: int, draining: int, afterwards: int
) -> None:
    assert connection_waits(delay, timeout, interval) == {"draining": draining, "afterwards": afterwards}


@pytest.mark.parametrize(
    "numbers, note",
    [
        ((3, 0, 0), "3 connections when it was deregistered. None was cut."),
        ((1, 0, 0), "1 connection when it was deregistered. None was cut."),
        (
            (3, 2, 0),
            "3 connections when it was deregistered. 2 connections cut: 2 by the load balancer after "
            "red5pro_deregistration_delay=120 seconds.",
        ),
        (
            (3, 2, 1),
            "3 connections when it was deregistered. 2 connections cut: 1 by the load balancer after "
            "red5pro_deregistration_delay=120 seconds, 1 by this change after red5pro_connection_timeout.",
        ),
        ((1, 2, 2), "2 connections when it was deregistered. 2 connections cut: 2 by this change after red5pro_connection_timeout."),
    ],
)
def test_what_was_cut_is_reported(numbers: tuple[int, int, int], note: str) -> None:
    assert connections_note("live-2", *numbers, 120) == f"live-2 had {note}"


@pytest.mark.parametrize(
    "delay, counted_after, cut",
    [(120, 119.5, 0), (120, "120.0", 3), (120, 140, 3), (0, 0.2, 3)],
    ids=["before", "just then", "a slow look", "closed at once"],
)
def test_those_that_a_late_look_misses_were_cut_by_the_load_balancer(delay: int, counted_after: float, cut: int) -> None:
    note = connections_note("live-2", 3, 0, 0, delay, counted_after)
    by = f"3 connections cut: 3 by the load balancer after red5pro_deregistration_delay={delay} seconds."
    assert note.endswith(by if cut else "None was cut.")


def test_if_there_were_none_a_late_check_reports_none() -> None:
    assert connections_note("live-2", 0, 0, 0, 120, 300).endswith("live-2 had 0 connections when it was deregistered. None was cut.")


def test_the_plan_of_a_drain_has_all_of_it() -> None:
    rules = {"deregistration_delay": 120, "connection_timeout": 300, "poll_interval": 10}
    counted = {"before": 3, "closing": 2, "counted_after": 119.0}
    found = drain_plan(TABLES, {"host": "live-2", "port": 5080, "address": "2001:db8::5", **rules, **counted})
    assert (found["connections"], found["draining"], found["afterwards"]) == (1, 100, 180)
    assert found["note"] == connections_note("live-2", 3, 2, 1, 120, 119.0)
    first = drain_plan("", {"host": "live-2", "port": 5080, "address": "", **rules, "before": None, "closing": None, "counted_after": 0})
    assert (first["connections"], "unknown" in first["note"]) == (None, True)
