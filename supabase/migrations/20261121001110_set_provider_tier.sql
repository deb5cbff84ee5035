-- Sets a provider's tier, or forgets it (p_settings null). What its headers said before is forgotten too: it was said
-- of another tier, and the next response says it anew.
-- p_settings: {tier, overrides}. Result: {changed}; false when there was nothing to forget.
create function fuse.set_provider_tier(p_provider text, p_settings jsonb, p_actor text, p_now timestamptz) returns jsonb
language plpgsql set search_path = fuse, extensions, pg_temp as $$
begin
  if p_settings is null then
    delete from provider_settings where provider = p_provider;
    if not found then
      return jsonb_build_object('changed', false);
    end if;
  else
    insert into provider_settings values (
      p_provider, p_settings->>'tier', p_settings->'overrides', p_now, p_actor)
    on conflict (provider) do update set
      tier = excluded.tier, overrides = excluded.overrides,
      changed_at = excluded.changed_at, changed_by = excluded.changed_by;
  end if;
  delete from provider_observations where provider = p_provider;
  insert into audit_entries (at, actor, event, detail)
  values (
    p_now, p_actor, case when p_settings is null then 'provider.forgotten' else 'provider.tierSet' end,
    jsonb_build_object('provider', p_provider) || coalesce(p_settings, '{}'));

  return jsonb_build_object('changed', true);
end $$;
