import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Database } from '../../ports/database.ts';
import type { MaintenanceWindow, ScoringFunctions } from '../../ports/scoringFunctions.ts';
import type { MaintenanceBook } from '../../stages/maintenanceBook.ts';
import { ProblemError } from '../problemError.ts';
import { route, type Route } from '../route.ts';
import { tenantParams } from '../schemas/common.ts';
import { maintenanceAnswer, maintenanceBody, maintenanceParams } from '../schemas/scoring.ts';
import { requireTenant } from '../tenantScope.ts';

export type MaintenanceRouteDependencies = { database: Database; maintenance: MaintenanceBook };

const LIST_LIMIT = 1000;

export function maintenanceWindowRoutes(parts: MaintenanceRouteDependencies): Route[] {
	return [
		createWindow(parts.maintenance),
		putWindow(parts.maintenance),
		listWindows(parts.database),
		deleteWindow(parts.maintenance),
	];
}

function createWindow(maintenance: MaintenanceBook): Route {
	return route({
		method: 'post',
		path: '/v1/tenants/{tenantId}/maintenance-windows',
		summary:
			'Expect change for a while: no alerts of behaviour; the spend cap and limits still hold',
		roles: ['operate'],
		params: tenantParams,
		body: maintenanceBody,
		responses: { 201: { description: 'Made', schema: maintenanceAnswer } },
		async handle({ params: { tenantId }, body, caller, now }) {
			requireTenant(caller, tenantId, '/tenantId');
			const id = `mnt_${randomBytes(9).toString('base64url')}`;
			const window = windowOf({ id, tenantId }, body);
			const by = { replace: false, actor: caller.keyId, now };
			refuseUnlessPut(await maintenance.put(window, by), window);
			return { status: 201, body: windowFields(window) };
		},
	});
}

function putWindow(maintenance: MaintenanceBook): Route {
	return route({
		method: 'put',
		path: '/v1/tenants/{tenantId}/maintenance-windows/{windowId}',
		summary: 'Make a maintenance window of that id or change it',
		roles: ['operate'],
		params: maintenanceParams,
		body: maintenanceBody,
		responses: {
			200: { description: 'Changed, or as it was', schema: maintenanceAnswer },
			201: { description: 'Made', schema: maintenanceAnswer },
		},
		async handle({ params: { tenantId, windowId: id }, body, caller, now }) {
			requireTenant(caller, tenantId, '/tenantId');
			const window = windowOf({ id, tenantId }, body);
			const outcome = await maintenance.put(window, { replace: true, actor: caller.keyId, now });
			refuseUnlessPut(outcome, window);
			return { status: outcome === 'created' ? 201 : 200, body: windowFields(window) };
		},
	});
}

function listWindows(database: Database): Route {
	return route({
		method: 'get',
		path: '/v1/tenants/{tenantId}/maintenance-windows',
		summary: 'Maintenance windows of a tenant that have not ended, the earliest first',
		roles: ['read'],
		params: tenantParams,
		responses: { 200: { description: 'The windows', schema: z.array(maintenanceAnswer) } },
		async handle({ params: { tenantId }, caller, now }) {
			requireTenant(caller, tenantId, '/tenantId');
			const windows = await database.call('list_maintenance_windows', {
				...{ tenantId, id: null, since: new Date(now).toISOString(), limit: LIST_LIMIT },
			});
			return { status: 200, body: windows.map(windowFields) };
		},
	});
}

function deleteWindow(maintenance: MaintenanceBook): Route {
	return route({
		method: 'delete',
		path: '/v1/tenants/{tenantId}/maintenance-windows/{windowId}',
		summary: 'Delete a maintenance window; one under way ends at once',
		roles: ['operate'],
		params: maintenanceParams,
		responses: { 204: { description: 'Deleted' } },
		async handle({ params: { tenantId, windowId: id }, caller, now }) {
			requireTenant(caller, tenantId, '/tenantId');
			if (!(await maintenance.remove(tenantId, id, { actor: caller.keyId, now }))) {
				throw new ProblemError(
					'not-found',
					`There is no maintenance window ${id} of tenant ${tenantId}.`,
				);
			}
			return { status: 204 };
		},
	});
}

type PutOutcome = ScoringFunctions['put_maintenance_window']['result']['outcome'];

function refuseUnlessPut(outcome: PutOutcome, { id, tenantId }: MaintenanceWindow): void {
	if (outcome === 'idTaken') {
		throw new ProblemError('conflict', `The id ${id} is in use.`, {
			errors: [{ pointer: '/windowId', detail: 'is in use' }],
		});
	}
	if (outcome === 'tooMany') {
		throw new ProblemError(
			'conflict',
			`Tenant ${tenantId} has 100 maintenance windows that have not ended, which is the most.`,
		);
	}
}

function windowOf(
	of: { id: string; tenantId: string },
	body: z.infer<typeof maintenanceBody>,
): MaintenanceWindow {
	const { from, to, note = null, learn } = body;

	return { ...of, fromAt: from, toAt: to, note, learn };
}

function windowFields({ id, tenantId, fromAt, toAt, note, learn }: MaintenanceWindow) {
	const [from, to] = [fromAt, toAt].map((at) => new Date(at).toISOString());

	return { id, tenantId, from, to, note, learn };
}
