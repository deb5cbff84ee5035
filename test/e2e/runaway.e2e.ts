import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { prompts } from './doubles/openAi.ts';
import { line, settled } from './harness/breach.ts';
import { posted } from './harness/chat.ts';
import { activeKeys, addCustomer } from './harness/operator.ts';
import { poll } from './harness/poll.ts';
import type { Incident } from './harness/startService.ts';
import type { World } from './harness/startWorld.ts';

/** Three calls of 3.50 USD break the cap of 10 USD per minute; far more than that would mean nothing stops it. */
const CALLS_AT_MOST = 10;

const done = [
	'block llm-fuse acme done applied',
	'revokeKey postgres acme done applied',
	'pauseCollection stripe cus_acme done applied',
];

const alertFormat = new RegExp(
	'^{"alert_level":"TIER_1_CRITICAL","tenant_id":"acme","spend_velocity_per_min":\\d+\\.\\d{2},' +
		'"faulty_endpoint":"[^"]+","circuit_breaker_fired":true,' +
		'"timestamp":"\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}Z"}$',
);

export function runawayIsStopped(world: World): void {
	describe('one runaway, stopped end to end', () => {
		const { service, n8n, openAi, slack, telegram, stripe } = world;
		let incident: Incident;
		let served = 0;

		before(async () => {
			await addCustomer(world, {
				tenantId: 'acme',
				keys: ['key_acme_1', 'key_acme_2'],
				subscriptions: ['sub_acme_1', 'sub_acme_2'],
			});
			await addCustomer(world, {
				tenantId: 'beta',
				keys: ['key_beta'],
				subscriptions: ['sub_beta'],
			});
			assert.equal((await world.callModel('beta', prompts.calm)).status, 200);

			for (; served < CALLS_AT_MOST; served += 1) {
				const answer = await world.callModel('acme', prompts.runaway);
				if (answer.status === 429) break;
				assert.equal(answer.status, 200, await answer.text());
			}
			incident = await poll({ what: 'the incident of acme' }, async () => {
				const [first] = await service.incidentsOf('acme');
				return first;
			});
			await settled(world, incident);
		});

		it('is cut off after the call that breaks the cap', () => {
			assert.equal(served, 3);
		});

		it('runs containment once for each step at a vendor, to its end', async () => {
			const executions = await n8n.endedExecutions(world.containment, 2);

			assert.deepEqual(
				executions.map(({ status }) => status),
				['success', 'success'],
			);
		});

		it('revokes the keys of the runaway tenant and of nobody else', async () => {
			assert.deepEqual(await activeKeys(world, 'acme'), []);
			assert.deepEqual(await activeKeys(world, 'beta'), ['key_beta']);
		});

		it('pauses its subscriptions as drafts, under a key that holds the incident', () => {
			assert.deepEqual(
				stripe.changes().map(({ path, body, headers }) => ({
					path,
					body: decodeURIComponent(body),
					key: headers['idempotency-key'],
					version: headers['stripe-version'],
				})),
				['sub_acme_1', 'sub_acme_2'].map((id) => ({
					path: `/v1/subscriptions/${id}`,
					body: `pause_collection[behavior]=keep_as_draft&metadata[llm_fuse_incident]=${incident.incidentId}`,
					key: `${incident.incidentId}:${id}:pauseCollection:apply:1`,
					version: '2026-10-28.endive',
				})),
			);
			assert.deepEqual(stripe.pauseOf('sub_acme_1'), {
				behavior: 'keep_as_draft',
				resumes_at: null,
			});
			assert.equal(stripe.pauseOf('sub_beta'), null);
		});

		it('shows the same alert in Slack and Telegram, byte for byte as the incident has it', async () => {
			assert.match(incident.alertText, alertFormat);
			await posted(world, { slack: 1, telegram: 1 });
			assert.deepEqual(await slack.shownTexts(), [incident.alertText]);
			assert.deepEqual(telegram.shownTexts(), [incident.alertText]);
		});

		it('reports every step back to the incident', async () => {
			assert.deepEqual((await settled(world, incident)).map(line), done);
		});

		it('changes nothing and posts nothing when the same steps are run again', async () => {
			const [first, second] = await n8n.endedExecutions(world.containment, 2);
			assert.ok(first && second);

			await n8n.runAgain(first, 'Action requested');
			await n8n.runAgain(second, 'Action requested');

			const executions = await n8n.endedExecutions(world.containment, 4);
			assert.ok(executions.every(({ status }) => status === 'success'));
			assert.deepEqual((await settled(world, incident)).map(line), done);
			assert.deepEqual(await slack.shownTexts(), [incident.alertText]);
			assert.deepEqual(telegram.shownTexts(), [incident.alertText]);
			assert.equal(stripe.changes().length, 2);
		});

		it('refuses the next call without asking the model', async () => {
			const callsBefore = openAi.callCount();

			const answer = await world.callModel('acme', prompts.calm);

			assert.equal(answer.status, 429);
			assert.match(answer.headers.get('content-type') ?? '', /^application\/problem\+json/);
			const problem: { type: string; reasons: Array<{ code: string; incidentId?: string }> } =
				await answer.json();
			assert.equal(problem.type, 'https://iana.org/assignments/http-problem-types#quota-exceeded');
			assert.equal(problem.reasons[0]?.code, 'breakerOpen');
			assert.equal(problem.reasons[0]?.incidentId, incident.incidentId);
			assert.equal(openAi.callCount(), callsBefore);
		});

		it('goes on serving another tenant', async () => {
			const answer = await world.callModel('beta', prompts.calm);

			assert.equal(answer.status, 200);
			const body: { answer: string } = await answer.json();
			assert.equal(body.answer, 'Good morning.');
		});
	});
}
