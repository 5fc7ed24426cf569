"""Batch: an archive of pictures scored into two Parquet tables, and what can be asked of them afterwards.

`plan` lists a source and cuts it into shards, `run` scores the shards on an engine, `merge` writes the tables and
proves that they hold every input once. The tables are described in `schema.py`.
"""
