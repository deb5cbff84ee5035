import { usageEvent } from '../support/rows.ts';
import { startTestService, type Api } from '../support/service.ts';

let api: Api;
beforeAll(async () => {
	api = await startTestService();
});
afterAll(() => api.service.close());

const spend = async (tenantId: string) =>
	(await api.get(`/v1/tenants/${tenantId}/spend?window=1h`)).body;

describe('POST /v1/usage', () => {
	it('202: prices and books one event', async () => {
		const { status, body } = await api.post('/v1/usage', usageEvent({ subject: 'one' }));

		expect(status).toBe(202);
		expect(body).toEqual({ accepted: 1, duplicates: 0, rejected: [], costsMicroCents: [9600] });
		// gpt-4o-mini: 400 × 0.15 + 60 × 0.60 USD per million = 0.000096 USD.
		expect(await spend('one')).toMatchObject({ requests: 1, tokens: 460, microCents: 9600 });
	});

	it('202: takes CloudEvents media types, single and batch', async () => {
		const one = JSON.stringify(usageEvent({ subject: 'media' }));
		const single = await api.post('/v1/usage', undefined, {
			raw: one,
			contentType: 'application/cloudevents+json',
		});
		const batch = await api.post('/v1/usage', undefined, {
			raw: `[${JSON.stringify(usageEvent({ subject: 'media' }))}]`,
			contentType: 'application/cloudevents-batch+json; charset=utf-8',
		});

		expect([single.status, batch.status]).toEqual([202, 202]);
		expect(await spend('media')).toMatchObject({ requests: 2 });
	});

	it('202: a duplicate event is counted once, across batches and within one', async () => {
		const event = usageEvent({ subject: 'twice' });
		await api.post('/v1/usage', [event]);
		const again = await api.post('/v1/usage', [event, event]);

		expect(again.body).toMatchObject({ accepted: 0, duplicates: 2, rejected: [] });
		expect(await spend('twice')).toMatchObject({ requests: 1 });
	});

	it('202: the same id from two sources is two events', async () => {
		const id = 'same-id';
		await api.post(
			'/v1/usage',
			['zendesk', 'stripe'].map((source) => usageEvent({ subject: 'sources', id, source })),
		);

		expect(await spend('sources')).toMatchObject({ requests: 2 });
	});

	it('202: an id that another tenant used before is refused, not taken for a duplicate', async () => {
		await api.post('/v1/usage', usageEvent({ subject: 'id-first', id: 'shared-id' }));
		const answer = await api.post('/v1/usage', [
			usageEvent({ subject: 'id-second', id: 'shared-id' }),
			usageEvent({ subject: 'id-second' }),
		]);

		expect(answer.body).toMatchObject({
			accepted: 1,
			duplicates: 0,
			rejected: [{ index: 0, errors: [{ pointer: '/id' }] }],
		});
	});

	it('202: a malformed event rejects itself alone, with its index', async () => {
		const bad = {
			...usageEvent({ subject: 'mixed', id: 'bad' }),
			data: { provider: 'openai', model: 'x', usage: { output: -1 } },
		};
		const { status, body } = await api.post('/v1/usage', [
			usageEvent({ subject: 'mixed' }),
			bad,
			'not an event',
			usageEvent({ subject: 'mixed' }),
		]);

		expect(status).toBe(202);
		expect(body).toMatchObject({
			accepted: 2,
			duplicates: 0,
			costsMicroCents: [9600, null, null, 9600],
		});
		expect(body['rejected']).toEqual([
			{
				index: 1,
				id: 'bad',
				errors: [
					{ pointer: '/data/usage/output', detail: expect.stringMatching(/>=0.*got number -1/) },
				],
			},
			{
				index: 2,
				errors: [
					{ pointer: '', detail: expect.stringMatching(/expected object, received string/) },
				],
			},
		]);
		expect(await spend('mixed')).toMatchObject({ requests: 2 });
	});

	it.each([
		['source', { source: 'a\u0000' }, '/source'],
		['id', { id: 'a\u0000b' }, '/id'],
		['tenant', { subject: '\ud83dx' }, '/subject'],
		['time', { time: '0000-01-01T00:00:00Z' }, '/time'],
		['endpoint', { data: { endpoint: 'a\u0000b' } }, '/data/endpoint'],
		['model', { data: { model: 'a\ud83d' } }, '/data/model'],
		['request id', { data: { requestId: '\udc4d' } }, '/data/requestId'],
		['workflow id', { data: { workflowId: '\u0000' } }, '/data/workflowId'],
		['node name', { data: { nodeName: '\ud83d' } }, '/data/nodeName'],
		['execution id', { data: { executionId: '\u0000' } }, '/data/executionId'],
	])('202: a %s the database cannot keep rejects that event alone', async (what, bad, pointer) => {
		const subject = `kept ${what}`;
		const { status, body } = await api.post('/v1/usage', [
			usageEvent({ subject }),
			usageEvent({ subject, ...bad }),
		]);

		expect(status).toBe(202);
		expect(body).toMatchObject({ accepted: 1, rejected: [{ index: 1, errors: [{ pointer }] }] });
		expect(await spend(encodeURIComponent(subject))).toMatchObject({ requests: 1 });
	});

	it('422: an event in the place of a vendor’s line is refused: it would hide the line', async () => {
		const { status, body } = await api.post('/v1/usage', usageEvent({ source: 'vendor/twilio' }));

		expect(status).toBe(422);
		expect(body).toMatchObject({ errors: [{ pointer: '/source' }] });
	});

	it('202: a cost no number holds rejects that event alone', async () => {
		const data = { otherUnits: { callMinutes: 1_000_000_000 } };
		const { status, body } = await api.post('/v1/usage', [
			usageEvent({ subject: 'costly' }),
			usageEvent({ subject: 'costly', data }),
		]);

		expect(status).toBe(202);
		const rejected = [{ index: 1, errors: [{ pointer: '/data/usage' }] }];
		expect(body).toMatchObject({ accepted: 1, rejected });
		expect(await spend('costly')).toMatchObject({ requests: 1 });
	});

	it('202: the vendor’s own cost wins over our price', async () => {
		await api.post('/v1/usage', usageEvent({ subject: 'vendor', data: { costMicroCents: 77 } }));

		expect(await spend('vendor')).toMatchObject({ microCents: 77 });
	});

	it('202: a model without a price is charged at the ceiling, never 0', async () => {
		await api.post(
			'/v1/usage',
			usageEvent({ subject: 'ceiling', data: { model: 'no-such-model-9000' } }),
		);

		// 400 × 15 + 60 × 75 USD per million.
		expect(await spend('ceiling')).toMatchObject({ microCents: 600_000 + 450_000 });
	});

	it.each([
		['a wrong specversion', { specversion: '0.3' }, '/specversion'],
		['an empty id', { id: '' }, '/id'],
		['a missing subject', { subject: undefined }, '/subject'],
		['a time that is not RFC 3339', { time: 'yesterday' }, '/time'],
		['a wrong type', { type: 'com.example.other' }, '/type'],
		['no data', { data: undefined }, '/data'],
	])('422: names the field of %s', async (_what, changes, pointer) => {
		const { status, body, headers } = await api.post('/v1/usage', { ...usageEvent(), ...changes });

		expect(status).toBe(422);
		expect(headers.get('content-type')).toContain('application/problem+json');
		expect(body['errors']).toEqual([{ pointer, detail: expect.any(String) }]);
	});

	it.each([
		['a string', '12', /expected number, received string/],
		['a fraction', 1.5, /expected int.*got number 1.5/],
		['more than any call can have', 2 ** 53, /got number 9007199254740992/],
		['null', null, /expected number, received null/],
	])('422: a token count that is %s', async (_what, output, detail) => {
		const event = usageEvent();
		const { status, body } = await api.post('/v1/usage', {
			...event,
			data: { ...event.data, usage: { output } },
		});

		expect(status).toBe(422);
		expect(body['errors']).toEqual([
			{ pointer: '/data/usage/output', detail: expect.stringMatching(detail) },
		]);
	});

	it('422: an unknown bucket is refused, because its money would be lost', async () => {
		const event = usageEvent();
		const { body } = await api.post('/v1/usage', {
			...event,
			data: { ...event.data, usage: { outputs: 5 } },
		});

		expect(body['errors']).toEqual([
			{ pointer: '/data/usage/outputs', detail: 'is not a field of this object' },
		]);
	});

	it('422: reasoning beyond output is inconsistent', async () => {
		const event = usageEvent({ data: { usage: { output: 5, reasoning: 6 } } });
		const { body } = await api.post('/v1/usage', event);

		expect(body['errors']).toMatchObject([{ pointer: '/data/usage/reasoning' }]);
	});

	it('422: when every event of a batch is bad, the pointers carry the index', async () => {
		const { status, body } = await api.post('/v1/usage', [{}, 5]);

		expect(status).toBe(422);
		expect(JSON.stringify(body['errors'])).toContain('"/0/specversion"');
	});

	it('422: an empty batch and one of more than 1000 events', async () => {
		expect((await api.post('/v1/usage', [])).status).toBe(422);
		expect((await api.post('/v1/usage', Array(1001).fill({}))).status).toBe(422);
	});

	it('400: a body that is not JSON', async () => {
		const { status, body } = await api.post('/v1/usage', undefined, { raw: '{"specversion":' });

		expect(status).toBe(400);
		expect(body['type']).toContain('malformed-json');
	});

	it('413: a body over 2 MB', async () => {
		const { status } = await api.post('/v1/usage', undefined, {
			raw: JSON.stringify('x'.repeat(2_200_000)),
		});

		expect(status).toBe(413);
	});

	it('415: another media type', async () => {
		const { status } = await api.post('/v1/usage', undefined, {
			raw: 'a=1',
			contentType: 'text/plain',
		});

		expect(status).toBe(415);
	});

	it('401 and 403: no key, a wrong key, a key that may not record', async () => {
		const event = usageEvent();
		const statuses = [];
		for (const key of [null, 'fuse_wrong', await api.makeKey('read')]) {
			statuses.push((await api.post('/v1/usage', event, { key })).status);
		}
		expect(statuses).toEqual([401, 401, 403]);
	});

	it('a key bound to a tenant records for that tenant only', async () => {
		const key = await api.makeKey('record', 'bound');
		const events = [usageEvent({ subject: 'bound' }), usageEvent({ subject: 'other' })];
		const { body } = await api.post('/v1/usage', events, { key });

		expect(body).toMatchObject({
			accepted: 1,
			rejected: [{ index: 1, errors: [{ pointer: '/subject' }] }],
		});
		expect(await spend('other')).toMatchObject({ requests: 0 });
	});
});
