import { WAIT_INDEFINITELY } from 'n8n-workflow';
import { RESUME_URL } from './support/executeContext.ts';
import { DEADLINE_AT } from './support/queueDouble.ts';
import { WaitingGate } from './support/waitingGate.ts';

let gate: WaitingGate;

beforeEach(async () => {
	gate = new WaitingGate();
	await gate.open();
});
afterEach(async () => await gate.close());

describe('an item over a limit', () => {
	it('parks the execution, with no time at which n8n would let it pass by itself', async () => {
		const outputs = await gate.ask(['full']);

		expect(gate.kept.waitTill).toBe(WAIT_INDEFINITELY);
		expect(outputs).toEqual([[], []]);
	});

	it('is asked for with where to call back, its lane and its deadline', async () => {
		await gate.ask(['full'], { lane: 'interactive', deadlineMinutes: 5 });

		expect(gate.questions()[0]).toMatchObject({
			resumeUrl: `${RESUME_URL}/node_1`,
			lane: 'interactive',
			deadlineSeconds: 300,
		});
	});

	it('is rejected at once when the node shall not wait', async () => {
		const [allowed, rejected] = await gate.ask(['full'], { whenOver: 'reject' });

		expect(gate.questions()[0]).not.toHaveProperty('resumeUrl');
		expect([allowed?.length, rejected?.length]).toEqual([0, 1]);
		expect(gate.kept.waitTill).toBeUndefined();
	});

	it('does not park the execution of an AI agent that called the node as a tool', async () => {
		const outputs = await gate.ask(['full'], {}, { asTool: true });

		expect(gate.questions()[0]).not.toHaveProperty('resumeUrl');
		expect(outputs).toMatchObject([[{ json: { fuse: { decision: 'reject' } } }]]);
		expect(gate.kept.waitTill).toBeUndefined();
	});

	it('keeps what other items hold until its deadline', async () => {
		jest.useFakeTimers({ now: Date.parse(DEADLINE_AT) - 600_000, doNotFake: FAKE_ONLY_THE_DATE });
		try {
			await gate.ask(['acme', 'full']);
		} finally {
			jest.useRealTimers();
		}

		expect(gate.renewals()).toEqual([
			{ path: '/v1/reservations/res_1/renew', body: { ttlSeconds: 660 } },
		]);
	});
});

it('a node without an item over a limit goes on at once', async () => {
	const [allowed] = await gate.ask(['acme', 'beta']);

	expect(allowed).toHaveLength(2);
	expect(gate.kept.waitTill).toBeUndefined();
	expect(gate.renewals()).toEqual([]);
});

describe('an item that waits for a number of calls at once', () => {
	/** One place for each tenant; the first question takes it. */
	function onePlaceEach(scope = 'tenant'): void {
		const taken = new Set<string>();
		gate.service.override = ({ path, body }) => {
			if (path !== '/v1/reservations') return undefined;
			const { tenantId, resumeUrl } = body as { tenantId: string; resumeUrl?: string };
			const place = scope === 'global' ? 'all' : tenantId;
			if (!taken.has(place)) return void taken.add(place);
			if (resumeUrl !== undefined) return gate.service.queue.park(tenantId);

			const reason = { code: 'limitExceeded', message: 'Full', limitId: 'one', scope };
			const reasons = [{ ...reason, unit: 'concurrency', window: 'now', capacity: 1, held: 1 }];
			return { status: 200, body: { decision: 'reject', tenantId, reasons, retryAfterMs: 1000 } };
		};
	}

	it.each([
		['tenant', ['acme', 'acme']],
		['global', ['acme', 'beta']],
	])('is rejected when this run holds all of them itself (%s)', async (scope, tenants) => {
		onePlaceEach(scope);

		const [allowed, rejected] = await gate.ask(tenants);

		expect(gate.kept.waitTill).toBeUndefined();
		expect(gate.service.queue.calls.size).toBe(0);
		expect(allowed).toMatchObject([{ json: { index: 0 } }]);
		expect(rejected).toMatchObject([
			{
				json: {
					index: 1,
					fuse: { reasons: [{ code: 'limitExceeded' }, { code: 'heldByThisRun' }] },
				},
			},
		]);
	});

	it('waits when it is others who hold them', async () => {
		onePlaceEach();
		await gate.ask(['acme']);

		await gate.ask(['beta', 'acme']);

		expect(gate.kept.waitTill).toBe(WAIT_INDEFINITELY);
		expect([...gate.service.queue.calls.values()]).toMatchObject([{ tenantId: 'acme' }]);
	});
});

const FAKE_ONLY_THE_DATE = [
	...(['hrtime', 'nextTick', 'performance', 'queueMicrotask', 'setImmediate'] as const),
	...(['setInterval', 'setTimeout', 'clearImmediate', 'clearInterval', 'clearTimeout'] as const),
];
