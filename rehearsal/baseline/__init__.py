# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Creates an account of accounts/ through the AWS APIs."""

from __future__ import annotations

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from moto.moto_api._internal import mock_random

from rehearsal import hosts, pki, rootfs, settings
from rehearsal.accounts.model import Account

from . import machines, network, strangers, website
from .common import Tick

_SEED = 20260  # the same ids in every rehearsal


def define_images(account: Account, where: hosts.Hosts) -> None:
    """Set the files with which hosts of the account's images start."""
    layers = {
        "stream_manager": (rootfs.stream_manager_layer(where.layer("stream_manager")),),
        "node": (rootfs.node_layer(where.layer("node")),),
        "plain": (rootfs.plain_layer(where.layer("plain")),),
        "bare": (),
    }
    for image in account.images.values():
        where.define_image(image.id, layers[image.tree])


def build(account: Account, state: Path, authority: pki.Authority, tick: Tick) -> None:
    """Create the account, calling `tick` while a part of it takes time; a TimeoutError names what timed out.

    Leaves the private key of its key pair in ssh/id_ed25519 of the state directory."""
    mock_random.seed(_SEED)
    public_key = _make_key(state / "ssh" / "id_ed25519")
    ids = {region: network.Region(account, region).build(public_key) for region in account.networks}
    own = ids.get(settings.REGION, {})  # an empty account has no network
    machines.build(account, own, tick)
    website.build(account, own, tick)
    strangers.build(account, own, state, authority)
    machines.wait(account, tick)


def _make_key(path: Path) -> bytes:
    key = ed25519.Ed25519PrivateKey.generate()
    path.parent.mkdir(mode=0o700, exist_ok=True)
    path.touch(mode=0o600)
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()))
    public = key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH)
    path.with_suffix(".pub").write_bytes(public + b"\n")
    return public
