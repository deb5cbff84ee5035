import { setImmediate as yieldToOthers } from 'node:timers/promises';
import { differenceOf, type Difference } from '../../../core/backtest/difference.ts';
import {
	GRACE_MS,
	knownIncidents,
	type KnownIncident,
	type Stretch,
} from '../../../core/backtest/knownIncident.ts';
import { countsFrom, isReplayable } from '../../../core/backtest/limitReplay.ts';
import { verdictOf, type SideVerdict } from '../../../core/backtest/verdict.ts';
import { MINUTE_MS, WEEK_MS } from '../../../core/durations.ts';
import type { Limit } from '../../../core/limits.ts';
import { iso } from '../../../core/utc.ts';
import type { Score } from '../detectors/detector.ts';
import type { DetectorThresholds } from '../detectors/thresholds.ts';
import type { Database } from '../ports/database.ts';
import { BacktestRun, type BacktestStart } from './backtestRun.ts';
import {
	changedSettings,
	configuredSettings,
	type BacktestChanges,
	type BacktestSettings,
} from './backtestSettings.ts';
import { CallReader, ScoreReader } from './historyReaders.ts';
import type { LimitBook } from './limitBook.ts';
import { LimitIndex } from './limitIndex.ts';
import type { RecordedCall } from './recordedCall.ts';

/** Calls one answer looks at: they take it some 15 s, half of them to read. */
export const BACKTEST_CALLS_MAX = 300_000;
/** Detectors of spend look at the minute before a call. */
const RECENT_MS = 2 * MINUTE_MS;

export type BacktestDependencies = {
	database: Database;
	limitBook: Pick<LimitBook, 'all' | 'planOf'>;
	/** As configured. */
	thresholds: DetectorThresholds;
};

/** Epoch ms; `to` is not within. */
export type BacktestSpan = { tenantId: string; from: number; to: number };

export type Backtest = {
	configured: { settings: BacktestSettings; verdict: SideVerdict };
	changed: { settings: BacktestSettings; verdict: SideVerdict };
	difference: Difference;
	basis: {
		calls: number;
		snapshots: number;
		incidents: number;
		limitsNotReplayed: string[];
	};
};

/**
 * Replays a tenant's history twice: with the rules as they are configured, and with some of them changed. The same question
 * has the same answer. Undefined: there are more calls than one answer looks at.
 */
export async function backtest(
	deps: BacktestDependencies,
	span: BacktestSpan,
	changes: BacktestChanges,
): Promise<Backtest | undefined> {
	const { limitBook, thresholds } = deps;
	const plan = limitBook.planOf(span.tenantId);
	const limits = new LimitIndex(limitBook.all()).of(span.tenantId, plan);
	const configured = configuredSettings(thresholds, limits);
	const changed = changedSettings(configured, changes);
	const { start, judged } = await startOf(deps.database, span, plan);
	const [before, after] = [new BacktestRun(start, configured), new BacktestRun(start, changed)];
	const counted = await replay(
		deps.database,
		{
			...span,
			limits: [...limits, ...changed.limits],
			strength: Math.min(1, changed.vectorLimitFactor),
		},
		[before, after],
	);
	if (!counted) return undefined;

	const sides = {
		configured: { settings: configured, verdict: verdictOf(before.result, judged) },
		changed: { settings: changed, verdict: verdictOf(after.result, judged) },
	};
	return {
		...sides,
		difference: differenceOf(sides.configured.verdict, sides.changed.verdict),
		basis: {
			...counted,
			incidents: judged.known.length,
			limitsNotReplayed: changed.limits
				.filter((limit) => limit.mode === 'enforce' && !isReplayable(limit))
				.map(({ id }) => id),
		},
	};
}

/** What both sides begin with, and what they are judged by. */
async function startOf(
	database: Database,
	{ tenantId, from, to }: BacktestSpan,
	plan: string | null,
): Promise<{ start: BacktestStart; judged: { known: KnownIncident[]; fine: Stretch[] } }> {
	const hours = await database.call('spend_by_hour', {
		...{ tenantId, from: iso(from - WEEK_MS), to: iso(from) },
	});
	const spans = await database.call('known_spans', {
		...{ tenantId, from: iso(from - GRACE_MS), to: iso(to + GRACE_MS) },
	});
	// What was judged are whole minutes.
	const said = (verdict: 'fine' | 'incident') =>
		spans.feedback
			.filter((feedback) => feedback.verdict === verdict)
			.map((feedback) => ({ ...feedback, to: feedback.to + MINUTE_MS }));
	const fine = said('fine');
	const known = knownIncidents({
		openings: spans.incidents.map((opening) => ({ ...opening, source: 'breaker' })),
		confirmed: said('incident').map((feedback) => ({ ...feedback, source: 'feedback' })),
		fine,
	});
	const start = { tenantId, plan, from, hours, known, maintenance: spans.maintenance };

	return { start, judged: { known, fine } };
}

/** The limits of both sides, and the least that one of them flags, in units of the tenant's limit. */
type ReplayedOn = { limits: readonly Limit[]; strength: number };

/** Sends the calls and scores of the span through both runs, a page at a time; undefined: there are too many. */
async function replay(
	database: Database,
	{ tenantId, from, to, limits, strength }: BacktestSpan & ReplayedOn,
	runs: readonly BacktestRun[],
): Promise<{ calls: number; snapshots: number } | undefined> {
	const scores = new ScoreReader(database, { tenantId, from, to, strength });
	const calls = new CallReader(database, {
		tenantId,
		from: Math.min(from - RECENT_MS, countsFrom(limits.filter(isReplayable), from)),
		to,
	});
	let replayed = 0;
	for (let page = await calls.next(); page; page = await calls.next()) {
		if (calls.read > BACKTEST_CALLS_MAX) return undefined;
		const last = page.at(-1)?.at ?? from;
		const scored = await scores.upTo(last);
		for (const run of runs) replayPage(run, page, { scored, from });
		replayed += page.filter(({ at }) => at >= from).length;
		await yieldToOthers();
	}
	const rest = await scores.upTo(to);
	for (const run of runs) {
		for (const score of rest) run.score(score);
		run.end(to);
	}
	return { calls: replayed, snapshots: scores.read };
}

function replayPage(
	run: BacktestRun,
	calls: readonly RecordedCall[],
	{ scored, from }: { scored: readonly Score[]; from: number },
): void {
	let next = 0;
	for (const call of calls) {
		for (let score = scored[next]; score && score.at <= call.at; score = scored[++next]) {
			run.score(score);
		}
		if (call.at < from) run.recall(call);
		else run.replay(call);
	}
}
