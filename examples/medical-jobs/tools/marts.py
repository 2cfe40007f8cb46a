"""Writes the marts that impact loads as Parquet files, from the DuckDB database
of a build: python marts.py DATABASE FOLDER.

Rows stand in the order of their key and one thread writes them, so that the
same rows give the same bytes.
"""

import pathlib
import sys

import duckdb

MARTS = {
    "job_board__facilities": ("mart_job_board", "facility_id"),
    "job_board__job_offers": ("mart_job_board", "job_offer_id"),
    "clinic_portal__candidates": ("mart_clinic_portal", "job_seeker_id"),
}


def main(database: str, folder: str) -> None:
    out = pathlib.Path(folder)
    out.mkdir(parents=True, exist_ok=True)
    con = duckdb.connect(database, read_only=True)
    con.execute("set threads to 1")
    for name, (schema, key) in MARTS.items():
        con.execute(
            f'copy (select * from "{schema}"."{name}" order by "{key}") '
            f"to '{out / name}.parquet' (format parquet, compression zstd)"
        )


if __name__ == "__main__":
    main(*sys.argv[1:])
