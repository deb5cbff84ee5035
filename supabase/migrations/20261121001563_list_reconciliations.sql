-- What was compared of the days p_from to p_to, both within, newest day first; of one provider or (null) of all.
-- p_only_findings: those lines only that are further apart than was allowed.
-- p_after: the lines behind {day, provider, keyId}, or null.
-- Result: [{provider, day, keyId, level, basis, inTotals, vendorMicroCents, ledgerMicroCents, ledgerBySource,
-- driftMicroCents, driftPercent, calls, vendorTokens, ledgerTokens, provisional, finding, comparedAt}].
create function fuse.list_reconciliations(
  p_provider text, p_from date, p_to date, p_only_findings boolean, p_after jsonb, p_limit integer
) returns jsonb
language sql stable set search_path = fuse, extensions, pg_temp as $$
  with page as (
    select * from reconciliations
    where (p_provider is null or provider = p_provider)
      and (p_from is null or day >= p_from) and (p_to is null or day <= p_to)
      and (not p_only_findings or finding is not null)
      and (p_after is null or day < (p_after->>'day')::date
        or (day = (p_after->>'day')::date and (provider, key_id) > (p_after->>'provider', p_after->>'keyId')))
    order by day desc, provider, key_id limit p_limit
  )
  select coalesce(jsonb_agg(jsonb_build_object(
    'provider', provider, 'day', day, 'keyId', key_id, 'level', level, 'basis', basis, 'inTotals', in_totals,
    'vendorMicroCents', vendor_micro_cents, 'ledgerMicroCents', ledger_micro_cents,
    'ledgerBySource', ledger_by_source, 'driftMicroCents', drift_micro_cents, 'driftPercent', drift_percent,
    'calls', calls, 'vendorTokens', vendor_tokens, 'ledgerTokens', ledger_tokens, 'provisional', provisional,
    'finding', finding, 'comparedAt', compared_at) order by day desc, provider, key_id), '[]')
  from page
$$;
