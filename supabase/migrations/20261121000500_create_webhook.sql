-- Adds a subscription. p_webhook: {id, url, events, tenantId or null}.
create function fuse.create_webhook(p_webhook jsonb, p_actor text, p_now timestamptz) returns jsonb
language plpgsql set search_path = fuse, extensions, pg_temp as $$
begin
  insert into webhooks values (
    p_webhook->>'id', p_webhook->>'url',
    array(select jsonb_array_elements_text(p_webhook->'events')), p_webhook->>'tenantId', p_now);
  insert into audit_entries (at, actor, event, tenant_id, detail)
  values (p_now, p_actor, 'webhook.created', p_webhook->>'tenantId', p_webhook);

  return p_webhook;
end $$;
