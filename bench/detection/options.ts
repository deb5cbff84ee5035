import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { SETS, type SetName } from './clients.ts';
import { DIMENSIONS, type Dimensions } from './tenant.ts';
import { UsageError } from '../usageError.ts';

/** As given on the command line; undefined: not given. */
export type GivenOptions = {
	clients?: string | undefined;
	seeds?: string | undefined;
	dimensions?: string | undefined;
	set?: string | undefined;
};

export type DetectionOptions = {
	/** File of clients; undefined: none was named and the usual one is not there. */
	clients: string | undefined;
	seeds: readonly number[];
	dimensions: Dimensions;
	set: SetName;
};

/** 36 clients reduced from ServeGen, where the collection lies beside the checkout. */
const COLLECTION = join(
	import.meta.dirname,
	'../../../shared/data/traces/servegen/clients.json.gz',
);

/** Throws with a sentence for whoever typed them. */
export function readOptions(given: GivenOptions): DetectionOptions {
	const { clients, seeds = '1,2,3,4,5', dimensions = 'full', set = 'test' } = given;
	if (clients !== undefined && !existsSync(clients))
		throw new UsageError(`--clients: no file ${clients}`);

	return {
		clients: clients ?? (existsSync(COLLECTION) ? COLLECTION : undefined),
		seeds: readSeeds(seeds),
		dimensions: oneOf('--dimensions', dimensions, DIMENSIONS),
		set: oneOf('--set', set, SETS),
	};
}

function readSeeds(text: string): number[] {
	const seeds = text.split(',').map(Number);
	if (!seeds.every((seed) => Number.isSafeInteger(seed) && seed > 0)) {
		throw new UsageError(`--seeds: whole numbers from 1 with commas between them, not ${text}`);
	}
	return [...new Set(seeds)];
}

function oneOf<T extends string>(option: string, value: string, known: readonly T[]): T {
	const found = known.find((candidate) => candidate === value);
	if (found === undefined)
		throw new UsageError(`${option}: one of ${known.join(', ')}, not ${value}`);
	return found;
}
