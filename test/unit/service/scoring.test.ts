import type { Score, Surroundings } from '../../../anomaly-service/src/detectors/detector.ts';
import { vectorDistance } from '../../../anomaly-service/src/detectors/vectorDistance.ts';
import type { Database } from '../../../anomaly-service/src/ports/database.ts';
import type { Log } from '../../../anomaly-service/src/ports/log.ts';
import type { Metrics } from '../../../anomaly-service/src/ports/metrics.ts';
import { ActivityBook } from '../../../anomaly-service/src/stages/activityBook.ts';
import { detect } from '../../../anomaly-service/src/stages/detect.ts';
import { renewJudgements } from '../../../anomaly-service/src/stages/judgements.ts';
import { MaintenanceBook } from '../../../anomaly-service/src/stages/maintenanceBook.ts';
import { Scorer } from '../../../anomaly-service/src/stages/score.ts';
import { scoreTick } from '../../../anomaly-service/src/stages/scoreTick.ts';
import { SnapshotKeeper } from '../../../anomaly-service/src/stages/snapshotKeeper.ts';
import { arrayLiteral, sparseLiteral } from '../../../anomaly-service/src/stages/sparseVector.ts';
import { Ticker } from '../../../anomaly-service/src/ticker.ts';
import { embed } from '../../../core/behaviour/embedding.ts';
import { COORDINATES, rawFeatures } from '../../../core/behaviour/features.ts';
import { restoreLevels } from '../../../core/behaviour/levels.ts';
import type { Call } from '../../../core/behaviour/minuteSums.ts';
import { takeSnapshot } from '../../../core/behaviour/pastWindows.ts';
import { standardise } from '../../../core/behaviour/scales.ts';
import { minutesOf } from '../../support/calls.ts';
import { emptyLevels } from '../../support/baselines.ts';

const MINUTE = 60_000;
const NOON = Date.UTC(2026, 9, 14, 12);
const surroundings: Surroundings = {
	...{ budgets: [], interactiveQueueAgeMs: 0, levels: undefined, listeningSince: 0, providers: [] },
};
const nothingAround = {
	begin: () => undefined,
	look: async () => () => surroundings,
	ofService: async () => surroundings,
};
const quiet = () => undefined;
const log: Log = { debug: quiet, info: quiet, warn: quiet, error: quiet };
const levels = restoreLevels(emptyLevels());
const scales = COORDINATES.map(() => ({ middle: 0, up: 1, down: 1 }));

const call = (at: number, changes: Partial<Call> = {}): Call => ({
	...{ at, endpoint: 'api.openai.com', model: 'gpt-4o', input: 500, cached: 0, output: 50 },
	...{ contextTokens: 128_000, latencyMs: 700, failed: false, costMicroCents: 1000 },
	...{ caller: 'n8n|wf|Agent', keyId: 'key', execution: '1', ...changes },
});

/** A scorer on a database that finds every snapshot as strong as told. */
function setUp(strength: (tenantId: string) => number | null = () => 0.5) {
	const calls: { name: string; args: object }[] = [];
	const database = {
		async call(name: string, args: { tenants?: string[] }) {
			calls.push({ name, args });
			const strengths = (args.tenants ?? []).map(strength);
			return { distances: strengths, strengths, suppressed: [], stored: 0 };
		},
	} as unknown as Database;
	const activities = new ActivityBook();
	const baselines = { get: () => ({ version: 3, levels, scales }) };
	const keeper = new SnapshotKeeper({ database });
	const scorer = new Scorer({
		...{ activities, baselines, database, embedder: undefined, keeper, log },
	});
	const stored = () =>
		calls
			.filter(({ name }) => name === 'store_snapshots')
			.flatMap(({ args }) => (args as { snapshots: [string][] }).snapshots.map(([id]) => id));

	return { activities, calls, database, keeper, scorer, stored };
}

describe('a score', () => {
	it('counts a call that came late in the windows it belongs to', async () => {
		const { activities, scorer } = setUp();
		const calls = [call(NOON - 9 * MINUTE), call(NOON - MINUTE), call(NOON)];
		for (const made of calls) activities.observe('acme', made, NOON);
		await scorer.look(['acme'], NOON);
		const late = call(NOON - 3 * MINUTE, { failed: true, costMicroCents: 90_000 });
		activities.observe('acme', late, NOON + 1000);

		const later = NOON + 2 * MINUTE + 30_000;
		const [scored] = await scorer.look(['acme'], later);
		const minute = later / MINUTE - 0.5;
		const anew = takeSnapshot(minutesOf([...calls, late]), minute, 0.5);
		rawFeatures(anew, levels).forEach((value, at) => {
			expect(scored?.raw[at]).toBeCloseTo(value, 6);
		});
	});

	it('is asked for with the version that made its vector, and left out when there is none', async () => {
		const { activities, calls, scorer } = setUp((tenantId) => (tenantId === 'new' ? null : 1.4));
		for (const tenantId of ['acme', 'new']) activities.observe(tenantId, call(NOON), NOON);
		const scores = await scorer.score(['acme', 'new'], NOON);

		expect(calls[0]).toMatchObject({
			name: 'score_snapshots',
			args: { space: 'features', tenants: ['acme', 'new'], versions: [3, 3] },
		});
		expect([...scores.keys()]).toEqual(['acme']);
		expect(scores.get('acme')).toMatchObject({ at: NOON, strength: 1.4, suppressedBy: null });
	});

	it('of one tenant that is not finite costs the others nothing', async () => {
		const { activities, scorer } = setUp();
		activities.observe('acme', call(NOON), NOON);
		activities.observe('broken', call(NOON, { latencyMs: Infinity }), NOON);
		activities.observe('broken', call(NOON, { costMicroCents: NaN }), NOON);

		expect([...(await scorer.score(['broken', 'acme'], NOON)).keys()]).toEqual(['acme']);
	});
});

