-- Commands people sent from a chat: each is carried out once, whoever hands it on again. Kept for a week, see
-- prune_commands. `scope`: the tenant its key is bound to, '' when it is bound to none: an id of one tells nothing to
-- another. `answer` null: it is being carried out, by who has to be done before `lease_until`.

create table fuse.commands (
  scope text not null,
  id text not null,
  lease_until timestamptz not null,
  answer jsonb,
  created_at timestamptz not null,
  primary key (scope, id)
);
create index commands_by_time on fuse.commands (created_at);

-- Begins a command. One whose service died on the way begins anew: what it orders is safe to order twice.
-- Result: {outcome}: started; running: somebody is at it; answered, with `answer`.
create function fuse.begin_command(p_scope text, p_id text, p_lease_ms integer, p_now timestamptz) returns jsonb
language plpgsql set search_path = fuse, extensions, pg_temp as $$
declare
  v_answer jsonb;
begin
  insert into commands values (p_scope, p_id, p_now + p_lease_ms * interval '1 ms', null, p_now)
  on conflict (scope, id) do update set lease_until = excluded.lease_until
  where commands.answer is null and commands.lease_until <= p_now;
  if found then
    return jsonb_build_object('outcome', 'started');
  end if;

  select answer into v_answer from commands where scope = p_scope and id = p_id;
  return case when v_answer is null then jsonb_build_object('outcome', 'running')
    else jsonb_build_object('outcome', 'answered', 'answer', v_answer) end;
end $$;
