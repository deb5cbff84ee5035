import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { readerFinder } from '../../../../core/readers/candidates.ts';
import { USAGE_READERS } from '../../../../core/readers/index.ts';
import { isRecord, type JsonRecord, type UsageReader } from '../../../../core/readers/reading.ts';
import { ROOT } from '../../../support/paths.ts';

const find = readerFinder(USAGE_READERS);

/** Asking every reader in order, which is slower. */
function firstThatMatches(body: JsonRecord): UsageReader | undefined {
	return USAGE_READERS.find((reader) => reader.matches(body));
}

const GOLDEN = join(ROOT, 'test/golden/usages');
const bodies: JsonRecord[] = ['usages.json', 'responses.json', 'prices.json'].flatMap((file) => {
	const entries: Array<{ body: unknown }> = JSON.parse(readFileSync(join(GOLDEN, file), 'utf8'));
	return entries.map(({ body }) => body).filter(isRecord);
});

describe('the reader of a body', () => {
	it('is the first that knows its form, though few are asked', () => {
		const wrong = bodies.filter((body) => find(body)?.name !== firstThatMatches(body)?.name);

		expect(wrong).toEqual([]);
	});

	it('is the same with fields taken away and those of others put in', () => {
		const body = fc.constantFrom(...bodies);
		const mixed = fc
			.tuple(body, body, fc.infiniteStream(fc.boolean()))
			.map(([one, other, kept]) =>
				Object.fromEntries(
					[...Object.entries(one), ...Object.entries(other)].filter(() => kept.next().value),
				),
			);

		fc.assert(
			fc.property(mixed, (fields) => {
				expect(find(fields)?.name).toBe(firstThatMatches(fields)?.name);
			}),
			{ numRuns: 3000 },
		);
	});

	it('is none where there are more kinds of readers than can be told apart', () => {
		const readers = Array.from({ length: 32 }, (_, index): UsageReader => {
			const name = `reader${index}`;
			return { name, signs: [name], matches: () => true, read: () => ({ outcome: 'unknown' }) };
		});

		expect(() => readerFinder(readers)).toThrow(RangeError);
		expect(readerFinder(readers.slice(1))({ reader31: 1 })?.name).toBe('reader31');
	});
});
