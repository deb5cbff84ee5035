import { NO_USAGE } from '../../core/usage.ts';
import { COST_MICRO_CENTS } from './support/fuseService.ts';
import { completion, gate, GATE_TYPE, MeterBench } from './support/meterBench.ts';
import { thrownBy } from './support/thrown.ts';

let bench: MeterBench;

beforeEach(async () => {
	bench = new MeterBench();
	await bench.start();
});
afterEach(async () => await bench.service.close());

describe('an event', () => {
	it('carries usage, price facts and where the call belongs', async () => {
		const body = completion(100, 20);

		const output = await bench.run([body], { options: { latencyMs: 840, statusCode: 200 } });

		expect(bench.events()).toEqual([
			{
				specversion: '1.0',
				id: '1a2b3c4d:4711:Meter:0:0',
				source: 'n8n/wf_1',
				type: 'com.llm-fuse.usage.recorded.v1',
				subject: 'acme',
				time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
				data: {
					provider: 'openai',
					model: 'gpt-4o-mini',
					usage: { ...NO_USAGE, inputUncached: 100, output: 20 },
					endpoint: 'api.openai.com/v1/chat/completions',
					statusCode: 200,
					requestId: 'chatcmpl-100',
					latencyMs: 840,
					workflowId: 'wf_1',
					nodeName: 'Meter',
					executionId: '4711',
				},
			},
		]);
		expect(output).toEqual([
			{
				json: {
					...body,
					fuse: {
						costMicroCents: COST_MICRO_CENTS,
						costUsd: '0.000096',
						recorded: true,
						tenantId: 'acme',
						eventId: '1a2b3c4d:4711:Meter:0:0',
						provider: 'openai',
						model: 'gpt-4o-mini',
						usage: { ...NO_USAGE, inputUncached: 100, output: 20 },
					},
				},
				pairedItem: { item: 0 },
			},
		]);
	});

	it('is unwrapped from the full response of an HTTP Request node', async () => {
		const headers = { 'x-request-id': 'req_77' };

		await bench.run([{ statusCode: 200, headers, body: completion(1, 2) }]);

		expect(bench.events()).toMatchObject([{ data: { statusCode: 200, requestId: 'req_77' } }]);
	});

	it('passes on where the limits of the vendor stand, and no other header', async () => {
		const headers = {
			'X-RateLimit-Remaining-Requests': '499',
			'retry-after': '2',
			'set-cookie': 'session=secret',
		};

		await bench.run([{ statusCode: 200, headers, body: completion(1, 2) }]);

		expect(bench.events()[0]).toHaveProperty('data.rateLimitHeaders', {
			'x-ratelimit-remaining-requests': '499',
			'retry-after': '2',
		});
	});

	it('names the trigger that started the execution, of several there are', async () => {
		const triggers = { 'Every night': false, 'When called': true };

		await bench.run([completion(1, 1)], {}, { triggers });

		expect(bench.events()).toMatchObject([{ data: { trigger: 'When called' } }]);
	});

	it('names no trigger when none is upstream', async () => {
		await bench.run([completion(1, 1)]);

		expect(bench.events()[0]).not.toHaveProperty('data.trigger');
	});

	it("carries the label of the vendor key, the node's own before the Gate's", async () => {
		const upstream = gate({ tenantId: 'acme', keyId: 'key-of-gate' });

		await bench.run([completion(1, 1)], {}, { upstream });
		await bench.run(
			[completion(2, 2)],
			{ options: { keyId: 'key-of-meter' } },
			{ upstream, nodeName: 'Second' },
		);

		expect(bench.events()).toMatchObject([
			{ data: { keyId: 'key-of-gate' } },
			{ data: { keyId: 'key-of-meter' } },
		]);
	});

	it('counts under the Gate that asked for it, with a reservation or without', async () => {
		const degraded = { tenantId: 'acme', degraded: true };
		const upstream = gate({ tenantId: 'acme', reservationId: 'res_1' }, degraded);

		await bench.run([completion(1, 1), completion(2, 2)], {}, { upstream });

		expect(bench.events()).toMatchObject([
			{ id: '1a2b3c4d:4711:Meter:0:0', data: { nodeName: 'Gate' } },
			{ id: '1a2b3c4d:4711:Meter:0:1', data: { nodeName: 'Gate' } },
		]);
	});

	it('is read from a response that was typed in as text', async () => {
		await bench.run([{}], { response: JSON.stringify(completion(5, 6)) });

		expect(bench.events()).toMatchObject([{ data: { usage: { inputUncached: 5, output: 6 } } }]);
	});

	it('is split when the vendor used a second model, and settles the reservation once', async () => {
		const iterations = [
			{ type: 'message', input_tokens: 10, output_tokens: 1 },
			{ type: 'advisor_message', model: 'claude-opus-4-8', input_tokens: 50, output_tokens: 5 },
		];
		const usage = { input_tokens: 10, output_tokens: 1, iterations };
		const body = { type: 'message', role: 'assistant', model: 'claude-sonnet-5', usage };

		await bench.run([body], {}, { upstream: gate({ tenantId: 'acme', reservationId: 'res_1' }) });

		expect(bench.events()).toMatchObject([
			{ id: '1a2b3c4d:4711:Meter:0:0', data: { model: 'claude-sonnet-5', reservationId: 'res_1' } },
			{
				id: '1a2b3c4d:4711:Meter:0:0:1',
				data: { model: 'claude-opus-4-8', usage: { inputUncached: 50 } },
			},
		]);
		expect(bench.events()[1]).not.toHaveProperty('data.reservationId');
	});

	it('carries the cost that OpenRouter reports', async () => {
		const usage = { prompt_tokens: 14, completion_tokens: 4, cost: 0.000102 };

		const [item] = await bench.run([{ ...completion(14, 4), usage }], { provider: 'openrouter' });

		expect(bench.events()).toMatchObject([
			{ data: { provider: 'openrouter', costMicroCents: 10_200 } },
		]);
		expect(item?.json['fuse']).toMatchObject({ costMicroCents: 10_200 });
	});

	it('carries what is billed beside the tokens once, and its tier with each model', async () => {
		const usage = {
			...{ input_tokens: 10, output_tokens: 1, service_tier: 'batch' },
			server_tool_use: { web_search_requests: 2, web_fetch_requests: 0 },
			iterations: [
				{ type: 'message', input_tokens: 10, output_tokens: 1 },
				{ type: 'advisor_message', model: 'claude-opus-4-8', input_tokens: 50, output_tokens: 5 },
			],
		};
		const body = { type: 'message', role: 'assistant', model: 'claude-sonnet-5', usage };

		await bench.run([body]);

		const [main, other] = bench.events();
		expect(main).toMatchObject({ data: { serviceTier: 'batch', otherUnits: { webSearch: 2 } } });
		expect(other).toMatchObject({ data: { serviceTier: 'batch' } });
		expect(other).not.toHaveProperty('data.otherUnits');
	});
});

