import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Redis } from 'ioredis';
import { breach, line, settled, stepsOf, type Step } from './harness/breach.ts';
import { activeKeys, addCustomer } from './harness/operator.ts';
import { poll } from './harness/poll.ts';
import type { Incident } from './harness/startService.ts';
import type { World } from './harness/startWorld.ts';
import { toggledVendors, type ToggledVendor } from './harness/toggledVendors.ts';

const TENANT = 'ladder';
const FLAG = `blocked:${TENANT}`;

/** One incident at every vendor at once: the whole ladder up, once more, and down again. */
export function ladderIsClimbed(world: World): void {
	describe('the whole ladder', () => {
		const { service, n8n, stripe, vendors } = world;
		const toggled = toggledVendors(vendors);
		let incident: Incident;
		let stripeChangesBefore = 0;

		const stepAt = async (vendor: string, action: string): Promise<Step> => {
			const steps = await stepsOf(world, incident);
			const found = steps.find((step) => step.vendor === vendor && step.action === action);
			assert.ok(found, `${action} at ${vendor}`);
			return found;
		};
		/** Everything that was changed anywhere, as it was sent. */
		const changes = () => ({
			...Object.fromEntries(
				Object.entries(doublesOf(world)).map(([name, double]) => [name, double.changes()]),
			),
			stripe: stripe
				.changes()
				.slice(stripeChangesBefore)
				.map(({ path, body, headers }) =>
					[path, decodeURIComponent(body), headers['idempotency-key']].join(' '),
				),
		});
		const pause = (id: string) =>
			[
				`/v1/subscriptions/${id} pause_collection[behavior]=keep_as_draft`,
				`&metadata[llm_fuse_incident]=${incident.incidentId}`,
				` ${incident.incidentId}:${id}:pauseCollection:apply:1`,
			].join('');
		const executions = async () =>
			(await n8n.endedExecutions(world.containment, 0)).map(({ status }) => status);

		before(async () => {
			for (const vendor of toggled) {
				vendor.set(vendor.normal);
				vendor.double.requests.length = 0;
			}
			vendors.cloudflare.requests.length = 0;
			vendors.openAi.keys.set('key_final', {});
			stripeChangesBefore = stripe.changes().length;
			await addCustomer(world, {
				...{ tenantId: TENANT, keys: ['ladder_1', 'ladder_2'] },
				subscriptions: ['sub_l1', 'sub_l2', 'sub_l3'],
			});
			if (vendors.redis) await inRedis(vendors.redis.port, (redis) => redis.set(FLAG, 'cached'));
			const policy = { steps: policyOf(toggled, vendors.redis !== undefined) };
			await service.put(`/v1/tenants/${TENANT}/containment-policy`, policy);
			incident = await breach(world, TENANT);
			await settled(world, incident, 60_000);
		});

		it('is climbed at every vendor, and waits for a person before what cannot be undone', async () => {
			const steps = await stepsOf(world, incident);

			assert.deepEqual(
				steps.map(line).sort(),
				[
					...toggled.map(
						({ vendor, action, targetId }) => `${action} ${vendor} ${targetId} done applied`,
					),
					`block llm-fuse ${TENANT} done applied`,
					`block cloudflare ${FLAG} done applied`,
					...(vendors.redis ? [`block redis ${FLAG} done applied`] : []),
					`revokeKey postgres ${TENANT} done applied`,
					`pauseCollection stripe cus_${TENANT} done applied`,
					'revokeKey openai key_final awaitingApproval',
				].sort(),
			);
			assert.ok(vendors.openAi.keys.has('key_final'));
		});

		it('sends every vendor just what it has to be sent', () => {
			assert.deepEqual(changes(), {
				...stopsOf(toggled),
				cloudflare: [putFlag(incident.incidentId)],
				stripe: ['sub_l1', 'sub_l2', 'sub_l3'].map(pause),
			});
			for (const vendor of toggled) assert.equal(vendor.get(), vendor.stopped, vendor.vendor);
		});

		it('keeps what undo needs', async () => {
			for (const { vendor, action, restore } of toggled) {
				assert.deepEqual((await stepAt(vendor, action)).restore, restore, vendor);
			}
			assert.deepEqual(await activeKeys(world, TENANT), []);
		});

		it('doubles nothing when every execution is run again', async () => {
			const before = { changes: changes(), steps: (await stepsOf(world, incident)).map(line) };
			const all = await n8n.endedExecutions(world.containment, 0);
			const own = all.filter((one) => JSON.stringify(one.data).includes(incident.incidentId));
			assert.ok(own.length >= toggled.length);

			for (const execution of own) await n8n.runAgain(execution, 'Action requested');

			await n8n.endedExecutions(world.containment, all.length + own.length);
			const after = { changes: changes(), steps: (await stepsOf(world, incident)).map(line) };
			assert.deepEqual(after, before);
			assert.ok((await executions()).every((status) => status === 'success'));
		});

		it('deletes the key once a person has approved it', async () => {
			const { actionId } = await stepAt('openai', 'revokeKey');

			await service.post(`/v1/actions/${actionId}/approve`, { actor: 'Ada' });
			await settled(world, incident);

			assert.equal(
				line(await stepAt('openai', 'revokeKey')),
				'revokeKey openai key_final done applied',
			);
			assert.deepEqual(vendors.openAi.changes().slice(1), [
				'DELETE /v1/organization/projects/proj_acme/api_keys/key_final',
			]);
		});

		it('is climbed down again: everything that can be is as it was', async () => {
			const sent = changes();

			await service.post(`/v1/incidents/${incident.incidentId}/undo`, { actor: 'Ada' });
			const steps = await settled(world, incident, 60_000);

			for (const vendor of toggled) assert.equal(vendor.get(), vendor.normal, vendor.vendor);
			assert.deepEqual(await activeKeys(world, TENANT), ['ladder_1', 'ladder_2']);
			assert.equal(vendors.cloudflare.values.has(FLAG), false);
			for (const id of ['sub_l1', 'sub_l2', 'sub_l3']) assert.equal(stripe.pauseOf(id), null);
			const left = steps.filter(({ state }) => state !== 'undone').map(line);
			assert.deepEqual(left, ['revokeKey openai key_final done applied']);
			const resumed = changes().stripe.slice(sent.stripe.length);
			assert.deepEqual(
				resumed.map((one) => one.split(' ').at(-1)),
				['sub_l1', 'sub_l2', 'sub_l3'].map(
					(id) => `${incident.incidentId}:${id}:pauseCollection:undo:2`,
				),
			);
		});

		it('lets the tenant spend again', async () => {
			const state = await poll({ what: 'the breaker to let go' }, async () => {
				const { breaker } = await service.get<{ breaker: { state: string } }>(
					`/v1/tenants/${TENANT}/state`,
				);
				return breaker.state === 'open' ? undefined : breaker.state;
			});

			assert.match(state, /^(halfOpen|closed)$/);
		});
	});
}

