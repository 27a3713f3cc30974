"""What holds for all tests."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

# Each test process has a core to itself: a second thread in the libraries would only wait for the
# first. They read this when they load.
for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")

# How long an example takes says how busy the machine is, and nothing of the code.
settings.register_profile("reelprint", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("reelprint")
