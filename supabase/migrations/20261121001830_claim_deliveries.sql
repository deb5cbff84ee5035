-- Takes up to p_limit due messages for p_lease_ms; no other worker gets them meanwhile, and a crash gives them back.
-- Result: [{id, webhookId, url, type, body, attempts, createdAt}], oldest first; attempts includes this one.
create or replace function fuse.claim_deliveries(p_now timestamptz, p_lease_ms integer, p_limit integer) returns jsonb
language sql set search_path = fuse, extensions, pg_temp as $$
  with due as (
    select id from outbox
    where delivered_at is null and next_attempt_at <= p_now
    order by next_attempt_at limit p_limit
    for update skip locked
  ), claimed as (
    update outbox o
    set attempts = attempts + 1, next_attempt_at = p_now + make_interval(secs => p_lease_ms / 1000.0)
    from due, webhooks w
    where o.id = due.id and w.id = o.webhook_id
    returning o.id, o.webhook_id, w.url, o.body, o.attempts, o.created_at
  )
  select coalesce(jsonb_agg(jsonb_build_object(
    'id', id, 'webhookId', webhook_id, 'url', url, 'type', body::jsonb->>'type', 'body', body, 'attempts', attempts,
    'createdAt', (extract(epoch from created_at) * 1000)::bigint) order by created_at), '[]')
  from claimed
$$;

select fuse.secure_schema();
