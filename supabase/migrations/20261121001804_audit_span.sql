-- Where in the chain the entries of a span are: p_from and p_to: [p_from, p_to), each or both null; p_tenant_id null: of all.
-- Result: {first, last}: positions, null when there are none.
create function fuse.audit_span(p_tenant_id text, p_from timestamptz, p_to timestamptz) returns jsonb
language plpgsql stable set search_path = fuse, extensions, pg_temp as $$
declare
  v_span jsonb;
begin
  -- Planned with the values given, as fuse.search_audit is.
  execute $query$
    select jsonb_build_object('first', min(c.position), 'last', max(c.position))
    from audit_entries e join audit_chain c using (sequence)
    where ($1 is null or e.tenant_id = $1) and ($2 is null or e.at >= $2) and ($3 is null or e.at < $3)
  $query$ into v_span using p_tenant_id, p_from, p_to;

  return v_span;
end $$;
