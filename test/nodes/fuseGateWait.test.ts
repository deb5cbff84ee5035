import {
	WAIT_INDEFINITELY,
	type IDataObject,
	type INodeExecutionData,
	type IWebhookResponseData,
} from 'n8n-workflow';
import { FuseGate } from '../../nodes/FuseGate/FuseGate.node.ts';
import { executeContext, RESUME_URL, type Run } from './support/executeContext.ts';
import { FuseService } from './support/fuseService.ts';
import { DEADLINE_AT, RENEWED_UNTIL } from './support/queueDouble.ts';
import { resumeContext } from './support/resumeContext.ts';

const credentials = { baseUrl: '', apiKey: 'fuse_operator' };
let service: FuseService;
let kept: NonNullable<Run['kept']>;

beforeEach(async () => {
	service = new FuseService();
	service.full.add('full');
	service.full.add('full-too');
	credentials.baseUrl = await service.listen();
	kept = { context: {} };
});
afterEach(async () => await service.close());

const NODE_NAME = 'Ask "first" {{ and }} wait';

function ask(
	tenants: string[],
	parameters: Run['parameters'] = {},
	more: Partial<Run> = {},
): Promise<INodeExecutionData[][]> {
	const items = tenants.map((tenant, index) => ({ json: { tenant, index } }));
	const context = executeContext({
		credentials,
		items,
		parameters: { tenantId: (index: number) => tenants[index], whenOver: 'wait', ...parameters },
		nodeName: NODE_NAME,
		kept,
		...more,
	});

	return new FuseGate().execute.call(context);
}

type Resumed = IWebhookResponseData & { status: number | undefined; evaluations: number };

/** The service tells of a call, or somebody pretends to be the service. */
async function tell(queueId?: string, forged: IDataObject = {}): Promise<Resumed> {
	const body = { type: 'call.resumed', data: { queueId, ...forged } };
	const { context, answered, evaluations } = resumeContext({
		...{ credentials, nodeName: NODE_NAME, context: kept.context, body },
	});
	const response = await new FuseGate().webhook.call(context);

	return { ...response, status: answered.status, evaluations: evaluations() };
}

const questions = () => service.asked('/v1/reservations').map(({ body }) => body);
const renewals = () =>
	service.exchanges.flatMap(({ path, body }) => (path.endsWith('/renew') ? [{ path, body }] : []));

describe('an item over a limit', () => {
	it('parks the execution, with no time at which n8n would let it pass by itself', async () => {
		const outputs = await ask(['full']);

		expect(kept.waitTill).toBe(WAIT_INDEFINITELY);
		expect(outputs).toEqual([[], []]);
	});

	it('is asked for with where to call back, its lane and its deadline', async () => {
		await ask(['full'], { lane: 'interactive', deadlineMinutes: 5 });

		expect(questions()[0]).toMatchObject({
			resumeUrl: `${RESUME_URL}/node_1`,
			lane: 'interactive',
			deadlineSeconds: 300,
		});
	});

	it('is rejected at once when the node shall not wait', async () => {
		const [allowed, rejected] = await ask(['full'], { whenOver: 'reject' });

		expect(questions()[0]).not.toHaveProperty('resumeUrl');
		expect([allowed?.length, rejected?.length]).toEqual([0, 1]);
		expect(kept.waitTill).toBeUndefined();
	});

	it('does not park the execution of an AI agent that called the node as a tool', async () => {
		const outputs = await ask(['full'], {}, { asTool: true });

		expect(questions()[0]).not.toHaveProperty('resumeUrl');
		expect(outputs).toMatchObject([[{ json: { fuse: { decision: 'reject' } } }]]);
		expect(kept.waitTill).toBeUndefined();
	});

	it('keeps what other items hold until its deadline', async () => {
		jest.useFakeTimers({ now: Date.parse(DEADLINE_AT) - 600_000, doNotFake: FAKE_ONLY_THE_DATE });
		try {
			await ask(['acme', 'full']);
		} finally {
			jest.useRealTimers();
		}

		expect(renewals()).toEqual([
			{ path: '/v1/reservations/res_1/renew', body: { ttlSeconds: 660 } },
		]);
	});
});

