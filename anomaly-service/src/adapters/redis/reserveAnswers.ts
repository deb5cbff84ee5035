import type { Breaker } from '../../../../core/breaker.ts';
import { amountOf, type AppliedLimit, type Counter } from '../../../../core/limits.ts';
import { sliceFreedAt } from '../../../../core/windows.ts';
import type { ExceededLimit, ReserveAsk } from '../../ports/counters.ts';
import { capacityAt, distinct, split, type LimitSet } from './limitArgs.ts';
import { listOf, numberOf, textOf } from './replies.ts';

/** What one store says to an ask. */
export type StoreAnswer =
	| { kind: 'held'; now: number; expiresAt: number; wouldExceed: ExceededLimit[] }
	/** It was asked before, and is held. */
	| { kind: 'known'; now: number; expiresAt: number }
	/** It was only looked at, and would be held. */
	| { kind: 'fits' }
	| { kind: 'breakerOpen'; now: number; breaker: Breaker }
	| { kind: 'limitExceeded'; now: number; exceeded: ExceededLimit[] }
	| { kind: 'cold'; counters: Counter[] }
	| { kind: 'ended' };

const HELD = 1;
const FITS = 2;

/** Calls under way come and go: when one of them ends is not known, so the next look is due in a second. */
const CONCURRENCY_RETRY_MS = 1000;

type Asked = { ask: ReserveAsk; set: LimitSet; now: number };

/** The answers are described in lua/reserve.lua. */
export function parseAnswer(answer: unknown, asked: Asked): StoreAnswer {
	const { ask, now } = asked;
	const expiresAt = now + ask.ttlMs;
	if (answer === HELD) return { kind: 'held', now, expiresAt, wouldExceed: [] };
	if (answer === FITS) return { kind: 'fits' };

	const [kind, ...rest] = listOf(answer);
	switch (kind) {
		case 'known':
			return { kind: 'known', now, expiresAt: numberOf(rest[0]) };
		case 'ended':
			return { kind: 'ended' };
		case 'breaker':
			return { kind: 'breakerOpen', now, breaker: parseBreaker(textOf(rest[0])) };
		case 'would':
			return { kind: 'held', now, expiresAt, wouldExceed: parseExceeded(rest, asked) };
		case 'over':
			return { kind: 'limitExceeded', now, exceeded: parseExceeded(rest, asked) };
		case 'cold': {
			const { own, shared } = split(rest.map((number) => limitAt(asked.set, number)));
			return { kind: 'cold', counters: [...distinct(own), ...distinct(shared)] };
		}
		default:
			throw new TypeError(`an answer nobody knows: ${String(kind)}`);
	}
}

/** What we wrote ourselves. */
export function parseBreaker(text: string): Breaker {
	return JSON.parse(text) as Breaker;
}

/** When everything in the oldest slice in use is free again; -1 stands for none. */
export function resetsAt({ window }: Counter, oldestInUse: number): number | null {
	return window === null || oldestInUse < 0 ? null : sliceFreedAt(window, oldestInUse);
}

/** Five values each. */
function parseExceeded(values: readonly unknown[], { ask, set, now }: Asked): ExceededLimit[] {
	const exceeded: ExceededLimit[] = [];
	for (let i = 0; i < values.length; i += 5) {
		const applied = limitAt(set, values[i]);
		const { limit, counter } = applied;
		const requested = amountOf(counter.unit, ask.size);
		const capacity = capacityAt(limit.capacity, ask.fillPct);
		const leaves = numberOf(values[i + 4]);
		exceeded.push({
			...applied,
			spent: numberOf(values[i + 1]),
			held: numberOf(values[i + 2]),
			resetsAt: resetsAt(counter, numberOf(values[i + 3])),
			requested,
			availableAt: availableAt(counter, { requested, capacity, leaves, now }),
		});
	}
	return exceeded;
}

/** When there is room if nothing else is used meanwhile: once the slice that starts at `leaves` has left. */
function availableAt(
	{ window }: Counter,
	{
		requested,
		capacity,
		leaves,
		now,
	}: { requested: number; capacity: number; leaves: number; now: number },
): number | null {
	if (requested > capacity || capacity === 0) return null;
	if (window === null) return now + CONCURRENCY_RETRY_MS;

	return leaves < 0 ? now : sliceFreedAt(window, leaves);
}

/** By its number: those of the own partition come first. */
function limitAt({ own, shared }: LimitSet, number: unknown): AppliedLimit {
	const index = numberOf(number) - 1;
	const applied = own[index] ?? shared[index - own.length];
	if (!applied) throw new RangeError('an answer about a limit nobody asked about');

	return applied;
}
