# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""As much of MySQL's protocol as clients here need: text queries over TCP, with a password. Standard library only."""

from __future__ import annotations

import hashlib
import socket
import struct

_CAPABILITIES = 0x1 | 0x2 | 0x200 | 0x2000 | 0x8000 | 0x10000 | 0x20000 | 0x80000  # 4.1, rows found, plugins, several statements
_WITH_DATABASE = 0x8
_MORE_RESULTS = 0x8
Row = list["str | None"]


class MySqlError(Exception):
    """What the server answered; the code is as the client shows it, such as 1045 (28000)."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code, self.text = code, text


class Connection:
    """A connection, which is closed at the end of a `with`. An OSError says that there is none."""

    def __init__(
        self, address: tuple[str, int], user: str, password: str, database: str = "", source: str = "", timeout: float = 10
    ) -> None:
        self._socket = socket.create_connection(address, timeout, (source, 0) if source else None)
        self._number = 0
        try:
            self._log_in(user, password.encode(), database)
        except BaseException:
            self._socket.close()
            raise

    def __enter__(self) -> Connection:
        return self

    def __exit__(self, *_unused: object) -> None:
        self._socket.close()

    def query(self, statements: str) -> list[Row]:
        """The rows of all results."""
        self._number = 0
        self._write(b"\x03" + statements.encode())
        rows: list[Row] = []
        more = True
        while more:
            more = self._result(rows)
        return rows

    def _result(self, rows: list[Row]) -> bool:
        """Add the rows of one result; whether another one follows."""
        packet = self._read()
        if packet[0] == 0:
            _affected, place = _number(packet, 1)
            _last, place = _number(packet, place)
            return bool(struct.unpack_from("<H", packet, place)[0] & _MORE_RESULTS)
        for _column in range(_number(packet, 0)[0] + 1):  # and the end of the columns
            self._read()
        while not _ends(packet := self._read()):
            rows.append(_texts(packet))
        return bool(struct.unpack_from("<H", packet, 3)[0] & _MORE_RESULTS)

    def _log_in(self, user: str, password: bytes, database: str) -> None:
        greeting = self._read()
        place = greeting.index(b"\0", 1) + 5  # behind the version and the number of the connection
        salt = greeting[place : place + 8] + greeting[place + 27 : place + 39]
        wanted = _CAPABILITIES | (_WITH_DATABASE if database else 0)
        scrambled = _scrambled(password, salt)
        answer = struct.pack("<IIB23x", wanted, 1 << 24, 45) + user.encode() + b"\0" + bytes([len(scrambled)]) + scrambled
        self._write(answer + (database.encode() + b"\0" if database else b"") + b"mysql_native_password\0")
        packet = self._read()
        if packet[0] == 0xFE:  # with another salt
            self._write(_scrambled(password, packet[packet.index(b"\0") + 1 :][:20]))
            self._read()

    def _write(self, content: bytes) -> None:
        self._socket.sendall(struct.pack("<I", len(content))[:3] + bytes([self._number]) + content)
        self._number += 1

    def _read(self) -> bytes:
        header = self._exactly(4)
        self._number = header[3] + 1
        packet = self._exactly(int.from_bytes(header[:3], "little"))
        if packet[:1] == b"\xff":
            code = str(struct.unpack_from("<H", packet, 1)[0])
            state = packet[4:9].decode() if packet[3:4] == b"#" else "HY000"
            raise MySqlError(f"{code} ({state})", packet[9 if packet[3:4] == b"#" else 3 :].decode(errors="replace"))
        return packet

    def _exactly(self, size: int) -> bytes:
        content = b""
        while len(content) < size:
            part = self._socket.recv(size - len(content))
            if not part:
                raise ConnectionResetError("the server closed the connection")
            content += part
        return content


def quoted(text: str) -> str:
    """A text as a literal."""
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"


def _scrambled(password: bytes, salt: bytes) -> bytes:
    if not password:
        return b""
    once = hashlib.sha1(password).digest()
    mask = hashlib.sha1(salt + hashlib.sha1(once).digest()).digest()
    return bytes(one ^ other for one, other in zip(once, mask, strict=True))


def _ends(packet: bytes) -> bool:
    return packet[0] == 0xFE and len(packet) < 9


def _number(packet: bytes, place: int) -> tuple[int, int]:
    """A number of variable length, and the place behind it."""
    first = packet[place]
    size = {0xFC: 2, 0xFD: 3, 0xFE: 8}.get(first, 0)
    return (int.from_bytes(packet[place + 1 : place + 1 + size], "little"), place + 1 + size) if size else (first, place + 1)


def _texts(packet: bytes) -> Row:
    row: Row = []
    place = 0
    while place < len(packet):
        if packet[place] == 0xFB:
            row.append(None)
            place += 1
            continue
        size, place = _number(packet, place)
        row.append(packet[place : place + size].decode(errors="replace"))
        place += size
    return row
