-- The campaign side's roles and its database. Run by a superuser of that side's own server, first
-- of all and again whenever a password changes:
--
--   CHECKIN_PASSWORDS=/etc/checkin/campaign/passwords.sql psql -d postgres -f roles.sql
--
-- Who may do what in the tables is said in grants.sql, after the migrations.

\set ON_ERROR_STOP on
SET client_min_messages = warning;
\getenv passwords CHECKIN_PASSWORDS
\i :passwords

SELECT format('CREATE ROLE %I', role)
  FROM unnest(ARRAY['campaign_owner', 'campaign_migrator', 'campaign', 'campaign_console',
                    'campaign_operator', 'campaign_door']) AS role
 WHERE role NOT IN (SELECT rolname FROM pg_roles) \gexec

SELECT format('ALTER ROLE %I NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS', rolname)
  FROM pg_roles WHERE rolname = 'campaign' OR rolname LIKE 'campaign\_%' \gexec

-- Owns everything and signs in nowhere.
ALTER ROLE campaign_owner NOLOGIN PASSWORD NULL;
-- Migrates, as the owner; nothing else ever signs in as it.
ALTER ROLE campaign_migrator LOGIN NOINHERIT PASSWORD :'campaign_migrator';
GRANT campaign_owner TO campaign_migrator;
-- The workers; the staff's pages; a person at the command line.
ALTER ROLE campaign LOGIN PASSWORD :'campaign';
ALTER ROLE campaign_console LOGIN PASSWORD :'campaign_console';
ALTER ROLE campaign_operator LOGIN PASSWORD :'campaign_operator';
-- The platform side's only credential here.
ALTER ROLE campaign_door LOGIN PASSWORD :'campaign_door';

SELECT 'CREATE DATABASE campaign OWNER campaign_owner'
 WHERE 'campaign' NOT IN (SELECT datname FROM pg_database) \gexec
ALTER ROLE campaign_migrator IN DATABASE campaign SET role = 'campaign_owner';

REVOKE ALL ON DATABASE campaign, postgres, template1 FROM PUBLIC;
GRANT CONNECT ON DATABASE campaign
   TO campaign_migrator, campaign, campaign_console, campaign_operator, campaign_door;

\connect campaign
\ir ../nothing_to_public.sql

ALTER SCHEMA public OWNER TO campaign_owner;
GRANT USAGE ON LANGUAGE plpgsql TO campaign_owner;
GRANT USAGE ON SCHEMA public TO campaign, campaign_console, campaign_operator, campaign_door;
ALTER DEFAULT PRIVILEGES FOR ROLE campaign_owner REVOKE ALL ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE campaign_owner REVOKE ALL ON TYPES FROM PUBLIC;
