import type { JsonRecord } from '../reading.ts';

/** How one vendor's API streams: `whole` puts the events together to the body that would have come in one piece. */
export type StreamForm = {
	name: string;
	matches(events: readonly JsonRecord[]): boolean;
	whole(events: readonly JsonRecord[]): JsonRecord;
};

/** All fields of all records, the last that says something wins: vendors send null, "" and [] before they know. */
export function lastSaid(records: readonly JsonRecord[]): JsonRecord {
	const said = records.flatMap((record) =>
		Object.entries(record).filter(([, value]) => !isEmpty(value)),
	);
	return Object.fromEntries(said);
}

function isEmpty(value: unknown): boolean {
	if (Array.isArray(value)) return value.length === 0;

	return value === null || value === undefined || value === '';
}
