import { usageEvent } from '../support/rows.ts';
import { startTestService, type Api } from '../support/service.ts';
import { byId, run } from './support/fuseCrudBench.ts';
import type { Credentials } from './support/n8nHttp.ts';
import { thrownBy } from './support/thrown.ts';

let api: Api;
let admin: Credentials;
beforeAll(async () => {
	api = await startTestService();
	admin = { baseUrl: api.service.url, apiKey: await api.makeKey('admin') };
});
afterAll(() => api.service.close());

const call = (resource: string, operation: string, parameters: Record<string, unknown> = {}) =>
	run(admin, { resource, operation, ...parameters });
/** Twice the cap of 10 USD a minute. */
const trip = (subject: string) =>
	api.post('/v1/usage', usageEvent({ subject, data: { costMicroCents: 2_000_000_000 } }));

describe('a service key', () => {
	it('is made, works, is listed without itself, and is revoked', async () => {
		const options = { tenantId: byId('acme') };
		const [made] = await call('key', 'create', { name: 'n8n', role: 'read', options });
		const { keyId, key } = made as { keyId: string; key: string };
		const bound = { ...admin, apiKey: key };

		expect(made).toMatchObject({ name: 'n8n', role: 'read', tenantId: 'acme' });
		const state = { resource: 'tenant', operation: 'getState', tenantId: byId('acme') };
		expect(await run(bound, state)).toHaveLength(1);
		const listed = (await call('key', 'getAll', { returnAll: true })).find(
			(one) => one['keyId'] === keyId,
		);
		expect(listed).not.toHaveProperty('key');
		expect(await call('key', 'revoke', { keyId: byId(keyId) })).toEqual([{ keyId, revoked: true }]);
		expect((await thrownBy(run(bound, state))).message).toBe(
			'The LLM Fuse service does not know this service key',
		);
	});

	it.each(['agent2', 'agent3'] as const)('is never told to an AI agent: %s', async (tool) => {
		const before = await call('key', 'getAll', { returnAll: true });
		const create = { resource: 'key', operation: 'create', name: 'mine', role: 'admin' };

		const fault = await thrownBy(run(admin, create, { tool }));

		expect(fault.message).toMatch(/^An AI agent does not make service keys/);
		expect(await call('key', 'getAll', { returnAll: true })).toEqual(before);
	});
});

describe('an incident', () => {
	it('is found, and what was done about it is kept', async () => {
		await trip('runaway');
		const filters = { tenantId: byId('runaway') };

		const [incident] = await call('incident', 'getAll', { filters });
		expect(incident).toMatchObject({ tenantId: 'runaway', rule: 'spendCap', closedAt: null });
		const incidentId = byId(incident?.['incidentId']);
		const step = { step: 'revokeKey', vendor: 'openai', targetId: 'key/42', outcome: 'applied' };
		const options = { detail: 'done', restore: '{"revokedAt":null}' };
		const [reported] = await call('incident', 'reportAction', { incidentId, ...step, options });
		expect(reported).toMatchObject({ action: 'revokeKey', restore: { revokedAt: null } });
		const [read] = await call('incident', 'get', { incidentId });
		expect(read).toMatchObject({
			alertText: expect.stringContaining('TIER_1_CRITICAL'),
			actions: [
				{ action: 'block', vendor: 'llm-fuse' },
				{ action: 'revokeKey', targetId: 'key/42', detail: 'done' },
			],
		});
	});

	it('is listed all of them, page by page', async () => {
		const names = Array.from({ length: 105 }, (_, index) => `storm_${index}`);
		await api.post(
			'/v1/usage',
			names.map((subject) => usageEvent({ subject, data: { costMicroCents: 2_000_000_000 } })),
		);

		const all = await call('incident', 'getAll', { returnAll: true });
		expect(all.filter(({ tenantId }) => names.includes(tenantId as string))).toHaveLength(105);
		expect(await call('incident', 'getAll', { limit: 7 })).toHaveLength(7);
	});

	it('takes no restore that is not an object', async () => {
		const step = { vendor: 'openai', targetId: 'x', options: { restore: '[1' } };
		const report = call('incident', 'reportAction', { incidentId: byId('inc_1'), ...step });

		expect((await thrownBy(report)).message).toBe('Restore is no JSON object');
	});
});

