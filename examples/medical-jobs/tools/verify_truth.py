#!/usr/bin/env python3
"""Drops fields for real and compares what happens with truth.json; see verify-truth."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import duckdb
import yaml

ROOT = pathlib.Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "lake"))
import load  # noqa: E402


class Project:
    """A copy of the dbt project with its own database, to be broken and repaired."""

    def __init__(self, folder, seed=None):
        self.folder = pathlib.Path(folder)
        shutil.copytree(ROOT / "dbt", self.folder / "dbt", ignore=shutil.ignore_patterns("target*", "logs"))
        self.target = self.folder / "target"
        self.target.mkdir()
        if seed:  # dbt parses only what differs from the last time
            shutil.copy(seed.target / "partial_parse.msgpack", self.target)
        self.database = self.folder / "medical_jobs.duckdb"
        self.manifest = {}

    def build(self, dropped=()):
        """Fresh raw tables without the dropped fields, then everything but tests: unique id → error message.

        A test that finds rows would hold back the models behind it.
        """
        self.database.unlink(missing_ok=True)
        load.load(str(self.database), dropped)
        return self.dbt("build", "--exclude-resource-type", "test", "--exclude-resource-type", "unit_test")

    def dbt(self, *arguments):
        environment = dict(os.environ, MEDICAL_JOBS_TARGET="duckdb", MEDICAL_JOBS_DUCKDB=str(self.database))
        done = subprocess.run(
            [pathlib.Path(sys.executable).parent / "dbt", "--quiet", *arguments, "--threads", "2", "--profiles-dir", ".",
             "--target-path", self.target, "--log-path", self.folder / "logs"],
            cwd=self.folder / "dbt", env=environment, capture_output=True, text=True, check=False)
        if done.returncode not in (0, 1):
            sys.exit(done.stdout + done.stderr)
        self.manifest = json.loads((self.target / "manifest.json").read_text(encoding="utf-8"))
        results = json.loads((self.target / "run_results.json").read_text(encoding="utf-8"))["results"]
        # "fail" is a test that ran and found rows: a change of values.
        return {r["unique_id"]: r["message"] for r in results if r["status"] == "error"}

    def repair(self, unique_id, field, kind, line):
        """Puts NULL where the compiled line names the field, or takes it out of an EXCEPT list."""
        node = self.manifest["nodes"][unique_id]
        path = self.folder / "dbt" / node["original_file_path"]
        text = path.read_text(encoding="utf-8")
        bare, listed = rf"(\w+\.)?\b{field}\b", rf"'{field}'(, |,\n)?"
        compiled = node["compiled_code"].split("\n")[line - 1]
        if "exclude (" in compiled:
            text, count = re.subn(listed, "", text)
        else:
            lines = text.split("\n")
            count = 0
            for i, raw in enumerate(lines):
                if raw.strip() == compiled.strip() and not count:
                    lines[i], count = re.subn(bare, f"cast(null as {kind})", raw, count=1)
            text = "\n".join(lines)
        if count != 1:
            sys.exit(f"{unique_id}: cannot repair line {line}: {compiled}")
        path.write_text(text, encoding="utf-8")

    def tables(self):
        with duckdb.connect(str(self.database), read_only=True) as connection:
            rows = connection.execute(
                "select table_schema, table_name, column_name from information_schema.columns "
                "where table_schema in ('staging', 'intermediate') or table_schema like 'mart%'").fetchall()
        return {(schema, table, column) for schema, table, column in rows}

    def line_of_error(self, sql):
        """The line that the database names for the model's own SQL, or None where it names none."""
        with duckdb.connect(str(self.database), read_only=True) as connection:
            try:
                connection.execute(sql)
            except duckdb.Error as error:
                shown = re.search(r"^LINE (\d+):", str(error), re.MULTILINE)
                return int(shown.group(1)) if shown else None
        return 0  # nothing failed

    def rows(self, schema, table):
        with duckdb.connect(str(self.database), read_only=True) as connection:
            found = connection.execute(f'select * from {schema}."{table}"')
            names = [column[0] for column in found.description]
            return names, found.fetchall()


def short(node):
    return f"{node['name']}_v{node['version']}" if node.get("version") else node["name"]


def loads(manifest):
    """destination.table → (relation, key column, {destination column: model column or None for all})."""
    found = {}
    models = {short(n): n for n in manifest["nodes"].values() if n["resource_type"] == "model"}
    for exposure in manifest["exposures"].values():
        impact = exposure["config"]["meta"].get("impact")
        for one in (impact.get("loads", [impact]) if impact else []):
            node = models[one.get("model") or exposure["depends_on"]["nodes"][0].split(".")[2]]
            columns = one.get("columns")
            found[f"{one['destination']}.{one['table']}"] = (
                (node["schema"], node["alias"]), (columns or {}).get(one["key"][0], one["key"][0]), columns)
    return found


