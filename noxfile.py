# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The sessions that antsibull-nox.toml declares; `make test-nox` runs them in .venv-lint, and makes no other environment."""

from __future__ import annotations

import antsibull_nox

antsibull_nox.load_antsibull_nox_toml()
