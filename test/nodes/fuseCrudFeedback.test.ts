import { usageEvent } from '../support/rows.ts';
import { startTestService, type Api } from '../support/service.ts';
import { byId, run } from './support/fuseCrudBench.ts';
import type { Credentials } from './support/n8nHttp.ts';
import { thrownBy } from './support/thrown.ts';

const MINUTE = 60_000;
const NOW = Date.UTC(2026, 9, 14, 12);
const iso = (at: number) => new Date(at).toISOString();

let api: Api;
let credentials: Credentials;
beforeAll(async () => {
	api = await startTestService({ FUSE_SCORE_INTERVAL_MS: '100' }, { now: () => NOW });
	credentials = { baseUrl: api.service.url, apiKey: await api.makeKey('operate') };
});
afterAll(() => api.service.close());

const tenantId = byId('looping');
const alert = (operation: string, parameters: Record<string, unknown>) =>
	run(credentials, { resource: 'alert', operation, ...parameters });
const tenant = (operation: string, parameters: Record<string, unknown> = {}) =>
	run(credentials, { resource: 'tenant', operation, tenantId, ...parameters });

describe('maintenance windows', () => {
	it('are created, listed and deleted', async () => {
		const span = { from: iso(NOW), to: iso(NOW + 60 * MINUTE) };
		const [made] = await tenant('createMaintenanceWindow', {
			...span,
			options: { note: 'a move', learn: true },
		});
		expect(made).toMatchObject({ tenantId: 'looping', ...span, note: 'a move', learn: true });
		expect(await tenant('getMaintenanceWindows')).toEqual([made]);

		const gone = await tenant('deleteMaintenanceWindow', { windowId: made?.['id'] });
		expect(gone).toEqual([{ deleted: true }]);
		expect(await tenant('getMaintenanceWindows', { returnAll: true })).toEqual([]);
	});

	it('with an ID of one’s own are changed when the workflow runs again', async () => {
		const span = { from: iso(NOW), to: iso(NOW + 60 * MINUTE) };
		const options = { windowId: 'release-42' };
		await tenant('createMaintenanceWindow', { ...span, options });
		await tenant('createMaintenanceWindow', { ...span, options: { ...options, note: 'again' } });

		expect(await tenant('getMaintenanceWindows')).toMatchObject([
			{ id: 'release-42', note: 'again' },
		]);
		await tenant('deleteMaintenanceWindow', { windowId: 'release-42' });
	});

	it('are in the time zone of the workflow when a picker gave none', async () => {
		const picked = { from: '2026-10-14T14:00:00', to: '2026-10-14T15:00:00' };
		const [made] = await run(
			credentials,
			{ resource: 'tenant', operation: 'createMaintenanceWindow', tenantId, ...picked },
			{ timeZone: 'Europe/Berlin' },
		);

		expect(made).toMatchObject({ from: '2026-10-14T12:00:00.000Z' });
		await tenant('deleteMaintenanceWindow', { windowId: made?.['id'] });
	});

	it('need a beginning and an end', async () => {
		const fault = await thrownBy(tenant('createMaintenanceWindow', { from: iso(NOW), to: '' }));

		expect(fault.message).toBe('To is empty for this item');
	});
});

describe('an alert of behaviour', () => {
	beforeAll(async () => {
		const events = Array.from({ length: 2 * 1440 }, (_, minute) =>
			usageEvent({
				subject: 'looping',
				time: iso(NOW - (10 + minute) * MINUTE),
				data: { usage: { inputUncached: 200 + 7 * (minute % 90), output: 40 + (minute % 70) } },
			}),
		);
		for (let at = 0; at < events.length; at += 1000) {
			await api.post('/v1/usage', events.slice(at, at + 1000));
		}
		await api.post('/v1/baselines/looping/refresh');
		const loop = { usage: { inputUncached: 500, output: 70 } };
		await api.post(
			'/v1/usage',
			Array.from({ length: 300 }, () =>
				usageEvent({ subject: 'looping', time: iso(NOW), data: loop }),
			),
		);
		while ((await vectorAlerts()).length === 0) {
			await new Promise((resolve) => setTimeout(resolve, 50));
		}
	});

	const vectorAlerts = async () =>
		(await alert('getAll', {})).filter(({ rule }) => rule === 'vectorDistance');

	it('is marked as fine by when it opened, and as incident by a moment', async () => {
		const [raised] = await vectorAlerts();
		const [fine] = await alert('markAsFine', {
			...{ tenantId, openedAt: raised?.['openedAt'] },
			options: { note: 'a campaign', expiresInDays: 7 },
		});
		expect(fine).toMatchObject({
			...{ verdict: 'fine', note: 'a campaign', fromAt: iso(NOW), inForce: true },
			expiresAt: iso(NOW + 7 * 1440 * MINUTE),
		});
		const [explained] = await tenant('getExplanation');
		expect(explained).toMatchObject({
			...{ flagged: true, moved: expect.any(Array) },
			suppressedBy: { feedback: { id: fine?.['id'] } },
		});

		const [incident] = await alert('markAsIncident', {
			...{ tenantId, judge: 'moment', at: iso(NOW + 2 * MINUTE) },
		});
		expect(incident).toMatchObject({ verdict: 'incident', toAt: iso(NOW), note: null });
		expect(await tenant('getExplanation', { options: { at: iso(NOW) } })).toMatchObject([
			{ at: iso(NOW), flagged: true },
		]);
	});

	it('that never opened, and no moment at all, are told on the canvas', async () => {
		const fault = await thrownBy(alert('markAsFine', { tenantId, openedAt: iso(NOW - MINUTE) }));
		expect(fault.message).toContain('No alert of tenant looping opened then');

		const empty = await thrownBy(alert('markAsFine', { tenantId, openedAt: '' }));
		expect(empty.message).toBe('Opened At is empty for this item');
	});
});
