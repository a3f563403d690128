-- The platform side's roles and its database. Run by a superuser of that side's own server, first
-- of all and again whenever a password changes:
--
--   CHECKIN_PASSWORDS=/etc/checkin/platform/passwords.sql psql -d postgres -f roles.sql
--
-- Who may do what in the tables is said in grants.sql, after the migrations.

\set ON_ERROR_STOP on
SET client_min_messages = warning;
\getenv passwords CHECKIN_PASSWORDS
\i :passwords

SELECT format('CREATE ROLE %I', role)
  FROM unnest(ARRAY['platform_owner', 'platform_migrator', 'platform', 'platform_portal',
                    'platform_operator']) AS role
 WHERE role NOT IN (SELECT rolname FROM pg_roles) \gexec

SELECT format('ALTER ROLE %I NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS', rolname)
  FROM pg_roles WHERE rolname = 'platform' OR rolname LIKE 'platform\_%' \gexec

-- Owns everything and signs in nowhere.
ALTER ROLE platform_owner NOLOGIN PASSWORD NULL;
-- Migrates, as the owner; nothing else ever signs in as it.
ALTER ROLE platform_migrator LOGIN NOINHERIT PASSWORD :'platform_migrator';
GRANT platform_owner TO platform_migrator;
-- The workers; the tenants' pages and the API; a person at the command line.
ALTER ROLE platform LOGIN PASSWORD :'platform';
ALTER ROLE platform_portal LOGIN PASSWORD :'platform_portal';
ALTER ROLE platform_operator LOGIN PASSWORD :'platform_operator';

SELECT 'CREATE DATABASE platform OWNER platform_owner'
 WHERE 'platform' NOT IN (SELECT datname FROM pg_database) \gexec
ALTER ROLE platform_migrator IN DATABASE platform SET role = 'platform_owner';

REVOKE ALL ON DATABASE platform, postgres, template1 FROM PUBLIC;
GRANT CONNECT ON DATABASE platform
   TO platform_migrator, platform, platform_portal, platform_operator;
-- A roster is compared with what is held in a temporary table.
GRANT TEMPORARY ON DATABASE platform TO platform_operator;

\connect platform
\ir ../nothing_to_public.sql

ALTER SCHEMA public OWNER TO platform_owner;
GRANT USAGE ON LANGUAGE plpgsql TO platform_owner;
GRANT USAGE ON SCHEMA public TO platform, platform_portal, platform_operator;
ALTER DEFAULT PRIVILEGES FOR ROLE platform_owner REVOKE ALL ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE platform_owner REVOKE ALL ON TYPES FROM PUBLIC;
