import type { INodeProperties } from 'n8n-workflow';
import { path } from '../../shared/ask.ts';
import { tenantLocator } from '../../shared/locators.ts';
import type { Call } from '../../shared/operation.ts';
import { id, text } from '../../shared/reading.ts';

export const policyFields: INodeProperties[] = [
	{
		displayName: 'For',
		name: 'audience',
		type: 'options',
		default: 'tenant',
		description: 'Whose incidents the policy is about',
		options: [
			{
				name: 'A Tenant',
				value: 'tenant',
				description: 'Its own policy replaces everybody’s wholly',
			},
			{
				name: 'Everybody',
				value: 'everybody',
				description: 'Tenants without a policy of their own',
			},
		],
	},
	{ ...tenantLocator(), displayOptions: { show: { audience: ['tenant'] } } },
];

export function policyPath(call: Call): string {
	if (text(call, 'audience') === 'everybody') return '/v1/containment-policy';

	return path`/v1/tenants/${id(call, 'tenantId', 'Tenant')}/containment-policy`;
}
