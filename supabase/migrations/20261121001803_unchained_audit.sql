-- Looks for audit entries that are in no place of the chain, among p_limit entries after sequence p_after.
-- Result: {after: what to ask with next, done, sequence: of the first such entry, or null}.
create function fuse.unchained_audit(p_after bigint, p_limit integer) returns jsonb
language sql stable set search_path = fuse, extensions, pg_temp as $$
  with page as (
    select e.sequence, c.sequence is not null as is_chained
    from (select sequence from audit_entries where sequence > p_after order by sequence limit p_limit) as e
    left join audit_chain c using (sequence)
  )
  select jsonb_build_object(
    'after', coalesce(max(sequence), p_after), 'done', count(*) < p_limit,
    'sequence', min(sequence) filter (where not is_chained))
  from page
$$;
