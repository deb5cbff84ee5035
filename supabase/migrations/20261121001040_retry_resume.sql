-- Ends an attempt at telling a call its answer: it is due again at p_next_try_at. Only when p_worker still has it.
-- p_may_have_arrived: the receiver may know the answer already.
create function fuse.retry_resume(
  p_worker text, p_id text, p_next_try_at timestamptz, p_error text, p_may_have_arrived boolean
) returns jsonb
language sql set search_path = fuse, extensions, pg_temp as $$
  update queued_calls
  set claimed_by = null, next_try_at = p_next_try_at, last_error = p_error, may_have_arrived = p_may_have_arrived
  where id = p_id and state = 'releasing' and claimed_by = p_worker;
  select jsonb_build_object('retried', true)
$$;
