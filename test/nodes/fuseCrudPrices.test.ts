import { startTestService, type Api } from '../support/service.ts';
import { usageEvent } from '../support/rows.ts';
import { run } from './support/fuseCrudBench.ts';
import type { Credentials } from './support/n8nHttp.ts';
import { thrownBy } from './support/thrown.ts';

let api: Api;
let credentials: Credentials;
beforeAll(async () => {
	api = await startTestService();
	credentials = { baseUrl: api.service.url, apiKey: await api.makeKey('operate') };
});
afterAll(() => api.service.close());

const price = (operation: string, parameters: Record<string, unknown>) =>
	run(credentials, { resource: 'price', operation, ...parameters });
const OURS = { provider: 'openrouter', model: 'acme/large:free 1' };

describe('a price', () => {
	it('is set in dollars digit by digit, looked up, listed and deleted, slashes in its name or not', async () => {
		const [set] = await price('set', {
			...{ ...OURS, inputUsd: '3', outputUsd: '15.00000001' },
			options: { cacheReadUsd: '0.30', alsoNamed: 'acme/other, acme/third', prefix: true },
		});
		expect(set).toMatchObject({
			...{ source: 'operator', ...OURS, prefix: true, alsoNamed: ['acme/other', 'acme/third'] },
			rates: [
				{ unit: 'cacheRead', rate: 30_000_000 },
				{ unit: 'inputUncached', rate: 300_000_000 },
				{ unit: 'output', rate: 1_500_000_001 },
			],
		});

		const named = { provider: 'openrouter', model: 'acme/third-7' };
		expect(await price('lookUp', named)).toMatchObject([{ found: true, ...OURS }]);
		const filters = { source: 'operator', search: 'LARGE' };
		expect(await price('getAll', { filters })).toMatchObject([OURS]);
		expect(await price('delete', OURS)).toEqual([{ deleted: true }]);
		expect(await price('lookUp', named)).toMatchObject([{ found: false }]);
	});

	it('of a batch or a long prompt is looked up apart', async () => {
		const rateOf = async (parameters: Record<string, unknown>) => {
			const [found] = await price('lookUp', parameters);
			return (found?.['rates'] as { unit: string; rate: number }[]).find(
				({ unit }) => unit === 'output',
			)?.rate;
		};
		const model = { provider: 'gcp.gemini', model: 'gemini-2.5-pro' };
		const plain = (await rateOf(model)) ?? 0;

		expect(await rateOf({ ...model, inputTokens: 200_001 })).toBe(1.5 * plain);
		expect(await rateOf({ ...model, options: { serviceTier: 'batch' } })).toBe(plain / 2);
	});

	it('holds for recorded calls after a re-price, and a dry run changes nothing', async () => {
		const span = { from: '2026-10-01', to: '2026-11-01' };
		const named = { provider: 'openai', model: 'in-house' };
		const call = { ...named, usage: { output: 1000 } };
		const event = usageEvent({ subject: 'acme', time: '2026-10-14T08:00:00Z', data: call });
		await api.post('/v1/usage', event);
		await price('set', { ...named, inputUsd: '1', outputUsd: '2' });

		const [tried] = await price('reprice', { ...span, dryRun: true });
		const [done] = await price('reprice', { ...span, dryRun: false });
		const [again] = await price('reprice', { ...span, dryRun: false });

		expect(tried).toMatchObject({ changed: 1, dryRun: true, afterUsd: '0.0024' });
		expect(done).toEqual({ ...tried, dryRun: false });
		expect(again).toMatchObject({ changed: 0, differenceMicroCents: 0 });
	});

	it('that is no amount is refused by name, and so is a span without an end', async () => {
		const wrong = { ...OURS, inputUsd: '3,00' };
		expect(await thrownBy(price('set', wrong))).toMatchObject({
			message: expect.stringContaining('Input (USD) is no amount'),
		});
		expect(await thrownBy(price('reprice', { from: '2026-10-01' }))).toMatchObject({
			message: 'To is empty for this item',
		});
	});
});
