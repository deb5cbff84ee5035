import { reportLater } from '../../nodes/shared/reportLater.ts';
import type { ServiceAnswer } from '../../nodes/shared/service.ts';

const MINUTE_MS = 60_000;
const SILENT: ServiceAnswer = { outcome: 'unavailable', reason: 'nobody there' };
const TAKEN: ServiceAnswer = { outcome: 'answered', status: 202, body: {} };
const REFUSED: ServiceAnswer = { outcome: 'answered', status: 422, body: {} };

beforeEach(() => void jest.useFakeTimers());
// What is still pending ends, so that no test fills the place of the next.
afterEach(async () => {
	await jest.advanceTimersByTimeAsync(3 * 60 * MINUTE_MS);
	jest.useRealTimers();
});

/** Answers in turn, the last one for ever; `at` is when each was asked for. */
function service(...answers: ServiceAnswer[]) {
	const at: number[] = [];
	const startedAt = Date.now();
	const send = async () => {
		at.push(Date.now() - startedAt);
		return answers[Math.min(at.length, answers.length) - 1] ?? SILENT;
	};
	return { at, send };
}

describe('a report the service did not take', () => {
	it('is sent again until it is taken', async () => {
		const { at, send } = service(SILENT, SILENT, TAKEN);

		reportLater({ send, forMs: 10 * MINUTE_MS });
		await jest.advanceTimersByTimeAsync(10 * MINUTE_MS);

		expect(at).toHaveLength(3);
	});

	it('waits longer each time, up to a minute', async () => {
		const { at, send } = service(SILENT);

		reportLater({ send, forMs: 60 * MINUTE_MS });
		await jest.advanceTimersByTimeAsync(60 * MINUTE_MS);

		const waits = at.map((when, index) => when - (at[index - 1] ?? 0));
		waits.forEach((wait, index) => {
			const ceiling = Math.min(MINUTE_MS, 1000 * 2 ** index);
			expect(wait).toBeGreaterThanOrEqual(Math.floor(ceiling / 2));
			expect(wait).toBeLessThanOrEqual(ceiling);
		});
		expect(at.length).toBeGreaterThan(60);
	});

	it('is not sent again once it is refused for good', async () => {
		const { at, send } = service(REFUSED);

		reportLater({ send, forMs: 10 * MINUTE_MS });
		await jest.advanceTimersByTimeAsync(10 * MINUTE_MS);

		expect(at).toHaveLength(1);
	});

	it('is given up when its time is over', async () => {
		const { at, send } = service(SILENT);

		reportLater({ send, forMs: 5 * MINUTE_MS });
		await jest.advanceTimersByTimeAsync(60 * MINUTE_MS);

		expect(at.at(-1)).toBeLessThanOrEqual(5 * MINUTE_MS);
	});

	it('survives a sender that throws', async () => {
		let calls = 0;
		const send = async (): Promise<ServiceAnswer> => {
			calls += 1;
			if (calls === 1) throw new Error('no such credential');
			return TAKEN;
		};

		reportLater({ send, forMs: MINUTE_MS });
		await jest.advanceTimersByTimeAsync(MINUTE_MS);

		expect(calls).toBe(2);
	});
});

it('a hundred reports are kept at a time, and a place is free again when one ends', async () => {
	const { at, send } = service(SILENT);
	for (let report = 0; report < 150; report++) reportLater({ send, forMs: 1500 });
	await jest.advanceTimersByTimeAsync(1500);
	expect(at.filter((when) => when <= 1000)).toHaveLength(100);

	const late = service(TAKEN);
	reportLater({ send: late.send, forMs: MINUTE_MS });
	await jest.advanceTimersByTimeAsync(MINUTE_MS);

	expect(late.at).toHaveLength(1);
});
