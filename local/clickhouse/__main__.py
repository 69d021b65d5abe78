"""`python -m local.clickhouse`: sets the time zone, which the engine reads when it is loaded."""

import os
import sys
import time

os.environ["TZ"] = "UTC"
time.tzset()

from local.clickhouse.command import main  # noqa: E402  (see above)

sys.exit(main())
