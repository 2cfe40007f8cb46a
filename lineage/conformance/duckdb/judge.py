#!/usr/bin/env python3
"""Holds impact against DuckDB: judge.py IMPACT [QUERY ...]

IMPACT is the binary; QUERY limits what is judged to queries whose name holds
one of the words. See README.md for what is compared.
"""

from __future__ import annotations

import concurrent.futures
import dataclasses
import json
import multiprocessing
import os
import pathlib
import re
import sys
from collections import Counter

import duckdb
from duckdb.sqltypes import DuckDBPyType

import engine
from engine import Lineage
from lake import Lake, Part, Query, Relation, Result

HERE = pathlib.Path(__file__).resolve().parent
EXAMPLE = HERE.parents[2] / "examples/medical-jobs"

INTEGERS = {"tinyint", "smallint", "integer", "bigint", "hugeint", "decimal", "float", "double"}
TYPE_NAMES = {
    "VARCHAR": "STRING", "BOOLEAN": "BOOL", "DOUBLE": "FLOAT64", "FLOAT": "FLOAT64", "BLOB": "BYTES", "TUPLE": "STRUCT",
    **dict.fromkeys(("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UBIGINT"), "INT64"),
}
TURN = "row_number() over () % count(*) over ()"


@dataclasses.dataclass(frozen=True)
class Pair:
    """One part of one input of one query: the unit that agrees or does not."""

    query: Query
    relation: Relation
    part: Part

    def __str__(self) -> str:
        return f"{self.query.name} < {self.relation.schema}.{self.relation.table}.{'.'.join(self.part)}"


@dataclasses.dataclass
class Tally:
    """What is counted beside the disagreements."""

    fails: int = 0          # pairs that fail in DuckDB without the part
    narrows: int = 0        # pairs that lose output columns instead
    runs: int = 0           # runs with altered data
    refused: int = 0        # of these, refused by DuckDB for the data
    changed: int = 0        # (pair, output column) that changed
    listed: int = 0         # (pair, output column) that impact lists
    unmoved: int = 0        # of these, those that never changed
    deciding: int = 0       # pairs on which, impact says, the rows depend
    unmoved_rows: int = 0   # of these, those whose rows never changed
    typed: int = 0          # output columns whose type impact has right
    untyped: int = 0        # those whose type it does not know, or not in full

    def plus(self, other: "Tally") -> "Tally":
        return Tally(*(a + b for a, b in zip(dataclasses.astuple(self), dataclasses.astuple(other))))


def other(kind: DuckDBPyType, value: str) -> str:
    """Another value of the same type, for NULL as well."""
    if kind.id == "boolean":
        return f"coalesce(not {value}, true)"
    if kind.id in INTEGERS:
        return f"cast(coalesce({value}, 0) + 1 as {kind})"
    if kind.id == "varchar":
        return f"coalesce({value}, '') || '*'"
    if kind.id in ("date", "timestamp"):
        return f"cast(coalesce({value}, date '2026-01-01') + interval 400 day as {kind})"
    if kind.id == "list":
        return f"{value}[2:]"
    raise ValueError(f"no other value of type {kind}")


# Ways to change the data. Half of the rows keep theirs in some, lest a filter
# leaves nothing to compare.
WHOLE = {
    "null": lambda kind, value: f"cast(null as {kind})",
    "other": other,
    "half null": lambda kind, value: f"case when row_number() over () % 2 = 0 then {value} end",
    "half other": lambda kind, value: f"case when row_number() over () % 2 = 0 then {value} else {other(kind, value)} end",
    "rotated": lambda kind, value: f"(list({value}) over ())[1 + {TURN}]",
    "least": lambda kind, value: f"min({value}) over ()",
    "greatest": lambda kind, value: f"max({value}) over ()",
}
# Inside of a list, no row is known.
INSIDE = {name: WHOLE[name] for name in ("null", "other")}


def judge_baseline(ours: Lineage, result: Result) -> list[str]:
    """What is wrong while all inputs are whole."""
    wrong = [f"refused by impact: {error}" for error in ours.errors]
    wrong += [f"not understood: {doubt}" for doubt in ours.doubts]
    if ours.names != result.columns:
        wrong.append(f"columns: DuckDB {result.columns}, impact {ours.names}")
    return wrong


def judge_types(ours: Lineage, result: Result, tally: Tally) -> list[str]:
    """Which output columns have another type."""
    wrong = []
    for column, kind in zip(ours.columns, result.types):
        if "UNKNOWN" in (column.get("type") or "UNKNOWN"):
            tally.untyped += 1
            continue
        # A timestamp of DuckDB has no time zone, which is a DATETIME.
        if column["type"].replace("DATETIME", "TIMESTAMP") != engine_type(kind):
            wrong.append(f"{column['name']}: DuckDB {kind}, impact {column['type']}")
        else:
            tally.typed += 1
    return wrong


