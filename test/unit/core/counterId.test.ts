import fc from 'fast-check';
import { parseCounterId } from '../../../core/counterId.ts';
import { counterOf, LIMIT_SCOPES, LIMIT_UNITS } from '../../../core/limits.ts';
import type { Window } from '../../../core/windows.ts';

const WINDOWS: (Window | null)[] = [
	null,
	{ kind: 'rolling', windowMs: 1000 },
	{ kind: 'rolling', windowMs: 90_000 },
	{ kind: 'rolling', windowMs: 7 * 86_400_000 },
	{ kind: 'calendar', unit: 'day', timeZone: 'UTC' },
	{ kind: 'calendar', unit: 'month', timeZone: 'America/Argentina/Buenos_Aires' },
];

describe('parseCounterId', () => {
	it('gives back every counter, whatever text it counts by', () => {
		const counter = fc.record({
			scope: fc.constantFrom(...LIMIT_SCOPES),
			unit: fc.constantFrom(...LIMIT_UNITS),
			window: fc.constantFrom(...WINDOWS),
			shared: fc.boolean(),
		});
		const subject = fc.oneof(
			fc.string({ unit: 'binary' }),
			fc.constantFrom('', '=', '|', 'a=b|tokens|1h', '||', 'x|'),
		);
		fc.assert(
			fc.property(counter, subject, (given, of) => {
				const made = counterOf(given, of);
				expect(parseCounterId(made.id, given.shared)).toEqual(made);
			}),
		);
	});

	it('knows no counter in other text', () => {
		for (const id of [
			'',
			'meta',
			'seed',
			'tenant=a',
			'tenant=a|tokens',
			'tenant|tokens|1h',
			'x=a|tokens|1h',
			'tenant=a|tokens|soon',
			'tenant=a|coins|1h',
		]) {
			expect(parseCounterId(id, false)).toBeUndefined();
		}
	});
});
