import assert from 'node:assert/strict';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, before, describe, it } from 'node:test';
import { breach, line, settled, stepsOf } from './harness/breach.ts';
import { writeFigures } from './harness/figures.ts';
import { activeKeys, addCustomer } from './harness/operator.ts';
import { poll } from './harness/poll.ts';
import { startOwnService, type OwnService } from './harness/startOwnService.ts';
import type { Incident } from './harness/startService.ts';
import type { World } from './harness/startWorld.ts';

const MINUTE_MS = 60_000;
/** A message that failed for a minute is tried again within another one: its pauses double up to 64 s by then. */
const RETRIED_MS = 90_000;
/** A restarted service sends what its predecessor had under way once the claim of 30 s has run out. */
const CLAIM_OVER_MS = 60_000;

/** What the customer was told and what was done to it, at the doubles. */
interface Done {
	alerts: { slack: number; telegram: number };
	stripe: string[];
	keysLeft: string[];
}

/** What a tenant with one key and one subscription has to see of its incident, whatever broke on the way. */
const doneOnce = ({ incidentId }: Incident, subscription: string): Done => ({
	alerts: { slack: 1, telegram: 1 },
	stripe: [
		`/v1/subscriptions/${subscription} pause_collection[behavior]=keep_as_draft` +
			`&metadata[llm_fuse_incident]=${incidentId}` +
			` ${incidentId}:${subscription}:pauseCollection:apply:1`,
	],
	keysLeft: [],
});

export function outageOfN8nIsSurvived(world: World): void {
	describe('n8n that is down for a minute', () => {
		const tenantId = 'unheard';
		let incident: Incident;

		it('changes nothing about the block, and no attempt at a step is spent', async () => {
			await addCustomer(world, { tenantId, keys: ['key_unheard'], subscriptions: ['sub_unheard'] });

			await world.restartN8n(async () => {
				incident = await breach(world, tenantId);
				await sleep(MINUTE_MS);
				const steps = await stepsOf(world, incident);

				assert.deepEqual(
					steps.map(({ vendor, state, attempt }) => `${vendor} ${state} ${attempt}`),
					['llm-fuse done 1', 'postgres requested 1', 'stripe requested 1'],
				);
				assert.deepEqual(await doneTo(world, incident), {
					...{ alerts: { slack: 0, telegram: 0 }, stripe: [], keysLeft: ['key_unheard'] },
				});
			});
		});

		it('has every step done and every channel told once when it is back', async () => {
			const backAt = performance.now();
			const steps = await settled(world, incident, RETRIED_MS);
			await bothTold(world, incident);
			const took = Math.round(performance.now() - backAt);
			writeFigures([{ bench: 'faults', figure: 'n8n_back_to_done', value: took, unit: 'ms' }]);

			assert.deepEqual(steps.map(line), linesOf(tenantId));
			assert.deepEqual(await doneTo(world, incident), doneOnce(incident, 'sub_unheard'));
			assert.equal(world.stripe.effects.get('sub_unheard'), 1);
		});
	});
}

export function deathOfTheServiceIsSurvived(world: World): void {
	describe('a service that dies between the block and the delivery', () => {
		const tenantId = 'orphaned';
		let own: OwnService;
		let ownWorld: World;
		let incident: Incident;

		before(async () => {
			own = await startOwnService(world, {
				name: 'mortal',
				settings: { FUSE_DATA_DIR: join(world.folder, 'mortal', 'data') },
				templates: ['containment', 'alert-channels'],
			});
			ownWorld = { ...world, service: own.service };
			const { steps } = await world.service.get<{ steps: object[] }>('/v1/containment-policy');
			await own.service.put('/v1/containment-policy', { steps });
			await addCustomer(ownWorld, {
				...{ tenantId, keys: ['key_orphaned'], subscriptions: ['sub_orphaned'] },
			});
		});
		after(() => own.stop());

		it('still knows the incident and holds the block when it is started again', async () => {
			// What is sent to a frozen n8n is taken in by the system and read by nobody: it is under way when its sender dies.
			await world.whileN8nIsFrozen(async () => {
				incident = await breach(ownWorld, tenantId);
				await own.service.crash();
			});
			const { decision } = await own.service.post<{ decision: string }>('/v1/reservations', {
				...{ tenantId, provider: 'openai', model: 'gpt-4o', inputTokens: 10 },
			});
			const incidents = await own.service.incidentsOf(tenantId);

			assert.equal(decision, 'reject');
			assert.deepEqual(
				incidents.map(({ incidentId }) => incidentId),
				[incident.incidentId],
			);
		});

		it('has every step done and every channel told once', async () => {
			const steps = await settled(ownWorld, incident, CLAIM_OVER_MS);
			await bothTold(ownWorld, incident);

			assert.deepEqual(steps.map(line), linesOf(tenantId));
			assert.deepEqual(await doneTo(world, incident), doneOnce(incident, 'sub_orphaned'));
			assert.equal(world.stripe.effects.get('sub_orphaned'), 1);
		});
	});
}

const linesOf = (tenantId: string) => [
	`block llm-fuse ${tenantId} done applied`,
	`revokeKey postgres ${tenantId} done applied`,
	`pauseCollection stripe cus_${tenantId} done applied`,
];

async function doneTo(world: World, { tenantId, alertText }: Incident): Promise<Done> {
	const { slack, stripe, telegram } = world;
	const alerts = (texts: string[]) => texts.filter((text) => text === alertText).length;
	const changes = stripe
		.changes()
		.map(({ path, body, headers }) =>
			[path, decodeURIComponent(body), headers['idempotency-key']].join(' '),
		);

	return {
		alerts: { slack: alerts(await slack.shownTexts()), telegram: alerts(telegram.shownTexts()) },
		stripe: changes.filter((change) => change.includes(`/sub_${tenantId} `)),
		keysLeft: await activeKeys(world, tenantId),
	};
}

/** Waits until LLM Fuse knows that both channels were told. */
async function bothTold({ service }: Pick<World, 'service'>, incident: Incident): Promise<void> {
	const path = `/v1/notifications?subjectId=${incident.incidentId}`;
	await poll(
		{ what: `both channels told of ${incident.tenantId}`, timeoutMs: RETRIED_MS },
		async () => {
			const all = await service.get<Array<{ state: string }>>(path);
			return all.length === 2 && all.every(({ state }) => state === 'sent') ? true : undefined;
		},
	);
}