it('a node without an item over a limit goes on at once', async () => {
	const [allowed] = await ask(['acme', 'beta']);

	expect(allowed).toHaveLength(2);
	expect(kept.waitTill).toBeUndefined();
	expect(renewals()).toEqual([]);
});

describe('a call that was decided', () => {
	it('goes on at Allowed with its reservation, its lease renewed from now', async () => {
		await ask(['full'], { provider: 'openai', model: 'gpt-4o-mini', promptText: 'four' });
		service.queue.allow('que_1');

		const { workflowData, status } = await tell('que_1');

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
		expect(renewals()[0]?.body).toEqual({ ttlSeconds: 120 });
	});

	it.each([
		['rejected', 'deadlineExceeded'],
		['cancelled', 'cancelled'],
		['drained', 'drained'],
	])('goes on at Rejected with its reasons when it was %s', async (outcome, code) => {
		await ask(['full']);
		service.queue.refuse('que_1', outcome, code);

		const { workflowData } = await tell('que_1');

		expect(workflowData?.[0]).toEqual([]);
		expect(workflowData?.[1]).toMatchObject([
			{ json: { fuse: { decision: 'reject', reasons: [{ code }] } }, pairedItem: { item: 0 } },
		]);
	});

	it('keeps binary data and the link of each item, on both outputs', async () => {
		const binary = { file: { data: 'aGk=', mimeType: 'text/plain' } };
		const items = ['full', 'acme', 'full-too'].map((tenant) => ({ json: { tenant }, binary }));
		await ask(['full', 'acme', 'full-too'], {}, { items });
		service.queue.refuse('que_1', 'cancelled', 'cancelled');
		service.queue.told('que_1');
		service.queue.allow('que_2');

		const { workflowData } = await tell('que_2');

		const [allowed, rejected] = workflowData ?? [];
		expect(allowed).toMatchObject([
			{ json: { tenant: 'acme' }, binary, pairedItem: { item: 1 } },
			{ json: { tenant: 'full-too' }, binary, pairedItem: { item: 2 } },
		]);
		expect(rejected).toMatchObject([{ json: { tenant: 'full' }, binary, pairedItem: { item: 0 } }]);
	});

	it('whose hold is gone is asked for again, and does not wait again', async () => {
		await ask(['acme', 'full']);
		service.queue.allow('que_1');
		service.queue.expired.add('res_1');

		const { workflowData } = await tell('que_1');

		expect(questions()).toHaveLength(3);
		expect(questions()[2]).toMatchObject({ tenantId: 'acme' });
		expect(questions()[2]).not.toHaveProperty('resumeUrl');
		expect(workflowData?.[0]).toMatchObject([
			{ json: { fuse: { reservationId: 'res_2' } } },
			{ json: { fuse: { reservationId: 'res_of_que_1' } } },
		]);
	});

	it('that lost its place for good is rejected when there is still no room', async () => {
		await ask(['full']);
		service.queue.calls.delete('que_1');

		const { workflowData } = await tell('que_1');

		expect(workflowData?.[1]).toMatchObject([
			{ json: { fuse: { decision: 'reject', reasons: [{ code: 'limitReached' }] } } },
		]);
	});
});

