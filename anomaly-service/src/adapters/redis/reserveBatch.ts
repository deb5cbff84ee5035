import type { AppliedLimit } from '../../../../core/limits.ts';
import { Packer } from './bytes.ts';
import type { PartitionKeys } from './keys.ts';
import { packSet, type LimitSet } from './limitArgs.ts';
import type { LaneAsk } from './reserveLane.ts';
import { TIME_LIMIT_MS } from './timeLimit.ts';

type Batch = {
	/** Numbers of the partitions by key, and the keys of all of them. */
	partitions: Map<string, number>;
	keys: string[];
	sets: { partition: number; set: LimitSet; bytes: Buffer }[];
	from: number;
	till: number;
};

/** Keys and arguments of reserve.lua for these asks. */
export function packBatch(
	asks: readonly LaneAsk[],
	{
		estimate,
		time,
		reports,
		sharedKeys,
	}: {
		estimate: number;
		time: number;
		reports: boolean;
		/** Of the shared partition, when it is in the same store and not that of the asks. */
		sharedKeys: PartitionKeys | undefined;
	},
): { keys: string[]; args: Buffer[] } {
	// What nobody waits for any more is not held: an ask that was stuck for long is turned away.
	const till = estimate + TIME_LIMIT_MS;
	const batch: Batch = { partitions: new Map(), keys: [], sets: [], from: 0, till };
	const numbers = asks.map(({ keys, set }) => {
		const partition = partitionIn(batch, keys);
		return { partition, set: setIn(batch, { partition, set, estimate }) };
	});
	const packer = new Packer().double(time).double(batch.from).double(batch.till);
	packer
		.byte(reports ? 1 : 0)
		.byte(sharedKeys ? 1 : 0)
		.byte(asks.length);
	asks.forEach(({ ask, lookOnly }, i) => {
		const { partition = 0, set = 0 } = numbers[i] ?? {};
		const { microCents, inputTokens, cacheReadTokens, outputTokens } = ask.size;
		packer
			.text(ask.reservationId)
			.byte(partition)
			.byte(set)
			.byte(lookOnly ? 1 : 0);
		packer.double(ask.ttlMs).double(microCents).double(inputTokens);
		packer.double(cacheReadTokens).double(outputTokens).text(JSON.stringify(ask.call));
	});
	return {
		keys: sharedKeys ? [...batch.keys, ...sharedKeys.all] : batch.keys,
		args: [packer.take(), ...batch.sets.map(({ bytes }) => bytes)],
	};
}

function partitionIn({ partitions, keys }: Batch, added: PartitionKeys): number {
	const known = partitions.get(added.counts);
	if (known !== undefined) return known;
	keys.push(...added.all);
	const number = partitions.size + 1;
	partitions.set(added.counts, number);
	return number;
}

/** Asks of one tenant mostly pass the same limits: these are sent once. */
function setIn(
	batch: Batch,
	{ partition, set, estimate }: { partition: number; set: LimitSet; estimate: number },
): number {
	const known = batch.sets.findIndex(
		(other) => other.partition === partition && isSame(other.set, set),
	);
	if (known >= 0) return known + 1;
	const { bytes, from, till } = packSet(set, estimate);
	batch.from = Math.max(batch.from, from);
	batch.till = Math.min(batch.till, till);
	return batch.sets.push({ partition, set, bytes });
}

function isSame(one: LimitSet, other: LimitSet): boolean {
	return (
		one.fillPct === other.fillPct &&
		one.holdsShared === other.holdsShared &&
		areSame(one.own, other.own) &&
		areSame(one.shared, other.shared)
	);
}

function areSame(some: readonly AppliedLimit[], others: readonly AppliedLimit[]): boolean {
	return (
		some.length === others.length &&
		some.every(({ limit, counter }, i) => {
			const other = others[i];
			return limit === other?.limit && counter.id === other.counter.id;
		})
	);
}
