"""The example's lake in DuckDB, and what happens to a query when one of its inputs is altered."""

from __future__ import annotations

import contextlib
import csv
import dataclasses
import functools
import json
import pathlib
import re
from collections.abc import Callable, Iterator

import duckdb
from duckdb.sqltypes import DuckDBPyType

# The database of the compiled SQL. Queries read its tables, which are altered
# and restored; ORIGINAL keeps what dbt would have built.
DATABASE = "medical_jobs"
ORIGINAL = "original"

SNAPSHOT_COLUMNS = """
    md5(job_offer_id) as dbt_scd_id, updated_at as dbt_updated_at,
    updated_at as dbt_valid_from, cast(null as timestamp) as dbt_valid_to"""

Row = tuple[str, ...]
Part = tuple[str, ...]  # a column, or a column and the fields inside of it
Leaf = Callable[[DuckDBPyType, str], str | None]  # the new value of a part, None to leave it out


@dataclasses.dataclass(frozen=True)
class Relation:
    """A table of the lake. DuckDB knows it as database.schema.table."""

    schema: str
    table: str

    @property
    def key(self) -> str:
        return f"{DATABASE}.{self.schema}.{self.table}"

    @property
    def named(self) -> re.Pattern:
        """Finds where SQL names the table; every query writes schema and table."""
        return re.compile(rf'\b{re.escape(self.schema)}"?\."?{re.escape(self.table)}\b')

    def quoted(self, database: str) -> str:
        return f"{quote(database)}.{quote(self.schema)}.{quote(self.table)}"


@dataclasses.dataclass(frozen=True)
class Query:
    """A model's SQL, or one of the queries beside this file."""

    name: str
    sql: str
    inputs: frozenset[Relation]


@dataclasses.dataclass(frozen=True)
class Result:
    """What a query returns, each value as text that tells types apart."""

    columns: list[str]
    types: list[str]
    values: list[tuple]

    @functools.cached_property
    def rows(self) -> list[Row]:
        return [tuple(map(repr, row)) for row in self.values]

    def equals(self, other: "Result") -> bool:
        """Whether both have the same rows in the same order."""
        return self.types == other.types and self.values == other.values or self.rows == other.rows


