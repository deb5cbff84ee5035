import fc from 'fast-check';
import { startTestService, type Api } from '../support/service.ts';
import { twilioCall, twilioMessage, twilioUsageRecord } from '../support/vendorLines.ts';

type Row = Record<string, unknown>;

const NOW = Date.UTC(2026, 10, 20, 12);
const DAY = { scope: 'tenant', unit: 'microCents', window: '1d', capacity: 1e12 };

let api: Api;
beforeAll(async () => {
	api = await startTestService({ FUSE_GLOBAL_USD_PER_DAY: '100000' }, { now: () => NOW });
	await api.send('PUT', '/v1/limits/day', { ...DAY });
});
afterAll(() => api.service.close());

let made = 0;
const newTenant = () => `vendor-${++made}`;
const sid = (kind = 'SM') => `${kind}${String(++made).padStart(32, '0')}`;
const post = (vendor: string, body: unknown, query = '', key?: string) =>
	api.post(`/v1/usage/${vendor}${query}`, body, key === undefined ? {} : { key });
const spend = async (tenantId: string) =>
	(await api.get(`/v1/tenants/${tenantId}/spend?window=1d`)).body;
/** What the day's budget has left, as a call would find it. */
const counted = async (tenantId: string) =>
	(await limitsOf(tenantId)).find(({ limitId }) => limitId === 'day')?.['spent'];
const countedOfAll = async (tenantId: string) =>
	(await limitsOf(tenantId)).find(({ shared }) => shared === true)?.['spent'];
const limitsOf = async (tenantId: string) =>
	(await api.get(`/v1/tenants/${tenantId}/limits`)).body as unknown as Row[];

