# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What messages show of an answer, and that they show no secret."""

from __future__ import annotations

import pytest
from ansible_collections.streamops.red5pro.plugins.module_utils._answer_text import HIDDEN, excerpt, hide, spellings


@pytest.mark.parametrize("token", ["xyz123", "a b+c/d%e&f=g#h", "ä<ö>\"'\\", "two  spaces", "%41"])
def test_the_token_is_hidden_in_every_spelling(token: str) -> None:
    for spelling in spellings(token):
        for shown in (spelling, spelling.lower(), spelling.upper()):
            assert hide(f"before {shown} after", token) == f"before {HIDDEN} after"
    assert hide("nothing to hide", token) == "nothing to hide"


def test_shapes_of_excerpts() -> None:
    assert excerpt(b"", "geheim") == "nothing"
    assert excerpt(b"<html><style>p {}</style><p>a &amp; b</p>\n\n<script>x</script>c</html>", "geheim") == "a & b c"
    assert excerpt(b'{"errorMessage": "no\\tsuch", "timestamp": 1}', "geheim") == "no such"
    assert excerpt(b"\xff\x00x", "geheim") == "\ufffd x"
    assert excerpt(b"[" * 100000, "geheim").endswith("[ ...")
    assert len(excerpt(b"x" * 1000, "geheim")) == 304
    assert "geheim" not in excerpt(b"x" * 296 + b"geheim", "geheim")


@pytest.mark.parametrize(
    "value", ['"s3cret"', '"a\\"s3cret"', '"s3cret', "7531", '["s3cret", "s3cret"]', '{"x": "s3cret"}', '["s3cret"', "true"]
)
@pytest.mark.parametrize("end", ["", "}]}", ', "after": 1}]}'])
def test_values_of_pairs_are_not_shown(value: str, end: str) -> None:
    answer = f'{{"property": [{{"name": "a", "value": "s3cret"}}, {{"name": "db.password", "value" : {value}{end}'
    shown = excerpt(answer.encode(), "geheim")
    assert "db.password" in shown and not any(secret in shown for secret in ("s3cret", "7531", "true"))


def test_other_values_are_shown() -> None:
    assert excerpt(b'{"name": "value", "x": "shown"}', "geheim") == '{"name": "value", "x": "shown"}'
