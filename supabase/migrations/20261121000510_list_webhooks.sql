-- Subscriptions, oldest first: one (p_id), those of one tenant (p_tenant_id), or all (both null).
-- Result: [{id, url, events, tenantId, createdAt}].
create function fuse.list_webhooks(p_id text, p_tenant_id text) returns jsonb
language sql stable set search_path = fuse, extensions, pg_temp as $$
  select coalesce(jsonb_agg(jsonb_build_object(
    'id', id, 'url', url, 'events', to_jsonb(events), 'tenantId', tenant_id, 'createdAt', created_at
  ) order by created_at, id), '[]')
  from webhooks
  where (p_id is null or id = p_id) and (p_tenant_id is null or tenant_id = p_tenant_id)
$$;
