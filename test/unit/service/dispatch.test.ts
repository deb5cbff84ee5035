import type { Database } from '../../../anomaly-service/src/ports/database.ts';
import type { Metrics } from '../../../anomaly-service/src/ports/metrics.ts';
import type {
	WebhookRequest,
	WebhookResult,
} from '../../../anomaly-service/src/ports/webhookSender.ts';
import { Dispatcher } from '../../../anomaly-service/src/stages/dispatch.ts';

const NOW = Date.UTC(2026, 9, 14, 12);

type Finished = { id: string; error: string | null; nextAttemptAt: string | null };
type Send = (request: WebhookRequest) => Promise<WebhookResult>;

/** An outbox in memory, and a dispatcher that empties it with `send`. */
function bench(messages: { id: string; webhookId: string; type?: string }[], send: Send) {
	const waiting = [...messages];
	const claims: number[] = [];
	const finished: Finished[] = [];
	const database = {
		call: async (name: string, args: { limit: number } & Finished) => {
			if (name === 'finish_delivery') return void finished.push(args);
			claims.push(args.limit);
			return waiting.splice(0, args.limit).map(({ id, webhookId, type = null }) => ({
				id,
				webhookId,
				url: `http://${webhookId}/`,
				type,
				body: '{}',
				attempts: 1,
				createdAt: NOW,
			}));
		},
	} as unknown as Database;
	const nothing = () => undefined;
	const meter = { inc: nothing, observe: nothing };
	const dispatcher = new Dispatcher({
		database,
		sender: { send },
		clock: { now: () => NOW },
		log: { debug: nothing, info: nothing, warn: nothing, error: nothing },
		metrics: { deliveries: meter, deliverySeconds: meter } as unknown as Metrics,
		secretOf: () => `whsec_${Buffer.alloc(32).toString('base64')}`,
	});
	return { dispatcher, claims, finished };
}

const messages = (webhookId: string, count: number) =>
	Array.from({ length: count }, (_, index) => ({ id: `${webhookId}-${index}`, webhookId }));
const delivered: WebhookResult = { outcome: 'delivered' };
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const until = async (isSo: () => boolean) => {
	while (!isSo()) await sleep(5);
};
/** A receiver that never answers; the attempt ends when it is cut. */
const hang: Send = ({ signal }) =>
	new Promise((resolve) => {
		signal.addEventListener('abort', () => resolve({ outcome: 'failed', error: 'aborted' }));
	});

afterEach(() => jest.useRealTimers());

