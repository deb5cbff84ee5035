import { randomUUID } from 'node:crypto';
import type { Broadcast } from '../../ports/broadcast.ts';

/** The broadcast of a service that has no other replicas: nobody hears, and nothing is missed. */
export function soleReplica(): Broadcast {
	const nothing = async () => undefined;

	return {
		self: randomUUID(),
		publish: nothing,
		listen: () => undefined,
		onGap: () => undefined,
		close: nothing,
	};
}
