import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { USAGE_READERS } from '../core/readers/index.ts';
import { isRecord, listAt, textAt, type JsonRecord } from '../core/readers/reading.ts';

const ROOT = join(import.meta.dirname, '..');

/** All 925 recordings of the collection that the committed ones are taken from, where it lies beside the checkout. */
const COLLECTION = join(ROOT, '../shared/data/usages/usages.json');
const COMMITTED = join(ROOT, 'test/golden/usages/prices.json');

/** What one vendor answered, without prompt and answer. */
export type Recording = { reader: string; model: string; body: JsonRecord };

export function recordings(): Recording[] {
	const file = existsSync(COLLECTION) ? COLLECTION : COMMITTED;
	const entries: unknown = JSON.parse(readFileSync(file, 'utf8'));

	return listAt({ entries }, 'entries')
		.filter(isRecord)
		.flatMap((entry): Recording[] => {
			const { body } = entry;
			if (!isRecord(body)) return [];
			const reader = USAGE_READERS.find((candidate) => candidate.matches(body))?.name ?? 'none';
			const model =
				textAt(entry, 'model') ?? textAt(body, 'model') ?? textAt(body, 'modelVersion') ?? '';

			return [{ reader, model, body }];
		});
}
