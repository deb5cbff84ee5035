-- What changed of limits and tenants' plans after revision p_since; 0: everything.
-- Result: null when nothing did; else {revision, complete, limits: [Limit], deleted: [id], plans: [{tenantId, plan or
-- null}]}. complete: it is everything there is. Asked for, or p_since is of a database that was since put back.
create function fuse.load_limits(p_since bigint) returns jsonb
language sql stable set search_path = fuse, extensions, pg_temp as $$
  with asked as (
    select revision, case when p_since <= revision then p_since else 0 end as since
    from limit_revision where revision <> p_since or p_since = 0
  )
  select jsonb_build_object(
    'revision', asked.revision,
    'complete', asked.since = 0,
    'limits', coalesce((
      select jsonb_agg(document order by created_at, id) from limits
      where limits.revision > asked.since and document is not null), '[]'),
    'deleted', coalesce((
      select jsonb_agg(id) from limits
      where limits.revision > asked.since and asked.since > 0 and document is null), '[]'),
    'plans', coalesce((
      select jsonb_agg(jsonb_build_object('tenantId', tenant_id, 'plan', plan)) from tenant_settings
      where tenant_settings.revision > asked.since and (plan is not null or asked.since > 0)), '[]'))
  from asked
$$;
