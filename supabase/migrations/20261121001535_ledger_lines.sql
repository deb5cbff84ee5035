-- The ledger, for queries of operators' own: one row for each line of what calls cost. The lines of an event add up to
-- its cost_micro_cents, so sums of lines are those of GET /v1/reports/spend. Days and months are those of UTC.
-- rate_id: of fuse.price_rates, or vendor (the vendor said the cost), ceiling/… (no price is known), estimate (nobody
-- told the end of the call). quantity: tokens, searches, seconds, …; 1 for vendorCost and held.
create view fuse.ledger_lines as
select e.source, e.id, e.tenant_id, e.occurred_at,
  (e.occurred_at at time zone 'UTC')::date as day,
  to_char(e.occurred_at at time zone 'UTC', 'YYYY-MM') as month,
  e.provider, e.model, e.workflow_id, e.node_name, e.execution_id, e.key_id,
  line.unit, line.quantity, line."rateId" as rate_id, line."costMicroCents" as cost_micro_cents, e.cost_source
from fuse.usage_events e
cross join lateral jsonb_to_recordset(e.line_items)
  as line(unit text, quantity numeric, "rateId" text, "costMicroCents" bigint);
