-- Makes a limit or replaces the one of that id.
-- p_limit: Limit of core/limits.ts; p_replace: false when an id in use is refused; p_tenant_id: only a limit of this
-- tenant may be replaced (null: any).
-- Result: {outcome}: created, replaced, unchanged, idTaken; or {outcome: sameCount, limitId}: another limit counts the
-- same for the same audience in the same mode.
create function fuse.put_limit(
  p_limit jsonb, p_replace boolean, p_tenant_id text, p_actor text, p_now timestamptz
) returns jsonb
language plpgsql set search_path = fuse, extensions, pg_temp as $$
declare
  v_was jsonb;
  v_rival text;
  v_revision bigint;
  v_outcome text;
begin
  perform 1 from limit_revision for update;
  select document into v_was from limits where id = p_limit->>'id';
  if v_was is not null and (not p_replace
    or (p_tenant_id is not null and v_was#>>'{audience,tenantId}' is distinct from p_tenant_id))
  then
    return jsonb_build_object('outcome', 'idTaken');
  end if;
  if v_was = p_limit then
    return jsonb_build_object('outcome', 'unchanged');
  end if;
  select id into v_rival from limits where rule = limit_rule(p_limit) and id <> p_limit->>'id';
  if found then
    return jsonb_build_object('outcome', 'sameCount', 'limitId', v_rival);
  end if;

  v_outcome := case when v_was is null then 'created' else 'replaced' end;
  update limit_revision set revision = revision + 1 returning revision into v_revision;
  insert into limits (id, document, revision, created_at, updated_at)
  values (p_limit->>'id', p_limit, v_revision, p_now, p_now)
  on conflict (id) do update
  set document = excluded.document, revision = excluded.revision, updated_at = excluded.updated_at;
  insert into audit_entries (at, actor, event, tenant_id, detail)
  values (p_now, p_actor, 'limit.' || v_outcome, p_limit#>>'{audience,tenantId}',
    jsonb_build_object('limit', p_limit, 'was', v_was));

  return jsonb_build_object('outcome', v_outcome);
end $$;
