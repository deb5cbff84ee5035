import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { isRecord, type JsonRecord } from '../../core/readers/reading.ts';
import { UsageError } from '../usageError.ts';

/** Two weeks of one real client of a large-language-model service, in ten-minute windows. */
export type Client = {
	id: string;
	/** Index in TIERS. */
	tier: number;
	/** Requests a second. */
	meanRps: number;
	peakToMean: number;
	/** Traffic of the second week over that of the first. */
	weekRatio: number;
	/** Requests a second in each window, and how uneven the gaps between them are. */
	rate: readonly number[];
	cv: readonly number[];
	/** Quantiles of tokens for each six hours; undefined: no requests then. */
	input: readonly (readonly number[] | undefined)[];
	output: readonly (readonly number[] | undefined)[];
};

export const WINDOWS = 2016;
const SLOTS = 56;
const TIER_OF: Readonly<Record<string, number>> = { 'm-small': 0, 'm-mid': 1, 'm-large': 2 };

/**
 * Clients on which features, weights, limits and the variants of the peers were chosen: every second ordinary one of
 * the file that this benchmark was made with. Nothing is ever checked on them, whatever file they come in.
 */
export const TUNING_CLIENTS: ReadonlySet<string> = new Set([
	'm-small/12',
	'm-small/26',
	'm-small/36',
	'm-mid/103',
	'm-mid/35',
	'm-mid/60',
	'm-mid/98',
	'm-large/137',
	'm-large/149',
	'm-large/37',
	'm-large/51',
	'm-large/78',
]);

export const SETS = ['dev', 'test', 'wild'] as const;
export type SetName = (typeof SETS)[number];

/**
 * `dev`: the tuning clients. `test`: every other ordinary one. `wild`: those with an extreme, unlabelled jump of their
 * own (peak over 40 times the mean, or a second week of less than a quarter or over four times the first).
 */
export function clientsOf(set: SetName, clients: readonly Client[]): Client[] {
	return clients.filter((client) => {
		const ordinary = client.peakToMean <= 40 && client.weekRatio >= 0.25 && client.weekRatio <= 4;
		if (set === 'wild') return !ordinary;

		return ordinary && TUNING_CLIENTS.has(client.id) === (set === 'dev');
	});
}

/** Reads clients from JSON, gzipped or not. Throws with a sentence that says what is wrong with the file. */
export function readClients(file: string): Client[] {
	const bytes = readFileSync(file);
	const zipped = bytes[0] === 0x1f && bytes[1] === 0x8b;
	const content: unknown = JSON.parse((zipped ? gunzipSync(bytes) : bytes).toString('utf8'));
	const clients = isRecord(content) ? content['clients'] : undefined;
	if (!Array.isArray(clients)) throw new UsageError(`${file}: no list "clients"`);

	return clients.map((client: unknown, index) => {
		if (!isRecord(client)) throw new UsageError(`${file}: client ${index} is no object`);
		try {
			return parseClient(client);
		} catch (error) {
			const reason = error instanceof Error ? error.message : String(error);
			throw new UsageError(`${file}: client ${index}: ${reason}`, { cause: error });
		}
	});
}

function parseClient(client: JsonRecord): Client {
	const { id, model } = client;
	if (typeof id !== 'string' || id === '') throw new Error('"id" is no text');
	const tier = typeof model === 'string' ? TIER_OF[model] : undefined;
	if (tier === undefined) {
		throw new Error(`"model" is none of ${Object.keys(TIER_OF).join(', ')}`);
	}
	const meanRps = numberAt(client, 'meanRps');
	if (meanRps <= 0) throw new Error('"meanRps" is not above 0');

	return {
		...{ id, tier, meanRps },
		peakToMean: numberAt(client, 'peakToMean'),
		weekRatio: numberAt(client, 'weekRatio'),
		rate: numbersAt(client, 'rate', WINDOWS),
		cv: numbersAt(client, 'cv', WINDOWS),
		input: quantilesAt(client, 'input'),
		output: quantilesAt(client, 'output'),
	};
}

function numberAt(record: JsonRecord, key: string): number {
	const value = record[key];
	if (typeof value !== 'number') throw new Error(`"${key}" is no number`);
	return value;
}

function numbersAt(record: JsonRecord, key: string, length: number): number[] {
	const list = numbers(record[key]);
	if (list?.length !== length) throw new Error(`"${key}" is no list of ${length} numbers`);
	return list;
}

function quantilesAt(record: JsonRecord, key: string): (number[] | undefined)[] {
	const slots = record[key];
	if (!Array.isArray(slots) || slots.length !== SLOTS) {
		throw new Error(`"${key}" is no list of ${SLOTS} slots`);
	}
	const read = slots.map(numbers);
	if (read.every((slot) => slot === undefined))
		throw new Error(`"${key}" has no slot with numbers`);
	return read;
}

/** A gap in a list (null) counts as 0. */
function numbers(value: unknown): number[] | undefined {
	if (!Array.isArray(value) || value.length === 0) return undefined;

	return value.map((item: unknown) => (typeof item === 'number' ? item : 0));
}
