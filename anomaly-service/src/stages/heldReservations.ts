import { amountOf } from '../../../core/limits.ts';
import { sliceStart } from '../../../core/windows.ts';
import type { Hold, Partition, ReserveAsk } from '../ports/counters.ts';

type Granted = { ask: ReserveAsk; admittedAt: number; expiresAt: number };

/** The holds this replica granted and that have not ended, so that a store which lost them gets them back. */
export class HeldReservations {
	/** What was asked is kept as it came: the entries of a hold are seldom needed, and thousands are granted a second. */
	readonly #granted = new Map<string, Granted>();

	add(ask: ReserveAsk, { now, expiresAt }: { now: number; expiresAt: number }): void {
		this.#granted.set(ask.reservationId, { ask, admittedAt: now, expiresAt });
	}

	/** True when it was ours. */
	remove(reservationId: string): boolean {
		return this.#granted.delete(reservationId);
	}

	renew(reservationId: string, expiresAt: number): void {
		const granted = this.#granted.get(reservationId);
		if (granted) granted.expiresAt = Math.max(granted.expiresAt, expiresAt);
	}

	/** Holds with something in the partition. */
	in(partition: Partition): Hold[] {
		return [...this.#granted.values()]
			.filter(({ ask: { call, limits } }) =>
				partition.kind === 'tenant'
					? call.tenantId === partition.tenantId
					: limits.some(({ counter }) => counter.shared),
			)
			.map(holdOf);
	}

	/** Holds whose lease has ended by `now`. */
	overdue(now: number): Hold[] {
		const over: Hold[] = [];
		for (const granted of this.#granted.values()) {
			if (granted.expiresAt <= now) over.push(holdOf(granted));
		}
		return over;
	}
}

function holdOf({ ask, admittedAt, expiresAt }: Granted): Hold {
	const { reservationId, call, size, limits } = ask;
	const counters = new Map(limits.map(({ counter }) => [counter.id, counter]));
	const entries = [...counters.values()].map((counter) => ({
		counter,
		slice: counter.window === null ? 0 : sliceStart(counter.window, admittedAt),
		amount: amountOf(counter.unit, size),
	}));

	return { reservationId, call, size, admittedAt, expiresAt, entries };
}
