-- Scores a tenant against an older version from now on, and holds it: no job replaces it before p_scoring.refreshAfter.
-- p_scoring: {tangentLimit, theta, refreshAfter (ISO)}.
-- Result: {outcome}: used, already, unknown; used with {previous}: the version before.
create function fuse.use_baseline(
  p_tenant_id text, p_version integer, p_scoring jsonb, p_note text, p_actor text, p_now timestamptz
) returns jsonb
language plpgsql set search_path = fuse, extensions, pg_temp as $$
declare
  v_previous integer;
begin
  perform pg_advisory_xact_lock(hashtext('fuse.baseline:' || p_tenant_id));
  perform from baselines where tenant_id = p_tenant_id and version = p_version;
  if not found then
    return jsonb_build_object('outcome', 'unknown');
  end if;
  select version into v_previous from scoring where tenant_id = p_tenant_id and space = 'features';
  if v_previous = p_version then
    return jsonb_build_object('outcome', 'already');
  end if;
  perform put_scoring(p_tenant_id, p_version, p_scoring, (p_scoring->>'refreshAfter')::timestamptz);
  insert into audit_entries (at, actor, event, tenant_id, detail)
  values (p_now, p_actor, 'baseline.rolledBack', p_tenant_id, jsonb_build_object(
    'version', p_version, 'was', v_previous, 'heldUntil', p_scoring->>'refreshAfter', 'note', p_note));

  return jsonb_build_object('outcome', 'used', 'previous', v_previous);
end $$;
