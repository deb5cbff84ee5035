import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { breach, line, settled, stepsOf } from './harness/breach.ts';
import { activeKeys, addCustomer } from './harness/operator.ts';
import { poll } from './harness/poll.ts';
import type { Incident } from './harness/startService.ts';
import type { World } from './harness/startWorld.ts';

const TENANT = 'R&D <delta> "ltd"';

export function vendorFailureStopsNothing(world: World): void {
	describe('a vendor that is down', () => {
		let incident: Incident;

		before(async () => {
			await addCustomer(world, { tenantId: TENANT, keys: ['key_delta'], subscriptions: ['sub_d'] });
			world.stripe.setOutage(true);
			incident = await breach(world, TENANT);
		});
		after(() => world.stripe.setOutage(false));

		it('holds up no other step', async () => {
			const steps = await poll({ what: 'a second attempt at Stripe' }, async () => {
				const now = await stepsOf(world, incident);
				return now.some(({ attempt }) => attempt > 1) ? now : undefined;
			});

			assert.deepEqual(
				steps.map(({ action, state }) => `${action} ${state}`),
				['block done', 'revokeKey done', 'pauseCollection requested'],
			);
			assert.deepEqual(await activeKeys(world, TENANT), []);
		});

		it('keeps no alert back, whatever characters the tenant has in its name', async () => {
			await poll({ what: 'both alerts' }, async () => {
				const shown = [(await world.slack.shownTexts()).at(-1), world.telegram.shownTexts().at(-1)];
				return shown.every((text) => text === incident.alertText) ? true : undefined;
			});
		});

		it('is asked again until it does the step, once', async () => {
			world.stripe.setOutage(false);

			const steps = await settled(world, incident, 60_000);

			assert.deepEqual(steps.map(line), [
				`block llm-fuse ${TENANT} done applied`,
				`revokeKey postgres ${TENANT} done applied`,
				`pauseCollection stripe cus_${TENANT} done applied`,
			]);
			assert.equal(world.stripe.effects.get('sub_d'), 1);
		});
	});

	describe('a tenant the operator has no keys and no Stripe customer for', () => {
		it('is cut off all the same, and what is not there is reported as not found', async () => {
			const steps = await settled(world, await breach(world, 'stranger'));

			assert.deepEqual(steps.map(line), [
				'block llm-fuse stranger done applied',
				'revokeKey postgres stranger done notFound',
			]);
		});
	});
}
