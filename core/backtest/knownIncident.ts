import { HOUR_MS } from '../durations.ts';

/** From and to, both within; `to` null: it goes on. Epoch ms. */
export type Stretch = { from: number; to: number | null };

/** Something that is known to have gone wrong: a breaker that opened, or what a person called an incident. */
export type KnownIncident = Stretch & {
	id: string;
	source: 'breaker' | 'feedback';
};

/**
 * How far outside an incident an alert still belongs to it. Before: a lower cap fires earlier than the incident was opened;
 * after: its windows reach back an hour.
 */
export const GRACE_MS = HOUR_MS;

/** Whether a moment belongs to an incident. */
export function belongsTo({ from, to }: Stretch, at: number): boolean {
	return at >= from - GRACE_MS && (to === null || at <= to + GRACE_MS);
}

export function isWithin({ from, to }: Stretch, at: number): boolean {
	return at >= from && (to === null || at <= to);
}

/**
 * What is known of a tenant: its breaker's openings and what people called an incident, oldest first. An opening that
 * somebody judged to be fine is none, and feedback on an opening says nothing new.
 */
export function knownIncidents({
	openings,
	confirmed,
	fine,
}: {
	openings: readonly KnownIncident[];
	confirmed: readonly KnownIncident[];
	fine: readonly Stretch[];
}): KnownIncident[] {
	const opened = openings.filter(({ from }) => !fine.some((judged) => isWithin(judged, from)));
	const further = confirmed.filter((said) => !opened.some((opening) => overlap(said, opening)));

	return [...opened, ...further].sort((a, b) => a.from - b.from);
}

function overlap(a: Stretch, b: Stretch): boolean {
	return a.from <= (b.to ?? Infinity) && b.from <= (a.to ?? Infinity);
}
