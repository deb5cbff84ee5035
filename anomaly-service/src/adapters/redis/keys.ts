import type { Partition } from '../../ports/counters.ts';

/** Raised when a later version keeps its data in another form, so that two versions can run on one store. */
const PREFIX = 'fuse:1:';

/** In the order of lua/includes/partition.lua. */
const PARTS = ['counts', 'slices', 'holds', 'leases', 'ended', 'endings', 'unreported'] as const;

export type PartitionKeys = Readonly<Record<(typeof PARTS)[number], string>> & {
	/** All of them, as the scripts take them. */
	all: readonly string[];
};

/** The braces make all keys of a partition fall into one slot of a cluster, whatever the tenant's id is. */
function keysOf(tag: string): PartitionKeys {
	const key = (part: string) => `${PREFIX}{${tag}}:${part}`;

	return {
		counts: key('counts'),
		slices: key('slices'),
		holds: key('holds'),
		leases: key('leases'),
		ended: key('ended'),
		endings: key('endings'),
		unreported: key('unreported'),
		all: PARTS.map(key),
	};
}

export const SHARED_KEYS = keysOf('shared');

/** Tenants that may have holds, by when they were last seen (epoch ms). */
export const TENANTS_KEY = `${PREFIX}tenants`;

export const BROADCAST_CHANNEL = `${PREFIX}broadcast`;

/** Of the tenants asked about lately: putting the names together for each ask takes as long as packing it. */
const known = new Map<string, PartitionKeys>();
const KNOWN_TENANTS = 10_000;

export function tenantKeys(tenantId: string): PartitionKeys {
	const before = known.get(tenantId);
	if (before) return before;
	if (known.size >= KNOWN_TENANTS) known.clear();
	const keys = keysOf(`t:${tenantId}`);
	known.set(tenantId, keys);
	return keys;
}

/** Matches the key of every partition's counts. */
export const COUNTS_PATTERN = `${PREFIX}{*:counts`;

/** The partition whose counts have this key. */
export function keysOfCounts(key: string): PartitionKeys {
	return keysOf(key.slice(PREFIX.length + 1, -'}:counts'.length));
}

export function partitionKeys(partition: Partition): PartitionKeys {
	return partition.kind === 'shared' ? SHARED_KEYS : tenantKeys(partition.tenantId);
}
