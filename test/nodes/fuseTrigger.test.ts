import type { IDataObject, IWebhookResponseData } from 'n8n-workflow';
import { FuseTrigger } from '../../nodes/FuseTrigger/FuseTrigger.node.ts';
import { FuseService, WEBHOOK_SECRET } from './support/fuseService.ts';
import { thrownBy } from './support/thrown.ts';
import { ALERT_TEXT, hookContext, webhookContext, WEBHOOK_URL } from './support/triggerContext.ts';
import type { Delivered, TriggerParameters } from './support/triggerContext.ts';

const trigger = new FuseTrigger();
const lifecycle = trigger.webhookMethods.default;
const opened: TriggerParameters = { events: ['breaker.opened'], tenantId: '' };

describe('the life of a subscription', () => {
	let service: FuseService;
	let baseUrl: string;
	let staticData: IDataObject;

	beforeEach(async () => {
		service = new FuseService();
		baseUrl = await service.listen();
		staticData = {};
	});
	afterEach(async () => await service.close());

	const hook = (parameters = opened, apiKey = 'fuse_operator') =>
		hookContext({ baseUrl, apiKey }, staticData, parameters);

	it('starts when the workflow is activated, with id and secret kept', async () => {
		const tenantId = 'org_98765_alpha';

		await expect(lifecycle.checkExists.call(hook())).resolves.toBe(false);
		await lifecycle.create.call(hook({ events: ['breaker.opened'], tenantId }));

		expect(staticData).toEqual({ webhookId: 'whk_1', webhookSecret: WEBHOOK_SECRET });
		expect(service.exchanges.at(-1)).toMatchObject({
			method: 'POST',
			path: '/v1/webhooks',
			body: { url: WEBHOOK_URL, events: ['breaker.opened'], tenantId },
		});
	});

	it('is found again while it is the one that is wanted', async () => {
		await lifecycle.create.call(hook());

		await expect(lifecycle.checkExists.call(hook())).resolves.toBe(true);
	});

	it('is made anew after the service has lost it', async () => {
		await lifecycle.create.call(hook());
		service.webhooks.clear();

		await expect(lifecycle.checkExists.call(hook())).resolves.toBe(false);
	});

	it.each([
		['events', { events: ['breaker.opened', 'breaker.closed'], tenantId: '' }],
		['tenant', { events: ['breaker.opened'], tenantId: 'acme' }],
	])('is replaced when its %s changed', async (_, parameters) => {
		await lifecycle.create.call(hook());

		await expect(lifecycle.checkExists.call(hook(parameters))).resolves.toBe(false);
		expect(service.webhooks.size).toBe(0);
		expect(staticData).toEqual({});
	});

	it('ends when the workflow is deactivated', async () => {
		await lifecycle.create.call(hook());

		await expect(lifecycle.delete.call(hook())).resolves.toBe(true);

		expect(service.webhooks.size).toBe(0);
		expect(staticData).toEqual({});
	});

	it('ends without an error when it is gone already', async () => {
		await lifecycle.create.call(hook());
		service.webhooks.clear();

		await expect(lifecycle.delete.call(hook())).resolves.toBe(true);
		await expect(lifecycle.delete.call(hook())).resolves.toBe(true);
	});

	it.each(['create', 'checkExists', 'delete'] as const)('%s says why it cannot', async (method) => {
		Object.assign(staticData, { webhookId: 'whk_1', webhookSecret: WEBHOOK_SECRET });

		const error = await thrownBy(lifecycle[method].call(hook(opened, 'fuse_wrong')));

		expect(error.message).toBe('The LLM Fuse service does not know this service key');
	});

	it('is not kept as deleted when the service does not answer', async () => {
		await lifecycle.create.call(hook());
		service.override = () => ({ status: 503 });

		const error = await thrownBy(lifecycle.delete.call(hook()));

		expect(error.message).toContain('gave no answer');
		expect(staticData['webhookId']).toBe('whk_1');
	});

	it('needs at least one event', async () => {
		const error = await thrownBy(lifecycle.create.call(hook({ events: [], tenantId: '' })));

		expect(error.message).toBe('No event is selected');
	});
});