def engine_type(kind: str) -> str:
    """DuckDB's name of a type in the engine's words, which are BigQuery's."""
    kind = re.sub(r"DECIMAL\(\d+,\d+\)", "NUMERIC", kind)
    kind = re.sub(r"\b[A-Z]+\b(?![\"])", lambda name: TYPE_NAMES.get(name.group(), name.group()), kind)
    while True:
        inner = re.sub(r"STRUCT\(([^()]*)\)", r"STRUCT<\1>", kind)
        inner = re.sub(r"(\w+(?:<[^\[\]]*>)?)\[\]", r"ARRAY<\1>", inner)
        if inner == kind:
            return kind
        kind = inner


def judge_drop(ours: Lineage, theirs: Result | duckdb.Error, whole: Result, tally: Tally) -> list[str]:
    """Compares what both say about the query without the part."""
    if isinstance(theirs, duckdb.Error):
        tally.fails += 1
        if ours.errors:
            return []
        return [f"dropped: DuckDB fails ({first_line(theirs)}), impact gives {len(ours.names)} columns"]
    tally.narrows += theirs.columns != whole.columns
    if ours.errors:
        return [f"dropped: DuckDB gives {len(theirs.columns)} columns, impact fails ({ours.errors[0]})"]
    if ours.names != theirs.columns:
        return [f"dropped: columns: DuckDB {theirs.columns}, impact {ours.names}"]
    return []


def judge_change(pair: Pair, ours: Lineage, whole: Result, changes: dict[str, Result], tally: Tally) -> list[str]:
    """Whatever changes must depend on the part, in impact's words."""
    listed = ours.outputs(pair.relation, pair.part)
    rows = ours.decides_rows(pair.relation, pair.part)
    rest = [i for i, name in enumerate(whole.columns) if name not in listed]
    moved, moved_rows, wrong = set(), False, []
    for name, result in changes.items():
        if result.equals(whole):
            continue
        columns = {c for i, c in enumerate(whole.columns) if only(whole, [i]) != only(result, [i])}
        moved |= columns
        # Without the listed columns every row must be as before: neither
        # gone, nor more often, nor with values that belong to another.
        if only(whole, rest) == only(result, rest):
            continue
        moved_rows = True
        if not rows and not wrong:
            more = len(result.rows) - len(whole.rows)
            wrong.append(f"{name}: {sorted(columns - listed) or 'rows'} changed ({more:+d} rows), "
                         f"impact lists {sorted(listed) or 'nothing'}")
    tally.changed += len(moved)
    tally.listed += len(listed)
    tally.unmoved += len(listed - moved)
    tally.deciding += rows
    tally.unmoved_rows += rows and not moved_rows
    return wrong


def only(result: Result, columns: list[int]) -> Counter:
    """The rows of some columns, in no order."""
    return Counter(tuple(row[i] for i in columns) for row in result.rows)


def first_line(error: duckdb.Error) -> str:
    return str(error).splitlines()[0]


def attempt(lake: Lake, query: Query) -> Result | duckdb.Error:
    try:
        return lake.run(query.sql)
    except duckdb.Error as error:
        return error


def judge(binary: pathlib.Path, words: list[str]) -> int:
    lake = Lake(EXAMPLE, HERE / "queries")
    queries = chosen(lake, words)
    tally = Tally()
    wrong: dict[str, list[str]] = {}
    wholes = {query: lake.run(query.sql) for query in queries}
    answers = dict(zip(queries, engine.ask(binary, {relation: lake.schema(relation) for relation in lake.relations}, queries)))
    for query in queries:
        wrong[query.name] = judge_baseline(answers[query], wholes[query])
        wrong[f"{query.name} types"] = judge_types(answers[query], wholes[query], tally)

    # Every worker has a lake of its own. The relations that most queries read
    # come first, lest the last one to be judged keeps all waiting.
    def work(relation: Relation) -> int:
        return len(lake.parts(relation)) * sum(relation in query.inputs for query in queries)

    order = sorted((r for r in lake.relations if work(r)), key=lambda r: (-work(r), r.key))
    pairs: list[str] = []
    with concurrent.futures.ProcessPoolExecutor(
            os.cpu_count(), multiprocessing.get_context("spawn"), prepare, (binary, words)) as pool:
        for found, reasons, counts in pool.map(judge_relation, [relation.key for relation in order]):
            pairs += found
            wrong |= reasons
            tally = tally.plus(counts)
    return report(queries, pairs, wrong, tally, complete=not words)