describe('counting once', () => {
	it('reports all items in one request', async () => {
		await bench.run([completion(1, 1), completion(2, 2), completion(3, 3)]);

		expect(bench.service.exchanges).toHaveLength(1);
		expect(bench.events()).toHaveLength(3);
	});

	it('splits more items than the service takes at once', async () => {
		const output = await bench.run(Array.from({ length: 1001 }, () => completion(1, 1)));

		expect(bench.service.exchanges).toHaveLength(2);
		expect(
			output.every(({ json }) => JSON.stringify(json['fuse']).includes('"recorded":true')),
		).toBe(true);
	});

	it('a retry of the node counts nothing twice', async () => {
		await bench.run([completion(1, 1), completion(2, 2)]);
		const again = await bench.run([completion(1, 1), completion(2, 2)]);

		expect(bench.events()).toHaveLength(2);
		expect(again).toMatchObject([{ json: { fuse: { recorded: true } } }, { json: {} }]);
	});

	it('another turn of a loop counts anew', async () => {
		await bench.run([completion(1, 1)], {}, { runIndex: 0 });
		await bench.run([completion(1, 1)], {}, { runIndex: 1 });

		expect(bench.events().map((event) => event['id'])).toEqual([
			'1a2b3c4d:4711:Meter:0:0',
			'1a2b3c4d:4711:Meter:1:0',
		]);
	});

	it('another Meter of the same execution counts anew', async () => {
		await bench.run([completion(1, 1)], {}, { nodeName: 'First' });
		await bench.run([completion(1, 1)], {}, { nodeName: 'Second' });

		expect(bench.events()).toHaveLength(2);
	});
});