it('lets go of what was asked for once no window reaches it, and of nothing that counts', async () => {
	const { activities, scorer } = setUp();
	const retried = call(NOON, { failed: true });
	for (const made of [retried, retried]) activities.observe('acme', made, NOON);
	const { windows } = activities.of('acme');
	const namesAt = async (minutes: number) => {
		await scorer.look(['acme'], NOON + minutes * MINUTE);
		await activities.forget(NOON + minutes * MINUTE);
		const sums = windows.minutes.get(NOON / MINUTE);
		return [sums?.requests, sums?.repeats.size, sums?.executions.size];
	};

	expect(await namesAt(59)).toEqual([2, 1, 1]);
	expect(await namesAt(80)).toEqual([2, 0, 0]);
	const hour = windows.advance(NOON / MINUTE + 80).windows.get(60)?.sums;
	expect([hour?.repeats.size, hour?.executions.size, hour?.retries]).toEqual([0, 0, 0]);
});

it('takes a baseline that cannot be read for none, and the others are scored', async () => {
	const { activities, database, keeper } = setUp();
	for (const tenantId of ['old', 'acme']) activities.observe(tenantId, call(NOON), NOON);
	const olderShape = { ...levels, longOutput: undefined } as unknown as typeof levels;
	const baselines = {
		get: (tenantId: string) => ({
			...{ version: 3, scales, levels: tenantId === 'old' ? olderShape : levels },
		}),
	};
	const scorer = new Scorer({
		...{ activities, baselines, database, embedder: undefined, keeper, log },
	});

	expect([...(await scorer.score(['old', 'acme'], NOON)).keys()]).toEqual(['acme']);
});

describe('snapshots', () => {
	it('are kept on when the clock was set back', async () => {
		const { activities, scorer, stored } = setUp();
		activities.observe('acme', call(NOON), NOON);
		for (const minutes of [0, 5, -60]) await scorer.score(['acme'], NOON + minutes * MINUTE);

		expect(stored()).toHaveLength(2);
	});

	it('of ordinary minutes are kept every fifth minute, each tenant at its own', async () => {
		const { activities, scorer, stored } = setUp();
		const tenants = Array.from({ length: 20 }, (_, index) => `tenant-${index}`);
		for (const tenantId of tenants) activities.observe(tenantId, call(NOON), NOON);
		const counts: number[] = [];
		for (let tick = 0; tick < 20; tick++) {
			await scorer.score(tenants, NOON + tick * 30_000);
			counts.push(stored().length);
		}

		expect(counts[1]).toBe(0);
		expect(counts.at(-1)).toBeGreaterThanOrEqual(20);
		expect(counts.at(-1)).toBeLessThanOrEqual(40);
		const added = counts.map((count, tick) => count - (counts[tick - 1] ?? 0));
		expect(Math.max(...added)).toBeLessThan(10);
	});

	it('that were flagged, or nearly, are kept every minute, and again when stronger', async () => {
		let strength = 0.81;
		const { activities, scorer, stored } = setUp(() => strength);
		activities.observe('acme', call(NOON), NOON);
		const keptAfter = async (at: number) => {
			await scorer.score(['acme'], at);
			return stored().length;
		};

		expect(await keptAfter(NOON)).toBe(1);
		expect(await keptAfter(NOON + 10_000)).toBe(1);
		strength = 1.2;
		expect(await keptAfter(NOON + 20_000)).toBe(2);
		expect(await keptAfter(NOON + MINUTE)).toBe(3);
	});

	it('are written short: what is 0 is left out', () => {
		expect(sparseLiteral([0, 0.123456, -2, 0, 8])).toBe('{2:0.12346,3:-2,5:8}/5');
		expect(sparseLiteral([0, 0.000001])).toBe('{}/2');
		expect(arrayLiteral([0, 0.5, -1.234567])).toBe('{0,0.5,-1.23457}');
	});
});

