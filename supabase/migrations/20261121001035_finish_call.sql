-- These calls' receivers have their answer, whoever told them. p_ids: [id]. Result: {finished}: how many.
create function fuse.finish_call(p_ids jsonb, p_now timestamptz) returns jsonb
language plpgsql set search_path = fuse, extensions, pg_temp as $$
declare
  v_ids text[] := array(select jsonb_array_elements_text(p_ids));
  v_finished integer;
begin
  perform from queued_calls where id = any (v_ids) order by id for update;
  update queued_calls
  set state = 'done', finished_at = p_now, resume_url = null, claimed_by = null, last_error = null
  where id = any (v_ids) and state in ('releasing', 'dead');
  get diagnostics v_finished = row_count;

  return jsonb_build_object('finished', v_finished);
end $$;
