-- Puts one message for every matching subscription into the outbox, within the caller's transaction.
-- p_event: {eventId, type, tenantId, body}. A repeated event id adds nothing. Result: number of messages added.
create function fuse.enqueue_event(p_event jsonb, p_now timestamptz) returns integer
language sql set search_path = fuse, extensions, pg_temp as $$
  with added as (
    insert into outbox (event_id, webhook_id, body, created_at, next_attempt_at)
    select p_event->>'eventId', id, p_event->>'body', p_now, p_now
    from webhooks
    where p_event->>'type' = any (events) and (tenant_id is null or tenant_id = p_event->>'tenantId')
    on conflict (event_id, webhook_id) do nothing
    returning 1
  )
  select count(*)::integer from added
$$;
