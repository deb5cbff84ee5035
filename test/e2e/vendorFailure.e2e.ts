import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { breach, reported } from './harness/breach.ts';
import { activeKeys, addCustomer } from './harness/operator.ts';
import type { Incident } from './harness/startService.ts';
import type { World } from './harness/startWorld.ts';

const TENANT = 'R&D <delta> "ltd"';

export function vendorFailureStopsNothing(world: World): void {
	describe('a vendor that is down', () => {
		let incident: Incident;
		let steps: Incident['actions'];

		before(async () => {
			await addCustomer(world, { tenantId: TENANT, keys: ['key_delta'], subscriptions: ['sub_d'] });
			world.stripe.setOutage(true);
			incident = await breach(world, TENANT);
			steps = await reported(world, incident, 4);
		});
		after(() => world.stripe.setOutage(false));

		it('is reported as failed, and every other step as applied', () => {
			const outcomes = steps.map(({ action, vendor, outcome }) => `${action} ${vendor} ${outcome}`);

			assert.deepEqual(outcomes.sort(), [
				'notify slack applied',
				'notify telegram applied',
				'pauseCollection stripe failed',
				'revokeKey postgres applied',
			]);
		});

		it('keeps no alert back, whatever characters the tenant has in its name', async () => {
			assert.equal((await world.slack.shownTexts()).at(-1), incident.alertText);
			assert.equal(world.telegram.shownTexts().at(-1), incident.alertText);
		});

		it('leaves the keys revoked', async () => {
			assert.deepEqual(await activeKeys(world, TENANT), []);
		});
	});

	describe('a tenant the operator has no keys and no Stripe customer for', () => {
		it('is alerted about all the same, and the missing parts are reported as not found', async () => {
			const steps = await reported(world, await breach(world, 'stranger'), 4);

			const outcomes = steps.map(({ action, targetId, outcome }) => [action, targetId, outcome]);
			assert.deepEqual(outcomes.sort(), [
				['notify', world.telegram.chatId, 'applied'],
				['notify', world.slack.channel, 'applied'],
				['pauseCollection', 'stranger', 'notFound'],
				['revokeKey', 'stranger', 'notFound'],
			]);
		});
	});
}
