import fc from 'fast-check';
import { MINUTE_MS } from '../../../../core/durations.ts';
import { RepeatedCalls } from '../../../../core/health/repeatedCalls.ts';
import { madeCall, NOON } from '../../../support/healthView.ts';

const asked = (at: number, promptHash: string, execution = '1', caller = 'n8n|wf|node') =>
	madeCall({ at, promptHash, execution, caller });

describe('calls that repeat themselves', () => {
	it('are as many as there were in the window, whatever their order', () => {
		const times = fc.array(fc.integer({ min: 0, max: 10 * MINUTE_MS }), {
			minLength: 3,
			maxLength: 40,
		});
		fc.assert(
			fc.property(times, (ago) => {
				const repeated = new RepeatedCalls();
				for (const ms of [...ago, 0]) repeated.add(asked(NOON - ms, 'aaaaaaaa'));
				const inside = 1 + ago.filter((ms) => ms < 5 * MINUTE_MS).length;
				const found = repeated.at(NOON, 5 * MINUTE_MS);

				expect(found.map((one) => one.times)).toEqual([inside, inside]);
			}),
		);
	});

	it('are told apart by prompt, by execution and by tool call', () => {
		const repeated = new RepeatedCalls();
		for (let n = 0; n < 4; n++) {
			repeated.add(asked(NOON, 'aaaaaaaa', '1', ''));
			repeated.add(asked(NOON, 'aaaaaaaa', '2', ''));
			repeated.add(asked(NOON, `other-${n}`, '1', ''));
			repeated.add(madeCall({ execution: '1', toolCallHash: 'aaaaaaaa' }));
		}

		expect(repeated.at(NOON, MINUTE_MS).map(({ of, by, times }) => [of, by, times])).toEqual([
			['prompt', '1', 4],
			['prompt', '2', 4],
			['toolCall', '1', 4],
		]);
	});

	it('are nobody’s when neither execution nor caller is known', () => {
		const repeated = new RepeatedCalls();
		for (let n = 0; n < 9; n++) repeated.add(asked(NOON, 'aaaaaaaa', '', ''));

		expect(repeated.at(NOON, MINUTE_MS)).toEqual([]);
	});

	it('are those of the moment: what was repeated before is not found again', () => {
		const repeated = new RepeatedCalls();
		for (let n = 0; n < 4; n++) repeated.add(asked(NOON - 2000, 'aaaaaaaa', '1', ''));

		expect(repeated.at(NOON, MINUTE_MS)).toEqual([]);
		expect(repeated.at(NOON - 2000, MINUTE_MS)).toMatchObject([{ times: 4 }]);
	});

	it('are found among four hundred others between them, and memory stays bounded', () => {
		const repeated = new RepeatedCalls();
		for (let n = 0; n < 5; n++) {
			repeated.add(asked(NOON, 'aaaaaaaa', '1', ''));
			for (let other = 0; other < 400; other++) repeated.add(asked(NOON, `${n}-${other}`, '1', ''));
		}

		expect(repeated.at(NOON, MINUTE_MS)).toMatchObject([{ hash: 'aaaaaaaa', times: 5 }]);
	});

	it('are forgotten when they were asked for long ago', () => {
		const repeated = new RepeatedCalls();
		for (let n = 0; n < 5; n++) repeated.add(asked(NOON, 'aaaaaaaa'));
		repeated.forget(NOON + 1);

		expect(repeated.at(NOON, MINUTE_MS)).toEqual([]);
	});
});
