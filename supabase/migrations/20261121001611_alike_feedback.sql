-- The feedback in force that called a snapshot alike to this one fine, if there is one: of several the nearest. Never of
-- another tenant or space, and not what was called an incident later: the later word holds. Result: its id or null.
--
-- Alike is nearer than half the tenant's limit (as tan of the angle), and at most 1.5 times as strong. Two snapshots at
-- the limit that moved in different features are at least 1.4 limits apart, so half a limit spans no two features: at the
-- limit it lets the same mixture turn by 29 degrees. 1.5 is also when an open alert is told again: what is that much worse
-- than what was judged is news.
create function fuse.alike_feedback(
  p_tenant_id text, p_space text, p_vector extensions.vector(64), p_strength double precision,
  p_tangent_limit double precision, p_at timestamptz
) returns text
-- Not in SQL: its plan is kept from one flagged tenant to the next.
language plpgsql stable set search_path = fuse, extensions, pg_temp as $$
begin
  return (
    select f.id
    from feedback f
    join judged_snapshots j on j.feedback_id = f.id
    where f.tenant_id = p_tenant_id and f.expires_at > p_at and f.verdict = 'fine' and f.space = p_space
      and p_strength <= 1.5 * j.strength
      and (j.v <=> p_vector) < 1 - 1 / sqrt(1 + p_tangent_limit * p_tangent_limit / 4)
      and not exists (
        select from feedback later
        where later.tenant_id = f.tenant_id and later.verdict = 'incident' and later.created_at > f.created_at
          and later.from_at <= j.at and later.to_at >= j.at)
    order by j.v <=> p_vector
    limit 1);
end $$;
