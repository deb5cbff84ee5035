create index outbox_dead on fuse.outbox (created_at, id) where delivered_at is null and next_attempt_at is null;

-- Messages to subscribers that were given up, newest first, of one tenant's subscriptions or (null) of all; the body is not
-- shown. p_after: those behind the message of this id.
-- Result: [{deliveryId, webhookId, url, tenantId, eventId, type, attempts, error, createdAt}, …].
create function fuse.list_dead_deliveries(p_tenant_id text, p_after text, p_limit integer) returns jsonb
language plpgsql stable set search_path = fuse, extensions, pg_temp as $$
begin
  return (
    select coalesce(jsonb_agg(jsonb_build_object(
      'deliveryId', id, 'webhookId', webhook_id, 'url', url, 'tenantId', tenant_id, 'eventId', event_id,
      'type', body::jsonb->>'type', 'attempts', attempts, 'error', last_error, 'createdAt', created_at)
      order by created_at desc, id desc), '[]')
    from (
      select o.id, o.webhook_id, w.url, w.tenant_id, o.event_id, o.body, o.attempts, o.last_error, o.created_at
      from outbox o join webhooks w on w.id = o.webhook_id
      where o.delivered_at is null and o.next_attempt_at is null
        and (p_tenant_id is null or w.tenant_id = p_tenant_id)
        and (p_after is null or (o.created_at, o.id) < (select created_at, id from outbox where id = p_after))
      order by o.created_at desc, o.id desc limit p_limit) d);
end $$;

-- Delivers a message again that was given up; it gets another day. p_tenant_id: only to this tenant's subscription (null:
-- any). Result: {outcome: 'retried', 'notDead' or 'unknown'}.
create function fuse.retry_delivery(p_id text, p_tenant_id text, p_actor text, p_now timestamptz) returns jsonb
language plpgsql set search_path = fuse, extensions, pg_temp as $$
declare
  v_one outbox := dead_delivery(p_id, p_tenant_id);
begin
  if v_one.id is null or v_one.delivered_at is not null or v_one.next_attempt_at is not null then
    return jsonb_build_object('outcome', case when v_one.id is null then 'unknown' else 'notDead' end);
  end if;

  update outbox set attempts = 0, created_at = p_now, next_attempt_at = p_now where id = p_id;
  insert into audit_entries (at, actor, event, tenant_id, subject_id, detail)
  values (p_now, p_actor, 'deadLetter.retried', p_tenant_id, p_id, jsonb_build_object(
    'webhookId', v_one.webhook_id, 'error', v_one.last_error));

  return jsonb_build_object('outcome', 'retried');
end $$;

-- Removes a message that was given up. p_tenant_id: only to this tenant's subscription (null: any).
-- Result: {outcome: 'deleted', 'notDead' or 'unknown'}.
create function fuse.delete_delivery(p_id text, p_tenant_id text, p_actor text, p_now timestamptz) returns jsonb
language plpgsql set search_path = fuse, extensions, pg_temp as $$
declare
  v_one outbox := dead_delivery(p_id, p_tenant_id);
begin
  if v_one.id is null or v_one.delivered_at is not null or v_one.next_attempt_at is not null then
    return jsonb_build_object('outcome', case when v_one.id is null then 'unknown' else 'notDead' end);
  end if;

  delete from outbox where id = p_id;
  insert into audit_entries (at, actor, event, tenant_id, subject_id, detail)
  values (p_now, p_actor, 'deadLetter.deleted', p_tenant_id, p_id, jsonb_build_object(
    'webhookId', v_one.webhook_id, 'error', v_one.last_error));

  return jsonb_build_object('outcome', 'deleted');
end $$;

-- A message of the outbox, held for a change, if it goes to this tenant's subscription (null: to anybody's).
create function fuse.dead_delivery(p_id text, p_tenant_id text) returns fuse.outbox
language plpgsql set search_path = fuse, extensions, pg_temp as $$
declare
  v_one outbox;
begin
  select o.* into v_one from outbox o join webhooks w on w.id = o.webhook_id
  where o.id = p_id and (p_tenant_id is null or w.tenant_id = p_tenant_id)
  for update of o;

  return v_one;
end $$;
