import { usageEvent } from '../support/rows.ts';
import { startTestService, type Api } from '../support/service.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../support/webhookReceiver.ts';
import { byId, editorContext, listSearch, run } from './support/fuseCrudBench.ts';
import type { Credentials } from './support/n8nHttp.ts';
import { thrownBy } from './support/thrown.ts';

let api: Api;
let receiver: WebhookReceiver;
let credentials: Credentials;
beforeAll(async () => {
	api = await startTestService();
	receiver = await startWebhookReceiver();
	credentials = { baseUrl: api.service.url, apiKey: await api.makeKey('operate') };
	await api.post('/v1/webhooks', { url: receiver.url, events: ['notification.slack'] });
	await api.post('/v1/usage', usageEvent({ data: { provider: 'groq', model: 'no price' } }));
	await receiver.waitFor(1);
});
afterAll(async () => {
	await receiver.close();
	await api.service.close();
});

const of =
	(resource: string) =>
	(operation: string, parameters: Record<string, unknown> = {}) =>
		run(credentials, { resource, operation, ...parameters });
const alert = of('alert');
const notification = of('notification');

describe('an alert', () => {
	it('is found by its state, chosen from those that fire, and acknowledged by name', async () => {
		const [found] = await alert('getAll', { filters: { state: 'firing' } });
		const { alertId } = found as { alertId: string };
		expect(found).toMatchObject({ tenantId: 'llm-fuse', rule: 'price.unknown' });
		const { results } = await listSearch.searchAlerts.call(editorContext(credentials));
		expect(results).toEqual([
			{ name: expect.stringMatching(/^llm-fuse: price.unknown, /), value: alertId },
		]);

		expect(
			await alert('acknowledge', { alertId: byId(alertId), options: { name: 'Ada' } }),
		).toMatchObject([{ alertId, outcome: 'acknowledged', acknowledgedBy: 'Ada' }]);
		expect(await alert('getAll', { filters: { state: 'firing' } })).toEqual([]);
	});

	it('of an incident is acknowledged by its id', async () => {
		const data = { costMicroCents: 1_100_000_000 };
		const time = new Date().toISOString();
		await api.post('/v1/usage', usageEvent({ id: 'costly', subject: 'acme', time, data }));
		const [incident] = (await api.get('/v1/incidents')).body as unknown as { incidentId: string }[];
		const incidentId = incident?.incidentId ?? '';

		expect(await alert('acknowledge', { alertId: byId(incidentId) })).toMatchObject([
			{ incidentId, outcome: 'acknowledged' },
		]);
		const again = await of('incident')('acknowledge', { incidentId: byId(incidentId) });
		expect(again).toMatchObject([{ incidentId, outcome: 'already' }]);
		const fault = await thrownBy(alert('acknowledge', { alertId: byId('inc_none') }));
		expect(fault.message).toBe('There is no alert or incident inc_none');
	});
});

describe('the routing of alerts', () => {
	it('is set, read, and forgotten', async () => {
		const routes = [{ rules: ['noData'], channels: ['email'] }, { channels: ['slack'] }];
		await alert('setRouting', { routing: JSON.stringify({ routes }) });

		expect(await alert('getRouting')).toMatchObject([{ routes }]);
		expect(await alert('resetRouting')).toEqual([{ reset: true }]);
		expect(await alert('getRouting')).toMatchObject([{ routes: [] }]);
	});

	it('that would never reach its last route says so', async () => {
		const routes = [{ channels: ['slack'] }, { rules: ['noData'], channels: ['email'] }];
		const fault = await thrownBy(alert('setRouting', { routing: { routes } }));

		expect(fault.description ?? fault.message).toMatch(/route/i);
	});
});

describe('a rule', () => {
	it('is muted of one tenant or all, listed, and heard again', async () => {
		const ofAcme = { options: { tenantId: byId('acme') } };
		await alert('mute', { rule: 'spikeRatio', duration: '2h', ...ofAcme });
		await alert('mute', { rule: 'noData' });
		const mutes = await alert('getMutes');
		expect(mutes).toMatchObject([
			{ rule: 'noData', tenantId: null },
			{ rule: 'spikeRatio', tenantId: 'acme' },
		]);
		expect(await alert('unmute', { rule: 'spikeRatio', ...ofAcme })).toEqual([
			{ rule: 'spikeRatio', unmuted: true },
		]);
		const fault = await thrownBy(alert('unmute', { rule: 'spikeRatio' }));

		expect(fault.message).toBe('The rule spikeRatio of all tenants is not muted');
	});
});

describe('a message to people', () => {
	it('is claimed once, reported, given up and handed out again', async () => {
		const { data } = JSON.parse(receiver.received[0]?.body ?? '{}') as {
			data: { notificationId: string; attempt: number };
		};
		const { notificationId, attempt } = data;
		// An expression gives the number, a person types digits.
		const one = { notificationId, attempt: String(attempt) };
		expect(await notification('claim', one)).toMatchObject([
			{ granted: true, channel: 'slack', alertText: expect.stringMatching(/^\{"alert_level"/) },
		]);
		expect(await notification('claim', one)).toEqual([{ granted: false, reason: 'claimed' }]);
		const options = { status: 500, error: 'not_in_channel', final: true };
		expect(await notification('report', { ...one, outcome: 'failed', options })).toEqual([
			{ notificationId, state: 'failed', accepted: true },
		]);
		expect(await notification('getAll', { filters: { state: 'failed' } })).toMatchObject([
			{ notificationId, error: 'not_in_channel' },
		]);
		const dead = await run(credentials, {
			...{ resource: 'queue', operation: 'getDeadLetters', kind: 'notification' },
		});
		expect(dead).toMatchObject([{ notificationId, channel: 'slack', error: 'not_in_channel' }]);
		const choices = await listSearch.searchDeadLetters.call(
			editorContext(credentials, { kind: 'notification' }),
		);
		expect(choices.results).toEqual([{ name: 'llm-fuse: slack', value: notificationId }]);

		expect(await notification('retry', { notificationId })).toMatchObject([{ retried: true }]);
		const external = '{"ts":"1.2","channel":"C1"}';
		const sent = { notificationId, attempt: 2, outcome: 'sent', options: { external } };
		expect(await notification('report', sent)).toMatchObject([{ state: 'sent' }]);
		const [whole] = await notification('getAll', { simplify: false, filters: { state: 'sent' } });
		expect(whole).toMatchObject({ external: { ts: '1.2', channel: 'C1' } });
	});
});
