# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The rehearsal's own certificate authority: what AWS Certificate Manager issues is signed by it, and only the rehearsal trusts it."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_DAYS = 395


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name[:64])])


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    plain = serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)


class Authority:
    """A certificate authority, created for each rehearsal; its certificate is `ca.pem` in the state directory."""

    def __init__(self, state: Path) -> None:
        self._directory = state / "pki"
        self._directory.mkdir(mode=0o700, exist_ok=True)
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._subject = _name("Rehearsal Certificate Authority")
        own = self._builder(self._subject, self._key.public_key())
        own = own.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        own = own.add_extension(_usage(sign_certificates=True), critical=True)
        pem = own.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
        (state / "ca.pem").write_bytes(pem)
        self._fill_trust_store(state / "certs", state / "ca.pem")

    def certificate(self, names: Sequence[str]) -> Path:
        """The file with the private key and the certificate for these DNS names (wildcards allowed), the same one for the same names."""
        path = self._directory / f"{hashlib.sha256(' '.join(names).encode()).hexdigest()[:16]}.pem"
        if not path.exists():
            path.write_bytes(self._issue(names))
        return path

    def _issue(self, names: Sequence[str]) -> bytes:
        key = ec.generate_private_key(ec.SECP256R1())
        builder = self._builder(_name(names[0]), key.public_key())
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(name) for name in names]), critical=False)
        builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        builder = builder.add_extension(_usage(sign_certificates=False), critical=True)
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        certificate = builder.sign(self._key, hashes.SHA256())
        return _pem(key) + certificate.public_bytes(serialization.Encoding.PEM)

    def _builder(self, subject: x509.Name, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
        now = datetime.now(UTC)
        return (
            x509.CertificateBuilder(subject_name=subject, issuer_name=self._subject, public_key=key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=_DAYS))
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False)
        )

    @staticmethod
    def _fill_trust_store(directory: Path, certificate: Path) -> None:
        """Makes the directory, mounted on /etc/ssl/certs, one that trusts this authority alone: as a bundle and by hash."""
        directory.mkdir(exist_ok=True)
        command = ["openssl", "x509", "-noout", "-subject_hash", "-in", str(certificate)]
        digest = subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
        for name in ("ca-certificates.crt", f"{digest}.0"):
            (directory / name).write_bytes(certificate.read_bytes())


def _usage(*, sign_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not sign_certificates,
        key_cert_sign=sign_certificates,
        crl_sign=sign_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
