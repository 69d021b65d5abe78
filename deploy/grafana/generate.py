#!/usr/bin/env python3
"""Writes dashboards/*.json from source/*.toml; with --check says whether they are current.

Only what matters is in the sources: titles, queries, units. What Grafana wants around it is here.
"""

import json
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

HERE: Final = Path(__file__).parent
_WIDTH: Final = 24
_SCHEMA_VERSION: Final = 39
_PLUGINS: Final = {"clickhouse": "grafana-clickhouse-datasource", "prometheus": "prometheus"}
#: What the ClickHouse plugin calls the shape of an answer.
_FORMATS: Final = {"timeseries": 0, "table": 1}
_REDUCED: Final = {"calcs": ["lastNotNull"], "fields": "", "values": False}


def dashboard(source: dict[str, Any]) -> dict[str, Any]:
    """A dashboard as Grafana imports it."""
    return {
        "uid": source["uid"],
        "title": source["title"],
        "description": source["description"],
        "tags": ["twilio"],
        "schemaVersion": _SCHEMA_VERSION,
        "version": 1,
        "editable": True,
        "graphTooltip": 1,
        "refresh": source["refresh"],
        "time": {"from": source["from"], "to": "now"},
        "timezone": "utc",
        "annotations": {"list": [_annotation(each) for each in source.get("annotation", [])]},
        "links": [_links()],
        "templating": {"list": [*_sources(source), *map(_variable, source.get("variable", []))]},
        "panels": list(_placed(source["panel"], source.get("filters", {}))),
    }


def _placed(panels: list[dict[str, Any]], filters: dict[str, str]) -> Iterator[dict[str, Any]]:
    """From left to right and from top to bottom; a row's title starts a line."""
    x = y = height = 0
    for number, source in enumerate((_filtered(panel, filters) for panel in panels), 1):
        width = source.get("width", _WIDTH)
        if x + width > _WIDTH:
            x, y, height = 0, y + height, 0
        place = {"h": source.get("height", 1), "w": width, "x": x, "y": y}
        yield {"id": number, "gridPos": place, **_panel(source)}
        x, height = x + width, max(height, place["h"])


def _filtered(panel: dict[str, Any], filters: dict[str, str]) -> dict[str, Any]:
    """What several queries share stands once in the source."""
    if "sql" not in panel:
        return panel
    sql = panel["sql"].strip()
    for name, text in filters.items():
        sql = sql.replace(f"{{{name}}}", text.strip().replace("\n", "\n    "))
    return {**panel, "sql": sql}


def _panel(source: dict[str, Any]) -> dict[str, Any]:
    if source["type"] == "row":
        return {"type": "row", "title": source["title"], "collapsed": False, "panels": []}
    kind = "clickhouse" if "sql" in source else "prometheus"
    return {
        "type": source["type"],
        "title": source["title"],
        "description": source.get("description", ""),
        "datasource": _datasource(kind),
        "interval": source.get("interval", "1m" if kind == "clickhouse" else "15s"),
        "targets": [_sql(source)] if "sql" in source else list(_promql(source)),
        "fieldConfig": {"defaults": _defaults(source), "overrides": list(_overrides(source))},
        "options": _options(source),
    }


def _sql(source: dict[str, Any]) -> dict[str, Any]:
    shape = "timeseries" if source["type"] == "timeseries" else "table"
    return {
        "refId": "A",
        "datasource": _datasource("clickhouse"),
        "editorType": "sql",
        "queryType": shape,
        "format": _FORMATS[shape],
        "rawSql": source["sql"],
    }


