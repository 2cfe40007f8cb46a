#!/usr/bin/env python3
"""Makes dbt's artifacts the same on every machine: normalise.py KIND FROM TO [ABSOLUTE PATH ...]

Clock times, invocation ids and durations become fixed, paths of the machine
and its environment go, and so do the macros and documentation that belong to
dbt itself, which no analysis of the project reads. Everything else is as dbt
wrote it. KIND names the dbt run: artifacts of one run share an invocation id.
"""

import json
import sys
import uuid

RUN_STARTED = "2026-06-29T21:00:00.000000Z"  # six in the morning in Japan
CREATED = 1782766800.0
NAMESPACE = uuid.UUID("6d0f1c5e-2f3d-5a53-9a53-6a6f62730000")


def stamp(seconds):
    hours, rest = divmod(seconds, 3600)
    return f"2026-06-29T{21 + hours:02d}:{rest // 60:02d}:{rest % 60:02d}.000000Z"


def metadata(meta, kind):
    ended = stamp(3600)
    fixed = {"generated_at": ended, "invocation_id": str(uuid.uuid5(NAMESPACE, kind)), "env": {},
             "invocation_started_at": RUN_STARTED, "run_started_at": RUN_STARTED, "user_id": None,
             "send_anonymous_usage_stats": False}
    meta.update({key: value for key, value in fixed.items() if key in meta})


def manifest(artifact):
    own = artifact["metadata"]["project_name"]
    artifact["macros"] = {key: macro for key, macro in artifact["macros"].items() if macro["package_name"] == own}
    artifact["docs"] = {key: doc for key, doc in artifact["docs"].items() if doc["package_name"] == own}

    def walk(value):
        if isinstance(value, list):
            for item in value:
                walk(item)
        if not isinstance(value, dict):
            return
        if isinstance(value.get("created_at"), (int, float)):
            value["created_at"] = CREATED
        if "root_path" in value:
            value["root_path"] = None
        if isinstance(value.get("macros"), list):  # depends_on
            value["macros"] = sorted(name for name in value["macros"] if name in artifact["macros"])
        for item in value.values():
            walk(item)

    walk({key: value for key, value in artifact.items() if key != "metadata"})

    # dbt keeps the order in which the file system lists the files.
    for key, value in artifact.items():
        if isinstance(value, dict) and key != "metadata":
            artifact[key] = dict(sorted(value.items()))
    for key in ("parent_map", "child_map", "group_map"):
        artifact[key] = {name: sorted(ids) for name, ids in artifact[key].items()}


def run_results(artifact):
    # Each node starts a second after the one before: the order is real.
    artifact["elapsed_time"] = float(len(artifact["results"]))
    artifact["args"] = {key: artifact["args"][key] for key in ("which", "invocation_command") if key in artifact["args"]}
    if "invocation_command" in artifact["args"]:
        artifact["args"]["invocation_command"] = "dbt " + artifact["args"]["which"]
    for second, result in enumerate(artifact["results"]):
        result["thread_id"] = "Thread-1"
        result["execution_time"] = 0.5 if result["timing"] else 0.0
        for timing in result["timing"]:
            timing["started_at"] = stamp(second)
            timing["completed_at"] = stamp(second) if timing["name"] == "compile" else stamp(second + 1)


def main(kind, source, target, *paths):
    with open(source, encoding="utf-8") as file:
        artifact = json.load(file)
    if "metadata" in artifact:  # semantic_manifest.json has none
        metadata(artifact["metadata"], kind)
        schema = artifact["metadata"]["dbt_schema_version"]
        if "/manifest/" in schema:
            manifest(artifact)
        if "/run-results/" in schema:
            run_results(artifact)
        if "/catalog/" in schema:
            artifact["nodes"] = dict(sorted(artifact["nodes"].items()))
            artifact["sources"] = dict(sorted(artifact["sources"].items()))
    text = json.dumps(artifact, ensure_ascii=False, separators=(",", ":"))
    for path in paths:
        if path in text:
            sys.exit(f"{source}: still holds a path of this machine: {text[max(0, text.index(path) - 80):][:200]}")
    with open(target, "w", encoding="utf-8") as file:
        file.write(text + "\n")


if __name__ == "__main__":
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
