import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inputTokens, NO_USAGE, outputTokens, type Usage } from '../../../../core/usage.ts';
import { readUsage, USAGE_READERS } from '../../../../core/readers/index.ts';
import { ROOT } from '../../../support/paths.ts';

type Recording = {
	guarantee: string;
	reader: string;
	body: Record<string, unknown>;
	expected: {
		calls: Array<{ model: string; usage: Partial<Usage> }>;
		costMicroCents?: number;
	};
};

const recordings: Recording[] = JSON.parse(
	readFileSync(join(ROOT, 'test/data/usages/usages.json'), 'utf8'),
);

describe('recorded usages of real vendors', () => {
	it.each(recordings)('$guarantee', ({ reader, body, expected }) => {
		const reading = readUsage(body);

		expect(USAGE_READERS.find((candidate) => candidate.matches(body))?.name).toBe(reader);
		expect(reading).toMatchObject({ outcome: 'read' });
		if (reading.outcome !== 'read') return;
		expect(reading.calls).toEqual(
			expected.calls.map(({ model, usage }) => ({ model, usage: { ...NO_USAGE, ...usage } })),
		);
		expect(reading.costMicroCents).toBe(expected.costMicroCents);
	});
});

/** The whole collection, when it lies beside the checkout: a differential test against another implementation. */
const COLLECTION = join(ROOT, '../shared/data/usages/usages.json');

type Collected = {
	body: { usage?: Record<string, unknown> };
	extracted: Array<{ usage: { input_tokens?: number; output_tokens?: number } }>;
};

if (existsSync(COLLECTION)) {
	describe('the whole collection of recorded usages', () => {
		const collected: Collected[] = JSON.parse(readFileSync(COLLECTION, 'utf8'));
		// Iterations are left out: the other implementation ignores what they add.
		const readable = collected.filter(
			({ body }) => !body.usage?.['iterations'] && readUsage(body).outcome !== 'unknown',
		);

		it('is read without a contradiction', () => {
			const unread = readable.filter(({ body }) => readUsage(body).outcome !== 'read');

			expect(readable.length).toBeGreaterThan(400);
			expect(unread).toEqual([]);
		});

		it('gives the totals that the other implementation gives', () => {
			const different = readable.filter(({ body, extracted }) => {
				const reading = readUsage(body);
				if (reading.outcome !== 'read') return true;
				const { usage } = reading.calls[0];
				return !extracted.some(
					(other) =>
						(other.usage.input_tokens ?? 0) === inputTokens(usage) &&
						(other.usage.output_tokens ?? 0) === outputTokens(usage),
				);
			});

			expect(different).toEqual([]);
		});
	});
} else {
	process.stderr.write(
		`Left out: the whole collection of recorded usages, ${COLLECTION} is not there.\n`,
	);
}
