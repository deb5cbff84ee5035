import type { Database } from '../../../anomaly-service/src/ports/database.ts';
import { ActivityBook } from '../../../anomaly-service/src/stages/activityBook.ts';
import type { CompactCall } from '../../../core/behaviour/compactCall.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../core/durations.ts';
import { totalHealth } from '../../../core/health/healthWindow.ts';
import { CHAT, madeCall, NOON } from '../../support/healthView.ts';

/** A database that knows of one tenant: busy until eleven every day, and a call at eleven that failed. */
function databaseOf(): Database {
	const hours = Array.from({ length: 8 * 24 }, (_, back) => [
		...['acme', NOON - (back + 2) * HOUR_MS, 100, 0b1111],
	]);
	const call: CompactCall = [
		...[NOON - HOUR_MS, CHAT, 'gpt-4o', 1000, 0, 0, 128_000, 900, 503, 0, '', '', ''],
	] as unknown as CompactCall;
	const answers: Record<string, unknown> = {
		recent_activity: {
			hours,
			cached: [['acme', `${CHAT}|gpt-4o`, Math.floor(NOON / DAY_MS) - 1, 10, 1000, 800]],
			providers: [[CHAT, 'openai']],
		},
		active_tenants: [{ tenantId: 'acme' }],
		tenant_calls: [call],
	};

	return { call: async (name: string) => answers[name] } as unknown as Database;
}

describe('the activity of tenants', () => {
	it('is read back at the start: how calls were answered and by whom, when it is usual, what was cached', async () => {
		const book = new ActivityBook();
		expect(book.listeningSince).toBe(Infinity);
		await book.restore(databaseOf(), NOON);
		const { health, rhythm, cached } = book.of('acme');
		const parts = [...health.at(NOON, 65).values()];

		expect(book.listeningSince).toBe(NOON);
		expect(parts).toMatchObject([{ provider: 'openai', failed: 1, unavailable: 1 }]);
		expect(rhythm.lastAt).toBe(NOON - HOUR_MS);
		expect(rhythm.missedMs(NOON + HOUR_MS + 15 * MINUTE_MS, 0)).toBe(2 * HOUR_MS);
		expect([...cached.before(NOON)]).toEqual([
			[`${CHAT}|gpt-4o`, { calls: 10, input: 1000, cached: 800, days: 1 }],
		]);
	});

	it('knows tenants of the last week, those with calls lately first', () => {
		const book = new ActivityBook();
		book.observe('quiet', madeCall({ at: NOON - 2 * DAY_MS }), NOON);
		book.observe('busy', madeCall(), NOON);

		expect(book.known()).toEqual(['busy', 'quiet']);
	});

	it('does not grow with what is asked for, nor with time', async () => {
		const book = new ActivityBook();
		for (let n = 0; n < 3000; n++) {
			book.observe('acme', madeCall({ promptHash: `hash-${n}`, execution: `${n}` }), NOON);
		}
		const { repeated, health } = book.of('acme');
		expect(totalHealth(health.at(NOON, 1).values()).calls).toBe(3000);
		await book.forget(NOON + 2 * HOUR_MS);

		expect(repeated.at(NOON, HOUR_MS)).toEqual([]);
		expect(health.at(NOON, 60).size).toBe(0);
		await book.forget(NOON + 9 * DAY_MS);
		expect(book.known()).toEqual([]);
	});
});
