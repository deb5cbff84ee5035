import { setTimeout as delay } from 'node:timers/promises';
import { startReplicas, type Replicas } from './cluster.ts';
import { rounded, type Figure } from './figure.ts';
import { startResumeReceiver, type Arrival } from './resumeReceiver.ts';

const CALLS = 10_000;
const LANES = ['bulk', 'standard', 'interactive'] as const;
const TENANT = 'queue-bench';
const LIMIT = 'queue-bench-budget';
/** As many workflows ask at a time. */
const ASKING = 32;
/** A minute without a single one: what has not come by then does not come. */
const STALLED_AFTER_MS = 60_000;

/** One call as the service answers it. */
type Queued = { queueId: string; lane: string; state: string; rankAt: string; decidedAt: string };

/**
 * Calls of three lanes are parked at two replicas while their tenant's budget is full; then the budget is raised. How
 * many of them are told so, how often, in which order, and how many per second.
 */
export async function queue(calls = CALLS): Promise<Figure[]> {
	const replicas = await startReplicas(2);
	const receiver = await startResumeReceiver();
	try {
		await setBudget(replicas, 1);
		await ask(replicas, { ttlSeconds: 3600 });
		const parkingStarted = performance.now();
		await park(replicas, { calls, resumeUrl: receiver.url });
		const parkingMs = performance.now() - parkingStarted;
		// Everything is due, and has been looked at once.
		await delay(3000);

		const openedAt = performance.now();
		await setBudget(replicas, 2 * calls);
		await receiver.until(calls, STALLED_AFTER_MS);
		const { arrivals } = receiver;
		// The last ones are written down as told.
		await delay(2000);
		const queued = await readQueue(replicas);
		return [
			...figuresOf({ calls, arrivals, queued, openedAt }),
			{ figure: 'parked_per_second', value: rounded(calls / (parkingMs / 1000)), unit: '1/s' },
			{ figure: 'room_held', value: (await usedOf(replicas)) - 1, unit: '1' },
		];
	} finally {
		await receiver.close();
		await replicas.stop();
	}
}

function figuresOf(run: {
	calls: number;
	arrivals: readonly Arrival[];
	queued: readonly Queued[];
	openedAt: number;
}): Figure[] {
	const { calls, arrivals, queued, openedAt } = run;
	const released = new Set(arrivals.map(({ call }) => call)).size;
	const first = arrivals[0]?.at ?? NaN;
	const last = arrivals.at(-1)?.at ?? NaN;
	const notDone = queued.filter(({ state }) => state !== 'done').length;

	return [
		{ figure: 'released', value: released, unit: '1' },
		{ figure: 'duplicates', value: arrivals.length - released, unit: '1' },
		{ figure: 'lost', value: calls - released, unit: '1' },
		{ figure: 'not_done', value: notDone + calls - queued.length, unit: '1' },
		{ figure: 'lane_order_violations', value: violations(queued), unit: '1' },
		{
			figure: 'releases_per_second',
			value: rounded(released / ((last - first) / 1000)),
			unit: '1/s',
		},
		{ figure: 'first_release_ms', value: rounded(first - openedAt), unit: 'ms' },
	];
}

/**
 * Calls that were released after one they were ahead of. Ranks have the starvation bound in them: a call that is parked
 * more than the difference of the lanes' head starts later ranks behind, so 0 says that none overtook beyond it.
 */
function violations(queued: readonly Queued[]): number {
	const inOrder = queued.toSorted(
		(a, b) =>
			Date.parse(a.decidedAt) - Date.parse(b.decidedAt) ||
			Date.parse(a.rankAt) - Date.parse(b.rankAt),
	);
	let highest = -Infinity;
	let count = 0;
	for (const { rankAt } of inOrder) {
		if (Date.parse(rankAt) < highest) count += 1;
		highest = Math.max(highest, Date.parse(rankAt));
	}
	return count;
}

async function setBudget(replicas: Replicas, capacity: number): Promise<void> {
	const limit = { tenantId: TENANT, scope: 'tenant', unit: 'microCents', window: 'day', capacity };
	const { status, body } = await replicas.send('PUT', `/v1/limits/${LIMIT}`, limit);
	if (status >= 300) throw new Error(`limit refused: ${JSON.stringify(body)}`);
	// Both replicas have heard of it: broadcast takes milliseconds.
	await delay(200);
}

async function ask(replicas: Replicas, more: object): Promise<unknown> {
	const body = { tenantId: TENANT, microCents: 1, ...more };

	return (await replicas.send('POST', '/v1/reservations', body)).body['decision'];
}

/** The least urgent ones first, so that order is a matter of lanes and not of coming first. */
async function park(
	replicas: Replicas,
	{ calls, resumeUrl }: { calls: number; resumeUrl: string },
): Promise<void> {
	let next = 0;
	const worker = async () => {
		while (next < calls) {
			const call = next++;
			const lane = LANES[Math.floor((call / calls) * LANES.length)];
			const deadlineSeconds = 3600;
			const url = `${resumeUrl}/${call}?signature=secret`;
			const decision = await ask(replicas, { lane, deadlineSeconds, resumeUrl: url });
			if (decision !== 'queue') throw new Error(`call ${call} was not parked: ${String(decision)}`);
		}
	};
	await Promise.all(Array.from({ length: ASKING }, worker));
}

async function readQueue(replicas: Replicas): Promise<Queued[]> {
	const queued: Queued[] = [];
	for (let cursor = ''; ; ) {
		const query = `tenantId=${TENANT}&limit=1000${cursor}`;
		const { body } = await replicas.send('GET', `/v1/queue?${query}`);
		queued.push(...(body['calls'] as Queued[]));
		const next = body['nextCursor'];
		if (typeof next !== 'string') return queued;
		cursor = `&cursor=${next}`;
	}
}

/** Spent and held of the tenant's budget. */
async function usedOf(replicas: Replicas): Promise<number> {
	const { body } = await replicas.send('GET', `/v1/tenants/${TENANT}/state`);
	const limits = body['limits'] as { spent: number; held: number }[];

	return limits.reduce((sum, { spent, held }) => sum + spent + held, 0);
}
