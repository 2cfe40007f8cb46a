#!/usr/bin/env python3
"""Loads the raw rows into DuckDB as the transfer job would: load.py DATABASE [Object.Field ...]

Tables and types come from the sources that the dbt project declares, so a
column cannot be in one and not in the other. Fields named after the database
are dropped, as if they had been deleted in Salesforce.
"""

import pathlib
import sys

import duckdb
import yaml

HERE = pathlib.Path(__file__).parent
SOURCES = HERE.parent / "dbt/models/staging/salesforce/_salesforce__sources.yml"
TYPES = {"string": "varchar", "int64": "bigint", "numeric": "decimal(38, 9)", "bool": "boolean",
         "date": "date", "timestamp": "timestamp"}


def load(database, dropped=()):
    source = yaml.safe_load(SOURCES.read_text(encoding="utf-8"))["sources"][0]
    left = set(dropped)
    with duckdb.connect(database) as connection:
        connection.execute(f"create schema if not exists {source['schema']}")
        for table in source["tables"]:
            columns = {column["name"]: TYPES[column["data_type"]] for column in table["columns"]}
            name = f"{source['schema']}.\"{table['name']}\""
            csv = str(HERE / f"{table['name']}.csv")
            connection.execute(
                f"create or replace table {name} as "
                "select * from read_csv(?, header = true, columns = ?, allow_quoted_nulls = false)", [csv, columns])
            for column in columns:
                field = f"{table['name']}.{column}"
                if field in left:
                    connection.execute(f'alter table {name} drop column "{column}"')
                    left.remove(field)
    if left:
        sys.exit(f"no such field: {', '.join(sorted(left))}")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    load(sys.argv[1], sys.argv[2:])
