"""The channels, one a file; ``type`` in the configuration chooses.

They are written here and not taken from a library of notifiers (such as Apprise): the guarantee
needs what those leave out. Theirs answer with yes or no, block a thread, and know neither
Retry-After nor whether a failure passes, nor a key by which PagerDuty, Opsgenie or Alertmanager
fold repeats, nor how an incident ends.
"""

from processors.notifier.channels.alertmanager import Alertmanager
from processors.notifier.channels.log import Log
from processors.notifier.channels.mail import Mail
from processors.notifier.channels.opsgenie import Opsgenie
from processors.notifier.channels.pagerduty import PagerDuty
from processors.notifier.channels.slack import Slack
from processors.notifier.channels.teams import Teams
from processors.notifier.channels.webhook import Webhook

AnyChannel = Alertmanager | Log | Mail | Opsgenie | PagerDuty | Slack | Teams | Webhook
