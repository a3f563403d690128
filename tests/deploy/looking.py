"""Everything a role can see of its server that could move when somebody else writes."""

import hashlib

import psycopg
from psycopg import errors

VIEWS = {
    "rows written": """
        SELECT relname, n_tup_ins, n_tup_upd, n_tup_del, n_live_tup, n_dead_tup,
               n_mod_since_analyze, last_vacuum, last_analyze
          FROM pg_stat_all_tables WHERE schemaname = 'public' ORDER BY relname""",
    "functions called": "SELECT * FROM pg_stat_user_functions ORDER BY funcid",
    "relations": """
        SELECT oid, relname, relfilenode, relpages, reltuples, relallvisible, relfrozenxid,
               pg_total_relation_size(oid) FROM pg_class ORDER BY oid""",
    "databases": """
        SELECT oid, datname, datfrozenxid, datminmxid,
               CASE WHEN has_database_privilege(oid, 'CONNECT') THEN pg_database_size(oid) END
          FROM pg_database ORDER BY oid""",
    "sequences": "SELECT * FROM pg_sequences ORDER BY schemaname, sequencename",
    "other databases": """
        SELECT * FROM pg_stat_database
         WHERE datid <> 0 AND datname <> current_database() ORDER BY datid""",
    "other sessions": """
        SELECT pid, datname, usename, application_name, state, query, backend_xid, backend_xmin
          FROM pg_stat_activity
         WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() ORDER BY pid""",
    "other locks": """
        SELECT locktype, database, relation, virtualxid, transactionid::text, mode, pid
          FROM pg_locks WHERE pid <> pg_backend_pid() ORDER BY 1, 2, 3, 4, 5, 6, 7""",
    "transactions": "SELECT pg_snapshot_xmax(pg_current_snapshot())::text",
    "progress": "SELECT * FROM pg_stat_progress_copy",
    "replication": "SELECT * FROM pg_stat_replication",
}
EVERY_RELATION = """
    SELECT format('%I.%I', nspname, relname) FROM pg_class
      JOIN pg_namespace ON pg_namespace.oid = relnamespace
     WHERE relkind IN ('r', 'v', 'm', 'p') AND nspname IN ('public', 'pg_catalog')
       AND NOT relname ~ '^pg_(stat|locks|cursors|prepared|timezone)' ORDER BY 1"""
WITH_PLACE = "SELECT xmin, ctid, each::text FROM {} AS each ORDER BY 3"
WITHOUT_PLACE = "SELECT each::text FROM {} AS each ORDER BY 1"

Seen = dict[str, str]
"""A digest of each thing that was looked at; one that the role may not see says so."""


def look(connection: psycopg.Connection) -> Seen:
    """Statistics, catalogs, sizes, sequences, transactions, and every row with its place."""
    seen = {name: _digest(connection, query) for name, query in VIEWS.items()}
    for (relation,) in connection.execute(EVERY_RELATION).fetchall():
        found = _digest(connection, WITH_PLACE.format(relation))
        if found == "has no place":
            found = _digest(connection, WITHOUT_PLACE.format(relation))
        seen[relation] = found
    return seen


def _digest(connection: psycopg.Connection, query: str) -> str:
    try:
        found = connection.execute(query).fetchall()
    except errors.InsufficientPrivilege:
        return "refused"
    except errors.UndefinedColumn:
        return "has no place"
    return hashlib.sha256(repr(found).encode()).hexdigest()
