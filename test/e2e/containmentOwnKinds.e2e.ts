import assert from 'node:assert/strict';
import { before, beforeEach, describe, it } from 'node:test';
import { Redis } from 'ioredis';
import { activeKeys } from './harness/operator.ts';
import { summary, type StepInput, type StepOutcome } from './harness/stepCaller.ts';
import type { World } from './harness/startWorld.ts';

type Run = (input: Partial<StepInput> & { vendor: string; action: string }) => Promise<StepOutcome>;

/** Steps that switch more than one value: they mark their work at the vendor, or have nothing to put back. */
export function stepsOfTheirOwnKind(
	world: Pick<World, 'vendors' | 'stripe' | 'database'>,
	run: Run,
): void {
	const { vendors } = world;

	describe('of Stripe', () => {
		const stripe = (input: Partial<StepInput> = {}) =>
			run({ vendor: 'stripe', action: 'pauseCollection', targetId: 'cus_steps', ...input });
		const sent = () =>
			world.stripe
				.changes()
				.splice(seen)
				.map(({ path, body, headers }) => ({
					change: `${path} ${decodeURIComponent(body)}`,
					key: headers['idempotency-key'],
					version: headers['stripe-version'],
				}));
		let seen = 0;

		before(() => {
			const { addSubscription } = world.stripe;
			const theirs = { behavior: 'void', resumes_at: null };
			addSubscription('sub_1', 'cus_steps');
			addSubscription('sub_2', 'cus_steps', { status: 'trialing' });
			addSubscription('sub_3', 'cus_steps', { pause_collection: theirs });
			addSubscription('sub_4', 'cus_steps', { status: 'past_due' });
			addSubscription('sub_5', 'cus_steps', { status: 'incomplete' });
		});
		beforeEach(() => {
			seen = world.stripe.changes().length;
		});

		it('pauses every subscription that is charged, on every page, and no other', async () => {
			const outcome = await stripe();

			assert.deepEqual(summary(outcome), {
				...{ outcome: 'applied', reversible: true, status: 200, verified: true },
				restore: { resume: ['sub_1', 'sub_2', 'sub_4'] },
			});
			assert.deepEqual(
				sent(),
				['sub_1', 'sub_2', 'sub_4'].map((id) => ({
					change: `/v1/subscriptions/${id} pause_collection[behavior]=keep_as_draft&metadata[llm_fuse_incident]=inc_1`,
					key: `inc_1:${id}:pauseCollection:apply:1`,
					version: '2026-10-28.endive',
				})),
			);
			assert.deepEqual(world.stripe.pauseOf('sub_3'), { behavior: 'void', resumes_at: null });
		});

		it('pauses nothing twice, and still knows what to resume', async () => {
			const again = await stripe({ attempt: 2 });

			assert.equal(again.outcome, 'applied');
			assert.deepEqual(again.restore, { resume: ['sub_1', 'sub_2', 'sub_4'] });
			assert.deepEqual(sent(), []);
		});

		it('leaves to another incident what that one did not pause', async () => {
			const other = await stripe({ incidentId: 'inc_2' });

			assert.deepEqual([other.outcome, other.restore], ['already', null]);
			assert.deepEqual(sent(), []);
		});

		it('resumes what it paused, once, and no other', async () => {
			const undo = { direction: 'undo' as const, sequence: 2, restore: { resume: ['sub_1'] } };

			const outcomes = [await stripe(undo), await stripe(undo)].map(({ outcome }) => outcome);

			assert.deepEqual(outcomes, ['applied', 'already']);
			assert.deepEqual(
				sent(),
				['sub_1', 'sub_2', 'sub_4'].map((id) => ({
					change: `/v1/subscriptions/${id} pause_collection=&metadata[llm_fuse_incident]=`,
					key: `inc_1:${id}:pauseCollection:undo:2`,
					version: '2026-10-28.endive',
				})),
			);
			assert.equal(world.stripe.pauseOf('sub_1'), null);
			assert.ok(world.stripe.pauseOf('sub_3'));
		});

		it('pauses again when a new decision says so', async () => {
			const again = await stripe({ sequence: 3 });

			assert.equal(again.outcome, 'applied');
			assert.deepEqual(
				[...world.stripe.effects].filter(([id]) => /^sub_\d$/.test(id)),
				['sub_1', 'sub_2', 'sub_4'].map((id) => [id, 3]),
			);
		});

		it('counts a pause as done that Stripe answered with a 500 after it acted', async () => {
			world.stripe.addSubscription('sub_500', 'cus_500');
			world.stripe.failAfterActing();

			const outcome = await stripe({ targetId: 'cus_500' });
			const again = await stripe({ targetId: 'cus_500', attempt: 2 });

			assert.deepEqual([outcome.outcome, again.outcome], ['applied', 'applied']);
			assert.deepEqual(again.restore, { resume: ['sub_500'] });
			assert.equal(world.stripe.effects.get('sub_500'), 1);
		});

		it('pauses under a new key what Stripe failed to pause and goes on saying so', async () => {
			world.stripe.addSubscription('sub_501', 'cus_501');
			world.stripe.addSubscription('sub_502', 'cus_501');
			world.stripe.failBeforeActing();

			const outcome = await stripe({ targetId: 'cus_501' });
			const paused = (id: string) => world.stripe.pauseOf(id) !== null;
			const half = ['sub_501', 'sub_502'].filter(paused);
			world.stripe.addSubscription('sub_503', 'cus_501');
			const again = await stripe({ targetId: 'cus_501', attempt: 2 });

			assert.deepEqual([outcome.outcome, half.length], ['failed', 1]);
			assert.match(outcome.detail, /^1 of 2 subscriptions are left: /);
			assert.equal(again.outcome, 'applied');
			assert.deepEqual(
				['sub_501', 'sub_502', 'sub_503'].map((id) => world.stripe.effects.get(id)),
				[1, 1, 1],
			);
			const keys = sent().map(({ key }) => key?.replace(/^inc_1:sub_50\d:pauseCollection:/, ''));
			assert.deepEqual(keys.sort(), ['apply:1', 'apply:1', 'apply:1', 'apply:1', 'apply:1:2']);
		});

		it('fails while Stripe is down, and finds no customer without subscriptions', async () => {
			world.stripe.setOutage(true);
			const down = await stripe();
			world.stripe.setOutage(false);
			const nobody = await stripe({ targetId: 'cus_nobody' });

			assert.deepEqual([down.outcome, down.http?.status], ['failed', 500]);
			assert.equal(nobody.outcome, 'notFound');
		});
	});

	describe('of the OpenAI keys', () => {
		const key = (targetId: string, more: Partial<StepInput> = {}) =>
			run({
				...{ vendor: 'openai', action: 'revokeKey', targetId },
				settings: { projectId: 'proj_acme' },
				...more,
			});

		beforeEach(() => {
			vendors.openAi.requests.length = 0;
		});

		it('deletes a key, once, and says that nothing brings it back', async () => {
			vendors.openAi.keys.set('key_1', {});

			const [outcome, again, undo] = [
				await key('key_1'),
				await key('key_1', { attempt: 2 }),
				await key('key_1', { direction: 'undo' }),
			];

			assert.deepEqual(summary(outcome), {
				...{ outcome: 'applied', reversible: false, restore: null, status: 200, verified: true },
			});
			assert.deepEqual([again.outcome, undo.outcome], ['already', 'unsupported']);
			assert.deepEqual(vendors.openAi.changes(), [
				'DELETE /v1/organization/projects/proj_acme/api_keys/key_1',
			]);
		});

		it('does not take a wrong project for a key that is gone', async () => {
			const [nowhere, unsaid] = [await key('key_typo'), await key('key_1', { settings: {} })];

			assert.equal(nowhere.outcome, 'notFound');
			assert.equal(unsaid.outcome, 'failed');
			assert.match(unsaid.detail, /no projectId/);
			assert.deepEqual(vendors.openAi.changes(), []);
		});

		it('leaves a key of a service account alone, unless its settings say otherwise', async () => {
			vendors.openAi.keys.set('key_bot', { serviceAccount: 'svc_1' });

			const left = await key('key_bot');
			const gone = await key('key_bot', {
				settings: { projectId: 'proj_acme', deleteServiceAccount: true },
			});

			assert.deepEqual([left.outcome, gone.outcome], ['unsupported', 'applied']);
			assert.match(left.detail, /svc_1/);
			assert.deepEqual(vendors.openAi.changes(), [
				'DELETE /v1/organization/projects/proj_acme/service_accounts/svc_1',
			]);
		});

		it('removes a spend limit on undo when there was none before', async () => {
			const limit = { vendor: 'openai', action: 'providerSpendLimit', targetId: 'proj_free' };

			const outcome = await run({ ...limit, settings: { thresholdCents: 500 } });
			const undone = await run({ ...limit, direction: 'undo', restore: outcome.restore });

			assert.deepEqual(outcome.restore, { thresholdCents: null });
			assert.deepEqual([outcome.outcome, undone.outcome], ['applied', 'applied']);
			assert.equal(vendors.openAi.spendLimits.has('proj_free'), false);
		});
	});

	describe('of the block flag, the key table and the cache', () => {
		it('puts a flag that expires, recognizes it, and takes out no other', async () => {
			const flag = { vendor: 'cloudflare', action: 'block', targetId: 'blocked:acme/1' };
			const { values } = vendors.cloudflare;

			const [outcome, again] = [await run(flag), await run({ ...flag, attempt: 2 })];
			const other = await run({ ...flag, incidentId: 'inc_2' });
			const undo = { ...flag, direction: 'undo' as const, restore: outcome.restore };
			const left = await run({ ...undo, incidentId: 'inc_2' });
			const undone = await run(undo);

			assert.deepEqual(
				[outcome, again, other, left, undone].map((one) => one.outcome),
				['applied', 'applied', 'already', 'already', 'applied'],
			);
			const path = '/client/v4/accounts/account1/storage/kv/namespaces/namespace1/values/';
			assert.deepEqual(vendors.cloudflare.changes(), [
				`PUT ${path}blocked%3Aacme%2F1?expiration_ttl=86400 ` +
					'{"action":"block","tenantId":"acme","incidentId":"inc_1"}',
				`DELETE ${path}blocked%3Aacme%2F1`,
			]);
			assert.equal(values.size, 0);
		});

		it('revokes the active keys of a tenant and gives back just those', async () => {
			const insert = `insert into public.tenant_api_keys
				(key_id, tenant_id, key_hash, revoked_at, revoked_by_incident) values
				('st_1', 'steps', 'h1', null, null), ('st_2', 'steps', 'h2', null, null),
				('st_old', 'steps', 'h3', now(), null)`;
			await world.database.query(insert);
			const keys = { vendor: 'postgres', action: 'revokeKey', targetId: 'steps' };
			const active = async () => (await activeKeys(world, 'steps')).join();

			const [outcome, again] = [await run(keys), await run({ ...keys, attempt: 2 })];
			const whileRevoked = await active();
			const undo = { ...keys, direction: 'undo' as const, restore: outcome.restore };
			const [undone, nothing] = [await run(undo), await run(undo)];

			assert.deepEqual(
				[outcome, again, undone, nothing].map((one) => one.outcome),
				['applied', 'applied', 'applied', 'already'],
			);
			assert.deepEqual(outcome.restore, { keyIds: ['st_1', 'st_2'] });
			assert.deepEqual([whileRevoked, await active()], ['', 'st_1,st_2']);
			assert.equal((await run({ ...keys, targetId: 'nobody' })).outcome, 'notFound');
		});

		it('fails with the reason when the key table does not answer', async () => {
			const { query } = world.database;
			await query('alter table public.tenant_api_keys rename to elsewhere');

			const outcome = await run({
				...{ vendor: 'postgres', action: 'revokeKey', targetId: 'steps' },
			}).finally(() => query('alter table public.elsewhere rename to tenant_api_keys'));

			assert.deepEqual([outcome.outcome, outcome.restore], ['failed', null]);
			assert.match(outcome.detail, /tenant_api_keys/);
		});

		it('deletes cached keys', async (context) => {
			if (!vendors.redis) {
				context.skip('redis-server is not installed');
				return;
			}
			const redis = new Redis(vendors.redis.port);
			await redis.mset({ 'apikey:acme': 'cached', 'apikey:acme:2': 'cached', other: 'cached' });

			const outcome = await run({
				...{ vendor: 'redis', action: 'block', targetId: 'apikey:acme apikey:acme:2' },
			});

			assert.equal(outcome.outcome, 'applied');
			assert.deepEqual(await redis.keys('*'), ['other']);
			redis.disconnect();
		});
	});
}