def _promql(source: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for letter, (legend, expression) in zip("ABCDEFGH", source["promql"].items(), strict=False):
        yield {
            "refId": letter,
            "datasource": _datasource("prometheus"),
            "expr": expression.strip(),
            "legendFormat": legend,
            "instant": source["type"] in {"stat", "table", "bargauge"},
            "range": source["type"] == "timeseries",
            "format": "table" if source["type"] == "table" else "time_series",
        }


def _defaults(source: dict[str, Any]) -> dict[str, Any]:
    steps = [{"color": color, "value": value} for value, color in source.get("colors", [])]
    defaults: dict[str, Any] = {"unit": source.get("unit", "short"), "noValue": "no data"}
    if "label" in source:
        defaults["displayName"] = f"${{__field.labels.{source['label']}}}"
    for name in ("min", "max", "decimals"):
        if name in source:
            defaults[name] = source[name]
    if steps:
        base = {"color": source["base_color"], "value": None}
        defaults["thresholds"] = {"mode": "absolute", "steps": [base, *steps]}
        defaults["color"] = {"mode": "thresholds"}
    if source["type"] == "timeseries":
        defaults["custom"] = _drawn(source)
    return defaults


def _drawn(source: dict[str, Any]) -> dict[str, Any]:
    stacked = source.get("stacked", False)
    return {
        "drawStyle": "line",
        "lineWidth": 1,
        "fillOpacity": 60 if stacked else 0,
        "showPoints": "auto",
        "spanNulls": False,
        "stacking": {"mode": "normal" if stacked else "none", "group": "A"},
    }


def _overrides(source: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Units of single columns, colours of single series, and a band between two."""
    for name, unit in source.get("units", {}).items():
        yield _override(name, {"unit": unit})
    for name, color in source.get("series_colors", {}).items():
        yield _override(name, {"color": {"mode": "fixed", "fixedColor": color}})
    if band := source.get("band"):
        yield _override(band["from"], {"custom.fillBelowTo": band["to"], "custom.fillOpacity": 25})


def _override(name: str, properties: dict[str, Any]) -> dict[str, Any]:
    told = [{"id": key, "value": value} for key, value in properties.items()]
    return {"matcher": {"id": "byName", "options": name}, "properties": told}


def _options(source: dict[str, Any]) -> dict[str, Any]:
    match source["type"]:
        case "timeseries":
            legend = {"displayMode": "list", "placement": "bottom", "showLegend": True}
            return {"legend": legend, "tooltip": {"mode": "multi", "sort": "desc"}}
        case "table":
            return {"showHeader": True, "cellHeight": "sm"}
        case "bargauge":
            return {"orientation": "horizontal", "displayMode": "basic", "reduceOptions": _REDUCED}
        case _:
            return {"colorMode": "value", "graphMode": "none", "reduceOptions": _REDUCED}


def _sources(source: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The data sources to choose from; those that are provisioned at first."""
    for kind in source["sources"]:
        yield {
            "type": "datasource",
            "name": kind,
            "label": "ClickHouse" if kind == "clickhouse" else "Prometheus",
            "query": _PLUGINS[kind],
            "current": {"text": f"twilio-{kind}", "value": f"twilio-{kind}"},
            "hide": 2,
        }


def _variable(source: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "query",
        "name": source["name"],
        "label": source["label"],
        "datasource": _datasource("clickhouse"),
        "query": source["sql"].strip(),
        "refresh": 2,
        "sort": 1,
        "includeAll": True,
        "multi": True,
        "current": {"text": ["All"], "value": ["$__all"]},
    }


def _annotation(source: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": source["name"],
        "enable": True,
        "iconColor": "red",
        "datasource": _datasource("clickhouse"),
        "target": {
            "refId": "Anno",
            "editorType": "sql",
            "queryType": "table",
            "format": _FORMATS["table"],
            "rawSql": source["sql"].strip(),
        },
    }


def _links() -> dict[str, Any]:
    return {
        "type": "dashboards",
        "title": "Twilio",
        "tags": ["twilio"],
        "asDropdown": True,
        "keepTime": True,
        "includeVars": True,
    }


def _datasource(kind: str) -> dict[str, str]:
    return {"type": _PLUGINS[kind], "uid": f"${{{kind}}}"}


def main(arguments: list[str]) -> int:
    """Write all, or say which are not as their sources are."""
    stale = []
    for path in sorted((HERE / "source").glob("*.toml")):
        text = json.dumps(dashboard(tomllib.loads(path.read_text("utf-8"))), indent=2) + "\n"
        target = HERE / "dashboards" / f"{path.stem}.json"
        if not target.exists() or target.read_text("utf-8") != text:
            stale.append(target.name)
            if arguments != ["--check"]:
                target.write_text(text, "utf-8")
    if stale and arguments == ["--check"]:
        print(f"not current: {', '.join(stale)}; run {Path(__file__).name}")  # noqa: T201
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
