-- Every breaker that was ever set. Result: [{tenantId, breaker}].
create function fuse.load_breakers() returns jsonb
language sql stable set search_path = fuse, extensions as $$
  select coalesce(jsonb_agg(jsonb_build_object('tenantId', tenant_id, 'breaker', breaker)), '[]') from breakers
$$;
