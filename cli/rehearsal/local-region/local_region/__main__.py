"""`python -m local_region --region us-west-2 --port 4571 --state DIR --peer eu-west-1=http://127.0.0.1:4570`"""

from __future__ import annotations

import os
import sys
import tempfile

from . import settings


def main() -> None:
    chosen = settings.parse()
    environment = settings.environment(chosen, os.environ)
    os.makedirs(environment["TMPDIR"], exist_ok=True)
    os.environ.clear()
    os.environ.update(environment)
    # What this package is found by is nothing that a function in Python has.
    os.environ.pop("PYTHONPATH", None)
    tempfile.tempdir = None

    # MiniStack reads its environment when it is imported, so everything that imports it waits until here.
    from .guards import UnexpectedMiniStack

    try:
        from . import serving

        serving.run(chosen)
    except (ImportError, UnexpectedMiniStack) as error:
        sys.exit(f"local_region: this is not the MiniStack it was written for: {error}")
    except OSError as error:
        sys.exit(f"local_region: cannot serve {chosen.region} on {chosen.endpoint}: {error}")


if __name__ == "__main__":
    main()
