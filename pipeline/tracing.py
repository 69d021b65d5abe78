"""Whether to trace, by OpenTelemetry's own environment variables; nothing of it is loaded if not.

Parts keep ``None`` where there is no tracing, so that an event then costs them one comparison.
"""

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from pipeline.errors import ConfigurationError

if TYPE_CHECKING:
    from pipeline.spans import Spans
    from pipeline.trail import Trail

_ENDPOINTS: Final = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
_PROTOCOLS: Final = ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL")
_OFF: Final = "or switch tracing off with OTEL_SDK_DISABLED=true"


def tracing(service: str) -> "Spans | None":
    """Spans of a service (unless OTEL_SERVICE_NAME has another name for it), or None when off.

    ConfigurationError when the environment asks for what this can't do.
    """
    if not is_wanted(os.environ):
        return None
    try:
        from pipeline.spans import Spans  # noqa: PLC0415  costs memory only where it is wanted
    except ImportError as error:
        raise ConfigurationError(
            "tracing is asked for and not installed: "
            f"run `pip install 'twilio-event-pipeline[tracing]'`, {_OFF}"
        ) from error
    return Spans.exported(service)


def trail(service: str) -> "Trail | None":
    """As ``tracing``, for a part that reads records."""
    spans = tracing(service)
    if spans is None:
        return None
    from pipeline.trail import Trail  # noqa: PLC0415  as above

    return Trail(spans)


def is_wanted(environment: Mapping[str, str]) -> bool:
    """Whether spans are to be sent somewhere; ConfigurationError when in no way known here."""
    exporter = environment.get("OTEL_TRACES_EXPORTER", "").strip()
    if environment.get("OTEL_SDK_DISABLED", "").strip().lower() == "true" or exporter == "none":
        return False
    if not (exporter or any(environment.get(name) for name in _ENDPOINTS)):
        return False
    if exporter not in {"", "otlp"}:
        raise ConfigurationError(f"set OTEL_TRACES_EXPORTER to otlp, {_OFF}")
    protocol = next((environment[name] for name in _PROTOCOLS if environment.get(name)), "")
    if protocol not in {"", "http/protobuf"}:
        raise ConfigurationError(f"set OTEL_EXPORTER_OTLP_PROTOCOL to http/protobuf, {_OFF}")
    return True