def changed(before, after, manifest):
    """Destination columns whose value differs for some key, or that are gone; all of them when every row is."""
    result = set()
    for table, (relation, key, columns) in loads(manifest).items():
        old_names, old = before.rows(*relation)
        new_names, new = after.rows(*relation)
        later = {row[new_names.index(key)]: dict(zip(new_names, row)) for row in new}
        if not later:
            result |= {f"{table}.{target}" for target in columns or old_names}
        for row in old:
            other = later.get(row[old_names.index(key)])
            if other is None:
                continue
            for name, value in zip(old_names, row):
                if name not in other or other[name] != value:
                    targets = [d for d, c in columns.items() if c == name] if columns else [name]
                    result |= {f"{table}.{target}" for target in targets}
    return result


def check(truth, baseline, kinds):
    field = truth["field"].split(".")[1]
    wrong = []
    with tempfile.TemporaryDirectory() as folder:
        project = Project(folder, baseline)
        breaks = {}
        expected = {b["model"]: b["line"] for b in truth["breaks"]}
        while True:
            errors = project.build([truth["field"]])
            if not errors:
                break
            for unique_id, message in errors.items():
                node = project.manifest["nodes"][unique_id]
                name = short(node)
                line = expected.get(name)
                if line is None or name in breaks:
                    return [f"{truth['field']}: {name} breaks, which is not in the list: {message}"]
                breaks[name] = line
                shown = project.line_of_error(node["compiled_code"])
                if shown not in (line, None):
                    wrong.append(f"{name}: breaks at line {shown}, the list says {line}")
                if field.lower() not in message.lower():
                    wrong.append(f"{name}: does not break for {field}: {message}")
                project.repair(unique_id, field, kinds[truth["field"]], line)
        tests = set(project.dbt("test"))
        missing = baseline.tables() - project.tables()
        manifest = project.manifest
        names = {(n["schema"], n["alias"]): short(n) for n in manifest["nodes"].values() if n["resource_type"] == "model"}
        losses = {(names[schema, table], column) for schema, table, column in missing}
        values = changed(baseline, project, manifest)

    if set(breaks) != set(expected):
        wrong.append(f"these did not break: {sorted(set(expected) - set(breaks))}")
    if tests != set(truth["tests"]):
        wrong.append(f"tests that failed: {sorted(tests)}")
    if losses != {(l["model"], l["column"]) for l in truth["losses"]}:
        wrong.append(f"columns lost: {sorted(losses)}")
    if not set(truth["destinations"]) <= values:
        wrong.append(f"did not change: {sorted(set(truth['destinations']) - values)}")
    # What depends on rows (an order, a count of rows) may change besides.
    if not truth["rows"] and values - set(truth["destinations"]):
        wrong.append(f"changed as well: {sorted(values - set(truth['destinations']))}")
    also = sorted(values - set(truth["destinations"]))
    print(f"{'ok  ' if not wrong else 'FAIL'} {truth['field']}: {len(breaks)} breaks, {len(losses)} losses, {len(tests)} tests, "
          f"{len(truth['destinations'])} destinations{f'; {len(also)} more change with the rows' if also else ''}", flush=True)
    return [f"{truth['field']}: {message}" for message in wrong]


def same_lines(truths):
    """The lines are those of the SQL compiled for BigQuery; DuckDB's must be the same ones."""
    wrong = []
    both = [{short(n): n["compiled_code"].split("\n") for n in json.loads((ROOT / "dbt" / target / "manifest.json").read_text(
        encoding="utf-8"))["nodes"].values() if n["resource_type"] == "model"} for target in ("target", "target-duckdb")]
    for truth in truths:
        field = truth["field"].split(".")[1]
        for b in truth["breaks"]:
            for lines in both:
                if not re.search(rf"\b{field}\b", lines[b["model"]][b["line"] - 1]):
                    wrong.append(f"{truth['field']}: line {b['line']} of {b['model']} does not name it")
            at = both[0][b["model"]][b["line"] - 1][b["col"] - 1:]
            if not re.match(rf"(\w+\.)?{field}\b", at):
                wrong.append(f"{truth['field']}: column {b['col']} of {b['model']} is not where it stands")
    return wrong


def main(fields):
    truths = json.loads((ROOT / "truth.json").read_text(encoding="utf-8"))
    unknown = set(fields) - {truth["field"] for truth in truths}
    if unknown:
        sys.exit(f"not in truth.json: {', '.join(sorted(unknown))}")
    truths = [truth for truth in truths if not fields or truth["field"] in fields]
    source = yaml.safe_load(load.SOURCES.read_text(encoding="utf-8"))["sources"][0]
    kinds = {f"{table['name']}.{column['name']}": load.TYPES[column["data_type"]]
             for table in source["tables"] for column in table["columns"]}
    wrong = same_lines(truths)
    with tempfile.TemporaryDirectory() as folder:
        baseline = Project(folder)
        errors = baseline.build() or baseline.dbt("test")
        if errors:
            sys.exit(f"the project does not build as it is: {errors}")
        for truth in truths:
            wrong += check(truth, baseline, kinds)
    if wrong:
        sys.exit("\n".join(wrong))
    print(f"{len(truths)} fields agree with truth.json")


if __name__ == "__main__":
    main(sys.argv[1:])
