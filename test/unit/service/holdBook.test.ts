import { HoldBook } from '../../../anomaly-service/src/adapters/memory/holdBook.ts';
import type { Hold } from '../../../anomaly-service/src/ports/counters.ts';

const HOUR = 3_600_000;
const NOON = Date.UTC(2026, 9, 14, 12);

const hold = (reservationId: string): Hold => ({
	reservationId,
	call: { tenantId: 'acme' },
	size: { microCents: 10, inputTokens: 1, cacheReadTokens: 0, outputTokens: 1 },
	admittedAt: NOON,
	expiresAt: NOON + 1000,
	entries: [],
});

function bookWith(...ids: string[]) {
	const book = new HoldBook();
	for (const id of ids) book.add(hold(id));
	const expire = () => {
		for (const overdue of book.overdue(NOON + 1000)) book.end(overdue, 'expired', NOON + 1000);
	};
	return { book, expire };
}

describe('an expired hold', () => {
	it('is kept until somebody has recorded it, however long that takes', () => {
		const { book, expire } = bookWith('r');
		expire();
		book.forget(NOON + 48 * HOUR);

		expect(book.unreported).toMatchObject([{ reservationId: 'r', state: 'expired' }]);
	});

	it('is forgotten an hour after its end once it is recorded', () => {
		const { book, expire } = bookWith('r');
		expire();
		book.reported('r');
		expect(book.unreported).toEqual([]);
		expect(book.find('r')).toMatchObject({ state: 'expired' });

		book.forget(NOON + 2 * HOUR);
		expect(book.isEmpty).toBe(true);
	});

	it('that is settled late is nobody’s to record any more', () => {
		const { book, expire } = bookWith('r');
		expire();
		const expired = book.find('r');
		if (expired) book.end(expired, 'settled', NOON + 2000);

		expect(book.unreported).toEqual([]);
		book.forget(NOON + 2 * HOUR);
		expect(book.isEmpty).toBe(true);
	});
});
