"""MiniStack inside the test process, for tests of what touches its private parts: prepared before its first import."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from local_region.settings import Settings, environment

HOME, PEER, ACCOUNT = "us-west-2", "ap-southeast-2", "000000000000"

STATE = Path(tempfile.mkdtemp(prefix="local-region-test-"))
atexit.register(shutil.rmtree, STATE, ignore_errors=True)

_prepared = environment(
    Settings(
        region=HOME,
        port=1,
        state_dir=STATE,
        account=ACCOUNT,
        peers={},
        global_services_in=HOME,
        hosted_zones={},
        replication_lag=0,
        time_scale=1,
        deployment_time_scale=1,
        exit_with_parent=False,
        seed=1,
        # Tests of permissions switch them on for themselves.
        permissions=False,
    ),
    os.environ,
)
os.environ.clear()
os.environ.update(_prepared | {"LOG_LEVEL": "ERROR"})

