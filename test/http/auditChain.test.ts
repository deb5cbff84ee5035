import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { readCsv } from '../support/csv.ts';
import { ROOT } from '../support/paths.ts';
import { startTestService, type Api } from '../support/service.ts';

type Row = Record<string, unknown>;

const run = promisify(execFile);

let now = Date.UTC(2026, 9, 14, 12);
let api: Api;
beforeAll(async () => {
	api = await startTestService({}, { now: () => now });
	for (const tenantId of ['acme', 'beta', 'acme']) {
		now += 60_000;
		await api.post(`/v1/tenants/${tenantId}/block`, { reason: '=fraud, "twice"\n' });
	}
	const url = 'https://n8n.example.com/webhook/secret-path';
	await api.post('/v1/webhooks', { url, events: ['breaker.opened'] });
});
afterAll(() => api.service.close());

const verify = async (query = '', key?: string) =>
	(await api.send('GET', `/v1/audit/verify?${query}`, undefined, key ? { key } : {})).body;
const exported = async (query: string, key?: string) => {
	const { headers, status, body } = await api.send(
		...(['GET', `/v1/audit/export?${query}`, undefined] as const),
		key ? { key } : {},
	);
	return { type: headers.get('content-type'), status, text: String(body['text']) };
};
const lines = (text: string) =>
	text
		.trim()
		.split('\n')
		.map((line) => JSON.parse(line) as Row);
const saidBy = ({ text }: Row) => JSON.parse(String(text)) as Row;

describe('GET /v1/audit/verify', () => {
	it('200: the chain holds, up to a head that a later question goes on from', async () => {
		const found = await verify();
		expect(found).toEqual({
			...{ valid: true, entries: expect.any(Number) },
			head: { position: found['entries'], hash: expect.stringMatching(/^[0-9a-f]{64}$/) },
		});
		const { position, hash } = found['head'] as { position: number; hash: string };
		await api.post('/v1/tenants/gamma/block', {});

		const known = `expectedPosition=${position}&expectedHash=${hash}`;
		expect(await verify(known)).toMatchObject({ valid: true, entries: position + 1 });
	});

	it('200: says that it is not the chain that was noted, or ends before it', async () => {
		const hash = 'f'.repeat(64);
		expect(await verify(`expectedPosition=2&expectedHash=${hash}`)).toMatchObject({
			...{ valid: false, entries: 1, fault: { kind: 'rewritten', position: 2 } },
			head: { position: 1 },
		});
		expect(await verify(`expectedPosition=900&expectedHash=${hash}`)).toMatchObject({
			...{ valid: false, fault: { kind: 'truncated', sequence: null } },
		});
	});

	it('403: not with a key bound to a tenant', async () => {
		expect(await verify('', await api.makeKey('read', 'acme'))).toMatchObject({ status: 403 });
	});

	it.each([
		['a position without a hash', 'expectedPosition=1', '/expectedHash'],
		['a hash that is none', 'expectedPosition=1&expectedHash=abc', '/expectedHash'],
		['no position', `expectedPosition=-1&expectedHash=${'0'.repeat(64)}`, '/expectedPosition'],
	])('422: %s', async (_what, query, pointer) => {
		expect(await verify(query)).toMatchObject({ status: 422, errors: [{ pointer }] });
	});
});

describe('GET /v1/audit/export', () => {
	it('200: a line for each entry of the span, with all it takes to check it', async () => {
		const { type, text } = await exported('from=2026-10-14T12:01:00Z&to=2026-10-14T12:03:00Z');
		const entries = lines(text);

		expect(type).toBe('application/x-ndjson; charset=utf-8');
		expect(entries.map((line) => saidBy(line)['tenantId'])).toEqual(['acme', 'beta']);
		expect(Object.keys(entries[0] ?? {})).toEqual(['position', 'hash', 'previousHash', 'text']);
		expect(entries[1]).toMatchObject({ previousHash: entries[0]?.['hash'] });
		expect((await exported('to=2026-10-14')).text).toBe('');
	});

	it('200: the script of the docs checks an export, and finds a changed one', async () => {
		const folder = await mkdtemp(join(tmpdir(), 'llm-fuse-audit-'));
		const docs = await readFile(join(ROOT, 'docs/audit.md'), 'utf8');
		const [, script = ''] = /```js\n([^]*?)```/.exec(docs) ?? [];
		await writeFile(join(folder, 'verify.mjs'), script);
		const check = async (text: string) => {
			await writeFile(join(folder, 'audit.ndjson'), text);
			const args = [join(folder, 'verify.mjs'), join(folder, 'audit.ndjson')];
			const { stdout, stderr } = await run(process.execPath, args).catch(
				(error: unknown) => error as { stdout: string; stderr: string },
			);
			return stdout + stderr;
		};
		const { text } = await exported('');
		const { head } = (await verify()) as { head: { position: number; hash: string } };

		expect(await check(text)).toBe(
			`All entries hold, up to position ${head.position}, hash ${head.hash}.\n`,
		);
		expect(await check(text.replace('beta', 'gama'))).toContain('does not hold.');
		const [first = '', second = '', ...rest] = text.trim().split('\n');
		expect(await check([second, first, ...rest].join('\n'))).toContain('All entries hold');
		const forged = JSON.stringify({ ...(JSON.parse(second) as Row), previousHash: '0'.repeat(64) });
		expect(await check([first, forged, ...rest].join('\n'))).toContain('does not hold.');
		await rm(folder, { recursive: true });
	});

	it('200: as CSV, whose text is no formula and checks as the other form does', async () => {
		const { type, text } = await exported('format=csv&tenantId=acme');
		const rows = readCsv(text);
		const ndjson = lines((await exported('tenantId=acme')).text);

		expect(type).toBe('text/csv; charset=utf-8; header=present');
		expect(rows.map((row) => row['text'])).toEqual(ndjson.map((line) => line['text']));
		expect(rows[0]).toEqual({
			...{ position: String(ndjson[0]?.['position']), hash: ndjson[0]?.['hash'] },
			previousHash: ndjson[0]?.['previousHash'],
			...{ at: '2026-10-14T12:01:00.000Z', actor: expect.any(String), tenantId: 'acme' },
			...{ action: 'breaker.isolated', incidentId: '', subjectId: '', text: expect.any(String) },
		});
	});

	it('200: a key bound to a tenant exports its own entries only', async () => {
		const key = await api.makeKey('operate', 'beta');
		const { text } = await exported('', key);

		expect(new Set(lines(text).map((line) => saidBy(line)['tenantId']))).toEqual(new Set(['beta']));
		expect((await exported('tenantId=acme', key)).status).toBe(403);
	});

	it('403: not with a key that may not see the URLs of subscribers', async () => {
		expect((await exported('')).text).toContain('secret-path');
		expect((await exported('', await api.makeKey('read'))).status).toBe(403);
	});

	it('422: a format it does not write', async () => {
		expect((await exported('format=xml')).status).toBe(422);
	});
});
