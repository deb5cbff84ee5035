import type { BaselineFitter } from '../../anomaly-service/src/ports/baselineFitter.ts';
import type { Database } from '../../anomaly-service/src/ports/database.ts';
import { ActivityBook } from '../../anomaly-service/src/stages/activityBook.ts';
import { BaselineBook } from '../../anomaly-service/src/stages/baselineBook.ts';
import { BaselineLimits } from '../../anomaly-service/src/stages/baselineLimits.ts';
import {
	BaselineRefresh,
	type RefreshResult,
} from '../../anomaly-service/src/stages/baselineRefresh.ts';
import { BaselineShifts } from '../../anomaly-service/src/stages/baselineShifts.ts';
import { Scorer } from '../../anomaly-service/src/stages/score.ts';
import { SnapshotKeeper } from '../../anomaly-service/src/stages/snapshotKeeper.ts';
import { expandCall, historyOf, type CompactCall } from '../../core/behaviour/compactCall.ts';
import { fitBaseline } from '../../core/behaviour/fitBaseline.ts';
import { seededRandom } from '../../core/behaviour/seededRandom.ts';
import { alertingOn } from './alerting.ts';
import { openMemoryDatabase } from './servers/migratedPglite.ts';

export const MINUTE = 60_000;
export const DAY = 1440 * MINUTE;
/** A Monday. */
export const START = Date.UTC(2026, 8, 7);

const log = { error() {}, warn() {}, info() {}, debug() {} };

/**
 * The service's own learning and scoring over PGlite, with calls that need not be recorded and a clock that a test moves:
 * two weeks of several tenants in seconds.
 */
export type LearningWorld = {
	database: Database;
	book: BaselineBook;
	shifts: BaselineShifts;
	limits: BaselineLimits;
	/** What `refresh` does, but for the question whether there is a new normal. */
	fit: BaselineRefresh;
	/** The calls of one day, in the order of their time. */
	happen(tenantId: string, calls: readonly CompactCall[]): void;
	/** Scores tenants at each of these minutes; strengths by tenant, in that order. */
	score(tenantIds: readonly string[], minutes: readonly number[]): Promise<Map<string, number[]>>;
	refresh(tenantId: string, now: number): Promise<RefreshResult | undefined>;
	/** Somebody says of the flagged minutes around `at` that they were an incident. */
	confirm(tenantId: string, openedAt: number): Promise<void>;
	close(): Promise<void>;
};

/** `everythingEnters`: nothing is left out of a baseline, to see what would be learned. */
export async function learningWorld({ everythingEnters = false } = {}): Promise<LearningWorld> {
	const stored = await openMemoryDatabase();
	const calls = new Map<string, CompactCall[]>();
	const database = withCalls(stored, calls, everythingEnters);
	const activities = new ActivityBook();
	const book = new BaselineBook({ database, log });
	const limits = new BaselineLimits({ database, budgetPerWeek: 1 });
	const keeper = new SnapshotKeeper({ database });
	const scorer = new Scorer({
		...{ activities, baselines: book, database, embedder: undefined, keeper, log },
	});
	const fit = new BaselineRefresh({
		...{ book, database, limits, fitter: inlineFitter, embeddedFit: undefined },
		broadcast: { publish: async () => undefined },
	});
	const shifts = new BaselineShifts({ book: alertingOn(database).book, database, log });
	const waiting = new Map<string, CompactCall[]>();

	return {
		...{ database, book, fit, limits, shifts },
		happen(tenantId, ofDay) {
			const known = calls.get(tenantId) ?? [];
			calls.set(tenantId, known.concat(ofDay));
			waiting.set(tenantId, (waiting.get(tenantId) ?? []).concat(ofDay));
		},
		async score(tenantIds, minutes) {
			const strengths = new Map(tenantIds.map((tenantId) => [tenantId, [] as number[]]));
			for (const minute of minutes) {
				const now = (minute + 1) * MINUTE - 1;
				for (const tenantId of tenantIds) observeUntil(activities, waiting, tenantId, now);
				for (const [tenantId, { strength }] of await scorer.score(tenantIds, now)) {
					strengths.get(tenantId)?.push(strength);
				}
				await activities.forget(now);
			}
			return strengths;
		},
		async refresh(tenantId, now) {
			await shifts.look(tenantId, now);
			return fit.run(tenantId, { cause: 'daily', actor: null, note: null, now });
		},
		confirm: (tenantId, openedAt) => confirm(database, tenantId, openedAt),
		close: () => stored.close(),
	};
}

