-- Ends one attempt. p_error null: delivered. p_next_attempt_at null with an error: given up, kept as a dead letter.
create function fuse.finish_delivery(
  p_id text, p_now timestamptz, p_error text, p_next_attempt_at timestamptz
) returns jsonb
language sql set search_path = fuse, extensions, pg_temp as $$
  update outbox
  set delivered_at = case when p_error is null then p_now end, last_error = p_error, next_attempt_at = p_next_attempt_at
  where id = p_id and delivered_at is null;
  select jsonb_build_object('finished', true)
$$;
