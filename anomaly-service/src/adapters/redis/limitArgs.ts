import type { AppliedLimit, CallSize, Counter, LimitUnit } from '../../../../core/limits.ts';
import { sliceLengthMs, windowSpan } from '../../../../core/windows.ts';
import { Packer } from './bytes.ts';

/** In the order of amountsOf in lua/includes/counters.lua. */
const UNITS: Record<LimitUnit, number> = {
	requests: 1,
	tokens: 2,
	inputTokens: 3,
	uncachedInputTokens: 4,
	outputTokens: 5,
	microCents: 6,
	concurrency: 7,
};
const KINDS = { underWay: 0, rolling: 1, calendar: 2 };

/** Counters as the scripts read them, and the span of time (epoch ms) in which that is right. */
export type Definitions = { bytes: Buffer; from: number; till: number };

/** A definition is right for ever, but that of a calendar window only while that window lasts. */
const ALWAYS = { from: 0, till: Number.MAX_SAFE_INTEGER };

export function packCounters(counters: readonly Counter[], now: number): Definitions {
	const packer = new Packer();
	let { from, till } = ALWAYS;
	for (const counter of counters) {
		packCounter(packer, counter, now);
		if (counter.window?.kind !== 'calendar') continue;
		const { start, end } = windowSpan(counter.window, now);
		from = Math.max(from, start);
		till = Math.min(till, end);
	}
	return { bytes: packer.take(), from, till };
}

/** `at`: a moment within the calendar window that is meant. */
export function packCounter(to: Packer, { id, unit, window }: Counter, at: number): void {
	if (window === null) {
		to.byte(KINDS.underWay).byte(UNITS[unit]).double(0).double(0).text(id);
	} else if (window.kind === 'rolling') {
		to.byte(KINDS.rolling)
			.byte(UNITS[unit])
			.double(window.windowMs)
			.double(sliceLengthMs(window))
			.text(id);
	} else {
		const { start, end } = windowSpan(window, at);
		to.byte(KINDS.calendar).byte(UNITS[unit]).double(start).double(end).text(id);
	}
}

/** The numbers of a size in the order the scripts take them. */
export function sizeValues(size: CallSize): number[] {
	return [size.microCents, size.inputTokens, size.cacheReadTokens, size.outputTokens];
}

/** The limits of an ask by where they are counted: in its own partition, and in the shared one. */
export type LimitSet = {
	own: readonly AppliedLimit[];
	shared: readonly AppliedLimit[];
	/** A hold holds of shared limits too, in this store or in another. */
	holdsShared: boolean;
	fillPct: number;
};

/** A set of limits as reserve.lua reads it. */
export function packSet({ own, shared, holdsShared, fillPct }: LimitSet, now: number): Definitions {
	const ownCounters = distinct(own);
	const sharedCounters = distinct(shared);
	const ownDefinitions = packCounters(ownCounters, now);
	const sharedDefinitions = packCounters(sharedCounters, now);
	const packer = new Packer()
		.byte(holdsShared ? 1 : 0)
		.block(ownDefinitions.bytes)
		.block(sharedDefinitions.bytes)
		.short(own.length + shared.length);
	for (const [applied, counters, before] of [
		[own, ownCounters, 0] as const,
		[shared, sharedCounters, ownCounters.length] as const,
	]) {
		for (const { limit, counter } of applied) {
			const number = counters.findIndex(({ id }) => id === counter.id) + 1 + before;
			packer.short(number).byte(limit.mode === 'enforce' ? 1 : 0);
			packer.double(capacityAt(limit.capacity, fillPct));
		}
	}
	return {
		bytes: packer.take(),
		from: Math.max(ownDefinitions.from, sharedDefinitions.from),
		till: Math.min(ownDefinitions.till, sharedDefinitions.till),
	};
}

/** How much of a capacity may be used when something has to be left to others. */
export function capacityAt(capacity: number, fillPct: number): number {
	return fillPct === 100 ? capacity : Math.ceil((capacity * fillPct) / 100);
}

/** Their counters, each once: two limits on one counter count once. */
export function distinct(limits: readonly AppliedLimit[]): Counter[] {
	return [...new Map(limits.map(({ counter }) => [counter.id, counter])).values()];
}

export function split(limits: readonly AppliedLimit[]): {
	own: AppliedLimit[];
	shared: AppliedLimit[];
} {
	return {
		own: limits.filter(({ counter }) => !counter.shared),
		shared: limits.filter(({ counter }) => counter.shared),
	};
}