class Lake:
    """All tables of the example, and every query over them in the order of the DAG."""

    def __init__(self, example: pathlib.Path, queries: pathlib.Path):
        # One thread: rows come in the same order in every run, so first
        # values and sums of floats are the same as well.
        self.connection = duckdb.connect(":memory:", config={"threads": 1})
        self.connection.execute("set enable_progress_bar = false")
        self.connection.execute(f"attach ':memory:' as {ORIGINAL}; attach ':memory:' as {DATABASE}; use {DATABASE}")
        self.relations: list[Relation] = []
        self.types: dict[Relation, dict[str, DuckDBPyType]] = {}
        self.queries: list[Query] = []
        target = example / "dbt/target-duckdb"
        manifest = json.loads((target / "manifest.json").read_text(encoding="utf-8"))
        catalog = json.loads((target / "catalog.json").read_text(encoding="utf-8"))
        described = {**catalog["sources"], **catalog["nodes"]}

        for unique_id, source in sorted(manifest["sources"].items()):
            self._load(source["schema"], source["identifier"], described[unique_id], example / f"lake/{source['name']}.csv")
        for node in models_in_order(manifest):
            if node["resource_type"] == "seed":
                file = example / "dbt" / node["original_file_path"]
                self._load(node["schema"], node["alias"], described[node["unique_id"]], file)
                continue
            self._query(short_name(node), node["compiled_code"])
            if not node["relation_name"]:
                continue  # ephemeral: its SQL is a part of the models behind it
            sql = node["compiled_code"]
            if node["resource_type"] == "snapshot":
                sql = f"select *, {SNAPSHOT_COLUMNS} from (\n{sql}\n)"
            self._create(node["schema"], node["alias"], sql, described[node["unique_id"]])
        for path in sorted(queries.glob("*.sql")):
            self._query(f"queries/{path.stem}", path.read_text(encoding="utf-8"))

    def _load(self, schema: str, table: str, described: dict, file: pathlib.Path) -> None:
        with file.open(encoding="utf-8", newline="") as lines:
            header = next(csv.reader(lines))
        types = {name: described["columns"][name]["type"] for name in header}
        rows = f"read_csv({text(str(file))}, header = true, allow_quoted_nulls = false, columns = {literal(types)})"
        self._create(schema, table, f"select * from {rows}", described)

    def _create(self, schema: str, table: str, sql: str, described: dict) -> None:
        relation = Relation(schema, table)
        for database in (ORIGINAL, DATABASE):
            self.connection.execute(f"create schema if not exists {quote(database)}.{quote(schema)}")
        self.connection.execute(f"create table {relation.quoted(ORIGINAL)} as {sql}")
        self._put(relation, "*")
        found = self.connection.table(relation.quoted(ORIGINAL))
        self.types[relation] = dict(zip(found.columns, found.types))
        self.relations.append(relation)
        built = [(c["name"], c["type"]) for c in sorted(described["columns"].values(), key=lambda c: c["index"])]
        if self.schema(relation) != built:
            raise ValueError(f"{relation.key} is not what dbt built: {self.schema(relation)}, the catalog has {built}")

    def _query(self, name: str, sql: str) -> None:
        inputs = {relation for relation in self.relations if relation.named.search(sql)}
        self.queries.append(Query(name, sql, frozenset(inputs)))

    def _put(self, relation: Relation, select: str) -> None:
        self.connection.execute(
            f"create or replace table {relation.quoted(DATABASE)} as select {select} from {relation.quoted(ORIGINAL)}")

    def schema(self, relation: Relation) -> list[tuple[str, str]]:
        """The columns that the relation has now, with their types."""
        found = self.connection.table(relation.quoted(DATABASE))
        return [(name, str(kind)) for name, kind in zip(found.columns, found.types)]

    def parts(self, relation: Relation) -> list[Part]:
        """Every column, and every field of the structs inside of them."""
        return [(name, *path) for name, kind in self.types[relation].items() for path in ((), *fields(kind))]

    @contextlib.contextmanager
    def altered(self, relation: Relation, part: Part, leaf: Leaf) -> Iterator[None]:
        """The relation with other values of one part, or without it, until the block ends."""
        column, *path = part
        value = rebuilt(self.types[relation][column], quote(column), tuple(path), leaf)
        change = f"exclude ({quote(column)})" if value is None else f"replace ({value} as {quote(column)})"
        self._put(relation, f"* {change}")
        try:
            yield
        finally:
            self._put(relation, "*")

    def run(self, sql: str) -> Result:
        """Raises duckdb.Error where DuckDB refuses the query."""
        found = self.connection.execute(sql)
        columns = [name for name, *_ in found.description]
        types = [str(kind) for _, kind, *_ in found.description]
        return Result(columns, types, found.fetchall())


def models_in_order(manifest: dict) -> list[dict]:
    """Seeds, models and snapshots, parents before children."""
    nodes = {i: n for i, n in manifest["nodes"].items() if n["resource_type"] in ("seed", "model", "snapshot")}
    done: dict[str, dict] = {}

    def visit(unique_id: str) -> None:
        if unique_id in nodes and unique_id not in done:
            for parent in sorted(nodes[unique_id]["depends_on"].get("nodes", [])):
                visit(parent)
            done[unique_id] = nodes[unique_id]

    for unique_id in sorted(nodes):
        visit(unique_id)
    return list(done.values())


def short_name(node: dict) -> str:
    return f"{node['name']}.v{node['version']}" if node.get("version") else node["name"]


def fields(kind: DuckDBPyType) -> list[Part]:
    """The paths to all fields inside a type; lists are passed through."""
    if kind.id == "list":
        return fields(kind.children[0][1])
    if kind.id == "struct":
        return [(name, *path) for name, child in kind.children for path in ((), *fields(child))]
    return []


def rebuilt(kind: DuckDBPyType, value: str, path: Part, leaf: Leaf, depth: int = 0) -> str | None:
    """The SQL of a value in which the part at the path is replaced by what leaf makes of it."""
    if not path:
        return leaf(kind, value)
    if kind.id == "list":
        item = f"item_{depth}"
        return f"list_transform({value}, lambda {item}: {rebuilt(kind.children[0][1], item, path, leaf, depth + 1)})"
    packed = []
    for name, child in kind.children:
        field = f"{value}.{quote(name)}"
        made = rebuilt(child, field, path[1:], leaf, depth) if name == path[0] else field
        if made is not None:
            packed.append(f"{quote(name)} := {made}")
    return f"case when {value} is not null then struct_pack({', '.join(packed)}) end"


def quote(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def literal(values: dict[str, str]) -> str:
    return "{" + ", ".join(f"{text(k)}: {text(v)}" for k, v in values.items()) + "}"
