"""What impact says about a query, asked through `impact sql --jsonl`."""

from __future__ import annotations

import dataclasses
import json
import pathlib
import subprocess
import tempfile
from collections.abc import Sequence

from lake import Part, Query, Relation

Schema = dict[Relation, list[tuple[str, str]]]


@dataclasses.dataclass(frozen=True)
class Lineage:
    """One answer of the engine."""

    columns: list[dict]
    uses: list[dict]
    diagnostics: list[dict]

    @property
    def names(self) -> list[str]:
        return [column["name"] for column in self.columns]

    @property
    def errors(self) -> list[str]:
        return [f"{d['code']}: {d['message']}" for d in self.diagnostics if d["error"]]

    @property
    def doubts(self) -> list[str]:
        return [f"{d['code']}: {d['message']}" for d in self.diagnostics if not d["error"]]

    def outputs(self, relation: Relation, part: Part) -> set[str]:
        """The output columns that it says are made of the part or computed over it."""
        made = {c["name"] for c in self.columns for s in c["sources"] if concerns(s, relation, part)}
        return made.union(*(use["outputs"] for use in self.uses if concerns(use, relation, part)))

    def decides_rows(self, relation: Relation, part: Part) -> bool:
        """Whether it says that the rows of the result depend on the part.

        A join with a list depends on its length, not on the fields inside.
        """
        return any(
            use["rows"] for use in self.uses
            if concerns(use, relation, part) and not (use["kind"] == "join" and not use.get("path") and len(part) > 1))


def concerns(named: dict, relation: Relation, part: Part) -> bool:
    """Whether a source or use is the part, holds it or is held by it."""
    if named["relation"].lower() != relation.key.lower():
        return False
    if named["column"] == "*":
        return True
    path = (named["column"], *filter(None, (named.get("path") or "").split(".")))
    return all(a.lower() == b.lower() for a, b in zip(path, part))


def ask(binary: pathlib.Path, schema: Schema, queries: Sequence[Query]) -> list[Lineage]:
    """The lineage of every query, with the inputs as the schema has them."""
    tables = {relation.key: dict(columns) for relation, columns in schema.items()}
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
        json.dump(tables, file)
        file.flush()
        lines = "".join(json.dumps({"id": i, "sql": query.sql}) + "\n" for i, query in enumerate(queries))
        done = subprocess.run(
            [binary, "sql", "--jsonl", "--dialect", "duckdb", "--schema", file.name],
            input=lines, capture_output=True, text=True, encoding="utf-8", check=True)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    if [answer["id"] for answer in answers] != list(range(len(queries))):
        raise ValueError(f"{len(queries)} queries, answers {[answer.get('id') for answer in answers]}")
    return [Lineage(a["columns"], a["uses"], a["diagnostics"]) for a in answers]
