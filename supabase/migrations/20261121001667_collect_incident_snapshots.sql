-- Keeps what the incidents of the last day looked like: of each the strongest snapshot from 5 minutes before it opened to
-- 15 after, as a breaker opens before the next tick has seen why; and what people called an incident. Repeating it changes
-- nothing. Result: {kept}.
create function fuse.collect_incident_snapshots(p_now timestamptz) returns jsonb
language sql set search_path = fuse, extensions, pg_temp as $$
  with seen as (
    select distinct on (i.id) i.id, i.tenant_id, i.rule, i.opened_at as at, s.space,
           incident_direction(s.v, s.space) as v, s.strength
    from incidents i
    join snapshots s on s.tenant_id = i.tenant_id
     and s.at between i.opened_at - interval '5 minutes' and i.opened_at + interval '15 minutes'
    where i.opened_at between p_now - interval '1 day' and p_now
    order by i.id, s.strength desc, s.at
  ), told as (
    select f.id, f.tenant_id, 'feedback', f.from_at, f.space, incident_direction(f.v, f.space), f.strength
    from feedback f
    where f.verdict = 'incident' and f.created_at between p_now - interval '1 day' and p_now
  ), kept as (
    insert into incident_snapshots
    select * from (select * from seen union all select * from told) as found
    where v is not null
    on conflict (id) do update
    set space = excluded.space, v = excluded.v, strength = excluded.strength
    where excluded.strength > incident_snapshots.strength
    returning 1
  )
  select jsonb_build_object('kept', (select count(*) from kept))
$$;
