-- Who may do what in the campaign database. Run by campaign_migrator after every migration; it takes
-- everything back first, so that this file alone says what holds. A table it does not name is closed.

\set ON_ERROR_STOP on
SET client_min_messages = warning;
SET lock_timeout = '5s';
BEGIN;

REVOKE ALL ON ALL TABLES IN SCHEMA public
  FROM PUBLIC, campaign, campaign_console, campaign_operator, campaign_door;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA public
  FROM PUBLIC, campaign, campaign_console, campaign_operator, campaign_door;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA public
  FROM PUBLIC, campaign, campaign_console, campaign_operator, campaign_door;

GRANT SELECT ON alembic_version TO campaign, campaign_console, campaign_operator;
GRANT SELECT ON heartbeats TO campaign, campaign_console, campaign_operator;

-- The audit is only ever added to, by anybody.
GRANT INSERT, SELECT (id) ON audit TO campaign, campaign_door;
GRANT INSERT, SELECT ON audit TO campaign_console, campaign_operator;

-- Workers: open drafts, send what was approved, take in what SES says, remind staff.
GRANT SELECT ON approvals, campaigns, deliveries, drafts, erasures, feedback, messages, month_steps,
  questions, reminders, sender, series, set_aside, staff, suppressed_digests, suppressions, tallies
  TO campaign;
GRANT INSERT ON campaigns, drafts, feedback, heartbeats, reminders, sender, series, set_aside,
  suppressed_digests, suppressions TO campaign;
GRANT UPDATE ON campaigns, deliveries, heartbeats, sender TO campaign;
GRANT UPDATE (told_at) ON month_steps TO campaign, campaign_console;
GRANT DELETE ON deliveries, erasures, reminders, set_aside, suppressed_digests, suppressions
  TO campaign;

-- The staff's pages: write, approve, watch, decide. Never a tenant's link.
GRANT SELECT ON approvals, campaigns, drafts, feedback, messages, published_releases, questions,
  sender, series, sign_ins, staff, staff_tokens, suppressions, tallies,
  writer_presence TO campaign_console;
GRANT SELECT (id, campaign_id, address, state, attempt_id, attempts, resent, claimed_at, since,
  not_before, refused_at, message_id, cause, feedback) ON deliveries TO campaign_console, campaign_operator;
GRANT INSERT ON approvals, campaigns, drafts, messages, series, sign_ins, staff, suppressions,
  writer_presence TO campaign_console;
GRANT UPDATE ON approvals, campaigns, drafts, series, sign_ins, staff, writer_presence TO campaign_console;
GRANT UPDATE (paused_since, paused_until, pause_reason) ON sender
   TO campaign_console, campaign_operator;
GRANT UPDATE (state, cause, since, resent, not_before, refused_at, reply_link, stop_link)
   ON deliveries TO campaign_console, campaign_operator;
GRANT DELETE ON sign_ins, staff, suppressions, writer_presence TO campaign_console;

GRANT SELECT, INSERT ON month_steps TO campaign_console, campaign_operator;
GRANT SELECT (id) ON set_aside TO campaign_console;

-- A person at the command line: the same steps, without the pages' own rows.
GRANT SELECT ON approvals, campaigns, drafts, feedback, messages, published_releases, questions,
  sender, series, sign_ins, staff, staff_tokens, suppressions, tallies TO campaign_operator;
GRANT INSERT ON approvals, campaigns, drafts, messages, series, sign_ins, staff, staff_tokens
  TO campaign_operator;
GRANT UPDATE ON approvals, campaigns, drafts, staff TO campaign_operator;
GRANT DELETE ON sign_ins, staff, staff_tokens TO campaign_operator;
GRANT SELECT, UPDATE (is_asked_again) ON set_aside TO campaign_operator;

-- The platform's door (campaigns/handover): what it needs of the open months, and no more.
GRANT SELECT ON campaigns, published_releases, questions TO campaign_door;
GRANT UPDATE (state, handover_cursor, audience, frozen_at) ON campaigns TO campaign_door;
GRANT SELECT (content_hash, questions, subject, last_check_in) ON messages TO campaign_door;
GRANT INSERT (campaign_id, address, reply_link, stop_link), SELECT (campaign_id, state), DELETE
   ON deliveries TO campaign_door;
GRANT SELECT (address, kind, added_at), DELETE ON suppressions TO campaign_door;
GRANT EXECUTE ON FUNCTION readdress(text, text, text, text, text, text),
  suppress_listed(text[], timestamptz), erase_known(text[]) TO campaign_door;
GRANT INSERT, DELETE ON questions TO campaign_door;
GRANT INSERT, UPDATE ON published_releases TO campaign_door;

-- Whoever may lift a mark of the platform's is the platform, and an audit row says when it came.
CREATE OR REPLACE FUNCTION marks_are_the_platforms() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.kind = 'do_not_mail' AND session_user = 'campaign_console' THEN
    RAISE EXCEPTION 'only the platform lifts its own marks' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN OLD;
END $$;
CREATE OR REPLACE TRIGGER marks_are_the_platforms BEFORE DELETE ON suppressions
  FOR EACH ROW EXECUTE FUNCTION marks_are_the_platforms();
CREATE OR REPLACE FUNCTION audit_is_dated() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.at := clock_timestamp();
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER audit_is_dated BEFORE INSERT ON audit
  FOR EACH ROW EXECUTE FUNCTION audit_is_dated();
REVOKE ALL ON FUNCTION marks_are_the_platforms(), audit_is_dated() FROM PUBLIC;

-- A worker changes an address only to erase it.
DROP TRIGGER IF EXISTS workers_only_erase ON deliveries;
CREATE TRIGGER workers_only_erase AFTER UPDATE OF address ON deliveries FOR EACH ROW
WHEN (current_user = 'campaign' AND OLD.address <> NEW.address
  AND NEW.address <> 'erased-' || OLD.id || '@erased.invalid')
EXECUTE FUNCTION refuse_address();

\ir door.sql

-- Whoever changes a delivery changes the tallies, and only so.
ALTER FUNCTION tally_added() SECURITY DEFINER SET search_path = public, pg_temp;
ALTER FUNCTION tally_changed() SECURITY DEFINER SET search_path = public, pg_temp;
ALTER FUNCTION tally_deleted() SECURITY DEFINER SET search_path = public, pg_temp;

COMMIT;
