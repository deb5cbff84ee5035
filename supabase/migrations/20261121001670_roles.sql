-- Roles beside the owner, who runs the migrations: fuse_service reads and writes everything, fuse_tenant reads the rows of
-- the one tenant it is bound to (fuse.current_tenant). On Supabase the secret key is the role service_role, which gets
-- what fuse_service gets; the two here are for plain Postgres and for tokens of tenants.
-- Roles belong to the whole server: another database may have made them before, or be making them now. Where the owner
-- may not create roles they are left out, and the owner alone uses the database.
do $$
declare
  v_role text;
  v_member text;
begin
  foreach v_role in array array['fuse_service', 'fuse_tenant'] loop
    begin
      if to_regrole(v_role) is null then
        execute format('create role %I nologin', v_role);
      end if;
    exception
      when insufficient_privilege then
        raise notice 'role % is left out: % may not create roles', v_role, current_user;
        continue;
      when duplicate_object or unique_violation then
        raise notice 'role % was made by somebody else meanwhile', v_role;
    end;

    -- The owner can become either, to try out what they may do; PostgREST, `authenticator`, becomes what a token names.
    for v_member in
      select rolname from pg_roles where rolname in (current_user, 'authenticator') and not rolsuper
    loop
      begin
        execute format('grant %I to %I', v_role, v_member);
      exception when insufficient_privilege then
        raise notice '% cannot become role %: % may not grant it', v_member, v_role, current_user;
      end;
    end loop;
  end loop;
end $$;