describe('a delivery', () => {
	let staticData: IDataObject;

	beforeEach(() => {
		staticData = { webhookId: 'whk_1', webhookSecret: WEBHOOK_SECRET };
	});

	async function deliver(
		delivered: Delivered = {},
		parameters = opened,
	): Promise<{ result: IWebhookResponseData; answered: { status?: number; body?: unknown } }> {
		const { context, answered } = webhookContext(staticData, parameters, delivered);

		return { result: await trigger.webhook.call(context), answered };
	}

	it('starts the workflow with the event, its time and its data', async () => {
		const { result } = await deliver();

		expect(result.workflowData).toEqual([
			[
				{
					json: {
						event: 'breaker.opened',
						timestamp: '2026-10-14T08:12:45.123Z',
						incidentId: 'inc_1',
						tenantId: 'org_98765_alpha',
						rule: 'spendCap',
						alertText: ALERT_TEXT,
					},
				},
			],
		]);
	});

	it('keeps the alert byte for byte, trailing zero included', async () => {
		const { result } = await deliver();

		expect(result.workflowData?.[0]?.[0]?.json['alertText']).toContain('45.50');
	});

	it.each([
		['signed with another secret', { secret: `whsec_${Buffer.alloc(24).toString('base64')}` }],
		['without a signature', { headers: { 'webhook-signature': undefined } }],
		['with a signature of something else', { headers: { 'webhook-id': 'msg_2' } }],
		['that is older than 5 minutes', { sentAtMs: Date.now() - 302_000 }],
		['from the future', { sentAtMs: Date.now() + 302_000 }],
	] as Array<[string, Delivered]>)(
		'%s is answered with 401 and starts nothing',
		async (_, delivered) => {
			const { result, answered } = await deliver(delivered);

			expect(answered.status).toBe(401);
			expect(result).toEqual({ noWebhookResponse: true });
			expect(staticData).not.toHaveProperty('seenIds');
		},
	);

	it('is answered with 401 when this trigger holds no secret', async () => {
		delete staticData['webhookSecret'];

		expect((await deliver()).answered.status).toBe(401);
	});

	it('that is repeated starts the workflow once and is answered with success', async () => {
		const first = await deliver({ id: 'msg_7' });
		const second = await deliver({ id: 'msg_7' });

		expect(first.result.workflowData).toBeDefined();
		expect(second.result.workflowData).toBeUndefined();
		expect(second.answered.status).toBeUndefined();
	});

	it('is remembered among the last 500, not forever', async () => {
		staticData['seenIds'] = Array.from({ length: 500 }, (_, index) => `msg_old_${index}`);

		await deliver({ id: 'msg_new' });

		expect(staticData['seenIds']).toHaveLength(500);
		expect(staticData['seenIds']).toContain('msg_new');
		expect(staticData['seenIds']).not.toContain('msg_old_0');
	});

	it.each([
		['an event that is not selected', { events: ['breaker.closed'], tenantId: '' }],
		['another tenant', { events: ['breaker.opened'], tenantId: 'acme' }],
		['a milder alert', { ...opened, severities: ['critical', 'high'] }],
	])('about %s starts nothing', async (_, parameters) => {
		const { result, answered } = await deliver({ body: eventOf('warning') }, parameters);

		expect(result.workflowData).toBeUndefined();
		expect(answered.status).toBeUndefined();
	});

	it.each([
		['of a selected severity', 'high', ['critical', 'high']],
		['of any severity when none is selected', 'warning', []],
		['without a severity', undefined, ['critical']],
	])('%s starts the workflow', async (_, severity, severities) => {
		const { result } = await deliver({ body: eventOf(severity) }, { ...opened, severities });

		expect(result.workflowData).toBeDefined();
	});

	it('about the selected tenant starts the workflow', async () => {
		const parameters = { events: ['breaker.opened'], tenantId: 'org_98765_alpha' };

		expect((await deliver({}, parameters)).result.workflowData).toBeDefined();
	});

	it.each(['', 'not json', '[]', '{"type":"breaker.opened"}'])(
		'with the signed body %j is answered with 400',
		async (body) => {
			expect((await deliver({ body })).answered.status).toBe(400);
		},
	);
});

function eventOf(severity: string | undefined): string {
	const data = { tenantId: 'org_98765_alpha', severity };

	return JSON.stringify({ type: 'breaker.opened', timestamp: '2026-10-14T08:12:45.123Z', data });
}
