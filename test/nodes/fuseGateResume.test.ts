import { RENEWED_UNTIL } from './support/queueDouble.ts';
import { WaitingGate } from './support/waitingGate.ts';

let gate: WaitingGate;

beforeEach(async () => {
	gate = new WaitingGate();
	await gate.open();
});
afterEach(async () => await gate.close());

describe('a call that was decided', () => {
	it('goes on at Allowed with its reservation, its lease renewed from now', async () => {
		await gate.ask(['full'], { provider: 'openai', model: 'gpt-4o-mini', promptText: 'four' });
		gate.service.queue.allow('que_1');

		const { workflowData, status } = await gate.tell('que_1');

		expect(status).toBeUndefined();
		expect(workflowData).toEqual([
			[
				{
					json: {
						tenant: 'full',
						index: 0,
						fuse: {
							decision: 'allow',
							tenantId: 'full',
							reservationId: 'res_of_que_1',
							heldMicroCents: 700,
							expiresAt: RENEWED_UNTIL,
							provider: 'openai',
							model: 'gpt-4o-mini',
							estimatedInputTokens: 1,
							queueId: 'que_1',
						},
					},
					pairedItem: { item: 0 },
				},
			],
			[],
		]);
		expect(gate.renewals()[0]?.body).toEqual({ ttlSeconds: 120 });
	});

	it.each([
		['rejected', 'deadlineExceeded'],
		['cancelled', 'cancelled'],
		['drained', 'drained'],
	])('goes on at Rejected with its reasons when it was %s', async (outcome, code) => {
		await gate.ask(['full']);
		gate.service.queue.refuse('que_1', outcome, code);

		const { workflowData } = await gate.tell('que_1');

		expect(workflowData?.[0]).toEqual([]);
		expect(workflowData?.[1]).toMatchObject([
			{ json: { fuse: { decision: 'reject', reasons: [{ code }] } }, pairedItem: { item: 0 } },
		]);
	});

	it('keeps binary data and the link of each item, on both outputs', async () => {
		const binary = { file: { data: 'aGk=', mimeType: 'text/plain' } };
		const items = ['full', 'acme', 'full-too'].map((tenant) => ({ json: { tenant }, binary }));
		await gate.ask(['full', 'acme', 'full-too'], {}, { items });
		gate.service.queue.refuse('que_1', 'cancelled', 'cancelled');
		gate.service.queue.told('que_1');
		gate.service.queue.allow('que_2');

		const { workflowData } = await gate.tell('que_2');

		const [allowed, rejected] = workflowData ?? [];
		expect(allowed).toMatchObject([
			{ json: { tenant: 'acme' }, binary, pairedItem: { item: 1 } },
			{ json: { tenant: 'full-too' }, binary, pairedItem: { item: 2 } },
		]);
		expect(rejected).toMatchObject([{ json: { tenant: 'full' }, binary, pairedItem: { item: 0 } }]);
	});

	it('whose lease ran out goes on with its reservation: what was booked for it is settled', async () => {
		await gate.ask(['acme', 'full']);
		const asked = gate.questions().length;
		gate.service.queue.allow('que_1');
		gate.service.queue.expired.add('res_1');

		const { workflowData } = await gate.tell('que_1');

		expect(gate.questions()).toHaveLength(asked);
		expect(workflowData?.[0]).toMatchObject([
			{ json: { fuse: { reservationId: 'res_1' } } },
			{ json: { fuse: { reservationId: 'res_of_que_1' } } },
		]);
	});

	it('whose hold is gone is asked for again, and does not wait again', async () => {
		await gate.ask(['acme', 'full']);
		gate.service.queue.allow('que_1');
		gate.service.queue.forgotten.add('res_1');

		const { workflowData } = await gate.tell('que_1');

		expect(gate.questions().at(-1)).toMatchObject({ tenantId: 'acme' });
		expect(gate.questions().at(-1)).not.toHaveProperty('resumeUrl');
		expect(workflowData?.[0]).toMatchObject([
			{ json: { fuse: { reservationId: 'res_2' } } },
			{ json: { fuse: { reservationId: 'res_of_que_1' } } },
		]);
	});

	it('that lost its place for good is rejected when there is still no room', async () => {
		await gate.ask(['full']);
		gate.service.queue.calls.delete('que_1');

		const { workflowData } = await gate.tell('que_1');

		expect(workflowData?.[1]).toMatchObject([
			{ json: { fuse: { decision: 'reject', reasons: [{ code: 'limitReached' }] } } },
		]);
	});
});

