import type { EmbeddableSnapshot } from '../../../../anomaly-service/src/ports/embedder.ts';
import type { TextEmbeddings } from '../../../../anomaly-service/src/ports/textEmbedder.ts';
import { TextSpace } from '../../../../anomaly-service/src/stages/textSpace.ts';
import { usageRow } from '../../../../anomaly-service/src/stages/usageRow.ts';
import { loadPriceBook } from '../../../../anomaly-service/src/priceData.ts';
import { createPricer, type Pricer } from '../../../../anomaly-service/src/stages/price.ts';
import { COORDINATES } from '../../../../core/behaviour/features.ts';
import type { UsageEvent } from '../../../../core/usageEvent.ts';
import { sharedDatabase } from '../../../contract/databaseBench.ts';
import { openMemoryDatabase } from '../../../support/servers/migratedPglite.ts';

const MIDDAY = Date.UTC(2026, 9, 14, 12);
const TOKENS = 1_000_000;
/** A million tokens of text-embedding-3-small. */
const COST = 2_000_000;
const MINUTE_MS = 60_000;

const database = sharedDatabase(openMemoryDatabase);

let pricer: Pricer;
beforeAll(async () => {
	pricer = createPricer(await loadPriceBook(), () => ({ input: 1e9, output: 1e9 }));
});

/** Behaviour nobody showed before. */
let shown = 0;
function snapshots(count: number, tenantId = 'tenant'): EmbeddableSnapshot[] {
	return Array.from({ length: count }, () => {
		const bits = ++shown;
		const standardised = COORDINATES.map((_, axis) =>
			axis < 24 && ((bits >> axis % 12) & 1) === 1 ? 12 : 0,
		);
		return { tenantId, minute: 720, standardised };
	});
}

/** A space whose model answers as it is told to. */
function bench({ budgetPerDay = 100 * COST, model = `model-${++shown}` } = {}) {
	const asked: string[][] = [];
	const answers: TextEmbeddings[] = [];
	const booked: UsageEvent[] = [];
	const counted: Record<string, number> = {};
	const clock = { at: MIDDAY, now: () => clock.at };
	const nothing = () => undefined;
	const open = () =>
		new TextSpace({
			...{ database, clock, budgetPerDay, vendor: 'openai' },
			log: { debug: nothing, info: nothing, warn: nothing, error: nothing },
			metrics: {
				embeddings: {
					inc: (labels, by = 1) => {
						const outcome = labels?.['outcome'] ?? '';
						counted[outcome] = (counted[outcome] ?? 0) + by;
					},
				},
			},
			pricer: {
				priceUsage: (call) => pricer.priceUsage({ ...call, model: 'text-embedding-3-small' }),
			},
			texts: {
				...{ model, endpoint: 'api.openai.com/v1/embeddings' },
				embed: async (texts) => {
					asked.push([...texts]);
					const vectors = texts.map((text) =>
						Array.from({ length: 64 }, (_, axis) => (axis === text.length % 64 ? 1 : 0)),
					);
					return answers.shift() ?? { outcome: 'embedded', vectors, tokens: TOKENS };
				},
			},
			book: async (event) => {
				booked.push(event);
				const priced = pricer.priceEvent(
					{ ...event.data, model: 'text-embedding-3-small' },
					clock.at,
				);
				if (priced)
					await database.call('record_usage', { events: [usageRow(event, priced, clock.at)] });
			},
		});
	return { asked, answers, booked, counted, clock, open, space: open() };
}

const failed = (changes: Partial<TextEmbeddings & { outcome: 'failed' }> = {}): TextEmbeddings => ({
	...{ outcome: 'failed', reason: 'HTTP 500', mayBeBilled: false, retryAfterMs: undefined },
	...changes,
});
const missing = (vectors: readonly unknown[]) =>
	vectors.filter((vector) => vector === undefined).length;

