-- Containment steps it is time to look at: to be handed out (again), since nobody reported, or to be undone, since their
-- time has run out, or given up without operations having been told. What cannot be undone waits until every reversible step of its incident is settled.
-- `delivery` is what became of the message of the last hand-out: {kind: waiting | delivered | lost, at (epoch ms)}.
-- Result: [action_document and delivery, …], p_limit at most, the longest due first.
create function fuse.due_actions(p_now timestamptz, p_limit integer) returns jsonb
language sql stable set search_path = fuse, extensions, pg_temp as $$
  with due as (
    select a, a.due_at as at from actions a
    where a.state = 'requested' and a.due_at <= p_now
      and (a.reversible or a.direction = 'undo' or not exists (
        select from actions other
        where other.incident_id = a.incident_id and other.reversible
          and other.state in ('requested', 'awaitingApproval')))
    union all
    select a, a.ends_at from actions a where a.ends_at <= p_now and a.state = 'done' and a.reversible
    union all
    select a, coalesce(a.reported_at, a.created_at) from actions a where a.state = 'failed' and not a.dead_told
  ), page as (
    select a, at from due order by at, (a).id limit p_limit
  )
  select coalesce(jsonb_agg(action_document(a) || jsonb_build_object('delivery', (
    select case
      when count(*) filter (where delivered_at is null and next_attempt_at is not null) > 0
        then jsonb_build_object('kind', 'waiting')
      when max(delivered_at) is not null
        then jsonb_build_object('kind', 'delivered', 'at', epoch_ms(max(delivered_at)))
      else jsonb_build_object('kind', 'lost') end
    from outbox where event_id = (a).id || ':' || (a).attempt)) order by at, (a).id), '[]')
  from page
$$;
