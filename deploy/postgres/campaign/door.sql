-- The rows that the platform's door may touch. Grants name columns; these name rows.

-- Months: only those that wait for their list, and only on their way to it.
ALTER TABLE campaigns ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS of_this_side ON campaigns;
DROP POLICY IF EXISTS door_reads ON campaigns;
DROP POLICY IF EXISTS door_moves ON campaigns;
CREATE POLICY of_this_side ON campaigns TO campaign, campaign_console, campaign_operator
 USING (true);
CREATE POLICY door_reads ON campaigns FOR SELECT TO campaign_door
 USING (state IN ('approved', 'handing_over'));
CREATE POLICY door_moves ON campaigns FOR UPDATE TO campaign_door
 USING (state IN ('approved', 'handing_over') AND frozen_at IS NULL)
  WITH CHECK (state = 'handing_over');

-- Suppressions: its own marks, and what bounced or complained. Staff's own marks are staff's. It adds
-- one through the function `suppress_listed`, which looks whether the address is on an open list.
ALTER TABLE suppressions ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS of_this_side ON suppressions;
DROP POLICY IF EXISTS door_reads ON suppressions;
DROP POLICY IF EXISTS door_marks ON suppressions;
DROP POLICY IF EXISTS door_lifts ON suppressions;
CREATE POLICY of_this_side ON suppressions TO campaign, campaign_console, campaign_operator
 USING (true);
CREATE POLICY door_reads ON suppressions FOR SELECT TO campaign_door
 USING (kind IN ('bounce', 'complaint', 'do_not_mail'));
CREATE POLICY door_lifts ON suppressions FOR DELETE TO campaign_door
 USING (kind = 'do_not_mail');

-- The audit: it signs as itself.
ALTER TABLE audit ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS of_this_side ON audit;
DROP POLICY IF EXISTS door_reads ON audit;
DROP POLICY IF EXISTS door_signs ON audit;
CREATE POLICY of_this_side ON audit TO campaign, campaign_console, campaign_operator
 USING (true);
CREATE POLICY door_reads ON audit FOR SELECT TO campaign_door USING (who = 'platform');
CREATE POLICY door_signs ON audit FOR INSERT TO campaign_door WITH CHECK (who = 'platform');

-- Deliveries arrive by COPY, which knows no row security: what came and went is looked at afterwards.
CREATE OR REPLACE FUNCTION door_is_kept() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
  IF EXISTS (
    SELECT FROM touched
     WHERE state <> 'queued' OR campaign_id NOT IN (
       SELECT id FROM campaigns
        WHERE state IN ('approved', 'handing_over') AND frozen_at IS NULL)
  ) THEN
    RAISE insufficient_privilege
    USING MESSAGE = 'the door takes nothing but an open month''s list';
  END IF;
  RETURN NULL;
END $$;
DROP TRIGGER IF EXISTS door_lists ON deliveries;
DROP TRIGGER IF EXISTS door_drops ON deliveries;
CREATE TRIGGER door_lists AFTER INSERT ON deliveries REFERENCING NEW TABLE AS touched
FOR EACH STATEMENT WHEN (current_user = 'campaign_door') EXECUTE FUNCTION door_is_kept();
CREATE TRIGGER door_drops AFTER DELETE ON deliveries REFERENCING OLD TABLE AS touched
FOR EACH STATEMENT WHEN (current_user = 'campaign_door') EXECUTE FUNCTION door_is_kept();
