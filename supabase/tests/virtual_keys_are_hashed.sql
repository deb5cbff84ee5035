-- Virtual keys: nobody but the service reads them, and a tenant's are revoked and restored together.
begin;
create extension if not exists pgtap with schema extensions;
set local search_path to public, extensions;
select plan(7);

select hasnt_column('fuse', 'virtual_keys', 'key', 'the key itself is not kept');
set local role service_role;
select is(
  fuse.issue_virtual_key(
    jsonb_build_object('keyId', 'vk_tap_' || n, 'tenantId', 'tap', 'name', null, 'keyHash', 'tap hash ' || n,
      'last4', 'abcd', 'expiresAt', null), 10, 'tap', now())->>'outcome',
  'issued', 'the service issues a key')
from generate_series(1, 2) n;
select is(
  fuse.revoke_virtual_keys('tap', 'inc_tap', 'runaway', 'tap', now()), '{"keyIds": ["vk_tap_1", "vk_tap_2"]}',
  'all of a tenant are revoked in one call');
select is(
  fuse.revoke_virtual_keys('tap', 'inc_tap', 'runaway', 'tap', now()), '{"keyIds": []}', 'once');
select is(
  fuse.restore_virtual_keys('tap', 'inc_tap', 'tap', now()), '{"keyIds": ["vk_tap_1", "vk_tap_2"]}',
  'and restored by their incident');
reset role;
set local role fuse_tenant;
set local request.jwt.claims to '{"tenant_id": "tap"}';
select throws_ok($$ select * from fuse.virtual_keys $$, '42501', null, 'a tenant reads no hashes');
reset role;

select * from finish();
rollback;
