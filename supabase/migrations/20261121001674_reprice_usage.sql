-- Gives calls another price: those that still cost what they were seen to cost. A run goes in pages; each that changed
-- something is an audit entry with its own sums, and bears the number of the run's first one as `run`.
-- p_changes: [{source, id, wasMicroCents, costMicroCents, costSource, lineItems}]; p_run: {from, to, tenantId, provider,
-- model}, what was asked for; p_entry: the audit entry of the run's first page, null with that page. What changes is due to
-- be counted (counts_due), the run being reprice/<entry>.
-- Result: {entry, missed: [{source, id}]}, those that cost something else by now.
create or replace function fuse.reprice_usage(
  p_changes jsonb, p_run jsonb, p_entry bigint, p_actor text, p_now timestamptz
) returns jsonb
language plpgsql set search_path = fuse, extensions, pg_temp as $$
declare
  v_entry bigint := p_entry;
  v_changed bigint;
  v_before numeric;
  v_after numeric;
  v_missed jsonb;
  v_tenants jsonb;
begin
  -- Two runs at once would lock the same rows in two orders.
  perform pg_advisory_xact_lock(hashtextextended('fuse.reprice_usage', 0));

  with given as (
    select * from jsonb_to_recordset(p_changes) as c(
      source text, id text, "wasMicroCents" bigint, "costMicroCents" bigint, "costSource" text, "lineItems" jsonb)
  ), changed as (
    update usage_events e
    set cost_micro_cents = g."costMicroCents", cost_source = g."costSource", line_items = g."lineItems"
    from given g
    where e.source = g.source and e.id = g.id and e.cost_micro_cents = g."wasMicroCents"
      and e.cost_source in ('price', 'ceiling')
    returning e.tenant_id, g.source, g.id, g."wasMicroCents" as before, g."costMicroCents" as after
  )
  select count(*), coalesce(sum(before), 0), coalesce(sum(after), 0), (
    select coalesce(jsonb_agg(jsonb_build_object('source', g.source, 'id', g.id)), '[]') from given g
    where not exists (select from changed c where c.source = g.source and c.id = g.id)),
    coalesce(jsonb_agg(distinct tenant_id), '[]')
  into v_changed, v_before, v_after, v_missed, v_tenants
  from changed;

  if v_changed > 0 then
    insert into audit_entries (at, actor, event, tenant_id, detail)
    values (p_now, p_actor, 'usage.repriced', p_run->>'tenantId', p_run || jsonb_strip_nulls(jsonb_build_object(
      'run', p_entry, 'changed', v_changed, 'beforeMicroCents', v_before, 'afterMicroCents', v_after)))
    returning coalesce(p_entry, sequence) into v_entry;
  end if;
  insert into counts_due (run, tenant_id, at)
  select 'reprice/' || v_entry, tenant_id, p_now from jsonb_array_elements_text(v_tenants) tenant_id
  on conflict do nothing;

  return jsonb_build_object('entry', v_entry, 'missed', v_missed);
end $$;
