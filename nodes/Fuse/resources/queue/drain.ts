import type { IDataObject } from 'n8n-workflow';
import { askOne } from '../../shared/ask.ts';
import { tenantLocator } from '../../shared/locators.ts';
import type { Call, Operation } from '../../shared/operation.ts';
import { id, text } from '../../shared/reading.ts';
import { lanes } from './fields.ts';

export const drain: Operation = {
	value: 'drain',
	name: 'Drain',
	action: 'Drain the queue',
	description: 'Refuse all calls that wait, of a tenant, of a lane or altogether',
	role: 'operate',
	fields: [
		{
			displayName: 'Calls',
			name: 'calls',
			type: 'options',
			default: 'ofTenant',
			description: 'Which waiting calls are told no',
			options: [
				{ name: 'All', value: 'all', description: 'Of every tenant this service key reaches' },
				{ name: 'Of a Lane', value: 'ofLane' },
				{ name: 'Of a Tenant', value: 'ofTenant' },
				{ name: 'Of a Tenant in a Lane', value: 'ofTenantInLane' },
			],
		},
		{
			...tenantLocator(),
			displayOptions: { show: { calls: ['ofTenant', 'ofTenantInLane'] } },
		},
		{
			displayName: 'Lane',
			name: 'lane',
			type: 'options',
			default: 'standard',
			options: lanes,
			displayOptions: { show: { calls: ['ofLane', 'ofTenantInLane'] } },
		},
	],
	async run(call) {
		const body = chosenCalls(call, text(call, 'calls'));

		return [await askOne(call, { method: 'POST', path: '/v1/queue/drain', body })];
	},
};

function chosenCalls(call: Call, calls: string): IDataObject {
	if (calls === 'all') return { all: true };
	const lane = calls === 'ofTenant' ? {} : { lane: text(call, 'lane') };

	return calls === 'ofLane' ? lane : { tenantId: id(call, 'tenantId', 'Tenant'), ...lane };
}