/** Without a worker: the tests are about what is learned, and one of them would have to be started each time. */
const inlineFitter: BaselineFitter = {
	async fit({ to, excluded }, pages) {
		const all: CompactCall[] = [];
		for await (const page of pages) all.push(...page);
		const history = historyOf(all);
		const firstMinute = Math.min(...history.keys());
		return fitBaseline(history, { to, firstMinute, excluded }, seededRandom(to));
	},
};

/** The database, but for the calls of tenants: those are the test's own. */
function withCalls(
	stored: Database,
	calls: ReadonlyMap<string, CompactCall[]>,
	everythingEnters: boolean,
): Database {
	return {
		close: () => stored.close(),
		call(name, args) {
			const answered = (answer: unknown) =>
				Promise.resolve(answer as Awaited<ReturnType<typeof stored.call<typeof name>>>);
			if (name === 'excluded_spans' && everythingEnters) {
				return answered({ learnFrom: null, spans: [] });
			}
			if (name !== 'tenant_calls') return stored.call(name, args);
			const { tenantId, since, until } = args as Record<'tenantId' | 'since' | 'until', string>;
			const [from, to] = [Date.parse(since), Date.parse(until)];

			return answered((calls.get(tenantId) ?? []).filter(([at]) => at >= from && at < to));
		},
	};
}

function observeUntil(
	activities: ActivityBook,
	waiting: Map<string, CompactCall[]>,
	tenantId: string,
	now: number,
): void {
	const calls = waiting.get(tenantId) ?? [];
	let count = 0;
	for (const call of calls) {
		if (call[0] > now) break;
		activities.observe(tenantId, expandCall(call), now);
		count++;
	}
	waiting.set(tenantId, calls.slice(count));
}

async function confirm(database: Database, tenantId: string, openedAt: number): Promise<void> {
	const at = new Date(openedAt).toISOString();
	await database.call('raise_alert', {
		alert: {
			...{ tenantId, rule: 'vectorDistance', openedAt: at, sequence: 1, severity: 'warning' },
			...{ strength: 2, notifiedAt: at, evidence: {}, alertText: '{}' },
		},
		event: { eventId: `${tenantId} ${at}`, type: 'spend.anomaly.detected', tenantId, body: '{}' },
	});
	await database.call('give_feedback', {
		...{ tenantId, at: null, openedAt: at, verdict: 'incident', note: null },
		...{ expiresAt: new Date(openedAt + 30 * DAY).toISOString(), actor: 'key_1', now: at },
	});
}

/** A day of one tenant: a busy afternoon, a quiet night, answers of every length. `rate`: calls a minute, on average. */
export function ordinaryDay(day: number, rate: number, random: () => number): CompactCall[] {
	const calls: CompactCall[] = [];
	for (let minute = 0; minute < 1440; minute++) {
		const wave = 1 - 0.8 * Math.cos((2 * Math.PI * (minute - 180)) / 1440);
		let left = rate * wave;
		while (left > 0) {
			if (random() < Math.min(1, left)) {
				calls.push(call(START + day * DAY + (minute + random()) * MINUTE, random));
			}
			left -= 1;
		}
	}
	return inOrder(calls);
}

export function inOrder(calls: readonly CompactCall[]): CompactCall[] {
	return calls.toSorted(([a], [b]) => a - b);
}

export function call(
	at: number,
	random: () => number,
	changes: { model?: string; input?: number; output?: number; usd?: number } = {},
): CompactCall {
	const input = changes.input ?? Math.round(300 * 2 ** (3 * random()));
	const output = changes.output ?? Math.round(40 * 2 ** (3 * random()));
	const costMicroCents = Math.round(
		changes.usd === undefined ? 15 * input + 60 * output : changes.usd * 1e8,
	);
	const latencyMs = (250 + 8 * output) * (0.8 + 0.4 * random());
	const model = changes.model ?? 'small';

	return [
		...([Math.floor(at), 'api.openai.com/v1/chat/completions', model, input, 0] as const),
		...([output, 128_000, latencyMs, 200, costMicroCents, 'n8n|wf|Agent', 'key', 'run'] as const),
	];
}

/** Minutes since the epoch, from one of a day to another. */
export function minutesOfDay(day: number, from: number, to: number, step = 1): number[] {
	const first = START / MINUTE + day * 1440;

	return Array.from({ length: Math.ceil((to - from) / step) }, (_, k) => first + from + k * step);
}
