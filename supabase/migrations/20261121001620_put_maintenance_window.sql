-- Makes a time of expected change or replaces the one of that id.
-- p_window: {id, tenantId, fromAt, toAt, learn, note}. p_replace: false when an id in use is refused.
-- Result: {outcome}: created, replaced, unchanged; idTaken (of another tenant, or not to be replaced); tooMany (100 of the
-- tenant have not ended).
create function fuse.put_maintenance_window(p_window jsonb, p_replace boolean, p_actor text, p_now timestamptz)
returns jsonb
language plpgsql set search_path = fuse, extensions, pg_temp as $$
declare
  v_was maintenance_windows;
  v_given maintenance_windows;
  v_outcome text := 'created';
begin
  perform pg_advisory_xact_lock(hashtextextended('fuse.maintenance_windows', 0));
  select * into v_was from maintenance_windows where id = p_window->>'id';
  if found then
    if not p_replace or v_was.tenant_id <> p_window->>'tenantId' then
      return jsonb_build_object('outcome', 'idTaken');
    end if;
    v_outcome := 'replaced';
  elsif (select count(*) >= 100 from maintenance_windows
    where tenant_id = p_window->>'tenantId' and to_at > p_now)
  then
    return jsonb_build_object('outcome', 'tooMany');
  end if;

  v_given := (p_window->>'id', p_window->>'tenantId', p_window->>'fromAt', p_window->>'toAt', p_window->>'learn',
    p_window->>'note', coalesce(v_was.created_by, p_actor), coalesce(v_was.created_at, p_now))::maintenance_windows;
  if v_given = v_was then
    return jsonb_build_object('outcome', 'unchanged');
  end if;
  insert into maintenance_windows select v_given.*
  on conflict (id) do update
  set from_at = excluded.from_at, to_at = excluded.to_at, learn = excluded.learn, note = excluded.note;
  insert into audit_entries (at, actor, event, tenant_id, detail)
  values (p_now, p_actor, 'maintenance.' || v_outcome, v_given.tenant_id, maintenance_document(v_given));

  return jsonb_build_object('outcome', v_outcome);
end $$;

-- A time of expected change as it is answered and audited.
create function fuse.maintenance_document(p_window fuse.maintenance_windows) returns jsonb
language sql stable set search_path = fuse, extensions, pg_temp as $$
  select jsonb_build_object(
    'id', p_window.id, 'tenantId', p_window.tenant_id, 'fromAt', p_window.from_at, 'toAt', p_window.to_at,
    'learn', p_window.learn, 'note', p_window.note, 'createdBy', p_window.created_by,
    'createdAt', p_window.created_at)
$$;