describe('a tick', () => {
	beforeEach(() => void jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick'] }));
	afterEach(() => void jest.useRealTimers());

	it('that takes longer than its interval makes those it missed drop out', async () => {
		let runs = 0;
		let finish = quiet as () => void;
		const ticker = new Ticker(log);
		ticker.every(1000, 'score', () => {
			runs += 1;
			return new Promise<void>((resolve) => (finish = resolve));
		});
		await jest.advanceTimersByTimeAsync(3500);
		expect(runs).toBe(1);
		finish();
		await jest.advanceTimersByTimeAsync(600);
		expect(runs).toBe(2);
		finish();
		await ticker.stop();
	});

	it('says how many tenants it scored, how long it took and what it made drop out', async () => {
		const { activities, keeper, scorer } = setUp();
		for (const tenantId of ['a', 'b']) activities.observe(tenantId, call(NOON), NOON);
		const seen = new Map<string, number>();
		const metric = (name: string) => ({
			inc: (_labels?: object, by = 1) => void seen.set(name, (seen.get(name) ?? 0) + by),
			set: (value: number) => void seen.set(name, value),
			observe: (_labels: object, value: number) => void seen.set(name, value),
		});
		const scores = new Map<string, Score>([['gone', scoreOf(1)]]);
		await scoreTick(
			{
				...{ activities, detectors: [], keeper, log, scores, maintenance: { at: quiet } },
				...{ actor: { act: async () => undefined }, config: { scoreIntervalMs: 1000 } },
				surroundings: nothingAround,
				metrics: {
					...{ findingsSuppressed: metric('suppressed'), scoredTenants: metric('scored') },
					...{ scoreTickSeconds: metric('seconds'), scoreTicksMissed: metric('missed') },
					scoreLagSeconds: metric('lag'),
				},
				scorer: {
					async score(...args: Parameters<Scorer['score']>) {
						jest.advanceTimersByTime(2500);
						return scorer.score(...args);
					},
				},
			},
			NOON,
		);

		expect(Object.fromEntries(seen)).toEqual({ scored: 2, seconds: 2.5, lag: 1.5, missed: 2 });
		expect([...scores.keys()]).toEqual(['a', 'b']);
	});
});

it('what was judged is embedded anew with the scales of the baseline in use', async () => {
	const renewed: unknown[] = [];
	const raw = COORDINATES.map((_, at) => (at === 0 ? 5.5 : 0));
	const database = {
		async call(name: string, args: { judgements?: unknown }) {
			if (name === 'renew_judgements') renewed.push(args.judgements);
			return ['acme', 'unknown'].map((tenantId) => [
				'fbk_1',
				'2026-10-14T12:00:00Z',
				tenantId,
				raw,
			]);
		},
	} as unknown as Database;
	const baselines = {
		get: (tenantId: string) => (tenantId === 'acme' ? { version: 4, scales } : undefined),
	};
	await renewJudgements({ baselines, database }, NOON);

	const vector = sparseLiteral(embed(standardise(raw, scales), NOON / MINUTE));
	expect(renewed).toEqual([[['fbk_1', '2026-10-14T12:00:00Z', 4, vector]]]);
});

describe('a maintenance window', () => {
	it('holds from its beginning to before its end, for its tenant only', async () => {
		const windows = [
			{ id: 'mnt_1', tenantId: 'acme', note: null, learn: false },
			{ id: 'mnt_2', tenantId: 'acme', note: null, learn: false },
		].map((window, hour) => ({
			...window,
			fromAt: new Date(NOON + 2 * hour * 60 * MINUTE).toISOString(),
			toAt: new Date(NOON + (2 * hour + 1) * 60 * MINUTE).toISOString(),
		}));
		const database = { call: () => Promise.resolve(windows) } as unknown as Database;
		const book = new MaintenanceBook({ database, changed: quiet });
		await book.load(NOON);

		expect(book.at('acme', NOON)?.id).toBe('mnt_1');
		expect(book.at('acme', NOON + 60 * MINUTE)).toBeUndefined();
		expect(book.at('acme', NOON + 121 * MINUTE)?.id).toBe('mnt_2');
		expect(book.at('beta', NOON)).toBeUndefined();
	});
});

it('what is suppressed is counted by its reason and reaches nobody', async () => {
	const acted: string[] = [];
	const suppressed: object[] = [];
	const actor = { act: async ({ rule }: { rule: string }) => void acted.push(rule) };
	const at = async (inMaintenance: boolean, suppressedBy: string | null) =>
		detect(
			{
				...{ activities: new ActivityBook(), actor: actor, log },
				detectors: [vectorDistance({ tripStrength: 1 })],
				maintenance: { at: () => (inMaintenance ? window : undefined) },
				metrics: {
					findingsSuppressed: { inc: (labels: object) => void suppressed.push(labels) },
				} as unknown as Metrics,
			},
			{
				...{ runsOn: 'tick', tenantId: 'acme', asOf: NOON },
				score: { ...scoreOf(2), suppressedBy },
			},
		);
	await at(true, null);
	await at(false, 'fbk_1');
	await at(false, null);

	expect(suppressed).toEqual([
		{ rule: 'vectorDistance', by: 'maintenance' },
		{ rule: 'vectorDistance', by: 'feedback' },
	]);
	expect(acted).toEqual(['vectorDistance']);
});

const window = { id: 'mnt_1', note: null, from: NOON, to: NOON + MINUTE };

function scoreOf(strength: number): Score {
	return { at: NOON - MINUTE, distance: 0.2, strength, reasons: [], suppressedBy: null };
}
