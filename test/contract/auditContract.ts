import { createHash } from 'node:crypto';
import { CHAIN_START, type ChainPlace } from '../../anomaly-service/src/ports/auditFunctions.ts';
import { exportAudit, verifyAudit } from '../../anomaly-service/src/stages/auditChain.ts';
import type { ChainedEntry } from '../../anomaly-service/src/ports/auditFunctions.ts';
import type { OpenedDatabase } from '../support/servers/openedDatabase.ts';
import { iso, NOON } from './databaseBench.ts';

const DAY_MS = 86_400_000;
/** What a superuser does who has switched the guards off. */
const TABLES = ['audit_entries', 'audit_chain'];

/** What the audit's chain guarantees, through every transport. */
export function auditContract(name: string, open: () => Promise<OpenedDatabase>): void {
	describe(`the audit through ${name}`, () => {
		let db: OpenedDatabase;
		beforeAll(async () => {
			db = await open();
		});
		afterAll(() => db.close());

		let tenants = 0;
		const newTenant = () => `${name}-${++tenants}`;
		const write = async (tenantId: string, count: number, at = NOON) => {
			const entries = Array.from({ length: count }, (_, n) => ({
				...{ at: iso(at + n), actor: 'key_1', action: 'decision.rejected', tenantId },
				...{ incidentId: null, subjectId: `dec_${tenantId}_${at}_${n}` },
				detail: { reasons: ['limitExceeded'], n, text: 'zwölf "µ¢"\n€' },
			}));
			return db.call('add_audit_entries', { entries });
		};
		const verify = (known: ChainPlace | null = null) => verifyAudit(db, known);
		const exported = async (tenantId: string | null, from: number | null, to: number | null) => {
			const told = (at: number | null) => (at === null ? null : iso(at));
			const filter = { tenantId, from: told(from), to: told(to) };
			const lines: ChainedEntry[] = [];
			for await (const page of exportAudit(db, filter)) lines.push(...page);
			return lines;
		};

		it('holds from its first entry, before there is one', async () => {
			const { valid, entries, head } = await verify(CHAIN_START);

			expect({ valid, entries }).toEqual({ valid: true, entries: head.position });
		});

		it('takes every entry in once, in the order in which it was written, without gaps', async () => {
			const before = await verify();
			const tenantId = newTenant();
			await write(tenantId, 3);
			await db.call('put_tenant', { tenantId, plan: 'pro', actor: 'key_1', now: iso(NOON) });
			const after = await verify(before.head);
			const lines = await exported(tenantId, null, null);

			expect(after).toMatchObject({ valid: true, entries: before.entries + 4, fault: null });
			expect(lines.map(({ position }) => position - before.head.position)).toEqual([1, 2, 3, 4]);
			expect(lines.map(({ action }) => action).at(-1)).toBe('tenant.planSet');
			expect(lines.at(-1)?.hash).toBe(after.head.hash);
		});

		it('does not write twice what is sent again', async () => {
			const tenantId = newTenant();

			expect(await write(tenantId, 3)).toEqual({ added: 3 });
			expect(await write(tenantId, 4)).toEqual({ added: 1 });
			expect(await exported(tenantId, null, null)).toHaveLength(4);
		});

		it('finds entries by what they are about', async () => {
			const tenantId = newTenant();
			await write(tenantId, 2);
			const found = await db.call('search_audit', {
				...{ tenantId: null, action: null, actor: null, incidentId: null },
				...{ from: null, to: null, before: null, limit: 9 },
				subjectId: `dec_${tenantId}_${NOON}_1`,
			});

			expect(found).toMatchObject([{ tenantId, detail: { n: 1 } }]);
		});

		it('exports a span with all it takes to check every line', async () => {
			const tenantId = newTenant();
			await write(tenantId, 2, NOON - DAY_MS);
			await write(tenantId, 3, NOON);
			const lines = await exported(tenantId, NOON, NOON + 2);

			expect(lines.map(({ at }) => Date.parse(at))).toEqual([NOON, NOON + 1]);
			for (const { text, previousHash, hash } of lines) {
				const entryHash = createHash('sha256').update(text).digest();
				const chained = createHash('sha256').update(Buffer.from(previousHash, 'hex'));
				expect(chained.update(entryHash).digest('hex')).toBe(hash);
			}
			expect(lines[1]?.previousHash).toBe(lines[0]?.hash);
			expect(JSON.parse(lines[0]?.text ?? '')).toEqual({
				...{ sequence: expect.any(Number), at: '2026-10-14T12:00:00.000000Z', actor: 'key_1' },
				...{ action: 'decision.rejected', tenantId, incidentId: null },
				subjectId: `dec_${tenantId}_${NOON}_0`,
				detail: { reasons: ['limitExceeded'], n: 0, text: 'zwölf "µ¢"\n€' },
			});
		});

		it('exports more than a page, each entry once', async () => {
			const tenantId = newTenant();
			await write(tenantId, 2000);
			const positions = (await exported(tenantId, null, null)).map(({ position }) => position);

			expect(new Set(positions).size).toBe(2000);
			expect(positions).toEqual(positions.toSorted((a, b) => a - b));
			expect(await exported(newTenant(), null, null)).toEqual([]);
		});

		describe('when somebody with every right tampers with it', () => {
			const run = async (...statements: string[]) => {
				for (const statement of statements) await db.query(statement);
			};
			const guards = (state: 'disable' | 'enable always') =>
				TABLES.map((table) =>
					state === 'disable'
						? [`alter table fuse.${table} disable trigger user`]
						: [
								`alter table fuse.${table} enable always trigger ${table === 'audit_chain' ? 'chain' : 'audit'}_is_append_only`,
								...(table === 'audit_entries'
									? ['alter table fuse.audit_entries enable always trigger audit_is_chained']
									: []),
							],
				).flat();
			let known: ChainPlace;
			beforeAll(async () => {
				await write(newTenant(), 6);
				known = (await verify()).head;
				await run(
					...guards('disable'),
					...TABLES.map((table) => `create table public.kept_${table} as table fuse.${table}`),
				);
			});
			afterEach(() =>
				run(
					...TABLES.map((table) => `delete from fuse.${table}`),
					'insert into fuse.audit_entries overriding system value table public.kept_audit_entries',
					'insert into fuse.audit_chain table public.kept_audit_chain',
				),
			);
			afterAll(() =>
				run(
					...TABLES.map((table) => `drop table public.kept_${table}`),
					...guards('enable always'),
				),
			);
			const sequenceAt = (back: number) =>
				`(select sequence from fuse.audit_chain where position = ${known.position - back})`;

			it.each<[string, (p: number) => string[], string, number]>([
				[
					'changes an entry',
					() => [
						`update fuse.audit_entries set detail = '{"reasons": []}' where sequence = ${sequenceAt(3)}`,
					],
					...(['changed', 3] as const),
				],
				[
					'changes who did it',
					() => [`update fuse.audit_entries set actor = 'x' where sequence = ${sequenceAt(2)}`],
					...(['changed', 2] as const),
				],
				[
					'deletes an entry',
					() => [`delete from fuse.audit_entries where sequence = ${sequenceAt(3)}`],
					...(['missing', 3] as const),
				],
				[
					'deletes an entry and its place',
					(p) => [
						`delete from fuse.audit_entries where sequence = ${sequenceAt(3)}`,
						`delete from fuse.audit_chain where position = ${p - 3}`,
					],
					...(['missing', 3] as const),
				],
				[
					'swaps two entries in the chain',
					(p) => [
						`create table public.swapped as select * from fuse.audit_chain where position in (${p - 3}, ${p - 2})`,
						`delete from fuse.audit_chain where position in (${p - 3}, ${p - 2})`,
						`insert into fuse.audit_chain select ${2 * p - 5} - position, sequence, entry_hash, hash from public.swapped`,
						'drop table public.swapped',
					],
					...(['reordered', 3] as const),
				],
				[
					'swaps what two entries say',
					() => [
						`update fuse.audit_entries a set detail = b.detail, at = b.at, subject_id = b.subject_id
						from public.kept_audit_entries b
						where (a.sequence = ${sequenceAt(3)} and b.sequence = ${sequenceAt(2)})
							or (a.sequence = ${sequenceAt(2)} and b.sequence = ${sequenceAt(3)})`,
					],
					...(['changed', 3] as const),
				],
				[
					'writes an entry in between, places and all',
					(p) => [
						`delete from fuse.audit_chain where position > ${p - 3}`,
						`insert into fuse.audit_entries (at, actor, event, detail) values (now(), 'x', 'y', '{}')`,
						`insert into fuse.audit_chain
						select ${p - 2}, e.sequence, sha256(convert_to(fuse.audit_text(e), 'UTF8')),
							sha256(c.hash || sha256(convert_to(fuse.audit_text(e), 'UTF8')))
						from fuse.audit_entries e, fuse.audit_chain c where e.actor = 'x' and c.position = ${p - 3}`,
						`insert into fuse.audit_chain
						select position + 1, sequence, entry_hash, hash from public.kept_audit_chain where position > ${p - 3}`,
					],
					...(['reordered', 1] as const),
				],
				[
					'cuts the end off, places and all',
					(p) => [
						`delete from fuse.audit_entries where sequence in (
							select sequence from fuse.audit_chain where position > ${p - 2})`,
						`delete from fuse.audit_chain where position > ${p - 2}`,
					],
					...(['truncated', 1] as const),
				],
			])('finds that it %s', async (_what, tamper, kind, back) => {
				await run(...tamper(known.position));

				expect(await verify(known)).toMatchObject({
					valid: false,
					fault: { kind, position: known.position - back },
					head: { position: known.position - back - 1 },
				});
			});

			it('finds an entry that was slipped in beside the chain', async () => {
				await run(
					`insert into fuse.audit_entries (at, actor, event, detail) values (now(), 'x', 'y', '{}')`,
				);

				expect(await verify()).toMatchObject({
					...{ valid: false, head: known },
					fault: { kind: 'unchained', position: null, sequence: expect.any(Number) },
				});
			});

			it('finds a chain that was written anew, by a head that was noted before', async () => {
				const rehash = `do $$ declare v record; h bytea := decode(repeat('00', 32), 'hex'); eh bytea; begin
					for v in select e as entry, c.position from fuse.audit_chain c join fuse.audit_entries e using (sequence)
						order by c.position loop
						eh := sha256(convert_to(fuse.audit_text(v.entry), 'UTF8'));
						h := sha256(h || eh);
						update fuse.audit_chain set entry_hash = eh, hash = h where position = v.position;
					end loop; end $$`;
				await run(
					`update fuse.audit_entries set actor = 'x' where sequence = ${sequenceAt(3)}`,
					rehash,
				);

				expect(await verify()).toMatchObject({ valid: true });
				expect(await verify(known)).toMatchObject({
					...{ valid: false, fault: { kind: 'rewritten', position: known.position } },
				});
			});

			it('finds nothing once all is as it was', async () => {
				expect(await verify(known)).toMatchObject({ valid: true, head: known });
			});
		});

		it('refuses to change, remove or add a place of the chain, to its owner too', async () => {
			for (const change of [
				`update fuse.audit_chain set hash = ''`,
				'delete from fuse.audit_chain',
				'truncate fuse.audit_chain',
			]) {
				await expect(db.query(change)).rejects.toMatchObject({ code: '42501' });
			}
		});
	});
}
