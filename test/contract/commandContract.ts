import type { Database } from '../../anomaly-service/src/ports/database.ts';
import { iso, NOON, sharedDatabase, tenantNames } from './databaseBench.ts';

const LEASE_MS = 30_000;
const WEEK_MS = 7 * 86_400_000;

/** What carrying out commands once guarantees, through every transport. */
export function commandContract(name: string, open: () => Promise<Database>): void {
	describe(`commands through ${name}`, () => {
		const db = sharedDatabase(open);
		const newTenant = tenantNames();
		const begin = (id: string, { scope = '', at = NOON } = {}) =>
			db.call('begin_command', { scope, id, leaseMs: LEASE_MS, now: iso(at) });
		const answer = {
			reply: { text: 'done', entities: [], buttons: [[{ label: 'Undo', data: 'undo:inc_1' }]] },
			notice: 'done',
		};
		const audit = (tenantId: string | null) => ({
			...{ actor: 'telegram:1', event: 'command.block', tenantId, incidentId: null },
			...{ subjectId: 'c', detail: { outcome: 'isolated' } },
		});
		const finish = (id: string, tenantId: string, given: typeof answer | null = answer) =>
			db.call('finish_command', {
				...{ scope: '', id, answer: given, audit: audit(tenantId), now: iso(NOON) },
			});
		const audited = async (tenantId: string) => {
			const entries = await db.call('search_audit', {
				...{ tenantId, action: null, actor: null, incidentId: null },
				...{ from: null, to: null, before: null, limit: 10 },
			});
			return entries.length;
		};

		it('a command is begun once, and answers the same whoever sends it again', async () => {
			const tenantId = newTenant();

			expect(await begin(tenantId)).toEqual({ outcome: 'started' });
			expect(await begin(tenantId)).toEqual({ outcome: 'running' });
			expect(await finish(tenantId, tenantId)).toEqual({ finished: true });
			expect(await begin(tenantId)).toEqual({ outcome: 'answered', answer });
			expect(await begin(tenantId, { at: NOON + WEEK_MS })).toMatchObject({ outcome: 'answered' });
		});

		it('of two that begin it at once one does', async () => {
			const id = newTenant();
			const begun = await Promise.all([begin(id), begin(id), begin(id)]);

			expect(begun.map(({ outcome }) => outcome).sort()).toEqual(['running', 'running', 'started']);
		});

		it('one whose service died is begun anew after its lease', async () => {
			const id = newTenant();
			await begin(id);

			expect(await begin(id, { at: NOON + LEASE_MS - 1 })).toEqual({ outcome: 'running' });
			expect(await begin(id, { at: NOON + LEASE_MS })).toEqual({ outcome: 'started' });
			expect(await begin(id, { at: NOON + LEASE_MS })).toEqual({ outcome: 'running' });
		});

		it('one that could not be carried out is free again, and not audited', async () => {
			const tenantId = newTenant();
			await begin(tenantId);

			expect(await finish(tenantId, tenantId, null)).toEqual({ finished: true });
			expect(await begin(tenantId)).toEqual({ outcome: 'started' });
			expect(await audited(tenantId)).toBe(0);
		});

		it('is audited when it ends, once', async () => {
			const tenantId = newTenant();
			await begin(tenantId);
			await finish(tenantId, tenantId);

			expect(await finish(tenantId, tenantId)).toEqual({ finished: false });
			expect(await audited(tenantId)).toBe(1);
		});

		it('an id of one key’s tenant tells nothing to another', async () => {
			const id = newTenant();
			await begin(id);
			await finish(id, id);

			expect(await begin(id, { scope: 'acme' })).toEqual({ outcome: 'started' });
		});

		it('is forgotten after a week', async () => {
			const id = newTenant();
			await begin(id, { at: NOON - WEEK_MS - 1 });
			const { removed } = await db.call('prune_commands', { now: iso(NOON) });

			expect(removed).toBe(1);
			expect(await begin(id)).toEqual({ outcome: 'started' });
		});

		it('finds nothing by the beginning of an id nobody has', async () => {
			const kinds = ['inc', 'act', 'alr'] as const;

			expect(await db.call('ids_like', { start: '%', kinds, tenantId: null, limit: 3 })).toEqual(
				[],
			);
		});
	});
}
