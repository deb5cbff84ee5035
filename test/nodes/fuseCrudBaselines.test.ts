import { seededRandom } from '../../core/behaviour/seededRandom.ts';
import { usageEvent } from '../support/rows.ts';
import { startTestService, type Api } from '../support/service.ts';
import { byId, run } from './support/fuseCrudBench.ts';
import type { Credentials } from './support/n8nHttp.ts';
import { thrownBy } from './support/thrown.ts';

const MINUTE = 60_000;
const random = seededRandom(11);

let api: Api;
let credentials: Credentials;
beforeAll(async () => {
	api = await startTestService();
	credentials = { baseUrl: api.service.url, apiKey: await api.makeKey('operate') };
	await use('steady');
});
afterAll(() => api.service.close());

/** Two days of calls until ten minutes ago. */
async function use(subject: string, output = 40): Promise<void> {
	const until = Date.now() - 10 * MINUTE;
	const history = Array.from({ length: 720 }, (_, step) =>
		usageEvent({
			subject,
			time: new Date(until - 4 * step * MINUTE).toISOString(),
			data: { usage: { inputUncached: Math.round(200 * 2 ** (2 * random())), output } },
		}),
	);
	await api.post('/v1/usage', history);
}

const baseline = (operation: string, parameters = {}, tenantId = 'steady') =>
	run(credentials, {
		...{ resource: 'baseline', operation, tenantId: byId(tenantId) },
		...parameters,
	});

it('is learned anew, with a reason, and shown without its numbers unless asked for', async () => {
	const [refreshed] = await baseline('refresh', { note: ' after the launch ' });
	expect(refreshed).toMatchObject({ tenantId: 'steady', version: 1, parent: null });

	const [simple = {}] = await baseline('get');
	expect(simple).toMatchObject({ version: 1, note: 'after the launch', newNormal: null });
	expect(simple).not.toHaveProperty('levels');
	expect((await baseline('get', { simplify: false }))[0]).toHaveProperty('scales');
});

it('has versions that can be listed and compared', async () => {
	await use('steady', 4000);
	await baseline('refresh');

	const versions = await baseline('getVersions', { returnAll: true });
	expect(versions.map(({ version, active }) => [version, active])).toEqual([
		[2, true],
		[1, false],
	]);
	expect(await baseline('getVersions', { limit: 1 })).toHaveLength(1);
	const [changed = {}] = await baseline('compare');
	expect(changed).toEqual({
		...{ tenantId: 'steady', from: 1, to: 2, moved: true },
		changes: expect.arrayContaining([expect.stringMatching(/^cost per request /)]),
	});
	const [backwards] = await baseline('compare', {
		...{ simplify: false, options: { from: 2, to: 1 } },
	});
	expect(backwards).toMatchObject({ from: 2, to: 1, figures: expect.any(Array) });
});

it('is rolled back and held as long as told', async () => {
	const [used] = await baseline('rollBack', {
		...{ version: 1, options: { holdFor: '3d', note: 'learned the loop' } },
	});

	expect(used).toMatchObject({
		version: 1,
		previous: 2,
		inForce: { heldUntil: expect.any(String) },
	});
	expect(used).not.toHaveProperty('levels');
	const fault = await thrownBy(baseline('rollBack', { version: 1 }));
	expect(fault.message).toBe('Version 1 of the baseline of tenant steady is in use already');
});

it('of all tenants are refreshed, however many pages it takes, an item each', async () => {
	await use('other');
	await api.post(
		'/v1/usage',
		Array.from({ length: 250 }, (_, index) => usageEvent({ subject: `young_${index}` })),
	);
	const parameters = { resource: 'baseline', operation: 'refreshAll' };
	const items = await run(credentials, parameters);
	const outcomeOf = (name: string) => items.find(({ tenantId }) => tenantId === name)?.['outcome'];

	expect(items).toHaveLength(252);
	expect(['other', 'steady', 'young_7'].map(outcomeOf)).toEqual([
		...['refreshed', 'skipped', 'skipped'],
	]);
	expect(await run(credentials, { ...parameters, olderThan: '1h' })).toHaveLength(252);
	const fault = await thrownBy(run(credentials, { ...parameters, olderThan: 'a while' }));
	expect(fault.message).toMatch(/^The LLM Fuse service refused the input: Older Than: /);
});

it('of a tenant that is too new, or that nobody asks about, is a plain no', async () => {
	const refused = async (operation: string, tenantId: string) =>
		(await thrownBy(baseline(operation, {}, tenantId))).message;

	expect(await refused('get', 'new')).toBe('Tenant new has no baseline yet');
	expect(await refused('compare', 'new')).toBe('Tenant new has no baseline yet');
	expect(await refused('refresh', 'new')).toMatch(/less than 24 hours of usage/);
	expect(await refused('accept', 'steady')).toBe(
		'Nobody asks whether tenant steady has a new normal',
	);
});