describe('who pays', () => {
	it('two tenants in one run are charged each with their own item', async () => {
		const upstream = gate(
			{ tenantId: 'acme', reservationId: 'res_a' },
			{ tenantId: 'beta', reservationId: 'res_b' },
		);

		await bench.run([completion(1, 1), completion(2, 2)], { tenantId: '' }, { upstream });

		expect(bench.events()).toMatchObject([
			{ subject: 'acme', data: { reservationId: 'res_a', usage: { inputUncached: 1 } } },
			{ subject: 'beta', data: { reservationId: 'res_b', usage: { inputUncached: 2 } } },
		]);
	});

	it('the nearest Gate wins over one farther up', async () => {
		const upstream = [
			{ name: 'Near', type: GATE_TYPE, items: [{ fuse: { tenantId: 'near' } }] },
			{ name: 'Far', type: GATE_TYPE, items: [{ fuse: { tenantId: 'far' } }] },
		];

		await bench.run([completion(1, 1)], { tenantId: '' }, { upstream });

		expect(bench.events()).toMatchObject([{ subject: 'near' }]);
	});

	it('a Gate on another branch is passed over', async () => {
		const upstream = [
			{ name: 'Other branch', type: GATE_TYPE, items: [undefined] },
			{ name: 'This branch', type: GATE_TYPE, items: [{ fuse: { tenantId: 'acme' } }] },
		];

		await bench.run([completion(1, 1)], { tenantId: '' }, { upstream });

		expect(bench.events()).toMatchObject([{ subject: 'acme' }]);
	});

	it('disabled Gates and other nodes are passed over', async () => {
		const fuse = { tenantId: 'wrong' };
		const upstream = [
			{ name: 'Disabled', type: GATE_TYPE, disabled: true, items: [{ fuse }] },
			{ name: 'Set', type: 'n8n-nodes-base.set', items: [{ fuse }] },
		];

		const error = await thrownBy(bench.run([completion(1, 1)], { tenantId: '' }, { upstream }));

		expect(error.message).toBe('Nobody is known to pay for this item');
		expect(error.description).toContain('pairedItem');
	});

	it('a Gate is found under the name it has during development', async () => {
		const items = [{ fuse: { tenantId: 'acme' } }];

		await bench.run(
			[completion(1, 1)],
			{ tenantId: '' },
			{ upstream: [{ name: 'Gate', type: 'CUSTOM.fuseGate', items }] },
		);

		expect(bench.events()).toMatchObject([{ subject: 'acme' }]);
	});

	it('a lost item link is replaced by what the item itself carried along', async () => {
		const body = { ...completion(1, 1), fuse: { tenantId: 'acme', reservationId: 'res_1' } };

		await bench.run([body], { tenantId: '' }, { upstream: gate(undefined) });

		expect(bench.events()).toMatchObject([{ subject: 'acme', data: { reservationId: 'res_1' } }]);
	});

	it('the parameters win over the Gate', async () => {
		const upstream = gate({ tenantId: 'acme', reservationId: 'res_1', provider: 'groq' });
		const options = { reservationId: 'res_2' };

		await bench.run(
			[completion(1, 1)],
			{ tenantId: 'beta', provider: 'azure.ai.openai', model: 'gpt-4o', options },
			{ upstream },
		);

		expect(bench.events()).toMatchObject([
			{
				subject: 'beta',
				data: { provider: 'azure.ai.openai', model: 'gpt-4o', reservationId: 'res_2' },
			},
		]);
	});

	it('the Gate says who serves an answer in the format of OpenAI, and then the endpoint is unknown', async () => {
		await bench.run(
			[completion(1, 1)],
			{},
			{ upstream: gate({ tenantId: 'acme', provider: 'groq' }) },
		);

		expect(bench.events()).toMatchObject([{ data: { provider: 'groq' } }]);
		expect(bench.events()[0]).not.toHaveProperty('data.endpoint');
	});
});
