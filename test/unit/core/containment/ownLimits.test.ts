import { counterOf, type AppliedLimit, type Limit } from '../../../../core/limits.ts';
import {
	isRestraint,
	narrowed,
	restraintOf,
	withProbe,
} from '../../../../core/containment/ownLimits.ts';

const restraint = (action: string, settings = {}) =>
	restraintOf({ action, tenantId: 'acme', settings });
const applied = (limit: Limit): AppliedLimit => ({ limit, counter: counterOf(limit, 'acme') });

describe('a restraint', () => {
	it('lets ten calls a minute pass, or as many as the step says, and the others wait', () => {
		expect(restraint('throttle')).toMatchObject({ capacity: 10, whenOver: 'queue' });
		expect(restraint('throttle', { requestsPerMinute: 3 })).toMatchObject({ capacity: 3 });
	});

	it('that queues everything is another count than one that throttles', () => {
		const queueOnly = restraint('queueOnly');

		expect(queueOnly).toMatchObject({ unit: 'concurrency', capacity: 0 });
		expect(counterOf(queueOnly, 'acme').id).not.toBe(counterOf(restraint('throttle'), 'acme').id);
		expect(isRestraint(queueOnly)).toBe(true);
	});

	it('never widens what an operator had set', () => {
		const own = { ...restraint('throttle'), id: 'mine', capacity: 2 };

		expect(narrowed(own, restraint('throttle'))).toMatchObject({ id: 'mine', capacity: 2 });
	});
});

describe('a trial', () => {
	it('passes six calls a minute', () => {
		expect(withProbe([], 'acme')).toMatchObject([{ limit: { capacity: 6, whenOver: 'reject' } }]);
	});

	it('takes the place of a wider limit on the same count, and leaves a narrower one', () => {
		const wide = applied({ ...restraint('throttle'), capacity: 100 });
		const narrow = applied({ ...restraint('throttle'), capacity: 1 });

		expect(withProbe([wide], 'acme').map(({ limit }) => limit.capacity)).toEqual([6]);
		expect(withProbe([narrow], 'acme')).toEqual([narrow]);
	});
});
