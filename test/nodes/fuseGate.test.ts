import type { INodeExecutionData } from 'n8n-workflow';
import { FuseGate } from '../../nodes/FuseGate/FuseGate.node.ts';
import { executeContext, type Run } from './support/executeContext.ts';
import { FuseService } from './support/fuseService.ts';
import { thrownBy } from './support/thrown.ts';

const KEY = 'fuse_operator';
let service: FuseService;
let baseUrl: string;

beforeEach(async () => {
	service = new FuseService();
	baseUrl = await service.listen();
});
afterEach(async () => await service.close());

function run(
	tenants: string[],
	parameters: Run['parameters'] = {},
	more: Partial<Run> = {},
): Promise<INodeExecutionData[][]> {
	const items = tenants.map((tenant, index) => ({ json: { tenant, index } }));
	const context = executeContext({
		credentials: { baseUrl, apiKey: KEY },
		items,
		parameters: { tenantId: (index: number) => tenants[index], ...parameters },
		nodeName: 'Ask first',
		...more,
	});

	return new FuseGate().execute.call(context);
}

describe('routing', () => {
	it('sends each item to the output its tenant deserves, in the order it came in', async () => {
		service.blocked.add('beta');

		const [allowed = [], rejected = []] = await run(['acme', 'beta', 'gamma', 'beta', 'acme']);

		expect(allowed.map(({ json }) => json['index'])).toEqual([0, 2, 4]);
		expect(rejected.map(({ json }) => json['index'])).toEqual([1, 3]);
	});

	it('keeps the item, its binary data and its link', async () => {
		const binary = { file: { data: '', mimeType: 'text/plain' } };
		const items = [{ json: { question: 'Why?' }, binary }];

		const [allowed] = await run(['acme'], {}, { items });

		expect(allowed).toEqual([
			{
				json: {
					question: 'Why?',
					fuse: {
						decision: 'allow',
						tenantId: 'acme',
						reservationId: 'res_1',
						heldMicroCents: 1200,
						expiresAt: '2026-10-14T08:14:45.123Z',
					},
				},
				binary,
				pairedItem: { item: 0 },
			},
		]);
	});

	it('carries the reasons and when to try again', async () => {
		service.blocked.add('beta');

		const [, rejected] = await run(['beta']);

		expect(rejected?.[0]?.json['fuse']).toEqual({
			decision: 'reject',
			tenantId: 'beta',
			reasons: [{ code: 'breakerOpen', message: 'The breaker is open', incidentId: 'inc_1' }],
			retryAfterMs: 60_000,
		});
	});

	it('shows an AI agent the "no" too, although a tool has one output', async () => {
		service.blocked.add('beta');

		const outputs = await run(['acme', 'beta'], {}, { asTool: true });

		expect(outputs).toHaveLength(1);
		expect(outputs[0]).toHaveLength(2);
	});
});

describe('the question', () => {
	it('carries estimate, lease and where the call belongs', async () => {
		await run(['acme'], {
			provider: 'openai',
			model: 'gpt-4o-mini',
			estimateFrom: 'promptText',
			promptText: 'x'.repeat(41),
			maxOutputTokens: 500,
			options: { leaseSeconds: 300 },
		});

		expect(service.asked('/v1/reservations')[0]).toMatchObject({
			key: KEY,
			body: {
				tenantId: 'acme',
				provider: 'openai',
				model: 'gpt-4o-mini',
				inputTokens: 11,
				maxOutputTokens: 500,
				ttlSeconds: 300,
				workflowId: 'wf_1',
				nodeName: 'Ask first',
				executionId: '4711',
			},
		});
	});

	it('never carries the prompt itself', async () => {
		await run(['acme'], { promptText: 'my secret question' });

		expect(JSON.stringify(service.exchanges)).not.toContain('secret');
	});

	it('takes a number of tokens as it is', async () => {
		await run(['acme'], { estimateFrom: 'inputTokens', inputTokens: 1234 });

		expect(service.exchanges[0]?.body).toMatchObject({ inputTokens: 1234 });
	});

	it('works with a base URL that ends with a slash', async () => {
		const credentials = { baseUrl: `${baseUrl}/`, apiKey: KEY };

		const [allowed] = await run(['acme'], {}, { credentials });

		expect(allowed).toHaveLength(1);
	});
});