describe('an alert', () => {
	it('is shown as every channel would get it', async () => {
		const facts = {
			...{ tenantId: byId('org_98765_alpha'), amountUsd: '45.50' },
			endpoint: 'api.openai.com/v1/chat/completions',
		};

		const [preview] = await call('alert', 'preview', {
			...facts,
			options: { time: '2026-10-14T10:12:45+02:00' },
		});

		expect(preview?.['alertText']).toBe(
			'{"alert_level":"TIER_1_CRITICAL","tenant_id":"org_98765_alpha","spend_velocity_per_min":45.50,"faulty_endpoint":"api.openai.com/v1/chat/completions","circuit_breaker_fired":true,"timestamp":"2026-10-14T08:12:45Z"}',
		);
	});

	it('is one of many, of one tenant', async () => {
		const hour = 3_600_000;
		const event = (at: number, costMicroCents: number) =>
			usageEvent({ subject: 'spiky', time: new Date(at).toISOString(), data: { costMicroCents } });
		const now = Date.now();
		const days = Array.from({ length: 150 }, (_, past) => event(now - (past + 1) * hour, 1000));
		await api.post('/v1/usage', days);
		await api.post(
			'/v1/usage',
			Array.from({ length: 25 }, () => event(now, 1_000_000)),
		);

		const alerts = await call('alert', 'getAll', { filters: { tenantId: byId('spiky') } });
		const others = await call('alert', 'getAll', { filters: { tenantId: byId('nobody') } });

		expect(alerts).toMatchObject([{ tenantId: 'spiky', rule: 'spikeRatio', severity: 'warning' }]);
		expect(others).toEqual([]);
	});
});

describe('a provider', () => {
	const providerId = byId('openai');

	it('gets a tier without losing its overrides, and loses it', async () => {
		const overrides = [{ model: 'gpt-4o', unit: 'requests', window: '1m', capacity: 10 }];
		await api.send('PUT', '/v1/providers/openai', { tier: '2', overrides });

		const [set] = await call('provider', 'setTier', { providerId, tier: '3' });
		expect(set).toMatchObject({ provider: 'openai', tier: '3', overrides });
		const [state] = await call('provider', 'get', { providerId });
		expect(state).toMatchObject({
			tier: '3',
			limits: expect.arrayContaining([
				expect.objectContaining({ unit: 'microCents', capacityUsd: expect.any(String) }),
			]),
		});
		const known = await call('provider', 'getAll', { returnAll: true });
		expect(known.map(({ provider }) => provider)).toContain('anthropic');
		expect(await call('provider', 'delete', { providerId })).toEqual([{ deleted: true }]);
		expect((await thrownBy(call('provider', 'delete', { providerId }))).message).toBe(
			'Provider openai has no tier',
		);
	});

	it('has no tier of another', async () => {
		const fault = await thrownBy(call('provider', 'setTier', { providerId, tier: '99' }));

		expect(fault.message).toMatch(/^The LLM Fuse service refused the input: Tier: expected one of/);
	});
});

