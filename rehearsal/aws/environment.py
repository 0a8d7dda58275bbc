# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Sets what moto reads from the environment when it is imported; import this module before moto."""

from __future__ import annotations

import logging
import os

from rehearsal import settings

MOTO = {
    "MOTO_ACCOUNT_ID": settings.ACCOUNT,
    "MOTO_EC2_LOAD_DEFAULT_AMIS": "false",
    "MOTO_ENABLE_AMI_VALIDATION": "true",
    "MOTO_ENABLE_KEYPAIR_VALIDATION": "true",
    "MOTO_EC2_ENABLE_INSTANCE_TYPE_VALIDATION": "true",
    "MOTO_ACM_VALIDATION_WAIT": str(2**31),  # states/certificates.py issues, never moto
    "MOTO_DISABLE_GLOBAL_CORS": "true",
}

os.environ.update(MOTO)
logging.getLogger("werkzeug").setLevel(logging.WARNING)