/** A step that cannot be undone, approved while one that can is still on its way. */
export function irreversibleWaits(world: World): void {
	describe('a step that cannot be undone', () => {
		const { service, stripe, vendors } = world;
		const tenantId = 'gated';
		let incident: Incident;

		before(async () => {
			vendors.openAi.keys.set('key_gated', {});
			vendors.openAi.requests.length = 0;
			await addCustomer(world, { tenantId, keys: [], subscriptions: ['sub_gated'] });
			const critical = { severities: ['critical'] };
			const steps = [
				{ ...critical, vendor: 'llm-fuse', action: 'block', targetId: '{tenantId}' },
				{ ...critical, vendor: 'stripe', action: 'pauseCollection', targetId: '{stripeCustomer}' },
				{
					...{ ...critical, vendor: 'openai', action: 'revokeKey', targetId: 'key_gated' },
					...{ mode: 'approval', settings: { projectId: 'proj_gated' } },
				},
			];
			await service.put(`/v1/tenants/${tenantId}/containment-policy`, { steps });
			stripe.setOutage(true);
			incident = await breach(world, tenantId);
		});
		after(() => stripe.setOutage(false));

		it('waits for the others even when a person has approved it', async () => {
			const steps = await stepsOf(world, incident);
			const last = steps.find(({ vendor }) => vendor === 'openai');
			await service.post(`/v1/actions/${last?.actionId}/approve`, {});
			const tries = stripe.requests.length;

			await poll({ what: 'two more tries at Stripe' }, () =>
				stripe.requests.length >= tries + 2 ? true : undefined,
			);

			assert.deepEqual(vendors.openAi.requests, []);
		});

		it('is done after them', async () => {
			stripe.setOutage(false);

			const steps = await settled(world, incident, 60_000);

			assert.deepEqual(steps.map(line), [
				'block llm-fuse gated done applied',
				'pauseCollection stripe cus_gated done applied',
				'revokeKey openai key_gated done applied',
			]);
			const [deleted] = vendors.openAi.requests.filter(({ method }) => method === 'DELETE');
			const paused = stripe.changes().at(-1);
			assert.ok(deleted && paused && paused.receivedAt < deleted.receivedAt);
		});
	});
}

