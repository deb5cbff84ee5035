import type { INodeProperties } from 'n8n-workflow';

export const properties: INodeProperties[] = [
	{
		displayName:
			'The service has to reach this n8n: WEBHOOK_URL must be an address it can call. Every delivery is checked for its signature, its age and repetition before the workflow starts.',
		name: 'notice',
		type: 'notice',
		default: '',
	},
	{
		displayName: 'Events',
		name: 'events',
		type: 'multiOptions',
		required: true,
		default: ['breaker.opened'],
		description: 'What starts the workflow',
		options: [
			{
				name: 'Action Failed',
				value: 'action.failed',
				description: 'A containment step was given up after its last attempt',
			},
			{
				name: 'Action Requested',
				value: 'action.requested',
				description: 'A containment step waits for whoever does it at its vendor',
			},
			{
				name: 'Baseline Shifted',
				value: 'baseline.shifted',
				description: 'A tenant was flagged for a quarter of a day: is that its new normal?',
			},
			{
				name: 'Breaker Closed',
				value: 'breaker.closed',
				description: 'A tenant may spend again',
			},
			{
				name: 'Breaker Half Opened',
				value: 'breaker.halfOpened',
				description: 'A tenant was let go on probation: a few calls at a time',
			},
			{
				name: 'Breaker Opened',
				value: 'breaker.opened',
				description: 'A tenant was cut off',
			},
			{
				name: 'Canary Allowed',
				value: 'canary.allowed',
				description: 'A call that every limit must refuse was let through: limits do not hold',
			},
			{
				name: 'Incident Opened',
				value: 'incident.opened',
				description: 'A tenant was restrained without being cut off',
			},
			{
				name: 'Notification Failed',
				value: 'notification.failed',
				description: 'A message to people was given up after its last attempt',
			},
			{
				name: 'Notification for Email',
				value: 'notification.email',
				description: 'A message to people by email has to be sent',
			},
			{
				name: 'Notification for PagerDuty',
				value: 'notification.pagerduty',
				description: 'A PagerDuty event has to be triggered, acknowledged or resolved',
			},
			{
				name: 'Notification for Slack',
				value: 'notification.slack',
				description: 'A Slack message has to be posted or changed',
			},
			{
				name: 'Notification for Telegram',
				value: 'notification.telegram',
				description: 'A Telegram message has to be sent or changed',
			},
			{
				name: 'Price Unknown',
				value: 'price.unknown',
				description: 'A call of a model without a price was charged the ceiling',
			},
			{
				name: 'Prices Held',
				value: 'prices.held',
				description: 'Prices of a new list jumped and wait for approval',
			},
			{
				name: 'Service Degraded',
				value: 'service.degraded',
				description: 'The counter store does not answer; limits fall back as each of them says',
			},
			{
				name: 'Service Recovered',
				value: 'service.recovered',
				description: 'The counter store answers again and limits are exact',
			},
			{
				name: 'Spend Anomaly Detected',
				value: 'spend.anomaly.detected',
				description: 'A tenant behaves unlike itself, but is not cut off',
			},
			{
				name: 'Spend Drift',
				value: 'spend.drift',
				description: 'What a vendor billed and what was recorded are too far apart',
			},
			{
				name: 'Workflow Failed',
				value: 'workflow.failed',
				description: 'A workflow ended with an error that nothing caught',
			},
		],
	},
	{
		displayName: 'Severities',
		name: 'severities',
		type: 'multiOptions',
		default: [],
		description:
			'Leave empty for all, or choose how severe an alert has to be. Breaker Closed has no severity and always starts the workflow.',
		options: [
			{
				name: 'Critical',
				value: 'critical',
				description: 'TIER_1_CRITICAL: spend has to stop now',
			},
			{
				name: 'High',
				value: 'high',
				description: 'TIER_2_HIGH: somebody should look today',
			},
			{
				name: 'Warning',
				value: 'warning',
				description: 'TIER_3_WARNING: unusual, and maybe all right',
			},
		],
	},
	{
		displayName: 'Tenant ID',
		name: 'tenantId',
		type: 'string',
		default: '',
		placeholder: 'e.g. org_98765_alpha',
		description: 'Only this tenant. Leave empty for all tenants the service key may see.',
	},
];
