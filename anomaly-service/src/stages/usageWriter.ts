import { randomUUID } from 'node:crypto';
import { iso } from '../../../core/utc.ts';
import { StoreUnavailableError, type Database } from '../ports/database.ts';
import type { UsageRow } from '../ports/records.ts';
import { RecordedBatch, type Recorded } from './recordedBatch.ts';

export type UsageWriterDependencies = {
	database: Database;
	/** Whether counts outlive this process, so that somebody has to hear of what it could not count any more. */
	countsOutlive: boolean;
};

/** `counted`: what was recorded is counted. Left out, it is counted anew from the database a minute later. */
export type Written = { answers: Recorded[]; counted: () => void };

type Waiting = {
	rows: readonly UsageRow[];
	now: number;
	resolve: (written: Written) => void;
	reject: (error: unknown) => void;
};

/** Two keep a database with two cores busy; of more, each would write fewer rows at once. */
const AT_ONCE = 2;
/** Some 60 ms of a statement: who comes next waits no longer than that. */
const MAX_ROWS = 2000;

/** Makes usage durable. Requests that come together, or while two writes are under way, are written by one call. */
export class UsageWriter {
	readonly #deps: UsageWriterDependencies;
	readonly #waiting: Waiting[] = [];
	#underWay = 0;
	#isStarting = false;
	/** Runs whose rows are counted; the next write tells the database. */
	#counted: string[] = [];

	constructor(deps: UsageWriterDependencies) {
		this.#deps = deps;
	}

	/** Resolves when the rows are durable, with one answer for each in order. A failed write is its caller's alone. */
	write(rows: readonly UsageRow[], now: number): Promise<Written> {
		return new Promise((resolve, reject) => {
			this.#waiting.push({ rows, now, resolve, reject });
			this.#start();
		});
	}

	/** Tells the database of what was counted since the last write. */
	async tellCounted(): Promise<void> {
		const runs = this.#counted.splice(0);
		if (runs.length === 0) return;
		try {
			await this.#deps.database.call('counted', { runs });
		} catch (error) {
			this.#counted.push(...runs);
			throw error;
		}
	}

	/**
	 * After everything that has arrived is read: the embedded database works in this thread, and would write each request
	 * alone before the next one is looked at.
	 */
	#start(): void {
		if (this.#isStarting) return;
		this.#isStarting = true;
		setImmediate(() => {
			this.#isStarting = false;
			this.#startNow();
		});
	}

	#startNow(): void {
		while (this.#underWay < AT_ONCE && this.#waiting.length > 0) {
			this.#underWay++;
			void this.#writeSome(this.#next()).finally(() => {
				this.#underWay--;
				this.#start();
			});
		}
	}

	#next(): Waiting[] {
		let size = 0;
		const end = this.#waiting.findIndex(({ rows }, at) => {
			size += rows.length;
			return at > 0 && size > MAX_ROWS;
		});
		return this.#waiting.splice(0, end === -1 ? this.#waiting.length : end);
	}

	async #writeSome(some: Waiting[]): Promise<void> {
		try {
			await this.#record(some);
		} catch (error) {
			if (some.length === 1 || error instanceof StoreUnavailableError) {
				for (const { reject } of some) reject(error);
				return;
			}
			// Nothing of it is recorded. Rows of one that the database refuses must not take the others with them.
			for (const one of some) await this.#record([one]).catch(one.reject);
		}
	}

	async #record(some: readonly Waiting[]): Promise<void> {
		const run = this.#deps.countsOutlive ? randomUUID() : null;
		const counted = this.#counted.splice(0);
		const batch = new RecordedBatch(await this.#call({ some, run, counted }));
		let uncounted = some.length;
		for (const { rows, resolve } of some) {
			resolve({
				answers: rows.map((row) => batch.answer(row)),
				counted: () => {
					uncounted--;
					if (uncounted === 0 && run !== null) this.#counted.push(run);
				},
			});
		}
	}

	async #call(write: { some: readonly Waiting[]; run: string | null; counted: string[] }) {
		const { some, run, counted } = write;
		const events = firstOfEach(some).map(withoutUsual);
		const now = iso(Math.max(...some.map((one) => one.now)));
		try {
			return await this.#deps.database.call('record_usage', {
				...{ events, run, now },
				counted: counted.length === 0 ? null : counted,
			});
		} catch (error) {
			this.#counted.push(...counted);
			throw error;
		}
	}
}

/**
 * Of rows that are one event the one that came first, as it is answered: which of them the database would keep is chance,
 * and it may be another request's.
 */
function firstOfEach(some: readonly Waiting[]): UsageRow[] {
	const seen = new Set<string>();
	return some
		.flatMap(({ rows }) => rows)
		.filter(({ source, id }) => {
			const before = seen.size;
			// No text that Postgres stores has this character.
			return seen.add(`${source}\u0000${id}`).size > before;
		});
}

/** Columns whose 0 or false goes without saying. */
const USUALLY_ZERO: ReadonlySet<string> = new Set<keyof UsageRow>([
	'input_uncached',
	'cache_read',
	'cache_write_5m',
	'cache_write_1h',
	'input_audio',
	'output',
	'reasoning',
	'output_audio',
	'estimated',
]);

/** Half of a row says nothing; what is left out takes no time to be written and read. */
function withoutUsual(row: UsageRow): Partial<UsageRow> {
	const told: Record<string, unknown> = {};
	for (const [column, value] of Object.entries(row)) {
		if (value === null || (!value && USUALLY_ZERO.has(column))) continue;
		told[column] = value;
	}
	if (Object.keys(row.other_units).length === 0) delete told['other_units'];

	return told;
}