describe('a report', () => {
	const used = (subject: string, model: string, costMicroCents: number, time: string) =>
		usageEvent({ subject, time, data: { model, costMicroCents, workflowId: 'wf_1' } });
	beforeAll(async () => {
		await api.post('/v1/usage', [
			used('rep/a', 'gpt-4o', 300_000_000, '2026-03-02T10:00:00Z'),
			used('rep/a', 'gpt-4o-mini', 1, '2026-03-02T23:30:00Z'),
			used('rep_b', 'gpt-4o', 50_000_000, '2026-03-03T10:00:00Z'),
		]);
	});
	const march = { from: '2026-03-01T00:00:00', to: '2026-04-01T00:00:00' };
	const spend = (parameters: Record<string, unknown>, timeZone = 'UTC') =>
		run(admin, { resource: 'report', operation: 'getSpend', ...parameters }, { timeZone });

	it('has a row for each value, the costliest first, in micro-cents and in dollars', async () => {
		const rows = await spend({ ...march, groupBy: ['tenant', 'model'] });

		expect(rows.map(({ tenantId, model, costUsd }) => [tenantId, model, costUsd])).toEqual([
			['rep/a', 'gpt-4o', '3.00'],
			['rep_b', 'gpt-4o', '0.50'],
			['rep/a', 'gpt-4o-mini', '0.00000001'],
		]);
		expect(Object.keys(rows[0] ?? {})).toEqual([
			...['tenantId', 'model', 'calls', 'inputTokens', 'outputTokens'],
			...['costMicroCents', 'costUsd'],
		]);
		expect((await spend({ ...march, simplify: false }))[0]).toMatchObject({
			...{ failedCalls: 0, estimatedCostUsd: '0.00' },
		});
		expect(await spend({ ...march, groupBy: ['model'], limit: 1 })).toHaveLength(1);
	});

	it('is of some calls only, its days those of the workflow’s time zone', async () => {
		const day = { from: '2026-03-03T00:00:00', to: '2026-03-04T00:00:00' };
		const filters = { tenantId: byId('rep/a') };

		expect(await spend({ ...day, filters })).toEqual([]);
		const inBerlin = await spend({ ...day, filters, groupBy: 'model' }, 'Europe/Berlin');
		expect(inBerlin).toMatchObject([{ model: 'gpt-4o-mini', calls: 1 }]);
	});

	it('has a total of a span', async () => {
		const [total] = await call('report', 'getTotal', { ...march, filters: { model: 'gpt-4o' } });

		expect(total).toMatchObject({
			...{ from: '2026-03-01T00:00:00.000Z', to: '2026-04-01T00:00:00.000Z' },
			...{ calls: 2, costMicroCents: 350_000_000, costUsd: '3.50' },
		});
	});

	it('has days and months of the workflow’s time zone', async () => {
		const groupBy = ['day'];
		const filters = { tenantId: byId('rep/a') };
		const daysIn = async (timeZone: string) =>
			(await spend({ ...march, groupBy, filters }, timeZone)).map(({ day }) => day);

		expect(await daysIn('UTC')).toEqual(['2026-03-02']);
		expect(await daysIn('Europe/Berlin')).toEqual(['2026-03-02', '2026-03-03']);
	});

	it('is a digest of the day that clocks of the workflow show, with a text to send', async () => {
		const digest = { resource: 'report', operation: 'getDigest' };
		const filters = { tenantId: byId('rep/a') };
		const of = async (day: unknown, timeZone: string) =>
			(await run(admin, { ...digest, day, filters }, { timeZone }))[0];

		expect(await of('2026-03-02T18:00:00', 'Europe/Berlin')).toMatchObject({
			...{ day: '2026-03-02', timeZone: 'Europe/Berlin', from: '2026-03-01T23:00:00.000Z' },
			totals: { costMicroCents: 300_000_000, costUsd: '3.00' },
			text: expect.stringMatching(/^LLM spend on 2026-03-02: 3.00 USD in 1 call\n/),
		});
		expect(await of('2026-03-02T23:30:00Z', 'Europe/Berlin')).toMatchObject({ day: '2026-03-03' });
		const [yesterday] = await run(admin, digest);
		expect(yesterday?.['to']).toMatch(/T00:00:00\.000Z$/);
	});

	it('says what the same calls would have cost', async () => {
		await api.post(
			'/v1/usage',
			usageEvent({ subject: 'rep_c', time: '2026-03-04T10:00:00Z', data: { nodeName: 'Agent' } }),
		);
		const whatIf = async (parameters: Record<string, unknown>) =>
			(
				await call('report', 'whatIf', {
					...march,
					filters: { tenantId: byId('rep_c'), nodeName: 'Agent' },
					...parameters,
				})
			)[0];
		const same = { events: 1, differenceMicroCents: 0, differenceUsd: '0.00' };

		const mini = { change: 'model', toProvider: 'openai', toModel: 'gpt-4o-mini' };
		expect(await whatIf(mini)).toMatchObject(same);
		expect(await whatIf({ change: 'tier' })).toMatchObject({ differencePercent: -50 });
		expect(await whatIf({ change: 'caching' })).toMatchObject({ ...same, atMost: true });
		expect(await whatIf({ change: 'caching', prefixTokens: 2000 })).toMatchObject({
			...{ ...same, atMost: false },
		});
		expect((await thrownBy(whatIf({ ...mini, toModel: 'gpt-99' }))).message).toMatch(
			/refused the input: To Model: has no price/,
		);
	});

	it('is grouped by something, from a moment that is one', async () => {
		expect((await thrownBy(spend({ groupBy: [] }))).message).toBe('Group By is empty');
		expect((await thrownBy(spend({ from: 'yesterday' }))).message).toBe('From is no date and time');
		expect((await thrownBy(spend({ groupBy: 'planet' }))).message).toMatch(
			/refused the input: Group By: expected a comma-separated list/,
		);
	});
});

describe('the audit log', () => {
	it('is searched by tenant, action, actor and time', async () => {
		await call('tenant', 'block', { tenantId: byId('audited'), reason: 'drill' });
		await call('tenant', 'unblock', { tenantId: byId('audited') });
		const search = (filters: Record<string, unknown>) =>
			call('audit', 'search', {
				returnAll: true,
				filters: { tenantId: byId('audited'), ...filters },
			});

		const all = await search({});
		expect(all.map(({ tenantId }) => tenantId)).toEqual(all.map(() => 'audited'));
		const [newest] = all;
		const filters = { entryAction: newest?.['action'], actor: newest?.['actor'] };
		expect(await search(filters)).toContainEqual(newest);
		expect(await search({ to: '2026-01-01T00:00:00Z' })).toEqual([]);
		expect(await search({ entryAction: 'never.done' })).toEqual([]);
		expect(await call('audit', 'search', { limit: 1 })).toHaveLength(1);
	});
});
