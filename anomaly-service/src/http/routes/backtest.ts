import type { z } from 'zod';
import { DAY_MS } from '../../../../core/durations.ts';
import { limitId as limitIdOf } from '../../../../core/limits.ts';
import {
	backtest,
	BACKTEST_CALLS_MAX,
	type BacktestDependencies,
	type BacktestSpan,
} from '../../stages/backtest.ts';
import { configuredSettings, type BacktestChanges } from '../../stages/backtestSettings.ts';
import { backtestAnswerOf } from '../backtestBody.ts';
import { invalidRequest } from '../invalidRequest.ts';
import type { ProblemError } from '../problemError.ts';
import { route, type Route } from '../route.ts';
import { backtestAnswer, backtestBody, BACKTEST_DAYS_MAX } from '../schemas/backtest.ts';
import { limitOf, type LimitBody } from '../schemas/limit.ts';
import { KeyedQueue } from '../../stages/keyedQueue.ts';
import { requireTenant } from '../tenantScope.ts';

const DEFAULT_DAYS = 7;

type Body = z.infer<typeof backtestBody>;

export function backtestRoute(deps: BacktestDependencies): Route {
	/** One after the other: each takes up to 15 s of the thread that answers everybody. */
	const running = new KeyedQueue();

	return route({
		method: 'post',
		path: '/v1/backtest',
		summary: 'What would have fired and been saved in the past with other thresholds or limits',
		roles: ['read'],
		body: backtestBody,
		responses: {
			200: { description: 'As configured, as changed, and the difference', schema: backtestAnswer },
		},
		async handle({ body, caller, now }) {
			requireTenant(caller, body.tenantId, '/tenantId');
			refuseUnknownDetectors(deps, body);
			const span = spanOf(body, now);
			const answer = await running.run('all', () => backtest(deps, span, changesOf(body.changes)));
			if (!answer) {
				const most = BACKTEST_CALLS_MAX.toLocaleString('en-US');
				throw refusal(
					body.from === undefined ? '/days' : '/from',
					`begins a span with more than ${most} calls, with what limits counted before; ask for a shorter one`,
				);
			}
			return { status: 200, body: backtestAnswerOf(span, answer) };
		},
	});
}

function spanOf({ tenantId, days = DEFAULT_DAYS, from, to: end }: Body, now: number): BacktestSpan {
	const to = Math.min(end ?? now, now);
	const begin = from ?? to - days * DAY_MS;
	if (begin >= now) throw refusal('/from', 'is not in the past');
	if (begin >= to) throw refusal('/from', 'is not before the end');
	if (to - begin > BACKTEST_DAYS_MAX * DAY_MS) {
		throw refusal('/from', `is more than ${BACKTEST_DAYS_MAX} days before the end`);
	}
	return { tenantId, from: begin, to };
}

function changesOf(changes: Body['changes']): BacktestChanges {
	const { spendCapUsdPerMinute: capMicroCents, spikeRatioPct: ratioPct, limits } = changes;
	const { tripStrength, vectorLimitFactor, detectors } = changes;

	return {
		...{ capMicroCents, ratioPct, tripStrength, vectorLimitFactor, detectors },
		limits: limits?.map((given, index) => limitOf(given, given.id ?? nameOf(given, index))),
	};
}

/** A limit that says no id is told by what it counts. */
function nameOf(given: LimitBody, index: number): string {
	return `${limitIdOf(given.scope, given.unit, limitOf(given, '').window)}-${index + 1}`;
}

function refuseUnknownDetectors({ thresholds }: BacktestDependencies, { changes }: Body): void {
	const known = Object.keys(configuredSettings(thresholds, []).detectors);
	const unknown = Object.keys(changes.detectors ?? {}).find((name) => !known.includes(name));
	if (unknown === undefined) return;

	throw refusal(
		`/changes/detectors/${unknown.replaceAll('~', '~0').replaceAll('/', '~1')}`,
		`is no detector; there are ${known.join(', ')}`,
	);
}

function refusal(pointer: string, detail: string): ProblemError {
	return invalidRequest('body', [{ pointer, detail }]);
}