describe('the space of a text embedder', () => {
	it('embeds equal behaviour once, of all tenants together', async () => {
		const { asked, counted, space } = bench();
		const [same] = snapshots(1);
		if (!same) return;
		const vectors = await space.embed([same, { ...same, tenantId: 'other' }, ...snapshots(1)]);
		await space.embed([same]);

		expect(vectors[0]).toHaveLength(64);
		expect(vectors[0]).toEqual(vectors[1]);
		expect(asked.map((texts) => texts.length)).toEqual([2]);
		expect(counted).toEqual({ embedded: 2, cached: 1 });
	});

	it('knows after a restart what it was told before', async () => {
		const { asked, open, space } = bench();
		const seen = snapshots(3);
		const vectors = await space.embed(seen);

		expect(await open().embed(seen)).toEqual(vectors);
		expect(asked).toHaveLength(1);
	});

	it('sends no tenant and nothing of the tenant but how its features are off', async () => {
		const { asked, space } = bench();
		await space.embed(snapshots(5, 'org_98765_alpha'));

		expect(asked.flat()).toHaveLength(5);
		expect(JSON.stringify(asked)).not.toContain('org_98765_alpha');
	});

	it('asks in requests of 256 texts, eight of them at most', async () => {
		const { asked, counted, space } = bench();
		const vectors = await space.embed(snapshots(2100));

		expect(asked.map((texts) => texts.length)).toEqual(new Array(8).fill(256));
		expect(missing(vectors)).toBe(2100 - 2048);
		expect(counted).toEqual({ embedded: 2048, postponed: 52 });
	});

	it('books what it used as usage of the service, which is in the ledger like any other', async () => {
		const { booked, space } = bench();
		await space.embed(snapshots(1));

		expect(booked).toMatchObject([
			{
				...{ source: 'llm-fuse', subject: 'llm-fuse' },
				data: { provider: 'openai', usage: { inputUncached: TOKENS }, estimated: false },
			},
		]);
	});

	it('has no vectors over the budget of the day, also after a restart, and has them the day after', async () => {
		const { asked, clock, counted, open, space } = bench({ budgetPerDay: COST / 2 });
		// A day that no other test spent on.
		clock.at = Date.UTC(2026, 9, 20, 12);
		expect(missing(await space.embed(snapshots(1)))).toBe(0);

		expect(missing(await space.embed(snapshots(2)))).toBe(2);
		expect(missing(await open().embed(snapshots(1)))).toBe(1);
		expect(counted['overBudget']).toBe(3);
		clock.at = Date.UTC(2026, 9, 21);
		expect(missing(await space.embed(snapshots(1)))).toBe(0);
		expect(asked).toHaveLength(2);
	});

	it('does not begin a request that the rest of the budget may not pay', async () => {
		const { asked, clock, space } = bench({ budgetPerDay: 1 });
		clock.at = Date.UTC(2026, 9, 25, 12);

		expect(missing(await space.embed(snapshots(512)))).toBe(512);
		expect(asked).toEqual([]);
	});

	it('leaves a vendor alone that failed, longer each time, and as long as it asked to', async () => {
		const { answers, asked, clock, counted, space } = bench();
		answers.push(failed(), failed(), failed({ retryAfterMs: 60 * MINUTE_MS }));
		const tryAfter = async (ms: number) => {
			clock.at += ms;
			return missing(await space.embed(snapshots(1)));
		};

		expect(await tryAfter(0)).toBe(1);
		await tryAfter(MINUTE_MS / 2 - 1);
		expect(asked).toHaveLength(1);
		await tryAfter(1);
		await tryAfter(MINUTE_MS - 1);
		expect(asked).toHaveLength(2);
		await tryAfter(1);
		await tryAfter(60 * MINUTE_MS - 1);
		expect(asked).toHaveLength(3);
		expect(await tryAfter(1)).toBe(0);
		expect(counted).toEqual({ failed: 3, resting: 3, embedded: 1 });
	});

	it('has what it knows of while it rests', async () => {
		const { answers, space } = bench();
		const known = snapshots(1);
		await space.embed(known);
		answers.push(failed());
		await space.embed(snapshots(1));

		expect(missing(await space.embed([...known, ...snapshots(1)]))).toBe(1);
	});

	it('books a guess for a request that nobody waited for the end of, and nothing for a refused one', async () => {
		const { answers, booked, clock, space } = bench();
		answers.push(failed({ mayBeBilled: true }), failed());
		await space.embed(snapshots(1));
		clock.at += MINUTE_MS;
		await space.embed(snapshots(1));

		expect(booked).toMatchObject([{ data: { estimated: true } }]);
		expect(booked[0]?.data.usage.inputUncached).toBeGreaterThan(20);
	});

	it('does not embed what the service itself does: each score would be the next use', async () => {
		const { asked, space } = bench();

		expect(missing(await space.embed(snapshots(1, 'llm-fuse')))).toBe(1);
		expect(asked).toEqual([]);
	});
});
