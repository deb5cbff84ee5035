-- Gives a dead message another eight attempts. Those behind it that told of the end of what had not been posted follow
-- it: nobody is left with an alert that is over. p_tenant_id: only if it is this tenant's (null: any).
-- Result: {outcome: 'retried', 'notDead' or 'unknown'}.
create function fuse.retry_notification(p_id text, p_tenant_id text, p_actor text, p_now timestamptz) returns jsonb
language plpgsql set search_path = fuse, extensions, pg_temp as $$
declare
  v_one notifications;
begin
  select * into v_one from notifications where id = p_id and (p_tenant_id is null or tenant_id = p_tenant_id) for update;
  if v_one.state is distinct from 'failed' then
    return jsonb_build_object('outcome', case when v_one.id is null then 'unknown' else 'notDead' end);
  end if;

  update notifications
  set state = 'requested', first_attempt = attempt + 1, dead_told = false, due_at = p_now
  where id = p_id;
  -- Attempt 0: never handed out. One that a person put away, or that nobody subscribed to, was.
  update notifications n
  set state = 'requested', due_at = p_now + interval '10 seconds'
  where n.subject_id = v_one.subject_id and n.rule = v_one.rule and n.channel = v_one.channel
    and n.sequence > v_one.sequence and n.kind <> 'firing' and n.state = 'skipped' and n.attempt = 0;
  insert into audit_entries (at, actor, event, tenant_id, subject_id, detail)
  values (p_now, p_actor, 'deadLetter.retried', v_one.tenant_id, p_id, jsonb_build_object(
    'channel', v_one.channel, 'error', v_one.error));
  perform hand_out_notification(p_id, p_now);

  return jsonb_build_object('outcome', 'retried');
end $$;

-- Puts a dead message away: nobody will be told. It is kept, so that it is not made again.
-- p_tenant_id: only if it is this tenant's (null: any). Result: {outcome: 'deleted', 'notDead' or 'unknown'}.
create function fuse.delete_notification(p_id text, p_tenant_id text, p_actor text, p_now timestamptz) returns jsonb
language plpgsql set search_path = fuse, extensions, pg_temp as $$
declare
  v_one notifications;
begin
  select * into v_one from notifications where id = p_id and (p_tenant_id is null or tenant_id = p_tenant_id) for update;
  if v_one.state is distinct from 'failed' then
    return jsonb_build_object('outcome', case when v_one.id is null then 'unknown' else 'notDead' end);
  end if;

  update notifications set state = 'skipped' where id = p_id;
  insert into audit_entries (at, actor, event, tenant_id, subject_id, detail)
  values (p_now, p_actor, 'deadLetter.deleted', v_one.tenant_id, p_id, jsonb_build_object(
    'channel', v_one.channel, 'error', v_one.error));

  return jsonb_build_object('outcome', 'deleted');
end $$;
