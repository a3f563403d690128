-- What PostgreSQL grants to everybody who may connect, and nobody here needs. Run by a superuser in
-- each of the two databases.

REVOKE ALL ON SCHEMA public FROM PUBLIC;
REVOKE ALL ON LANGUAGE plpgsql FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION lo_creat(integer), lo_create(oid), lo_from_bytea(oid, bytea),
  lo_open(oid, integer), lo_put(oid, bigint, bytea), lo_get(oid), lo_get(oid, bigint, integer),
  lo_unlink(oid), lo_truncate(integer, integer), lo_truncate64(integer, bigint),
  loread(integer, integer), lowrite(integer, bytea) FROM PUBLIC;
