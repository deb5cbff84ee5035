import type { ResumingCall } from '../../../anomaly-service/src/ports/queueFunctions.ts';
import { afterAttempt, INTERRUPTED } from '../../../anomaly-service/src/stages/resumeEnding.ts';

const NOW = Date.UTC(2026, 9, 14, 12);
const MINUTE = 60_000;

function aCall(changes: Partial<ResumingCall> = {}): ResumingCall {
	return {
		...{ id: 'que_1', tenantId: 'acme', keyId: 'key_1', resumeUrl: 'http://127.0.0.1:9/' },
		outcome: 'allowed',
		answer: { decision: 'allow', reservationId: 'rsv_1', heldMicroCents: 1, expiresAt: NOW },
		...{ ttlMs: 1000, generation: 1, mayHold: true, reservationId: 'rsv_1' },
		...{ deadlineAt: NOW + 60 * MINUTE, decidedAt: NOW, attempts: 1, mayHaveArrived: false },
		...changes,
	};
}
const status = (code: number) =>
	({ outcome: 'failed', error: `HTTP ${code}`, status: code }) as const;
const noAnswer = { outcome: 'failed', error: 'timeout' } as const;
const unreached = { outcome: 'failed', error: 'refused', unreached: true } as const;

describe('an attempt to tell a call its answer', () => {
	it.each([404, 409, 410])(
		'that is answered %i is told when an earlier one may have arrived',
		(code) => {
			const attempt = code === 410 ? ({ ...status(code), outcome: 'gone' } as const) : status(code);
			const before = afterAttempt(aCall(), attempt, NOW);

			expect(before.kind).toBe(code === 410 ? 'dead' : 'again');
			expect(afterAttempt(aCall({ mayHaveArrived: true }), attempt, NOW)).toEqual({ kind: 'told' });
		},
	);

	it('may have arrived when no answer came, or one of a proxy, and not when it was refused', () => {
		const arrived = [noAnswer, status(502), unreached, status(401), status(409)].map((attempt) =>
			afterAttempt(aCall(), attempt, NOW),
		);

		expect(arrived).toMatchObject(
			[true, true, false, false, false].map((mayHaveArrived) => ({
				kind: 'again',
				mayHaveArrived,
			})),
		);
		const after = afterAttempt(aCall({ mayHaveArrived: true }), unreached, NOW);
		expect(after).toMatchObject({ mayHaveArrived: true });
	});

	it('is repeated after 1 s, then twice as long each time up to 30 s, less up to a half', () => {
		for (const [attempts, ceiling] of [
			[1, 1000],
			[2, 2000],
			[5, 16_000],
			[6, 30_000],
			[40, 30_000],
		]) {
			const ending = afterAttempt(aCall({ attempts: attempts ?? 0 }), status(503), NOW);
			const inMs = ending.kind === 'again' ? ending.inMs : NaN;

			expect(inMs).toBeGreaterThanOrEqual((ceiling ?? 0) / 2);
			expect(inMs).toBeLessThanOrEqual(ceiling ?? 0);
		}
	});

	it('that a stop cut off is due again at once, and may have arrived only if it was sent', () => {
		const again = { kind: 'again', inMs: 0, error: expect.any(String) };

		expect(afterAttempt(aCall(), INTERRUPTED, NOW)).toEqual({ ...again, mayHaveArrived: false });
		expect(afterAttempt(aCall(), { ...INTERRUPTED, wasSent: true }, NOW)).toEqual({
			...again,
			mayHaveArrived: true,
		});
	});

	it('is the last one a minute after the deadline of a call that is allowed', () => {
		const deadlineAt = NOW;
		const ending = (now: number) => afterAttempt(aCall({ deadlineAt }), status(503), now).kind;

		expect(ending(NOW + MINUTE - 2000)).toBe('again');
		expect(ending(NOW + MINUTE)).toBe('dead');
	});

	it('is the last one an hour after a rejection, which holds nothing', () => {
		const call = aCall({ outcome: 'rejected', deadlineAt: NOW });

		expect(afterAttempt(call, status(503), NOW + 59 * MINUTE).kind).toBe('again');
		expect(afterAttempt(call, status(503), NOW + 60 * MINUTE).kind).toBe('dead');
	});

	it('lets a call that cannot be told for five minutes wait again, unless it may know', () => {
		const later = NOW + 5 * MINUTE + 1;

		expect(afterAttempt(aCall(), unreached, later)).toMatchObject({
			kind: 'requeued',
			inMs: MINUTE,
		});
		expect(afterAttempt(aCall(), noAnswer, later).kind).toBe('again');
		const known = aCall({ mayHaveArrived: true });
		expect(afterAttempt(known, unreached, later).kind).toBe('again');
	});
});
