-- Keeps a comparison. What it says of a day takes the place of everything said of that day of that provider before.
-- p_days: [{provider, day}], every day that was compared. p_lines: rows of reconciliations, all of those days.
-- Result: {stored}.
create function fuse.put_reconciliation(p_days jsonb, p_lines jsonb, p_now timestamptz) returns jsonb
language plpgsql set search_path = fuse, extensions, pg_temp as $$
declare
  v_stored integer;
begin
  -- Two at once of the same day: the later one has the last word, and none sees half of the other.
  perform pg_advisory_xact_lock(hashtextextended('fuse.reconciliations', 0));
  delete from reconciliations r using jsonb_to_recordset(p_days) as d(provider text, day date)
  where r.provider = d.provider and r.day = d.day;
  insert into reconciliations
  select kept.*
  from jsonb_array_elements(p_lines) as line,
    jsonb_populate_record(null::reconciliations, line || jsonb_build_object('compared_at', p_now)) as kept;
  get diagnostics v_stored = row_count;

  return jsonb_build_object('stored', v_stored);
end $$;
