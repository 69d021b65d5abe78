"""Ages: how many minutes after the minute it was sent in a message's outcome became known."""

from typing import Final

import numpy as np

MINUTE_S: Final = 60
#: Minutes a cohort is followed one by one; outcomes that come later share the last class.
FOLLOWED: Final = 64
#: First minute of each class of ages.
STARTS: Final = (0, 1, 2, 3, 5, 10, 20, FOLLOWED)
CLASSES: Final = len(STARTS)
#: Classes whose outcomes speak of messages sent just now.
YOUNG: Final = 3
#: The class of each followed age.
CLASS_OF: Final = np.searchsorted(STARTS, np.arange(FOLLOWED), side="right") - 1


def age_class(minutes: int) -> int:
    """Find the class of an age; a negative one (a clock ahead) counts as none."""
    return int(CLASS_OF[max(minutes, 0)]) if minutes < FOLLOWED else CLASSES - 1
