-- Sets the limits tenants are flagged at, of those still scored against the version they were computed for. Limits in other
-- spaces move by the same factor.
-- p_limits: [{tenantId, version, tangentLimit, theta}]. Result: {changed}: how many tenants' limits differ from before.
create function fuse.set_limits(p_limits jsonb) returns jsonb
language sql set search_path = fuse, extensions, pg_temp as $$
  with given as (
    select g.*, s.tangent_limit as was
    from jsonb_to_recordset(p_limits) as g("tenantId" text, version integer, "tangentLimit" real, theta real)
    join scoring s on s.tenant_id = g."tenantId" and s.version = g.version and s.space = 'features'
    where (s.tangent_limit, s.theta) is distinct from (g."tangentLimit", g.theta)
  ), changed as (
    update scoring s
    set tangent_limit = case when s.space = 'features' then g."tangentLimit" else s.tangent_limit * g."tangentLimit" / g.was end,
        theta = g.theta, changed_at = clock_timestamp()
    from given g where s.tenant_id = g."tenantId" and s.version = g.version
    returning s.space
  )
  select jsonb_build_object('changed', (select count(*) from changed where space = 'features'))
$$;
