-- Adds audit entries in their order. p_entries: [{at, actor, action, tenantId, incidentId, subjectId, detail}]. One whose
-- action and subject are in the audit already is left out: who does not know whether a batch arrived sends it again.
-- Result: {added}.
create function fuse.add_audit_entries(p_entries jsonb) returns jsonb
language plpgsql set search_path = fuse, extensions, pg_temp as $$
declare
  v_added integer;
begin
  insert into audit_entries (at, actor, event, tenant_id, incident_id, subject_id, detail)
  select (entry->>'at')::timestamptz, entry->>'actor', entry->>'action', entry->>'tenantId', entry->>'incidentId',
    entry->>'subjectId', entry->'detail'
  from jsonb_array_elements(p_entries) with ordinality as given (entry, n)
  where not exists (
    select from audit_entries known where known.subject_id = entry->>'subjectId' and known.event = entry->>'action')
  order by n;
  get diagnostics v_added = row_count;

  return jsonb_build_object('added', v_added);
end $$;
