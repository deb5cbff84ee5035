-- Drops what is not kept any longer, a piece with each call: a whole day (UTC) before p_before, or of what has no table of
-- its own 10,000 events, and 50,000 keys. What goes is summed up in the audit, in the same transaction. Events go before their
-- keys: whoever sends one again in between is told that it is recorded.
-- Result: {days: [{day or null, events, microCents}], more: there is more to drop, busy: somebody reads; later again}.
-- Runs as its owner: who calls it need not be allowed to drop tables.
create or replace function fuse.drop_usage_days(p_before timestamptz, p_now timestamptz) returns jsonb
language plpgsql security definer
set search_path = fuse, pg_temp set timezone = 'UTC' set lock_timeout = '1s' as $$
declare
  v_before timestamptz := date_trunc('day', p_before);
  v_name text;
  v_day date;
  v_events bigint := 0;
  v_cost numeric;
  v_keys bigint := 0;
begin
  select relname, to_date(right(relname, 8), 'YYYYMMDD') into v_name, v_day
  from pg_inherits join pg_class on pg_class.oid = inhrelid
  where inhparent = 'fuse.usage_events'::regclass and relname ~ '^usage_events_\d{8}$'
    and to_date(right(relname, 8), 'YYYYMMDD') < v_before::date
  order by 2 limit 1;

  if v_name is not null then
    -- What is summed up is what is dropped; reading goes on until it goes.
    execute format('lock table fuse.%I in share mode', v_name);
    execute format('select count(*), coalesce(sum(cost_micro_cents), 0) from fuse.%I', v_name) into v_events, v_cost;
    execute format('drop table fuse.%I', v_name);
  else
    with gone as (
      delete from usage_events_other where ctid = any (array(
        select ctid from usage_events_other where occurred_at < v_before limit 10000))
      returning cost_micro_cents
    )
    select count(*), coalesce(sum(cost_micro_cents), 0) into v_events, v_cost from gone;
    perform brin_summarize_new_values('fuse.usage_keys_by_time');
  end if;
  if v_events > 0 then
    insert into audit_entries (at, actor, event, detail)
    values (p_now, 'retention', 'usage.dropped', jsonb_build_object(
      'day', v_day, 'before', v_before, 'events', v_events, 'microCents', v_cost));
  end if;

  -- Days go first, so that no key is missing while its event is there.
  if v_name is null and v_events = 0 then
    delete from usage_keys where ctid = any (array(
      select ctid from usage_keys where occurred_at < v_before limit 50000));
    get diagnostics v_keys = row_count;
  end if;
  return jsonb_build_object(
    'days', case when v_events > 0 or v_name is not null
      then jsonb_build_array(jsonb_build_object('day', v_day, 'events', v_events, 'microCents', v_cost)) else '[]' end,
    'more', v_name is not null or v_events > 0 or v_keys = 50000, 'busy', false);
exception when lock_not_available or deadlock_detected then
  return '{"days": [], "more": false, "busy": true}';
end $$;
