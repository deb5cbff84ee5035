-- Ends a command: its answer is what the same id is answered from now on, its audit entry says who sent it and what
-- became of it. Without an answer (it could not be carried out) the id is free again and nothing is audited.
-- p_audit: as of audit_command. Result: {finished}.
create function fuse.finish_command(p_scope text, p_id text, p_answer jsonb, p_audit jsonb, p_now timestamptz)
returns jsonb
language plpgsql set search_path = fuse, extensions, pg_temp as $$
begin
  if p_answer is null then
    delete from commands where scope = p_scope and id = p_id and answer is null;
    return jsonb_build_object('finished', found);
  end if;
  update commands set answer = p_answer where scope = p_scope and id = p_id and answer is null;
  if not found then
    return jsonb_build_object('finished', false);
  end if;
  perform audit_command(p_audit, p_now);

  return jsonb_build_object('finished', true);
end $$;

-- Audits what somebody ordered or tried to. p_audit: {actor, event, tenantId, incidentId, subjectId, detail}.
-- Result: {audited}.
create function fuse.audit_command(p_audit jsonb, p_now timestamptz) returns jsonb
language plpgsql set search_path = fuse, extensions, pg_temp as $$
begin
  insert into audit_entries (at, actor, event, tenant_id, incident_id, subject_id, detail)
  values (p_now, p_audit->>'actor', p_audit->>'event', p_audit->>'tenantId', p_audit->>'incidentId',
    p_audit->>'subjectId', p_audit->'detail');

  return jsonb_build_object('audited', true);
end $$;
