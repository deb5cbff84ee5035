import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../core/durations.ts';
import type { UsageData, UsageEvent } from '../../core/usageEvent.ts';
import { usageEvent } from '../support/rows.ts';
import { startTestService, type Api } from '../support/service.ts';

const CENT = 1_000_000;
/** A Wednesday. */
const NOON = Date.UTC(2026, 9, 14, 12);
const TICK_MS = 100;

const clock = { at: NOON, now: () => clock.at };

let api: Api;
beforeAll(async () => {
	api = await startTestService(
		{ FUSE_SCORE_INTERVAL_MS: String(TICK_MS), FUSE_TENANT_USD_PER_DAY: '1' },
		clock,
	);
});
afterAll(() => api.service.close());

type Changes = Partial<Omit<UsageData, 'usage'>> & {
	at?: number;
	usage?: Partial<UsageData['usage']>;
};

const eventsOf = (subject: string, count: number, made: (index: number) => Changes) =>
	Array.from({ length: count }, (_, index): UsageEvent => {
		const { at = clock.at, ...data } = made(index);
		return usageEvent({
			...{ subject, time: new Date(at).toISOString() },
			data: { costMicroCents: 100, ...data },
		});
	});

async function send(events: readonly UsageEvent[]): Promise<void> {
	for (let from = 0; from < events.length; from += 1000) {
		const { status } = await api.post('/v1/usage', events.slice(from, from + 1000));
		expect(status).toBe(202);
	}
}

type Told = {
	rule: string;
	severity: string;
	evidence: Record<string, unknown>;
	alertText: string;
};

/** What was told of a tenant, once a rule is among it. */
async function toldOf(tenantId: string, rule: string): Promise<Told[]> {
	for (let tries = 0; tries < 200; tries++) {
		const { body } = await api.get(`/v1/alerts?tenantId=${tenantId}`);
		const alerts = body as unknown as Told[];
		if (alerts.some((alert) => alert.rule === rule)) return alerts;
		await new Promise((resolve) => setTimeout(resolve, TICK_MS / 2));
	}
	throw new Error(`nothing was told of ${rule}`);
}

const theOne = async (tenantId: string, rule: string) =>
	(await toldOf(tenantId, rule)).find((alert) => alert.rule === rule);

describe('what people are told of', () => {
	it('is a budget that is used up to half, and then to nine tenths', async () => {
		await send(eventsOf('budgeted', 1, () => ({ costMicroCents: 55 * CENT })));
		expect(await theOne('budgeted', 'budgetThreshold')).toMatchObject({
			severity: 'warning',
			evidence: {
				...{ limitId: 'tenant-microCents-day', spentPercent: 55, spentUsd: '0.55' },
				resetsAt: '2026-10-15T00:00:00.000Z',
			},
		});

		clock.at += MINUTE_MS;
		await send(eventsOf('budgeted', 1, () => ({ costMicroCents: 40 * CENT })));
		await expect(severitiesOf('budgeted', 'high')).resolves.toContain('high');
	});

	it('is a loop of one tool call in an execution', async () => {
		const loop = {
			workflowId: 'wf',
			nodeName: 'Agent',
			executionId: '7',
			toolCallHash: 'abab0123',
		};
		await send(eventsOf('looping', 5, (n) => ({ ...loop, at: clock.at - n * 1000 })));

		expect(await theOne('looping', 'repeatedCall')).toMatchObject({
			evidence: { repeated: 'toolCall', execution: '7', timesInWindow: 5, hash: 'abab0123' },
		});
	});

	it('is a tenant whose calls fail, and a provider that fails everybody', async () => {
		const down = (n: number) => ({
			...{ provider: 'mistral_ai', endpoint: 'api.mistral.ai/v1/chat/completions' },
			statusCode: n < 20 ? 503 : 200,
		});
		await send([...eventsOf('failing-1', 30, down), ...eventsOf('failing-2', 30, down)]);

		const ofTenant = await theOne('failing-1', 'errorRate');
		expect(ofTenant).toMatchObject({ severity: 'high', evidence: { failedPercent: 66.7 } });
		expect(ofTenant?.alertText).toContain('"faulty_endpoint":"api.mistral.ai/v1/chat/completions"');
		const ofProvider = await theOne('llm-fuse', 'providerErrorRate');
		expect(ofProvider).toMatchObject({
			severity: 'critical',
			evidence: { provider: 'mistral_ai', tenantsCalling: 2, tenantsFailing: 2 },
		});
		expect(ofProvider?.alertText).toContain('"faulty_endpoint":"mistral_ai"');
	});

	it('is a tenant that waits for its answers', async () => {
		await send(eventsOf('waiting', 30, () => ({ latencyMs: 20_000 })));

		expect(await theOne('waiting', 'latencyP95')).toMatchObject({
			severity: 'warning',
			evidence: { thresholdMs: 10_000, slowestMs: 20_000, answeredCalls: 30 },
		});
	});

	it('is a cache that is not hit any more', async () => {
		const cached = { usage: { inputUncached: 100, cacheRead: 900 } };
		await send(
			eventsOf('caching', 300, (n) => ({ ...cached, at: clock.at - (1 + (n % 3)) * DAY_MS })),
		);
		await send(eventsOf('caching', 60, () => ({ usage: { inputUncached: 1000 } })));

		expect(await theOne('caching', 'cacheHitRatio')).toMatchObject({
			evidence: { cachedPercent: 0, usualCachedPercent: 90 },
		});
	});

	it('is a tenant that is never silent and now is, but none that is new', async () => {
		const history = (from: number) =>
			Array.from({ length: Math.floor(from / (10 * MINUTE_MS)) }, (_, n) => ({
				at: clock.at - n * 10 * MINUTE_MS,
			}));
		const old = history(8 * DAY_MS);
		const young = history(DAY_MS);
		await send(eventsOf('silent', old.length, (n) => old[n] ?? {}));
		await send(eventsOf('young', young.length, (n) => young[n] ?? {}));
		clock.at += HOUR_MS + 30 * MINUTE_MS;

		expect(await theOne('silent', 'noData')).toMatchObject({
			evidence: { silentMinutes: expect.any(Number), thresholdMinutes: 60 },
		});
		const { body } = await api.get('/v1/alerts?tenantId=young');
		expect(body).toEqual([]);
	});
});

/** The severities of what was told of a tenant, once one of them is among it. */
async function severitiesOf(tenantId: string, severity: string): Promise<string[]> {
	for (let tries = 0; tries < 200; tries++) {
		const { body } = await api.get(`/v1/alerts?tenantId=${tenantId}`);
		const severities = (body as unknown as Told[]).map((alert) => alert.severity);
		if (severities.includes(severity)) return severities;
		await new Promise((resolve) => setTimeout(resolve, TICK_MS / 2));
	}
	throw new Error(`nothing of severity ${severity} was told`);
}