describe('a message that may not resume', () => {
	it('about one item, while another one waits, is taken, and the hold lasts as long', async () => {
		await gate.ask(['full', 'full-too']);
		gate.service.queue.allow('que_1');

		const { workflowData, status } = await gate.tell('que_1');

		expect([workflowData, status]).toEqual([undefined, undefined]);
		expect(gate.renewals().map(({ path }) => path)).toEqual([
			'/v1/reservations/res_of_que_1/renew',
		]);
	});

	it('from anybody who has the URL does not resume a call that waits', async () => {
		await gate.ask(['full']);

		const { workflowData } = await gate.tell('que_1', {
			decision: 'allow',
			reservationId: 'res_9',
		});

		expect(workflowData).toBeUndefined();
	});

	it('that says yes where the service said no is not believed', async () => {
		await gate.ask(['full']);
		gate.service.queue.refuse('que_1', 'rejected', 'deadlineExceeded');

		const { workflowData } = await gate.tell('que_1', {
			decision: 'allow',
			reservationId: 'res_9',
		});

		expect(workflowData?.[0]).toEqual([]);
		expect(workflowData?.[1]).toHaveLength(1);
	});

	it.each([
		['does not answer', () => gate.service.close()],
		['answers 503', async () => void (gate.service.override = () => ({ status: 503 }))],
		[
			'does not know the key any more',
			async () => void (gate.service.override = () => UNKNOWN_KEY),
		],
		[
			'is another one',
			async () => void (gate.service.override = () => ({ status: 404, body: 'no' })),
		],
	])('is asked for once more when the service %s', async (_, breakIt) => {
		await gate.ask(['full']);
		gate.service.queue.allow('que_1');
		await breakIt();

		const { workflowData, status, noWebhookResponse } = await gate.tell('que_1');

		expect(workflowData).toBeUndefined();
		expect([status, noWebhookResponse]).toEqual([425, true]);
	});

	it('comes to a node that does not wait', async () => {
		const { workflowData, status } = await gate.tell('que_1');

		expect([workflowData, status]).toEqual([undefined, 409]);
	});
});

describe('two calls decided at the same time', () => {
	beforeEach(async () => {
		await gate.ask(['full', 'full-too']);
		gate.service.queue.allow('que_1');
		gate.service.queue.allow('que_2');
	});

	it('are resumed by the message about the last one, when the other has arrived', async () => {
		const first = await gate.tell('que_1');
		gate.service.queue.change('que_1', { notedAfter: 2 });
		const last = await gate.tell('que_2');

		expect(first.workflowData).toBeUndefined();
		expect(first.status).toBeUndefined();
		expect(last.workflowData?.[0]).toHaveLength(2);
	});

	it('wait for a message that is late: the other one comes again', async () => {
		const last = await gate.tell('que_2');

		expect(last.workflowData).toBeUndefined();
		expect(last.status).toBe(425);
	});

	it('are resumed by anybody once both were told', async () => {
		gate.service.queue.told('que_1');
		gate.service.queue.told('que_2');

		expect((await gate.tell()).workflowData?.[0]).toHaveLength(2);
	});
});

it('many items are read at once: their number costs n8n no expression', async () => {
	await gate.ask(['full', ...Array.from({ length: 300 }, () => 'acme')]);
	gate.service.queue.allow('que_1');

	const { workflowData, evaluations } = await gate.tell('que_1');

	expect(workflowData?.[0]).toHaveLength(301);
	expect(evaluations).toBe(2);
});

it('what a call uses beside its prompt is asked for and handed on', async () => {
	const [allowed] = await gate.ask(['acme'], {
		estimateFrom: 'inputTokens',
		inputTokens: 900,
		options: { cachedInputTokens: 800, keyId: ' openai-production ' },
	});

	expect(gate.questions()[0]).toMatchObject({ cachedInputTokens: 800, keyId: 'openai-production' });
	expect(allowed?.[0]?.json['fuse']).toMatchObject({ keyId: 'openai-production' });
});

it('an item that failed is still rejected with its message after the wait', async () => {
	await gate.ask(['', 'full'], {}, { continueOnFail: true });
	gate.service.queue.allow('que_1');

	const { workflowData } = await gate.tell('que_1');

	expect(workflowData?.[0]).toHaveLength(1);
	expect(workflowData?.[1]).toMatchObject([
		{ json: { error: 'Tenant ID is empty for this item' }, pairedItem: { item: 0 } },
	]);
});

it('an item that failed leaves through the error output after the wait, with its fields and its binary data', async () => {
	const binary = { file: { data: 'aGk=', mimeType: 'text/plain' } };
	const items = ['', 'full'].map((tenant) => ({ json: { tenant, order: 7 }, binary }));
	const onError = 'continueErrorOutput';
	await gate.ask(['', 'full'], {}, { continueOnFail: true, items, onError });
	gate.service.queue.allow('que_1');

	const { workflowData } = await gate.tell('que_1', {}, onError);

	expect(workflowData?.map((output) => output.length)).toEqual([1, 0, 1]);
	expect(workflowData?.[2]).toEqual([
		{
			json: {
				tenant: '',
				order: 7,
				error: 'Tenant ID is empty for this item',
				details: expect.stringContaining('Set Tenant ID'),
			},
			binary,
			pairedItem: { item: 0 },
		},
	]);
});

it('a node that parks again in a loop looks at its new calls only', async () => {
	await gate.ask(['full']);
	gate.service.queue.allow('que_1');
	await gate.tell('que_1');

	await gate.ask(['full']);

	expect((await gate.tell('que_1')).workflowData).toBeUndefined();
	gate.service.queue.allow('que_2');
	expect((await gate.tell('que_2')).workflowData?.[0]).toHaveLength(1);
});

const UNKNOWN_KEY = { status: 401, body: { status: 401, detail: 'This key is not known' } };