describe('a service that gives no decision', () => {
	const broken = [
		['is down', () => service.close()],
		['answers 503', async () => void (service.override = () => ({ status: 503 }))],
		['is overrun', async () => void (service.override = () => ({ status: 429 }))],
		[
			'is too slow',
			async () => void (service.override = () => ({ status: 200, body: {}, delayMs: 500 })),
		],
	] as const;

	it.each(broken)('rejects by default when it %s', async (_, breakIt) => {
		await breakIt();

		const [allowed, rejected] = await run(['acme'], { options: { timeoutMs: 100 } });

		expect(allowed).toEqual([]);
		expect(rejected?.[0]?.json['fuse']).toMatchObject({
			decision: 'reject',
			degraded: true,
			reasons: [{ code: 'serviceUnavailable' }],
		});
	});

	it.each(broken)(
		'lets items pass, marked, when the user chose so and it %s',
		async (_, breakIt) => {
			await breakIt();
			const options = { timeoutMs: 100, whenUnavailable: 'allow' };

			const [allowed, rejected] = await run(['acme'], { options, model: 'gpt-4o-mini' });

			expect(rejected).toEqual([]);
			expect(allowed?.[0]?.json['fuse']).toMatchObject({
				decision: 'allow',
				tenantId: 'acme',
				model: 'gpt-4o-mini',
				degraded: true,
			});
		},
	);

	it('is asked three times at most in a row, so that a long run does not wait for each item', async () => {
		service.override = () => ({ status: 503 });

		const [, rejected] = await run(Array.from({ length: 50 }, () => 'acme'));

		expect(rejected).toHaveLength(50);
		expect(service.exchanges).toHaveLength(3);
	});

	it('is asked again after a single lost answer', async () => {
		let calls = 0;
		service.override = () => (calls++ % 2 === 0 ? { status: 503 } : allow);
		const allow = {
			status: 200,
			body: { decision: 'allow', reservationId: 'res_9', heldMicroCents: 1, expiresAt: 0 },
		};

		await run(Array.from({ length: 8 }, () => 'acme'));

		expect(service.exchanges).toHaveLength(8);
	});
});

describe('errors', () => {
	it('a wrong key names the credential', async () => {
		const credentials = { baseUrl, apiKey: 'fuse_wrong' };

		const error = await thrownBy(run(['acme'], {}, { credentials }));

		expect(error.message).toBe('The LLM Fuse service does not know this service key');
		expect(error.description).toContain('LLM Fuse API credential');
		expect(error).toMatchObject({ httpCode: '401', context: { itemIndex: 0 } });
	});

	it('a missing role names the role that is needed', async () => {
		service.roles.set('fuse_reader', 'read');
		const credentials = { baseUrl, apiKey: 'fuse_reader' };

		const error = await thrownBy(run(['acme'], {}, { credentials }));

		expect(error.message).toBe('This service key may not ask for a reservation');
		expect(error.description).toContain('role ask');
	});

	it('a refused input names the field and why', async () => {
		const error = await thrownBy(run(['no spaces allowed']));

		expect(error.message).toContain('/tenantId: must match');
		expect(error).toMatchObject({ httpCode: '422' });
	});

	it('an address that is no LLM Fuse service is named', async () => {
		service.override = () => ({ status: 404, body: 'not here' });

		const error = await thrownBy(run(['acme']));

		expect(error.message).toContain(baseUrl);
		expect(error.description).toContain('Base URL');
	});

	it('a 200 that is no decision is an error, never a yes', async () => {
		service.override = () => ({ status: 200, body: { hello: 'world' } });

		await expect(
			thrownBy(run(['acme'], { options: { whenUnavailable: 'allow' } })),
		).resolves.toEqual(
			expect.objectContaining({ message: expect.stringContaining('does not answer like') }),
		);
	});

	it('an empty tenant is refused before anything is asked', async () => {
		const error = await thrownBy(run(['']));

		expect(error.message).toBe('Tenant ID is empty for this item');
		expect(service.exchanges).toEqual([]);
	});

	it.each([-1, 1.5, '12', null])(
		'the token count %p is refused with field and type',
		async (value) => {
			const parameters = { estimateFrom: 'inputTokens', inputTokens: () => value };

			const error = await thrownBy(run(['acme'], parameters));

			expect(error.message).toContain('Input Tokens is');
		},
	);

	it('with continue on fail the bad item goes to Rejected and the others are decided', async () => {
		const [allowed, rejected] = await run(['acme', '', 'gamma'], {}, { continueOnFail: true });

		expect(allowed?.map(({ json }) => json['index'])).toEqual([0, 2]);
		expect(rejected).toMatchObject([
			{ json: { index: 1, error: 'Tenant ID is empty for this item' }, pairedItem: { item: 1 } },
		]);
	});

	it('a run that stops gives back what its first items held: their calls are never made', async () => {
		const error = await thrownBy(run(['acme', 'beta', 'no spaces allowed', 'gamma']));

		expect(error.message).toContain('/tenantId: must match');
		expect(service.exchanges.map(({ path }) => path).slice(-2)).toEqual([
			'/v1/reservations/res_1/release',
			'/v1/reservations/res_2/release',
		]);
	});

	it('a parameter that is wrong for a later item is found before anything is held', async () => {
		await thrownBy(run(['acme', '']));

		expect(service.exchanges).toEqual([]);
	});

	it('an item that failed keeps its binary data', async () => {
		const binary = { file: { data: '', mimeType: 'text/plain' } };

		const [, rejected] = await run(
			[''],
			{},
			{ continueOnFail: true, items: [{ json: {}, binary }] },
		);

		expect(rejected).toMatchObject([{ binary }]);
	});
});
