import { DAY_MS } from '../../../core/durations.ts';
import { alertText } from '../../../core/alert.ts';
import type { Database } from '../ports/database.ts';
import { iso } from '../../../core/utc.ts';
import type { Log } from '../ports/log.ts';
import type { AlertBook } from './alertBook.ts';
import { eventBody } from './eventBody.ts';

const SHIFT_EVENT = 'baseline.shifted';

/** A quarter of a day: an attack is over or confirmed by then, a new normal is not. */
const SHIFTED_MINUTES = 360;
/** Nobody answered for as long: what still goes on is normal. */
const ADAPT_AFTER_DAYS = 7;

export type BaselineShiftsDependencies = {
	book: Pick<AlertBook, 'observe'>;
	database: Database;
	log: Log;
};

/**
 * A tenant that is flagged for a quarter of a day may have a new normal: a new product, another model, twice the customers.
 * People are asked once. They say yes, or call it an incident, or nothing: then it is taken over after a week if it goes on.
 */
export class BaselineShifts {
	readonly #deps: BaselineShiftsDependencies;

	constructor(deps: BaselineShiftsDependencies) {
		this.#deps = deps;
	}

	/** Asks, or decides for those who did not answer. True: from now on there is a new normal to learn. */
	async look(tenantId: string, now: number): Promise<boolean> {
		const { database } = this.#deps;
		const at = new Date(now).toISOString();
		const shift = await database.call('level_shift', { tenantId, now: at });
		const goesOn = shift.flaggedMinutes >= SHIFTED_MINUTES;
		if (shift.open === null) {
			if (goesOn && !shift.isDecided && shift.startedAt !== null) {
				await this.#ask(tenantId, { ...shift, startedAt: shift.startedAt }, now);
			}
			return false;
		}
		if (now - shift.open.askedAt < ADAPT_AFTER_DAYS * DAY_MS) return false;

		const decision = goesOn ? 'automatic' : 'ended';
		await database.call('decide_shift', { tenantId, decision, actor: 'service', now: at });
		return goesOn;
	}

	/** A person says yes. False: nothing was asked. */
	async accept(tenantId: string, { actor, now }: { actor: string; now: number }): Promise<boolean> {
		const at = new Date(now).toISOString();
		const answered = await this.#deps.database.call('decide_shift', {
			...{ tenantId, decision: 'accepted', actor, now: at },
		});
		return answered.decided;
	}

	/** Told first, then remembered: of what was told and not remembered the next look tells nothing new. */
	async #ask(
		tenantId: string,
		{ startedAt, flaggedMinutes }: { startedAt: number; flaggedMinutes: number },
		now: number,
	): Promise<void> {
		const { book, database, log } = this.#deps;
		const since = iso(startedAt);
		const rule = SHIFT_EVENT;
		const severity = 'warning';
		const text = alertText({
			...{ severity, tenantId, at: now },
			...{ spendPerMinute: 0, faultyEndpoint: 'baseline', breakerFired: false },
		});
		await book.observe({
			...{ tenantId, rule, part: '', severity, ends: 'silent', alertText: text },
			...{ strength: flaggedMinutes / SHIFTED_MINUTES, openedAt: startedAt, at: now },
			evidence: async () => ({
				...{ since, flaggedMinutes, ofMinutes: 1440 },
				question: 'new normal?',
				adaptsAt: iso(now + ADAPT_AFTER_DAYS * DAY_MS),
			}),
			event: ({ id: alertId }, evidence, muted) => ({
				...{ eventId: JSON.stringify([rule, tenantId, since]), type: rule, tenantId },
				body: eventBody(rule, iso(now), {
					...{ alertId, tenantId, rule, severity, evidence, muted, alertText: text },
				}),
			}),
		});
		const { asked } = await database.call('ask_shift', {
			...{ tenantId, startedAt: since, flaggedMinutes, now: iso(now) },
		});
		if (!asked) return;
		log.warn({ tenantId, since, flaggedMinutes }, 'new normal? nobody was asked before');
	}
}
