-- What these requests changed is counted. Result: {counted}.
create function fuse.counted(p_runs jsonb) returns jsonb
language sql set search_path = fuse, extensions, pg_temp as $$
  with counted as (
    delete from counts_due where run in (select jsonb_array_elements_text(p_runs)) returning 1
  )
  select jsonb_build_object('counted', (select count(*) from counted))
$$;
