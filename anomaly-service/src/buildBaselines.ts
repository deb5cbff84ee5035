import { minuteOf } from '../../core/behaviour/minuteSums.ts';
import { seededRandom } from '../../core/behaviour/seededRandom.ts';
import { createWorkerFitter } from './adapters/worker/workerFitter.ts';
import type { Config } from './config.ts';
import type { Broadcast } from './ports/broadcast.ts';
import type { Clock } from './ports/clock.ts';
import type { Database } from './ports/database.ts';
import type { Embedder } from './ports/embedder.ts';
import type { Log } from './ports/log.ts';
import { BaselineBook } from './stages/baselineBook.ts';
import { BaselineDesk } from './stages/baselineDesk.ts';
import { BaselineLimits } from './stages/baselineLimits.ts';
import { BaselineRefresh, type EmbeddedFit } from './stages/baselineRefresh.ts';
import { BaselineRound } from './stages/baselineRound.ts';
import type { AlertBook } from './stages/alertBook.ts';
import { BaselineShifts } from './stages/baselineShifts.ts';
import { embeddedBaseline } from './stages/embeddedBaseline.ts';

export type BaselineParts = {
	baselines: BaselineBook;
	baselineDesk: BaselineDesk;
	baselineRefresh: BaselineRefresh;
	baselineRound: BaselineRound;
};

export type BaselineOutside = {
	broadcast: Broadcast;
	clock: Clock;
	config: Pick<Config, 'alertBudgetPerWeek'>;
	database: Database;
	/** Of a space beside `features`, if there is one. */
	embedder: Embedder | undefined;
	log: Log;
	alertBook: AlertBook;
};

/** What learns each tenant's normal and says what it is scored against. */
export function buildBaselines(outside: BaselineOutside): BaselineParts {
	const { config, database } = outside;
	const baselines = new BaselineBook(outside);
	const limits = new BaselineLimits({ database, budgetPerWeek: config.alertBudgetPerWeek });
	const shifts = new BaselineShifts({ ...outside, book: outside.alertBook });
	const book = { ...outside, book: baselines, limits, shifts };
	const refresh = new BaselineRefresh({
		...book,
		fitter: createWorkerFitter(),
		embeddedFit: embeddedFitOf(outside),
	});

	return {
		baselines,
		baselineDesk: new BaselineDesk({ ...book, refresh }),
		baselineRefresh: refresh,
		baselineRound: new BaselineRound({ ...book, refresh }),
	};
}

function embeddedFitOf({ embedder, clock }: BaselineOutside): EmbeddedFit | undefined {
	if (!embedder) return undefined;

	return (rows, tenantId) => {
		const random = seededRandom(minuteOf(clock.now()));
		return embeddedBaseline({ rows, embedder, tenantId, random });
	};
}
