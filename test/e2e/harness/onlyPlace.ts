import type { World } from './startWorld.ts';

interface Decision {
	decision: string;
	reservationId: string;
}

/** Answer of GET /v1/queue, as far as it is looked at here. */
export interface QueuedCall {
	queueId: string;
	state: string;
	outcome: string | null;
	reservationId: string | null;
	attempts: number;
	lastError: string | null;
}

/** Tenants with one place each, for whom others then have to wait. */
export interface OnlyPlace {
	/** Lets a tenant make one call at a time, and makes it; the id of its reservation. */
	take: (tenantId: string) => Promise<string>;
	ask: (tenantId: string) => Promise<Decision>;
	release: (reservationId: string | null | undefined) => Promise<{ outcome: string }>;
	callsOf: (tenantId: string) => Promise<QueuedCall[]>;
}

export function onlyPlaceAt({ post, get }: World['service']): OnlyPlace {
	const ask = (tenantId: string) =>
		post<Decision>('/v1/reservations', { tenantId, microCents: 10 });

	return {
		take: async (tenantId) => {
			const limit = { tenantId, scope: 'tenant', unit: 'concurrency', capacity: 1 };
			await post('/v1/limits', limit);
			return (await ask(tenantId)).reservationId;
		},
		ask,
		release: (reservationId) => post(`/v1/reservations/${reservationId}/release`, {}),
		callsOf: async (tenantId) =>
			(await get<{ calls: QueuedCall[] }>(`/v1/queue?tenantId=${tenantId}`)).calls,
	};
}
