import { baselineOf, type Baseline, type RawRow } from '../../../core/behaviour/fitBaseline.ts';
import { fitLevels } from '../../../core/behaviour/fitLevels.ts';
import { fitWindows, WINDOW_DAYS } from '../../../core/behaviour/fitWindows.ts';
import type { History } from '../../../core/behaviour/levels.ts';
import { mayTeach, PastWindows, STRIDE } from '../../../core/behaviour/pastWindows.ts';
import { seededRandom } from '../../../core/behaviour/seededRandom.ts';
import { DAY, FIRST_MINUTE } from '../calendar.ts';

/**
 * A tenant's baseline of each day, as the service fits it at midnight: levels on all days before, scales and centroids on
 * the raw rows that those days had on their day. The rows are kept from scoring, so that no day is looked at twice.
 */
export class DailyBaselines {
	readonly #history: History;
	#rows: RawRow[] = [];

	constructor(history: History) {
		this.#history = history;
	}

	/** Keeps the raw features of a snapshot, when it is one that baselines learn from. */
	keep(row: RawRow): void {
		if (row.minute % STRIDE === 0) this.#rows.push(row);
	}

	/** The baseline of the day that begins with minute `to` (since the epoch). */
	fit(to: number, excluded: ReadonlySet<number>): Baseline {
		const from = to - WINDOW_DAYS * DAY;
		this.#rows = this.#rows.filter(({ minute }) => minute >= from);
		const span = { from: Math.max(FIRST_MINUTE, from), to, excluded };
		const past = PastWindows.over(this.#history, span);
		const levels = fitLevels(this.#history, { to, firstMinute: FIRST_MINUTE, excluded });
		const rows = this.#rows.filter(({ minute }) => mayTeach(minute, excluded));

		return baselineOf(fitWindows(past, levels, to), rows, seededRandom(to));
	}
}
