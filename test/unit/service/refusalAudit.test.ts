import type { RejectReason } from '../../../core/decision.ts';
import type { NewAuditEntry } from '../../../anomaly-service/src/ports/auditFunctions.ts';
import type { Database } from '../../../anomaly-service/src/ports/database.ts';
import { RefusalAudit, type Refusal } from '../../../anomaly-service/src/stages/refusalAudit.ts';

const NOON = Date.UTC(2026, 9, 14, 12);

/** An audit whose database can be down, or slow. */
function audit() {
	const batches: (readonly NewAuditEntry[])[] = [];
	const logged: string[] = [];
	let isDown = false;
	const database: Database = {
		call: async (_name, args) => {
			const { entries } = args as { entries: readonly NewAuditEntry[] };
			if (isDown) throw new Error('down');
			batches.push(entries);
			return { added: entries.length } as never;
		},
		close: async () => undefined,
	};
	const line = (_fields: object, message: string) => void logged.push(message);
	const log = { debug: line, info: line, warn: line, error: line };

	return {
		refusals: new RefusalAudit({ database, log }),
		...{ batches, logged, written: () => batches.flat() },
		setDown: (down: boolean) => (isDown = down),
	};
}
const limitExceeded: RejectReason = {
	code: 'limitExceeded',
	scope: 'tenant',
	unit: 'requests',
	...{ message: 'no room', limitId: 'lim_1', subject: 'acme' },
	...{ window: '1h', capacity: 1, spent: 1, held: 0 },
	...{ requested: 1, resetsAt: null },
};
const refusal = (n: number, given: Partial<Refusal> = {}): Refusal => ({
	decision: { decision: 'reject', reasons: [limitExceeded], retryAfterMs: null },
	call: { tenantId: 'acme', workflowId: 'wf', provider: 'openai', model: 'gpt-5' },
	...{ decisionId: `dec_${n}`, keyId: 'key_1', now: NOON + n, ...given },
});

describe('the audit of refusals', () => {
	it('says who was refused what and why, and nothing of what was said', async () => {
		const { refusals, written } = audit();
		refusals.note(refusal(0));
		await refusals.flush();

		expect(written()).toEqual([
			{
				...{ at: '2026-10-14T12:00:00.000Z', actor: 'key_1', action: 'decision.rejected' },
				...{ tenantId: 'acme', incidentId: null, subjectId: 'dec_0' },
				detail: {
					...{ workflowId: 'wf', provider: 'openai', model: 'gpt-5' },
					...{ reasons: ['limitExceeded'], limitIds: ['lim_1'] },
				},
			},
		]);
	});

	it('names the queued call, and the incident of an open breaker', async () => {
		const { refusals, written } = audit();
		const queue = { lane: 'bulk', deadlineAt: NOON, retryAfterMs: null } as const;
		const ahead: RejectReason = {
			code: 'queueAhead',
			...{ message: '', limitIds: ['lim_1', 'lim_2'] },
		};
		refusals.note(
			refusal(0, { decision: { decision: 'queue', queueId: 'q_1', reasons: [ahead], ...queue } }),
		);
		const open = { code: 'breakerOpen', message: '', incidentId: 'inc_1' } as const;
		refusals.note(
			refusal(1, { decision: { decision: 'reject', reasons: [open], retryAfterMs: null } }),
		);
		await refusals.flush();

		expect(written()).toMatchObject([
			{ action: 'decision.queued', subjectId: 'q_1', detail: { limitIds: ['lim_1', 'lim_2'] } },
			{ action: 'decision.rejected', subjectId: 'dec_1', incidentId: 'inc_1' },
		]);
	});

	it('is written in order, many together', async () => {
		const { refusals, batches, written } = audit();
		for (let n = 0; n < 1200; n++) refusals.note(refusal(n));
		await refusals.flush();

		expect(batches.length).toBeLessThanOrEqual(3);
		expect(written().map(({ subjectId }) => subjectId)).toEqual(
			Array.from({ length: 1200 }, (_, n) => `dec_${n}`),
		);
	});

	it('waits for a database that is down, which is told of once', async () => {
		const { refusals, logged, setDown, written } = audit();
		setDown(true);
		refusals.note(refusal(0));
		await refusals.run();
		refusals.note(refusal(1));
		await refusals.run();
		expect(logged).toEqual(['refusals wait for the audit']);

		setDown(false);
		await refusals.run();
		expect(written().map(({ subjectId }) => subjectId)).toEqual(['dec_0', 'dec_1']);
		setDown(true);
		refusals.note(refusal(2));
		await refusals.run();
		expect(logged).toHaveLength(2);
	});

	it('becomes one entry for each tenant and reason beyond what is kept, which says how many', async () => {
		const { refusals, setDown, written } = audit();
		setDown(true);
		for (let n = 0; n < 50_000; n++) refusals.note(refusal(n));
		const beta = { call: { tenantId: 'beta', model: 'gpt-5' } };
		for (let n = 50_000; n < 50_010; n++) refusals.note(refusal(n, n % 5 === 0 ? beta : {}));
		setDown(false);
		await refusals.flush();
		refusals.note(refusal(60_000));
		await refusals.flush();

		const all = written();
		expect(all).toHaveLength(50_003);
		expect(all.slice(50_000)).toMatchObject([
			{
				...{ tenantId: 'beta', actor: 'service', subjectId: 'dec_50000' },
				detail: { coalesced: { count: 2 } },
			},
			{
				...{ tenantId: 'acme', actor: 'service', at: '2026-10-14T12:00:50.009Z' },
				detail: {
					...{ reasons: ['limitExceeded'], limitIds: ['lim_1'] },
					coalesced: {
						...{ count: 8, from: '2026-10-14T12:00:50.001Z', to: '2026-10-14T12:00:50.009Z' },
					},
				},
			},
			{ actor: 'key_1', subjectId: 'dec_60000' },
		]);
	});

	it('keeps a bounded number of kinds apart, and counts the others all the same', async () => {
		const { refusals, setDown, written } = audit();
		setDown(true);
		for (let n = 0; n < 50_000; n++) refusals.note(refusal(n));
		for (let n = 0; n < 10_500; n++) {
			refusals.note(refusal(n, { call: { tenantId: `t${n}` }, decisionId: `more_${n}` }));
		}
		setDown(false);
		await refusals.flush();
		const counted = written().slice(50_000);

		expect(counted).toHaveLength(10_001);
		expect(counted.at(-1)).toMatchObject({ tenantId: null, detail: { coalesced: { count: 500 } } });
	});

	it('is written whole when the service ends, or its log says what is lost', async () => {
		const { refusals, logged, setDown, written } = audit();
		refusals.note(refusal(0));
		await refusals.stop();
		expect(written()).toHaveLength(1);

		setDown(true);
		refusals.note(refusal(1));
		await refusals.stop();
		expect(logged).toEqual(['refusals were not written into the audit']);
	});
});
