import { MINUTE_MS } from '../../../core/durations.ts';
import { iso } from '../../../core/utc.ts';
import type { Score } from '../detectors/detector.ts';
import type { Database } from '../ports/database.ts';
import type { StreamPlace } from '../ports/reportFunctions.ts';
import { recordedCall, type RecordedCall } from './recordedCall.ts';

/** Rows the database hands over at a time. Embedded it runs in this very thread: 1,000 calls hold others up for 30 ms. */
const PAGE_CALLS = 1000;
const PAGE_SCORES = 5000;

/** Epoch ms; `to` is not within. */
type Span = { tenantId: string; from: number; to: number };

/** The calls of a tenant in the order they were made, page by page. */
export class CallReader {
	readonly #database: Database;
	readonly #span: Span;
	#after: StreamPlace | null = null;
	#isAtEnd = false;
	/** Calls handed out. */
	read = 0;

	constructor(database: Database, span: Span) {
		this.#database = database;
		this.#span = span;
	}

	async next(): Promise<RecordedCall[] | undefined> {
		if (this.#isAtEnd) return undefined;
		const { tenantId, from, to } = this.#span;
		const { calls, next } = await this.#database.call('usage_stream', {
			...{ tenantId, from: iso(from), to: iso(to), workflowId: null, nodeName: null },
			...{ provider: null, model: null, after: this.#after, limit: PAGE_CALLS },
		});
		this.#after = next;
		this.#isAtEnd = next === null;
		this.read += calls.length;

		return calls.map(recordedCall);
	}
}

/** The stored scores of a tenant in their order. */
export class ScoreReader {
	readonly #database: Database;
	readonly #span: Span & { strength: number };
	#page: Score[] = [];
	/** Minute of the last one read; epoch ms. */
	#lastMinute: number | null = null;
	#isAtEnd = false;
	/** Scores handed out. */
	read = 0;

	/** `strength`: the least that may be flagged, in units of the limit. */
	constructor(database: Database, span: Span & { strength: number }) {
		this.#database = database;
		this.#span = span;
	}

	/** Those that were not handed out yet, up to and with this moment. */
	async upTo(at: number): Promise<Score[]> {
		while (!this.#isAtEnd && (this.#page.at(-1)?.at ?? -Infinity) <= at) await this.#readPage();
		const beyond = this.#page.findIndex((score) => score.at > at);
		const taken = this.#page.splice(0, beyond < 0 ? this.#page.length : beyond);
		this.read += taken.length;

		return taken;
	}

	async #readPage(): Promise<void> {
		const { from, to, ...asked } = this.#span;
		const page = await this.#database.call('list_snapshots', {
			...{ ...asked, from: iso(from), to: iso(to) },
			...{ after: this.#lastMinute, limit: PAGE_SCORES },
		});
		this.#isAtEnd = page.length < PAGE_SCORES;
		this.#lastMinute = page.at(-1)?.[0] ?? this.#lastMinute;
		for (const [minute, distance, strength, suppressedBy] of page) {
			// Taken while its minute passes; for sure it was there when the minute had passed.
			const at = minute + MINUTE_MS;
			this.#page.push({ at, distance, strength, suppressedBy, reasons: [] });
		}
	}
}
