-- Containment policies and targets of all tenants. Result: {policies: [{tenantId ('': everybody), policy}],
-- targets: [{tenantId, targets}]}.
create function fuse.load_containment() returns jsonb
language sql stable set search_path = fuse, extensions, pg_temp as $$
  select jsonb_build_object(
    'policies', coalesce((
      select jsonb_agg(jsonb_build_object('tenantId', tenant_id, 'policy', policy)) from containment_policies), '[]'),
    'targets', coalesce((
      select jsonb_agg(jsonb_build_object('tenantId', tenant_id, 'targets', targets)) from containment_targets), '[]'))
$$;