describe('POST /v1/usage/twilio', () => {
	it('202: books what Twilio charged, in the tenant’s budget', async () => {
		const tenantId = newTenant();
		const lines = [twilioMessage({ sid: sid() }), twilioCall({ sid: sid('CA') })];
		const { status, body } = await post('twilio', lines, `?tenantId=${tenantId}`);

		expect(status).toBe(202);
		expect(body).toEqual({
			...{ recorded: 2, corrected: 0, unchanged: 0, estimated: 0, rejected: [], skipped: [] },
			costsMicroCents: [1_580_000, 3_000_000],
		});
		expect(await spend(tenantId)).toMatchObject({ requests: 2, microCents: 4_580_000 });
		expect(await counted(tenantId)).toBe(4_580_000);
	});

	it('202: books an estimate until the price is there, and then the price, once', async () => {
		const tenantId = newTenant();
		const message = twilioMessage({ sid: sid(), price: null });
		const query = `?tenantId=${tenantId}`;
		const first = await post('twilio', message, query);
		// Two segments at the list price of 0.0083 USD.
		expect(first.body).toMatchObject({ recorded: 1, estimated: 1, costsMicroCents: [1_660_000] });
		expect(await counted(tenantId)).toBe(1_660_000);

		const rated = { ...message, price: '-0.01580' };
		const second = await post('twilio', [rated, rated], query);
		expect(second.body).toMatchObject({ corrected: 1, unchanged: 1, estimated: 0 });
		const late = await post('twilio', message, query);
		expect(late.body).toMatchObject({ unchanged: 1, costsMicroCents: [1_580_000] });

		expect(await spend(tenantId)).toMatchObject({ requests: 1, microCents: 1_580_000 });
		expect(await counted(tenantId)).toBe(1_580_000);
	});

	it('202: a correction reaches the budget that all tenants share', async () => {
		const tenantId = newTenant();
		const line = twilioMessage({ sid: sid() });
		await post('twilio', line, `?tenantId=${tenantId}`);
		const before = await countedOfAll(tenantId);
		await post('twilio', { ...line, price: '-0.02580' }, `?tenantId=${tenantId}`);

		expect(Number(await countedOfAll(tenantId)) - Number(before)).toBe(1_000_000);
	});

	it('202: a line that spends faster than the cap has opened the breaker when it is answered', async () => {
		const tenantId = newTenant();
		const start_time = new Date(NOW - 1000).toUTCString();
		const line = twilioCall({ sid: sid('CA'), price: '-10.01', start_time });
		await post('twilio', line, `?tenantId=${tenantId}`);
		const { body } = await api.get(`/v1/tenants/${tenantId}/state`);

		expect(body).toMatchObject({ breaker: { state: 'open' } });
	});

	it('202: books nothing for what is queued, and its estimate once it is sent', async () => {
		const tenantId = newTenant();
		const message = twilioMessage({ sid: sid(), price: null, status: 'queued' });
		const query = `?tenantId=${tenantId}`;
		const queued = await post('twilio', message, query);
		expect(queued.body).toMatchObject({ recorded: 1, estimated: 1, costsMicroCents: [0] });

		const sent = await post('twilio', { ...message, status: 'sent' }, query);
		expect(sent.body).toMatchObject({ corrected: 1, costsMicroCents: [1_660_000] });
	});

	it('202: a refund is taken from the spend, and leaves no counter below nothing', async () => {
		const tenantId = newTenant();
		const query = `?tenantId=${tenantId}`;
		await post('twilio', twilioMessage({ sid: sid(), price: '0.01000' }), query);
		expect(await spend(tenantId)).toMatchObject({ microCents: -1_000_000 });
		expect(await counted(tenantId)).toBe(0);

		await post('twilio', twilioMessage({ sid: sid() }), query);
		expect(await spend(tenantId)).toMatchObject({ microCents: 580_000 });
	});

	it.each([
		['calls', twilioCall],
		['messages', twilioMessage],
		['usage_records', twilioUsageRecord],
		['lines', twilioMessage],
	])('202: reads a page of %s as the REST API lists it', async (list, line) => {
		const page = { [list]: [line({ sid: list === 'calls' ? sid('CA') : sid() })], page: 0 };
		const { body } = await post('twilio', page, `?tenantId=${newTenant()}`);

		expect(body).toMatchObject({ recorded: 1, rejected: [] });
		made += 1;
	});

	it('202: an empty page records nothing', async () => {
		const { status, body } = await post('twilio', { messages: [] });

		expect(status).toBe(202);
		expect(body).toMatchObject({ recorded: 0, rejected: [], costsMicroCents: [] });
	});

	it('202: usage records that are part of others are not booked again', async () => {
		const tenantId = newTenant();
		const account = { account_sid: sid('AC') };
		const records = ['sms-outbound-longcode', 'sms', 'totalprice', 'phonenumbers'].map((category) =>
			twilioUsageRecord({ ...account, category }),
		);
		const { body } = await post('twilio', { usage_records: records }, `?tenantId=${tenantId}`);

		expect(body).toMatchObject({
			recorded: 2,
			skipped: [
				{ index: 0, reason: expect.stringContaining('category sms') },
				{ index: 2, reason: expect.stringContaining('sum') },
			],
			costsMicroCents: [null, 42_660_000, null, 42_660_000],
		});
	});

	it('202: the tenant may be in a field of the line', async () => {
		const account_sid = sid('AC');
		const line = twilioMessage({ sid: sid(), account_sid });
		await post('twilio', line, '?tenantTag=account_sid');

		expect(await spend(account_sid)).toMatchObject({ requests: 1 });
	});

	it('202: a line with a fault rejects itself alone, with its index and its id', async () => {
		const [bad, sent] = [sid(), sid()];
		const { body } = await post(
			'twilio',
			[twilioMessage({ sid: sent }), twilioMessage({ sid: bad, date_sent: 'soon' }), { x: 1 }],
			`?tenantId=${newTenant()}`,
		);

		expect(body).toMatchObject({
			recorded: 1,
			rejected: [
				{ index: 1, id: bad, errors: [{ pointer: '/date_sent' }] },
				{ index: 2, errors: [{ pointer: '', detail: expect.stringContaining('is not a call') }] },
			],
			costsMicroCents: [1_580_000, null, null],
		});
	});

	it('422: lines without a tenant, telling what was looked for', async () => {
		const { status, body } = await post('twilio', twilioMessage({ sid: sid() }));

		expect(status).toBe(422);
		expect(body['errors']).toEqual([
			{ pointer: '/0/tenantId', detail: expect.stringMatching(/field "tenant_id".*tenantId/) },
		]);
	});

	it('202: a line that was recorded for another tenant is refused', async () => {
		const line = twilioMessage({ sid: sid() });
		const tenantId = newTenant();
		await post('twilio', line, `?tenantId=${tenantId}`);
		const lines = [line, twilioMessage({ sid: sid() })];
		const { body } = await post('twilio', lines, `?tenantId=${newTenant()}`);

		expect(body).toMatchObject({
			recorded: 1,
			rejected: [{ index: 0, errors: [{ pointer: '/id' }] }],
		});
		expect(await spend(tenantId)).toMatchObject({ requests: 1 });
	});

	it('a key bound to a tenant records for that tenant, and for no other', async () => {
		const tenantId = newTenant();
		const key = await api.makeKey('record', tenantId);
		const own = await post('twilio', twilioMessage({ sid: sid() }), '', key);
		const other = await post('twilio', twilioMessage({ sid: sid() }), '?tenantId=other', key);

		expect([own.status, other.status]).toEqual([202, 422]);
		expect(await spend(tenantId)).toMatchObject({ requests: 1 });
		expect((await post('twilio', [], '', await api.makeKey('read'))).status).toBe(403);
	});

	it('422: more than 1000 lines, an unknown vendor, a parameter nobody reads', async () => {
		const many = Array.from({ length: 1001 }, () => ({}));

		expect((await post('twilio', many)).status).toBe(422);
		expect((await post('gcp', [])).status).toBe(422);
		expect((await post('twilio', [], '?tenant=x')).status).toBe(422);
	});

	it('any order and repetition of the versions of lines ends in the same spend and counts', async () => {
		const step = fc.record({
			line: fc.constantFrom('1', '2', '3'),
			price: fc.constantFrom(null, '-0.00750', '-0.01580', '0.00200'),
		});
		const scenario = fc.array(step, { minLength: 1, maxLength: 6 }).chain((steps) =>
			fc.record({
				steps: fc.constant(steps),
				repeated: fc.shuffledSubarray([...steps.keys(), ...steps.keys()]),
				size: fc.integer({ min: 1, max: 3 }),
			}),
		);
		type Step = { line: string; price: string | null };
		/** Sends the versions in this order to a tenant of their own. */
		const booked = async (steps: readonly Step[], order: readonly number[], size: number) => {
			const tenantId = newTenant();
			const versions = steps.map(({ line, price }, n) =>
				twilioMessage({
					sid: `SM${line}${String(made).padStart(31, '0')}`,
					price,
					date_updated: `Fri, 20 Nov 2026 11:00:0${n} +0000`,
				}),
			);
			for (let at = 0; at < order.length; at += size) {
				const lines = order.slice(at, at + size).map((n) => versions[n]);
				await post('twilio', lines, `?tenantId=${tenantId}`);
				// Counts are warm from here on.
				await counted(tenantId);
			}
			return { spent: (await spend(tenantId))['microCents'], counted: await counted(tenantId) };
		};
		await fc.assert(
			fc.asyncProperty(scenario, async ({ steps, repeated, size }) => {
				const inOrder = [...steps.keys()];
				const once = await booked(steps, inOrder, steps.length);
				const often = await booked(steps, [...repeated, ...inOrder.toReversed()], size);

				expect(often).toEqual(once);
				expect(often.counted).toBe(Math.max(0, Number(often.spent)));
			}),
			{ numRuns: 20 },
		);
	});

	it('books each line once when many send it at once', async () => {
		const tenantId = newTenant();
		const [first, second] = [sid(), sid()];
		const sender = (n: number) => {
			const date_updated = `Fri, 20 Nov 2026 11:00:0${n} +0000`;
			const price = n === 0 ? null : `-0.0${n}`;
			const lines = [first, second].map((id) => twilioMessage({ sid: id, price, date_updated }));
			return post('twilio', n % 2 === 0 ? lines : lines.toReversed(), `?tenantId=${tenantId}`);
		};
		const answers = await Promise.all([0, 1, 2, 3, 4, 5, 6, 7].map(sender));

		expect(answers.reduce((sum, { body }) => sum + Number(body['recorded']), 0)).toBe(2);
		expect(await spend(tenantId)).toMatchObject({ requests: 2, microCents: 14_000_000 });
		expect(await counted(tenantId)).toBe(14_000_000);
	});
});
