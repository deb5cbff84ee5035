import { setTimeout as delay } from 'node:timers/promises';
import { startReplicas, type Replicas } from './cluster.ts';
import type { Figure } from './figure.ts';

const ASKS = 1000;
const CAPACITY = 100;
const TTL_SECONDS = 3;
/** Leases of a replica that was killed are booked by the next ask, or by another replica's sweep. */
const AFTER_LEASES_MS = TTL_SECONDS * 1000 + 2000;
/** The fault comes in the middle: so many asks are answered by then, and most of the room is still there. */
const FAULT_AFTER = 40;

type Fault = { name: string; strike: (replicas: Replicas) => Promise<void> };

const FAULTS: Fault[] = [
	{ name: 'plain', strike: async () => undefined },
	{ name: 'redis_restarted', strike: ({ redis }) => redis.restart() },
	// Last: one replica less from here on.
	{ name: 'service_killed', strike: async ({ services }) => services[2]?.kill() },
];

/**
 * 1,000 reservations at once over three service processes against room for exactly 100: of calls under way, and of a
 * budget. `overshoot`: allowed beyond the capacity. `phantom_refusals`: room that nobody uses and nobody gets after the
 * leases have ended.
 */
export async function overshoot(): Promise<Figure[]> {
	const replicas = await startReplicas(3);
	const figures: Figure[] = [];
	try {
		for (const fault of FAULTS) {
			const tenants = { calls: `calls-${fault.name}`, budget: `budget-${fault.name}` };
			await makeLimits(replicas, tenants);
			// Each replica has heard of the limits: broadcast takes milliseconds.
			await delay(200);
			figures.push(...(await measure(replicas, fault, tenants)));
		}
	} finally {
		await replicas.stop();
	}
	return figures;
}

type Tenants = { calls: string; budget: string };

async function makeLimits(replicas: Replicas, { calls, budget }: Tenants): Promise<void> {
	const limits = [
		{ tenantId: calls, scope: 'tenant', unit: 'concurrency', capacity: CAPACITY },
		{ tenantId: budget, scope: 'tenant', unit: 'microCents', window: 'day', capacity: CAPACITY },
	];
	for (const limit of limits) {
		const { status, body } = await replicas.send('POST', '/v1/limits', limit, 0);
		if (status !== 201) throw new Error(`limit refused: ${JSON.stringify(body)}`);
	}
}

async function measure(replicas: Replicas, fault: Fault, tenants: Tenants): Promise<Figure[]> {
	const allowed = { calls: 0, budget: 0 };
	let answered = 0;
	let struck: Promise<void> | undefined;
	const ask = async (kind: keyof Tenants, replica: number) => {
		// Not `+= await`: that would add to what it was before the answer came.
		const one = await isAllowed(replicas, tenants[kind], replica);
		allowed[kind] += one;
		answered += 1;
		if (answered === FAULT_AFTER) struck = fault.strike(replicas);
	};
	await Promise.all(
		Array.from({ length: 2 * ASKS }, (_, i) => ask(i % 2 === 0 ? 'calls' : 'budget', i % 3)),
	);
	await struck;
	const overshoot = over(allowed.calls) + over(allowed.budget);

	await delay(AFTER_LEASES_MS);
	const again = { calls: 0, budget: 0 };
	const askAgain = async (kind: keyof Tenants, replica: number) => {
		const one = await isAllowed(replicas, tenants[kind], replica);
		again[kind] += one;
	};
	await Promise.all(
		Array.from({ length: 2 * ASKS }, (_, i) => askAgain(i % 2 === 0 ? 'calls' : 'budget', i % 2)),
	);
	// Calls of the first round are over: all of the room is there again. A budget stays used by their estimates.
	const used = await usedOf(replicas, tenants.budget);
	const phantom = CAPACITY - again.calls + (CAPACITY - used);

	return [
		{ figure: `${fault.name}_allowed`, value: allowed.calls + allowed.budget, unit: '1' },
		{
			figure: `${fault.name}_overshoot`,
			value: overshoot + over(again.calls) + over(used),
			unit: '1',
		},
		{ figure: `${fault.name}_phantom_refusals`, value: Math.max(0, phantom), unit: '1' },
	];
}

const over = (count: number) => Math.max(0, count - CAPACITY);

/** 1 when allowed; an ask that a killed process did not answer was not. */
async function isAllowed(replicas: Replicas, tenantId: string, replica: number): Promise<number> {
	const ask = { tenantId, microCents: 1, ttlSeconds: TTL_SECONDS };
	try {
		const { body } = await replicas.send('POST', '/v1/reservations', ask, replica);
		return body['decision'] === 'allow' ? 1 : 0;
	} catch {
		return 0;
	}
}

/** Spent and held of the tenant's one limit. */
async function usedOf(replicas: Replicas, tenantId: string): Promise<number> {
	const { body } = await replicas.send('GET', `/v1/tenants/${tenantId}/state`, undefined, 0);
	const limits = Array.isArray(body['limits']) ? body['limits'] : [];

	return limits.reduce((sum: number, { spent, held }) => sum + Number(spent) + Number(held), 0);
}
