import type { Limit } from '../../core/limits.ts';

/** Every tenant, 100 requests in a rolling minute, unless said otherwise. */
export function aLimit(changes: Partial<Limit> = {}): Limit {
	return {
		id: 'a-limit',
		scope: 'tenant',
		subject: null,
		unit: 'requests',
		window: { kind: 'rolling', windowMs: 60_000 },
		capacity: 100,
		audience: { kind: 'all' },
		shared: false,
		mode: 'enforce',
		whenOver: 'queue',
		whenStoreDown: 'open',
		...changes,
	};
}
