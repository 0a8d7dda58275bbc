# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Nothing leaves the rehearsal, and nothing of it is trusted outside."""

from __future__ import annotations

import json
import subprocess

from rehearsal.accounts import default as account
from tests.rehearsal.conftest import Rehearsal

URL = f"https://{account.OTHER_SITE}/"
FETCH = f"import urllib.request as r\ntry:\n    r.urlopen({URL!r}, timeout=20)\nexcept r.HTTPError as error:\n    print(error.code)\n"


def test_loopback_is_the_only_interface_and_there_is_no_way_out(rehearsal: Rehearsal) -> None:
    links = json.loads(rehearsal.run(["ip", "-json", "link"]).stdout)
    assert [link["ifname"] for link in links] == ["lo"]
    assert rehearsal.run(["ip", "route"]).stdout == ""
    connect = (
        "import errno, socket\ntry:\n    socket.create_connection(('192.0.2.1', 443), 5)\n"
        "except OSError as error:\n    print(error.errno == errno.ENETUNREACH)"
    )
    assert rehearsal.run(["python", "-c", connect]).stdout == "True\n"


def test_names_are_asked_of_the_rehearsal_alone(rehearsal: Rehearsal) -> None:
    assert rehearsal.run(["cat", "/etc/resolv.conf"]).stdout == "nameserver 127.0.0.53\n"
    assert rehearsal.run(["grep", "^hosts:", "/etc/nsswitch.conf"]).stdout == "hosts: files dns\n"
    # Sockets of name services would answer from outside of the network namespace.
    assert rehearsal.run("find /run -type s").stdout == ""


def test_the_machine_keeps_its_own_files(rehearsal: Rehearsal) -> None:
    rehearsal.run("echo 127.0.0.1 rehearsed >> /etc/hosts; touch /run/rehearsed")
    with open("/etc/hosts", encoding="utf-8") as hosts:
        assert "rehearsed" not in hosts.read()
    assert subprocess.run(["ls", "/run/rehearsed"], capture_output=True, check=False).returncode != 0


def test_inside_curl_and_python_trust_what_the_authority_signed_by_any_of_their_ways(rehearsal: Rehearsal) -> None:
    curl = f"curl -sS -o /dev/null -w '%{{http_code}} %{{ssl_verify_result}}' {URL}"
    unset = "unset SSL_CERT_FILE CURL_CA_BUNDLE REQUESTS_CA_BUNDLE AWS_CA_BUNDLE"
    for before in ("true", unset):
        assert rehearsal.run(f"{before}; {curl}").stdout == "503 0"
        assert rehearsal.run(f'{before}; /usr/bin/python3 -c "$0"'.replace("$0", FETCH.replace('"', "'"))).stdout == "503\n"
    requests = f"import requests; print(requests.get({URL!r}, timeout=20).status_code)"
    assert rehearsal.run(["python", "-c", requests]).stdout == "503\n"


def test_inside_no_other_authority_is_trusted(rehearsal: Rehearsal) -> None:
    count = "import ssl; print(len(ssl.create_default_context().get_ca_certs()))"
    assert rehearsal.run(["python", "-c", count]).stdout == "1\n"
    links = rehearsal.run("ls /etc/ssl/certs").stdout.split()
    assert len(links) == 2
    assert "ca-certificates.crt" in links


def test_outside_of_its_mounts_the_certificate_is_not_trusted(rehearsal: Rehearsal) -> None:
    holder = (rehearsal.state / "pid").read_text().strip()
    address = f"{account.OTHER_SITE}:443:127.56.0.1:443"
    curl = ["env", "-i", "PATH=/usr/bin:/bin", "curl", "-sS", "--connect-to", address, URL]
    done = subprocess.run(["nsenter", f"--net=/proc/{holder}/ns/net", *curl], capture_output=True, text=True, check=False)
    assert done.returncode == 60, done.stderr  # "peer certificate cannot be authenticated with known CA certificates"