describe('a message that may not resume', () => {
	it('about one item, while another one waits, is taken, and the hold lasts as long', async () => {
		await ask(['full', 'full-too']);
		service.queue.allow('que_1');

		const { workflowData, status } = await tell('que_1');

		expect([workflowData, status]).toEqual([undefined, undefined]);
		expect(renewals().map(({ path }) => path)).toEqual(['/v1/reservations/res_of_que_1/renew']);
	});

	it('from anybody who has the URL does not resume a call that waits', async () => {
		await ask(['full']);

		const { workflowData } = await tell('que_1', { decision: 'allow', reservationId: 'res_9' });

		expect(workflowData).toBeUndefined();
	});

	it('that says yes where the service said no is not believed', async () => {
		await ask(['full']);
		service.queue.refuse('que_1', 'rejected', 'deadlineExceeded');

		const { workflowData } = await tell('que_1', { decision: 'allow', reservationId: 'res_9' });

		expect(workflowData?.[0]).toEqual([]);
		expect(workflowData?.[1]).toHaveLength(1);
	});

	it.each([
		['does not answer', () => service.close()],
		['answers 503', async () => void (service.override = () => ({ status: 503 }))],
		['does not know the key any more', async () => void (service.override = () => UNKNOWN_KEY)],
		['is another one', async () => void (service.override = () => ({ status: 404, body: 'no' }))],
	])('is asked for once more when the service %s', async (_, breakIt) => {
		await ask(['full']);
		service.queue.allow('que_1');
		await breakIt();

		const { workflowData, status, noWebhookResponse } = await tell('que_1');

		expect(workflowData).toBeUndefined();
		expect([status, noWebhookResponse]).toEqual([425, true]);
	});

	it('comes to a node that does not wait', async () => {
		const { workflowData, status } = await tell('que_1');

		expect([workflowData, status]).toEqual([undefined, 409]);
	});
});

describe('two calls decided at the same time', () => {
	beforeEach(async () => {
		await ask(['full', 'full-too']);
		service.queue.allow('que_1');
		service.queue.allow('que_2');
	});

	it('are resumed by the message about the last one, when the other has arrived', async () => {
		const first = await tell('que_1');
		service.queue.change('que_1', { notedAfter: 2 });
		const last = await tell('que_2');

		expect(first.workflowData).toBeUndefined();
		expect(first.status).toBeUndefined();
		expect(last.workflowData?.[0]).toHaveLength(2);
	});

	it('wait for a message that is late: the other one comes again', async () => {
		const last = await tell('que_2');

		expect(last.workflowData).toBeUndefined();
		expect(last.status).toBe(425);
	});

	it('are resumed by anybody once both were told', async () => {
		service.queue.told('que_1');
		service.queue.told('que_2');

		expect((await tell()).workflowData?.[0]).toHaveLength(2);
	});
});

it('many items are read at once: their number costs n8n no expression', async () => {
	await ask(['full', ...Array.from({ length: 300 }, () => 'acme')]);
	service.queue.allow('que_1');

	const { workflowData, evaluations } = await tell('que_1');

	expect(workflowData?.[0]).toHaveLength(301);
	expect(evaluations).toBe(2);
});

it('what a call uses beside its prompt is asked for and handed on', async () => {
	const [allowed] = await ask(['acme'], {
		estimateFrom: 'inputTokens',
		inputTokens: 900,
		options: { cachedInputTokens: 800, keyId: ' openai-production ' },
	});

	expect(questions()[0]).toMatchObject({ cachedInputTokens: 800, keyId: 'openai-production' });
	expect(allowed?.[0]?.json['fuse']).toMatchObject({ keyId: 'openai-production' });
});

it('an item that failed is still rejected with its message after the wait', async () => {
	await ask(['', 'full'], {}, { continueOnFail: true });
	service.queue.allow('que_1');

	const { workflowData } = await tell('que_1');

	expect(workflowData?.[0]).toHaveLength(1);
	expect(workflowData?.[1]).toMatchObject([
		{ json: { error: 'Tenant ID is empty for this item' }, pairedItem: { item: 0 } },
	]);
});

it('a node that parks again in a loop looks at its new calls only', async () => {
	await ask(['full']);
	service.queue.allow('que_1');
	await tell('que_1');

	await ask(['full']);

	expect((await tell('que_1')).workflowData).toBeUndefined();
	service.queue.allow('que_2');
	expect((await tell('que_2')).workflowData?.[0]).toHaveLength(1);
});

const UNKNOWN_KEY = { status: 401, body: { status: 401, detail: 'This key is not known' } };

const FAKE_ONLY_THE_DATE = [
	...(['hrtime', 'nextTick', 'performance', 'queueMicrotask', 'setImmediate'] as const),
	...(['setInterval', 'setTimeout', 'clearImmediate', 'clearInterval', 'clearTimeout'] as const),
];