/** What containment does about steps that it cannot do. */
export function strangeStepsAreReported(world: World): void {
	describe('a step without a workflow', () => {
		const { service, n8n } = world;
		const opened = async (tenantId: string, vendor: string, action: string) => {
			const settings = { reversible: true };
			const step = { vendor, action, targetId: 'nobody', severities: ['critical'], settings };
			const own = { vendor: 'llm-fuse', action: 'block', targetId: '{tenantId}', settings: {} };
			const block = { ...step, ...own };
			await service.put(`/v1/tenants/${tenantId}/containment-policy`, { steps: [block, step] });
			return breach(world, tenantId);
		};

		it('is reported as unsupported', async () => {
			const steps = await settled(world, await opened('unnamed', 'acme-gateway', 'throttle'));

			const [, step] = steps.sort((a, b) => b.vendor.localeCompare(a.vendor));
			assert.ok(step);
			assert.equal(line(step), 'throttle acme-gateway nobody done unsupported');
			assert.match(step.detail ?? '', /acme-gateway:throttle/);
		});

		it('is asked for again when its workflow cannot be run', async () => {
			const id = world.steps['unkey:revokeKey'] ?? '';
			await n8n.post(`/api/v1/workflows/${id}/deactivate`, {});
			const incident = await opened('broken', 'unkey', 'revokeKey');

			const step = await poll({ what: 'the report of the step at Unkey' }, async () =>
				(await stepsOf(world, incident)).find(
					({ vendor, reportedAt }) => vendor === 'unkey' && reportedAt !== null,
				),
			).finally(() => n8n.activate(id));

			assert.deepEqual([step.state, step.outcome], ['requested', null]);
		});
	});
}

const doublesOf = ({ vendors }: World) => {
	const { anthropic, aws, cloudflare, liteLlm, openAi, openRouter, twilio, unkey } = vendors;
	return {
		anthropic,
		aws,
		cloudflare,
		litellm: liteLlm,
		openai: openAi,
		openrouter: openRouter,
		twilio,
		unkey,
	};
};

const stopsOf = (toggled: ToggledVendor[]) =>
	Object.fromEntries(toggled.map(({ vendor, stop }) => [vendor, [stop]]));

const putFlag = (incidentId: string) =>
	'PUT /client/v4/accounts/account1/storage/kv/namespaces/namespace1/values/' +
	`${encodeURIComponent(FLAG)}?expiration_ttl=86400 ` +
	JSON.stringify({ action: 'block', tenantId: TENANT, incidentId });

function policyOf(toggled: ToggledVendor[], withRedis: boolean) {
	const step = (vendor: string, action: string, targetId: string, more: object = {}) => ({
		...{ vendor, action, targetId, severities: ['critical'] },
		...more,
	});

	return [
		step('llm-fuse', 'block', '{tenantId}'),
		step('postgres', 'revokeKey', '{tenantId}'),
		step('stripe', 'pauseCollection', '{stripeCustomer}'),
		step('cloudflare', 'block', 'blocked:{tenantId}'),
		...(withRedis ? [step('redis', 'block', 'blocked:{tenantId}')] : []),
		step('openai', 'revokeKey', 'key_final', {
			mode: 'approval',
			settings: { projectId: 'proj_acme' },
		}),
		...toggled.map(({ vendor, action, targetId, settings = {} }) =>
			step(vendor, action, targetId, { settings }),
		),
	];
}

async function inRedis(port: number, run: (redis: Redis) => Promise<unknown>): Promise<void> {
	const redis = new Redis(port);
	try {
		await run(redis);
	} finally {
		redis.disconnect();
	}
}
