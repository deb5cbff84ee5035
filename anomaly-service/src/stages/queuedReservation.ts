import { reservationIdOf } from './reservationId.ts';

/**
 * The reservation of a queued call. It follows from the call, so that a try repeated after a crash finds the hold of the
 * first. `generation` counts the holds that ended before the call heard of them.
 */
export function queuedReservationId(call: {
	id: string;
	tenantId: string;
	generation: number;
}): string {
	const { id, tenantId, generation } = call;
	// The unique part of a reservation id has letters and digits only.
	const unique = id.replace(/^que_/, '');

	return reservationIdOf(tenantId, generation === 1 ? unique : `${unique}g${generation}`);
}
