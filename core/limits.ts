import { windowName, type Window } from './windows.ts';

export type LimitScope = 'global' | 'tenant';
export type LimitUnit = 'requests' | 'microCents';

/** One rule: at most `capacity` of `unit` per `window`, counted per tenant or over all of them. */
export type Limit = {
	id: string;
	scope: LimitScope;
	unit: LimitUnit;
	window: Window;
	capacity: number;
};

/** A limit's id says what it counts, so a message that names it needs no lookup: `tenant-microCents-day`. */
export function limitId(scope: LimitScope, unit: LimitUnit, window: Window): string {
	return `${scope}-${unit}-${windowName(window)}`;
}

/** Where one limit stands for one subject: held is asked for and not yet settled. */
export type LimitState = Limit & {
	spent: number;
	held: number;
	/** Epoch ms when the oldest counted use is free again; null when nothing is counted. */
	resetsAt: number | null;
};
