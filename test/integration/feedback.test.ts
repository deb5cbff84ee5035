import { seededRandom } from '../../core/behaviour/seededRandom.ts';
import type { UsageEvent } from '../../core/usageEvent.ts';
import { usageEvent } from '../support/rows.ts';
import { startTestService, type Api } from '../support/service.ts';

const MINUTE = 60_000;
const START = Date.UTC(2026, 9, 14, 12);
const random = seededRandom(11);

let api: Api;
let now = START;
beforeAll(async () => {
	api = await startTestService(
		{ FUSE_SCORE_INTERVAL_MS: '200', FUSE_SPEND_CAP_USD_PER_MINUTE: '1000' },
		{ now: () => now },
	);
	for (const tenantId of TENANTS) {
		await send(history(tenantId));
		expect((await api.post(`/v1/baselines/${tenantId}/refresh`)).status).toBe(200);
	}
}, 120_000);
afterAll(() => api.service.close());

const TENANTS = ['campaign', 'likewise', 'migration'];

/** A call every third minute for two days, of varied size, until ten minutes ago. */
function history(subject: string): UsageEvent[] {
	return Array.from({ length: 2 * 480 }, (_, step) => {
		const output = Math.round(30 * 2 ** (2 * random()));
		return usageEvent({
			subject,
			time: new Date(START - (10 + 3 * step) * MINUTE).toISOString(),
			data: {
				latencyMs: Math.round((250 + 8 * output) * (0.8 + 0.4 * random())),
				usage: { inputUncached: Math.round(200 * 2 ** (2 * random())), output },
			},
		});
	});
}

/** Many times the usual, all alike. */
const burst = (subject: string, size = 500) =>
	Array.from({ length: 60 }, () =>
		usageEvent({
			subject,
			time: new Date(now).toISOString(),
			data: { usage: { inputUncached: size, output: 70 } },
		}),
	);

async function send(events: UsageEvent[]): Promise<void> {
	for (let at = 0; at < events.length; at += 1000)
		await api.post('/v1/usage', events.slice(at, at + 1000));
}

type Alert = { rule: string; openedAt: string };

async function vectorAlerts(tenantId: string): Promise<Alert[]> {
	const { body } = await api.get(`/v1/alerts?tenantId=${tenantId}`);
	return (body as unknown as Alert[]).filter(({ rule }) => rule === 'vectorDistance');
}

/** Until every tenant was scored again as of `now`. */
async function ticked(): Promise<void> {
	const before = await ticks();
	while ((await ticks()) < before + 2) await new Promise((resolve) => setTimeout(resolve, 20));
}

const ticks = () => metric(/llm_fuse_score_tick_seconds_count (\d+)/);

async function metric(pattern: RegExp): Promise<number> {
	const text = String((await api.get('/metrics')).body['text']);
	return Number(pattern.exec(text)?.[1] ?? 0);
}

const suppressed = (by: string) =>
	metric(
		new RegExp(`llm_fuse_findings_suppressed_total\\{rule="vectorDistance",by="${by}"\\} (\\d+)`),
	);

describe('what people say of an alert', () => {
	it('is explained by what moved, in words, with days it was like this before', async () => {
		await send(burst('campaign'));
		await ticked();
		const { status, body } = await api.get('/v1/tenants/campaign/explanation');

		expect(status).toBe(200);
		expect(body).toMatchObject({
			...{ tenantId: 'campaign', flagged: true, baselineVersion: 1, space: 'features' },
			...{ nearest: [], suppressedBy: { feedback: null, maintenance: null } },
			moved: expect.arrayContaining([
				expect.objectContaining({
					feature: 'volume',
					words: expect.stringMatching(
						/^requests in \d+ min: [\d.]+ standard deviations above the usual$/,
					),
				}),
			]),
		});
		expect(Number(body['limitDistance'])).toBeLessThan(Number(body['distance']));
		expect(await vectorAlerts('campaign')).toHaveLength(1);
	});

	it('fine: the same is found again and alerts nobody, of this tenant only', async () => {
		const [alert] = await vectorAlerts('campaign');
		const said = { openedAt: alert?.openedAt, verdict: 'fine', note: 'a campaign' };
		const given = await api.post('/v1/tenants/campaign/feedback', said);
		expect(given).toMatchObject({
			status: 201,
			body: { verdict: 'fine', note: 'a campaign', inForce: true },
		});

		// The next day, long after the alert of today has closed.
		now = START + 1440 * MINUTE;
		const before = await suppressed('feedback');
		await send([...burst('campaign'), ...burst('likewise')]);
		await ticked();

		expect(await suppressed('feedback')).toBeGreaterThan(before);
		expect(await vectorAlerts('campaign')).toHaveLength(1);
		expect(await vectorAlerts('likewise')).toHaveLength(1);
		const { body } = await api.get('/v1/tenants/campaign/explanation');
		expect(body).toMatchObject({
			flagged: true,
			nearest: [expect.objectContaining({ baselineVersion: 1 })],
			suppressedBy: { feedback: { id: given.body['id'], note: 'a campaign' } },
		});
		const kept = await api.get(
			`/v1/tenants/campaign/explanation?at=${new Date(now).toISOString()}`,
		);
		expect(kept.body).toMatchObject({
			flagged: true,
			suppressedBy: { feedback: { id: given.body['id'] } },
		});
	});

	it('fine: taken back, it alerts again', async () => {
		const { body } = await api.get('/v1/tenants/campaign/feedback');
		const [said] = body as unknown as { id: string }[];
		await api.send('DELETE', `/v1/tenants/campaign/feedback/${said?.id ?? ''}`);
		await ticked();

		expect(await vectorAlerts('campaign')).toHaveLength(2);
	});

	it('a maintenance window: found, counted, and nobody alerted', async () => {
		const window = {
			from: new Date(now - MINUTE).toISOString(),
			to: new Date(now + MINUTE).toISOString(),
		};
		await api.post('/v1/tenants/migration/maintenance-windows', window);
		await send(burst('migration'));
		await ticked();

		expect(await suppressed('maintenance')).toBeGreaterThan(0);
		expect(await vectorAlerts('migration')).toEqual([]);
		expect((await api.get('/v1/tenants/migration/explanation')).body).toMatchObject({
			flagged: true,
			suppressedBy: { maintenance: { note: null } },
		});
	});

	it('is written down in the audit', async () => {
		const { body } = await api.get('/v1/audit?tenantId=campaign');
		const actions = (body['entries'] as { action: string }[]).map(({ action }) => action);

		expect(actions).toEqual(expect.arrayContaining(['feedback.given', 'feedback.deleted']));
	});
});
