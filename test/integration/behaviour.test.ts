import { seededRandom } from '../../core/behaviour/seededRandom.ts';
import type { UsageEvent } from '../../core/usageEvent.ts';
import { usageEvent } from '../support/rows.ts';
import { startTestService, type Api } from '../support/service.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../support/webhookReceiver.ts';

const MINUTE = 60_000;
const random = seededRandom(7);

let api: Api;
let receiver: WebhookReceiver;
beforeAll(async () => {
	api = await startTestService({ FUSE_SCORE_INTERVAL_MS: '200' });
	receiver = await startWebhookReceiver();
	await api.post('/v1/webhooks', { url: receiver.url, events: ['spend.anomaly.detected'] });
});
afterAll(async () => {
	await api.service.close();
	await receiver.close();
});

/** One call a minute for three days, of varied size, until ten minutes ago. */
function history(subject: string): UsageEvent[] {
	const until = Date.now() - 10 * MINUTE;
	return Array.from({ length: 3 * 1440 }, (_, minute) => {
		const output = Math.round(30 * 2 ** (2 * random()));
		return usageEvent({
			subject,
			time: new Date(until - minute * MINUTE).toISOString(),
			data: {
				latencyMs: Math.round((250 + 8 * output) * (0.8 + 0.4 * random())),
				usage: { inputUncached: Math.round(200 * 2 ** (2 * random())), output },
			},
		});
	});
}

async function send(events: UsageEvent[]): Promise<void> {
	for (let at = 0; at < events.length; at += 1000)
		await api.post('/v1/usage', events.slice(at, at + 1000));
}

describe('a learned tenant', () => {
	it('is flagged when it leaves its behaviour, with the reasons, and another is not', async () => {
		for (const tenantId of ['steady', 'looping']) {
			await send(history(tenantId));
			const { status, body } = await api.post(`/v1/baselines/${tenantId}/refresh`);
			expect(status).toBe(200);
			expect(body).toMatchObject({ tenantId, version: 1, snapshots: expect.any(Number) });
		}
		const now = new Date().toISOString();
		await send([usageEvent({ subject: 'steady', time: now })]);
		await send(
			Array.from({ length: 120 }, () =>
				usageEvent({
					subject: 'looping',
					time: now,
					data: { usage: { inputUncached: 500, output: 70 } },
				}),
			),
		);

		// One by spikeRatio at once, one by vectorDistance with the next score.
		await receiver.waitFor(2);
		const events = receiver.received.map(
			({ body }) => JSON.parse(body) as { type: string; data: object },
		);
		const vector = events.find(({ data }) => 'rule' in data && data.rule === 'vectorDistance');
		expect(vector).toMatchObject({
			type: 'spend.anomaly.detected',
			data: {
				tenantId: 'looping',
				evidence: {
					reasons: expect.arrayContaining([
						expect.objectContaining({ feature: 'repeats', windowMinutes: expect.any(Number) }),
					]),
					moved: expect.arrayContaining([expect.stringContaining('identical requests in')]),
				},
			},
		});
		expect(events.every(({ data }) => 'tenantId' in data && data.tenantId === 'looping')).toBe(
			true,
		);
		expect((await api.post('/v1/reservations', { tenantId: 'looping' })).body['decision']).toBe(
			'allow',
		);
	});

	it('shows its baseline and its latest distance to it', async () => {
		const baseline = await api.get('/v1/baselines/steady');
		const { body } = await api.get('/v1/tenants');
		const tenants = body as unknown as {
			tenantId: string;
			timesTheLimit: number;
			baselineVersion: number;
		}[];
		const limitOf = (tenantId: string) =>
			tenants.find((tenant) => tenant.tenantId === tenantId)?.timesTheLimit;

		expect(baseline.body).toMatchObject({
			tenantId: 'steady',
			version: 1,
			centroids: expect.any(Number),
		});
		expect(limitOf('steady')).toBeLessThan(1);
		expect(limitOf('looping')).toBeGreaterThan(1);
	});

	it('gets a new version with every refresh', async () => {
		const { body } = await api.post('/v1/baselines/steady/refresh');

		expect(body['version']).toBe(2);
	});
});
