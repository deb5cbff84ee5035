-- One tenant's snapshots in [p_from, p_to), oldest first, page by page: what a backtest replays. p_after: epoch ms of the
-- last snapshot of the page before, or null. `strength` is in units of the limit that held then. From p_strength on it is
-- said which feedback called something alike fine at that time, as fuse.score_snapshots looks for it.
-- Result: [[at (epoch ms), distance, strength, feedback id or null], …]; a page of fewer than p_limit is the last.
create function fuse.list_snapshots(
  p_tenant_id text, p_from timestamptz, p_to timestamptz, p_strength real, p_after bigint, p_limit integer
) returns jsonb
language sql stable set search_path = fuse, extensions, pg_temp as $$
  with page as (
    select at, space, v, distance, strength,
           sqrt(greatest(0, 1 / power(1 - least(distance, 0.999999), 2) - 1)) / nullif(strength, 0) as tangent_limit
    from snapshots
    where tenant_id = p_tenant_id and at >= p_from and at < p_to
      and (p_after is null or at > to_timestamp(p_after / 1000.0))
    order by at limit p_limit
  )
  select coalesce(jsonb_agg(jsonb_build_array(
    (extract(epoch from p.at) * 1000)::bigint, p.distance, p.strength,
    case when p.strength > p_strength then (
      select f.id
      from feedback f
      join judged_snapshots j on j.feedback_id = f.id
      where f.tenant_id = p_tenant_id and f.verdict = 'fine' and f.space = p.space
        and f.created_at <= p.at and f.expires_at > p.at
        and p.strength <= 1.5 * j.strength
        and (j.v <=> p.v) < 1 - 1 / sqrt(1 + p.tangent_limit * p.tangent_limit / 4)
        and not exists (
          select from feedback later
          where later.tenant_id = f.tenant_id and later.verdict = 'incident' and later.created_at > f.created_at
            and later.created_at <= p.at and later.from_at <= j.at and later.to_at >= j.at)
      order by j.v <=> p.v limit 1) end) order by p.at), '[]')
  from page p
$$;
