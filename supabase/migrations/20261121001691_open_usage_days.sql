-- Gives days (UTC) a table of their own, and moves there what was recorded of them before. Waits a second at most: what
-- is in the way, a long report, is in nobody's way for it; until a day is opened its events are in usage_events_other.
-- p_days: ["2026-11-21", …]. Result: {opened: [day], busy: [day]}; a day that is open already is in neither.
-- Runs as its owner: who may record usage need not be allowed to make tables.
create or replace function fuse.open_usage_days(p_days jsonb) returns jsonb
language plpgsql security definer
set search_path = fuse, pg_temp set timezone = 'UTC' set lock_timeout = '1s' as $$
declare
  v_day date;
  v_name text;
  v_opened date[] := '{}';
  v_busy date[] := '{}';
begin
  for v_day in select distinct day::date from jsonb_array_elements_text(p_days) day order by 1 loop
    v_name := 'usage_events_' || to_char(v_day, 'YYYYMMDD');
    continue when v_day not between '2000-01-01' and '2099-12-31' or to_regclass('fuse.' || v_name) is not null;
    begin
      -- Of several at once one opens it, and the others find it open.
      lock table usage_events in share update exclusive mode;
      continue when to_regclass('fuse.' || v_name) is not null;
      execute format('create table fuse.%I (like fuse.usage_events including all)', v_name);
      -- Attached and not created as a partition: that would keep everybody from reading and recording meanwhile.
      lock table usage_events_other in access exclusive mode;
      execute format('with moved as (
          delete from fuse.usage_events_other where occurred_at >= %L and occurred_at < %L returning *
        ) insert into fuse.%I select * from moved', v_day, v_day + 1, v_name);
      execute format('alter table fuse.usage_events attach partition fuse.%I for values from (%L) to (%L)', v_name, v_day,
        v_day + 1);
      execute format('alter table fuse.%I enable row level security', v_name);
      v_opened := v_opened || v_day;
    exception when lock_not_available or deadlock_detected then
      v_busy := v_busy || v_day;
    end;
  end loop;
  return jsonb_build_object('opened', to_jsonb(v_opened), 'busy', to_jsonb(v_busy));
end $$;
