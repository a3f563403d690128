-- Who may do what in the platform database. Run by platform_migrator after every migration; it takes
-- everything back first, so that this file alone says what holds. A table it does not name is closed.

\set ON_ERROR_STOP on
SET client_min_messages = warning;
SET lock_timeout = '5s';
BEGIN;

REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC, platform, platform_portal, platform_operator;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA public
  FROM PUBLIC, platform, platform_portal, platform_operator;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA public
  FROM PUBLIC, platform, platform_portal, platform_operator;

GRANT SELECT ON alembic_version TO platform, platform_portal, platform_operator;
GRANT SELECT ON heartbeats TO platform, platform_portal, platform_operator;

-- Workers: hand a month over, count and freeze it, post letters, rotate the vault, answer email,
-- end what is kept for a time only.
GRANT SELECT ON automatic_answers, data_keys, letters, links, marks, release_ledger, releases,
  replies, rights_log, rounds, tenants, visits, webhook TO platform;
GRANT INSERT ON automatic_answers, heartbeats, letters, links, marks, release_ledger, releases,
  rights_log, rounds, webhook TO platform;
GRANT UPDATE ON automatic_answers, heartbeats, letters, marks, releases, webhook TO platform;
GRANT UPDATE (paused_until) ON tenants TO platform;
GRANT UPDATE (mailed) ON rounds TO platform;
GRANT UPDATE (tenant_ref, sealed_ref) ON rights_log TO platform;
-- A link that was issued to a tenant while they were erased belongs to nobody.
GRANT UPDATE (tenant_id, formerly_of) ON links TO platform;
GRANT UPDATE (master_key, wrapped) ON data_keys TO platform;
GRANT DELETE ON automatic_answers, data_keys, letters, links, marks, replies, rounds, visits
   TO platform;

-- Complaints: everybody's way in adds one, the worker acknowledges it, a person follows it up.
GRANT SELECT ON complaints TO platform, platform_operator;
GRANT UPDATE (acknowledged_at, told_at, next_at) ON complaints TO platform;
GRANT DELETE ON complaints TO platform;
GRANT INSERT ON complaints TO platform_portal, platform_operator;
GRANT SELECT (id, reference, key, received_at, acknowledge_by, acknowledged_at, closed_at)
  ON complaints TO platform_portal;
GRANT UPDATE (acknowledged_at, outcome, closed_by, closed_at) ON complaints TO platform_operator;

-- The tenants' pages and the API: take a reply in, show it to its own tenant, serve every right.
GRANT SELECT ON api_tokens, consents, data_keys, letters, links, marks, openings, replies,
  reply_reads, rights_log, rounds, submissions, tenants, visits TO platform_portal;
GRANT INSERT ON consents, data_keys, letters, links, marks, replies, reply_reads, rights_log, submissions,
  tenants, visits TO platform_portal;
-- What /metrics tells of the releases: which months, and how far each is.
GRANT SELECT (month, state) ON releases TO platform_portal;
GRANT UPDATE ON replies, tenants, visits TO platform_portal;
GRANT UPDATE (spent_on, tenant_id, formerly_of) ON links TO platform_portal;
GRANT UPDATE (tenant_id) ON rights_log TO platform_portal;
-- Whoever destroys a key holds it first, and PostgreSQL calls that an update.
GRANT UPDATE (wrapped) ON data_keys TO platform_portal;
GRANT DELETE ON consents, data_keys, letters, replies, rights_log, submissions, tenants, visits
   TO platform_portal;

-- A person at the command line: roster, rights, key rotation, figures, and the break-glass call.
GRANT SELECT ON api_tokens, consents, data_keys, letters, links, marks, openings, release_ledger,
  releases, replies, reply_reads, rights_log, rounds, submissions, tenants, webhook
  TO platform_operator;
GRANT INSERT ON api_tokens, consents, letters, links, marks, openings, release_ledger, releases,
  rights_log, tenants TO platform_operator;
GRANT UPDATE ON data_keys, releases, replies, tenants TO platform_operator;
GRANT UPDATE (tenant_id, formerly_of) ON links TO platform_operator;
GRANT UPDATE (answered_on, tenant_id) ON rights_log TO platform_operator;
GRANT SELECT (tenant_id), DELETE ON visits TO platform_operator;
GRANT DELETE ON api_tokens, consents, data_keys, letters, replies, rights_log, submissions,
   tenants TO platform_operator;

COMMIT;