describe('deliveries', () => {
	it('go on after a wake-up that came while there was no room', async () => {
		let release: (result: WebhookResult) => void = () => undefined;
		const gate = new Promise<WebhookResult>((resolve) => {
			release = resolve;
		});
		const receivers = Array.from({ length: 25 }, (_, index) => `r${index}`);
		const full = receivers.flatMap((receiver) => messages(receiver, 4));
		const { dispatcher, finished } = bench(
			[...full, { id: 'later', webhookId: 'later' }],
			() => gate,
		);
		await dispatcher.run();
		await dispatcher.run();
		release(delivered);

		await until(() => finished.some(({ id }) => id === 'later'));
		expect(finished).toHaveLength(101);
	});

	it('reach one receiver four at a time, in order, all of them', async () => {
		let open = 0;
		let most = 0;
		const order: string[] = [];
		const { dispatcher, finished } = bench(messages('a', 250), async ({ headers }) => {
			order.push(headers['webhook-id'] ?? '');
			most = Math.max(most, ++open);
			await sleep(1);
			open -= 1;
			return delivered;
		});
		await dispatcher.run();
		await until(() => finished.length === 250);

		expect(most).toBe(4);
		expect(order).toEqual(messages('a', 250).map(({ id }) => id));
		expect(finished.every(({ error }) => error === null)).toBe(true);
	});

	it('are claimed only as far as there is room to hold them', async () => {
		const { dispatcher, claims, finished } = bench(messages('a', 250), async () => {
			await sleep(1);
			return delivered;
		});
		await dispatcher.run();

		expect(claims).toEqual([100]);
		await until(() => finished.length === 250);
		expect(Math.max(...claims)).toBe(100);
	});

	it('of one receiver that hangs do not hold up another’s for more than a moment', async () => {
		jest.useFakeTimers();
		const arrived: string[] = [];
		const { dispatcher, finished } = bench(
			[...messages('hung', 500), ...messages('well', 5)],
			async (request) => {
				if (request.url.includes('hung')) return hang(request);
				arrived.push(request.url);
				return delivered;
			},
		);
		await dispatcher.run();
		await jest.advanceTimersByTimeAsync(2000);

		expect(arrived).toHaveLength(5);
		const putOff = finished.filter(({ id }) => id.startsWith('hung'));
		expect(putOff).toHaveLength(496);
		expect(Date.parse(putOff[0]?.nextAttemptAt ?? '')).toBeGreaterThanOrEqual(NOW + 500);
		const stopped = dispatcher.stop();
		await jest.advanceTimersByTimeAsync(2000);
		await stopped;
	});

	it('to people wait until the steps that came with them are answered, and no other ones do', async () => {
		const order: string[] = [];
		const { dispatcher, finished } = bench(
			[
				{ id: 'slack', webhookId: 'people', type: 'notification.slack' },
				{ id: 'opened', webhookId: 'own', type: 'incident.opened' },
				{ id: 'stripe', webhookId: 'vendors', type: 'action.requested' },
			],
			async ({ headers }) => {
				const id = headers['webhook-id'] ?? '';
				order.push(id);
				await sleep(20);
				order.push(`${id} answered`);
				return delivered;
			},
		);
		await dispatcher.run();
		await until(() => finished.length === 3);

		expect(order.slice(0, 2)).toEqual(['stripe', 'opened']);
		expect(order.indexOf('slack')).toBeGreaterThan(order.indexOf('stripe answered'));
	});

	it('to people wait a tenth of a second at most for a receiver of steps that hangs', async () => {
		jest.useFakeTimers();
		const arrived: string[] = [];
		const { dispatcher } = bench(
			[
				{ id: 'stripe', webhookId: 'hung', type: 'action.requested' },
				{ id: 'slack', webhookId: 'people', type: 'notification.slack' },
			],
			async (request) => {
				if (request.url.includes('hung')) return hang(request);
				arrived.push(request.url);
				return delivered;
			},
		);
		await dispatcher.run();
		await jest.advanceTimersByTimeAsync(99);
		expect(arrived).toEqual([]);
		await jest.advanceTimersByTimeAsync(1);
		expect(arrived).toEqual(['http://people/']);

		const stopped = dispatcher.stop();
		await jest.advanceTimersByTimeAsync(2000);
		await stopped;
	});

	it('that fail are tried again later, those nobody wants any more are not', async () => {
		const { dispatcher, finished } = bench(
			[...messages('down', 1), ...messages('gone', 1)],
			async ({ url }) => ({ outcome: url.includes('gone') ? 'gone' : 'failed', error: 'no' }),
		);
		await dispatcher.run();
		await until(() => finished.length === 2);

		expect(finished).toMatchObject([
			{ id: 'down-0', error: 'no', nextAttemptAt: expect.any(String) },
			{ id: 'gone-0', error: 'no', nextAttemptAt: null },
		]);
	});
});

describe('a stop', () => {
	it('cuts what hangs after 2 s and gives it back, due at once', async () => {
		jest.useFakeTimers();
		const { dispatcher, finished } = bench(messages('hung', 6), hang);
		await dispatcher.run();
		const stopped = dispatcher.stop();
		await jest.advanceTimersByTimeAsync(1999);
		expect(finished).toHaveLength(2);
		await jest.advanceTimersByTimeAsync(1);
		await stopped;

		const dueNow = new Date(NOW).toISOString();
		expect(finished).toHaveLength(6);
		expect(finished.every(({ nextAttemptAt }) => nextAttemptAt === dueNow)).toBe(true);
	});

	it('lets a delivery under way arrive, and claims nothing more', async () => {
		const { dispatcher, claims, finished } = bench(messages('slow', 1), async () => {
			await sleep(100);
			return delivered;
		});
		await dispatcher.run();
		await dispatcher.stop();
		await dispatcher.run();

		expect(finished).toMatchObject([{ error: null }]);
		expect(claims).toHaveLength(1);
	});
});
