drop function fuse.search_audit(text, text, text, text, timestamptz, timestamptz, bigint, integer);

-- Audit entries, newest first, filtered by what is not null; p_from and p_to: [p_from, p_to). p_before: those before this
-- sequence. p_subject_id: what they are about beside tenant and incident.
-- Result: [{sequence, at, actor, action, tenantId, incidentId, subjectId, detail}].
create function fuse.search_audit(
  p_tenant_id text, p_action text, p_actor text, p_incident_id text, p_from timestamptz, p_to timestamptz,
  p_before bigint, p_limit integer, p_subject_id text default null
) returns jsonb
language plpgsql stable set search_path = fuse, extensions, pg_temp as $$
declare
  v_entries jsonb;
begin
  -- Planned with the values given: the index that fits depends on which of them are null.
  execute $query$
    with page as (
      select sequence, at, actor, event, tenant_id, incident_id, subject_id, detail from audit_entries
      where ($1 is null or tenant_id = $1) and ($2 is null or event = $2) and ($3 is null or actor = $3)
        and ($4 is null or incident_id = $4) and ($5 is null or at >= $5) and ($6 is null or at < $6)
        and ($7 is null or sequence < $7) and ($9 is null or subject_id = $9)
      order by sequence desc limit $8
    )
    select coalesce(jsonb_agg(jsonb_build_object(
      'sequence', sequence, 'at', at, 'actor', actor, 'action', event, 'tenantId', tenant_id,
      'incidentId', incident_id, 'subjectId', subject_id, 'detail', detail) order by sequence desc), '[]')
    from page
  $query$ into v_entries
  using p_tenant_id, p_action, p_actor, p_incident_id, p_from, p_to, p_before, p_limit, p_subject_id;

  return v_entries;
end $$;
