-- Removes versions nobody goes back to: beyond the newest thirty of a tenant, or older than 90 days. The one in use and the
-- one before it stay, whatever their age. Result: {removed}.
create function fuse.prune_baselines(p_now timestamptz) returns jsonb
language sql set search_path = fuse, extensions, pg_temp as $$
  with ranked as (
    select tenant_id, version, fitted_at, row_number() over (partition by tenant_id order by version desc) as rank
    from baselines
  ), old as (
    select r.tenant_id, r.version from ranked r
    where (r.rank > 30 or r.fitted_at < p_now - interval '90 days')
      and not exists (
        select from scoring s join baselines b using (tenant_id, version)
        where s.tenant_id = r.tenant_id and s.space = 'features' and r.version in (b.version, b.parent))
  ), removed as (
    delete from baselines b using old where b.tenant_id = old.tenant_id and b.version = old.version returning 1
  )
  select jsonb_build_object('removed', (select count(*) from removed))
$$;
