import type { GuardContext } from './callRun.ts';
import { pause } from './clock.ts';

/** The hold of a request that is under way. */
export type Lease = {
	/** The consumer holds a part of the stream: whoever drops it there would hold budget for ever. */
	handOver: () => void;
	/** The vendor is waited for. */
	takeBack: () => void;
	end: () => void;
};

/** The longest a lease may last in the service; a request without an end stops holding budget after that. */
const HOLD_MAX_MS = 3_600_000;

/** Renews a lease at half of its time for as long as the vendor is waited for. */
export function keepLease(guard: GuardContext, reservationId: string | undefined): Lease {
	const { clock, settings } = guard;
	const startedAt = clock.now();
	let handedOverAt: number | undefined;
	const state = { ended: reservationId === undefined };

	async function renewUntilEnd(id: string): Promise<void> {
		while (!state.ended && clock.now() - startedAt < HOLD_MAX_MS) {
			await pause(clock, settings.leaseMs / 2, () => state.ended);
			if (state.ended) return;
			const heldMs = handedOverAt === undefined ? 0 : clock.now() - handedOverAt;
			// Dropped, it seems. Should the rest be asked for after all, a late record still counts.
			if (heldMs >= settings.leaseMs / 2) state.ended = true;
			else await renew(guard, id);
		}
	}
	if (reservationId !== undefined) void renewUntilEnd(reservationId);

	return {
		handOver: () => {
			handedOverAt = clock.now();
		},
		takeBack: () => {
			handedOverAt = undefined;
		},
		end: () => {
			state.ended = true;
		},
	};
}

/** A renewal that gets no answer is made up for by the next one, at half of the time. */
async function renew(
	{ service, settings: { leaseMs, timeoutMs } }: GuardContext,
	reservationId: string,
): Promise<void> {
	await service.ask({
		method: 'POST',
		path: `/v1/reservations/${encodeURIComponent(reservationId)}/renew`,
		body: { ttlSeconds: leaseMs / 1_000 },
		timeoutMs,
	});
}
