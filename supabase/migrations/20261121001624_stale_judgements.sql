-- Judged snapshots in force whose vectors are of another baseline than the one their tenant is scored against, p_limit at
-- most. Only of the features: what a text embedder made is compared as it was.
-- Result: [[feedback id, at, tenant, raw], …].
create function fuse.stale_judgements(p_now timestamptz, p_limit integer) returns json
language sql stable set search_path = fuse, extensions, pg_temp as $$
  select coalesce(json_agg(json_build_array(feedback_id, at, tenant_id, raw)), '[]')
  from (
    select j.feedback_id, j.at, f.tenant_id, j.raw
    from feedback f
    join scoring s on s.tenant_id = f.tenant_id and s.space = f.space
    join judged_snapshots j on j.feedback_id = f.id and j.baseline_version <> s.version
    where f.verdict = 'fine' and f.expires_at > p_now and f.space = 'features'
    limit p_limit
  ) stale
$$;