def chosen(lake: Lake, words: list[str]) -> list[Query]:
    return [q for q in lake.queries if not words or any(word in q.name for word in words)]


class Worker:
    """What a process needs to judge one relation after the other."""

    def __init__(self, binary: pathlib.Path, words: list[str]):
        self.binary = binary
        self.lake = Lake(EXAMPLE, HERE / "queries")
        self.queries = chosen(self.lake, words)
        self.schema = {relation: self.lake.schema(relation) for relation in self.lake.relations}
        self.wholes: dict[Query, Result] = {}
        self.answers = dict(zip(self.queries, engine.ask(binary, self.schema, self.queries)))

    def whole(self, query: Query) -> Result:
        if query not in self.wholes:
            self.wholes[query] = self.lake.run(query.sql)
        return self.wholes[query]

    def judge(self, relation: Relation) -> tuple[list[str], dict[str, list[str]], Tally]:
        """The pairs of a relation, what is wrong with each, and the counts."""
        lake, tally = self.lake, Tally()
        wrong: dict[str, list[str]] = {}
        readers = [query for query in self.queries if relation in query.inputs]
        wholes = {query: self.whole(query) for query in readers}
        for part in lake.parts(relation):
            here = [Pair(query, relation, part) for query in readers]
            with lake.altered(relation, part, lambda kind, value: None):
                left = {r: self.schema[r] for query in readers for r in query.inputs} | {relation: lake.schema(relation)}
                dropped = [attempt(lake, query) for query in readers]
            changes: dict[Query, dict[str, Result]] = {query: {} for query in readers}
            for name, leaf in (WHOLE if len(part) == 1 else INSIDE).items():
                with lake.altered(relation, part, leaf):
                    for query in readers:
                        tally.runs += 1
                        result = attempt(lake, query)
                        if isinstance(result, duckdb.Error):
                            tally.refused += 1
                        else:
                            changes[query][name] = result
            ours = engine.ask(self.binary, left, readers)
            for pair, theirs, answer in zip(here, dropped, ours):
                whole = wholes[pair.query]
                wrong[str(pair)] = judge_change(pair, self.answers[pair.query], whole, changes[pair.query], tally)
                wrong[str(pair)] += judge_drop(answer, theirs, whole, tally)
        return list(wrong), wrong, tally


def prepare(binary: pathlib.Path, words: list[str]) -> None:
    global worker
    worker = Worker(binary, words)


def judge_relation(key: str) -> tuple[list[str], dict[str, list[str]], Tally]:
    return worker.judge(next(r for r in worker.lake.relations if r.key == key))


def report(queries: list[Query], pairs: list[str], wrong: dict[str, list[str]], tally: Tally, complete: bool) -> int:
    """Prints what differs and the figures; the exit status."""
    explained: dict[str, str] = json.loads((HERE / "explained.json").read_text(encoding="utf-8"))
    disagree = {name for name, reasons in wrong.items() if reasons}
    open_ones = disagree - set(explained)
    for name in wrong:
        query = name.split(" < ")[0]
        # What is wrong with all inputs in place repeats itself in each pair.
        if name.startswith(f"{query} < ") and query in disagree:
            open_ones.discard(name)
            continue
        for reason in wrong[name]:
            print(f"{'explained' if name in explained else 'DISAGREE '} {name}: {reason}")
    stale = sorted(set(explained) - disagree) if complete else []
    for name in stale:
        print(f"STALE     {name}: explained, yet both agree")
    figures = {
        "queries": len(queries),
        "output columns with the right type": f"{tally.typed} ({tally.untyped} not known)",
        "pairs that fail without the column": tally.fails,
        "pairs that lose output columns": tally.narrows,
        "runs with changed data": f"{tally.runs} ({tally.refused} refused by DuckDB)",
        "output columns that changed": tally.changed,
        "output columns listed": f"{tally.listed} ({tally.unmoved} never changed)",
        "pairs that decide about rows": f"{tally.deciding} ({tally.unmoved_rows} never changed any)",
    }
    print()
    for name, figure in figures.items():
        print(f"{name:<36}{figure}")
    agree = sum(not wrong[pair] for pair in pairs)
    print(f"{len(pairs)} pairs, {agree} agree")
    return int(bool(open_ones or stale))


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    sys.exit(judge(pathlib.Path(sys.argv[1]).resolve(), sys.argv[2:]))
