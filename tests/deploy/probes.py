"""What each role tries. A probe is one statement and whether it may go through."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tests.deploy import matrix

TABLES = """
    SELECT table_name, column_name FROM information_schema.columns
     WHERE table_schema = 'public' ORDER BY table_name, ordinal_position"""
FUNCTIONS = """
    SELECT oid::regprocedure::text,
           proname || '(' || array_to_string(array_fill('NULL'::text, ARRAY[pronargs]), ', ') || ')'
      FROM pg_proc WHERE pronamespace = 'public'::regnamespace ORDER BY proname"""
CALLED = {
    "campaign_door": (
        "readdress(NULL, NULL, NULL, NULL, NULL, NULL)",
        "suppress_listed(NULL, NULL)",
        "erase_known(NULL)",
    )
}
"""The functions that are made to be called, by those who may."""

OF_ROWS = "DELETE FROM {} WHERE false"
OF_COLUMNS = {
    "r": 'SELECT "{1}" FROM {0} LIMIT 0',
    "a": 'INSERT INTO {0} ("{1}") SELECT NULL WHERE false',
    "w": 'UPDATE {0} SET "{1}" = NULL WHERE false',
}

OWNERS_ONLY = (
    "TRUNCATE {0}",
    "DROP TABLE {0}",
    "ALTER TABLE {0} OWNER TO CURRENT_USER",
    "ALTER TABLE {0} DISABLE TRIGGER ALL",
    "ALTER TABLE {0} DISABLE ROW LEVEL SECURITY",
    "ALTER TABLE {0} ADD COLUMN spy text",
    "CREATE INDEX ON {0} ((1))",
    "CREATE TRIGGER spy AFTER INSERT ON {0} EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    "CREATE RULE spy AS ON INSERT TO {0} DO ALSO NOTIFY spy",
    "CREATE POLICY spy ON {0} USING (true)",
    "COMMENT ON TABLE {0} IS 'spy'",
    "CREATE TABLE spy_{0} (LIKE {0})",
    "CREATE VIEW spy_{0} AS SELECT * FROM {0}",
)

NOBODY = (
    "CREATE TABLE spy (n integer)",
    "CREATE SEQUENCE spy",
    "CREATE SCHEMA spy",
    "CREATE FUNCTION spy() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
    "CREATE TYPE spy AS ENUM ('a')",
    "DO $$ BEGIN NULL; END $$",
    "CREATE EXTENSION dblink",
    "CREATE EXTENSION postgres_fdw",
    "CREATE EXTENSION file_fdw",
    "CREATE EXTENSION pg_stat_statements",
    "CREATE LANGUAGE plpython3u",
    "CREATE FOREIGN DATA WRAPPER spy",
    "CREATE PUBLICATION spy FOR ALL TABLES",
    "CREATE EVENT TRIGGER spy ON ddl_command_end EXECUTE FUNCTION tally_added()",
    "COPY (SELECT 1) TO PROGRAM 'cat >/dev/null'",
    "COPY (SELECT 1) TO '/tmp/spy'",
    "SELECT pg_read_file('postgresql.conf')",
    "SELECT pg_read_binary_file('postgresql.conf')",
    "SELECT pg_ls_dir('.')",
    "SELECT pg_stat_file('postgresql.conf')",
    "SELECT pg_ls_logdir()",
    "SELECT pg_ls_waldir()",
    "SELECT pg_current_logfile()",
    "SELECT lo_import('/etc/hostname')",
    "SELECT lo_export(1, '/tmp/spy')",
    "SELECT lo_create(0)",
    "SELECT lo_creat(-1)",
    "SELECT lo_from_bytea(0, 'spy')",
    "SELECT lo_open(1, 131072)",
    "SELECT lo_get(1)",
    "SELECT lo_put(1, 0, 'spy')",
    "SELECT lo_unlink(1)",
    "SELECT * FROM pg_authid",
    "SELECT * FROM pg_shadow",
    "SELECT * FROM pg_largeobject",
    "SELECT * FROM pg_statistic",
    "SELECT * FROM pg_statistic_ext_data",
    "SELECT * FROM pg_user_mapping",
    "SELECT * FROM pg_subscription",
    "SELECT * FROM pg_hba_file_rules",
    "SELECT * FROM pg_file_settings",
    "SELECT * FROM pg_config",
    "SELECT * FROM pg_backend_memory_contexts",
    "SELECT * FROM pg_shmem_allocations",
    "SELECT * FROM pg_replication_origin_status",
    "SELECT * FROM pg_show_all_file_settings()",
    "SELECT pg_stat_reset()",
    "SELECT pg_stat_reset_shared('bgwriter')",
    "SELECT pg_reload_conf()",
    "SELECT pg_rotate_logfile()",
    "SELECT pg_switch_wal()",
    "SELECT pg_create_restore_point('spy')",
    "SELECT pg_backup_start('spy')",
    "SELECT pg_create_physical_replication_slot('spy')",
    "SELECT pg_create_logical_replication_slot('spy', 'test_decoding')",
    "SELECT pg_log_backend_memory_contexts(1)",
    "CREATE ROLE spy",
    "CREATE DATABASE spy",
    "CREATE TABLESPACE spy LOCATION '/tmp'",
    "ALTER SYSTEM SET log_statement = 'all'",
    "ALTER DATABASE {database} SET log_statement = 'all'",
    "DROP DATABASE postgres",
    "CHECKPOINT",
    "SET session_replication_role = 'replica'",
    "SET log_statement = 'all'",
    "SET track_activities = off",
    "SET session_preload_libraries = 'spy'",
    "LOAD '$libdir/spy'",
    "SET SESSION AUTHORIZATION postgres",
    "ALTER ROLE {role} SUPERUSER",
    "ALTER ROLE {role} BYPASSRLS",
    "ALTER ROLE {role} CREATEROLE",
    "GRANT pg_read_all_data TO {role}",
    "GRANT pg_monitor TO {role}",
    "GRANT pg_execute_server_program TO {role}",
)
PREDEFINED = ("pg_monitor", "pg_read_all_data", "pg_read_all_stats", "pg_signal_backend")


@dataclass(frozen=True)
class Probe:
    """One statement of one role, and whether it may go through."""

    role: str
    sql: str
    may_pass: bool = False

    def __str__(self) -> str:
        return f"{self.role}: {self.sql}"


def of_tables(roles: Sequence[str], columns: Mapping[str, Sequence[str]]) -> Iterator[Probe]:
    """Each role, each table, each verb, each column; then what only an owner may do."""
    for role in roles:
        for table, names in columns.items():
            delete = OF_ROWS.format(table)
            yield Probe(role, delete, matrix.may(role, table, "d"))
            lock = f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE"
            yield Probe(role, lock, matrix.may_lock(role, table))
            yield from (Probe(role, statement.format(table)) for statement in OWNERS_ONLY)
            for name in names:
                yield from _of_column(role, table, name)


def _of_column(role: str, table: str, name: str) -> Iterator[Probe]:
    for verb, sql in OF_COLUMNS.items():
        yield Probe(role, sql.format(table, name), matrix.may(role, table, verb, name))


def of_functions(roles: Sequence[str], functions: Sequence[tuple[str, str]]) -> Iterator[Probe]:
    """Each role calls each function that is not PostgreSQL's own: its signature, and a call."""
    for role in roles:
        for signature, call in functions:
            yield Probe(role, f"SELECT {call}", call in CALLED.get(role, ()))
            yield Probe(role, f"ALTER FUNCTION {signature} SECURITY INVOKER")


def of_the_server(roles: Sequence[str], everybody: Sequence[str], database: str) -> Iterator[Probe]:
    """What would lead out of the tables: files, programs, other roles, settings, statistics."""
    for role in roles:
        for statement in NOBODY:
            yield Probe(role, statement.format(role=role, database=database))
        may_stage = role == "platform_operator"
        yield Probe(role, "CREATE TEMPORARY TABLE staged (n integer)", may_stage)
        for other in (*everybody, *PREDEFINED):
            if other != role:
                yield Probe(role, f"SET ROLE {other}")
                yield Probe(role, f"GRANT {other} TO {role}")
                yield Probe(role, f"ALTER ROLE {other} PASSWORD 'spy'")
