import { json, startVendorDouble, type VendorDouble } from './vendorDouble.ts';

export interface PagerDutyEvent {
	routing_key: string;
	event_action: 'trigger' | 'acknowledge' | 'resolve';
	dedup_key?: string;
	payload?: { summary: string; severity: string; custom_details?: Record<string, unknown> };
}

export interface PagerDutyDouble extends VendorDouble {
	/** What an n8n Custom Auth credential holds: the key of the integration goes into the body. */
	credential: { json: string };
	events: () => PagerDutyEvent[];
}

const ROUTING_KEY = 'e93facc04764012d7bfb002500d5d1a6';

/** PagerDuty's Events API v2: takes what its OpenAPI file allows, from who has the key of the integration. */
export async function startPagerDuty(folder: string): Promise<PagerDutyDouble> {
	const bodyOf = (body: string) => {
		const event: PagerDutyEvent = JSON.parse(body);
		return event;
	};
	const double = await startVendorDouble({
		prefix: '/v2',
		spec: { file: 'pagerduty-events-v2.json', folder, probe: '/enqueue' },
		refusal: ({ body }) =>
			bodyOf(body).routing_key === ROUTING_KEY
				? undefined
				: json({ status: 'invalid event', message: 'Event object is invalid', errors: [] }, 400),
		answer: ({ method, body }, path) => {
			if (method !== 'POST' || path !== '/enqueue') return undefined;
			const { dedup_key } = bodyOf(body);
			return json({ status: 'success', message: 'Event processed', dedup_key }, 202);
		},
	});

	return {
		...double,
		credential: { json: JSON.stringify({ body: { routing_key: ROUTING_KEY } }) },
		events: () => double.requests.map(({ body }) => bodyOf(body)),
	};
}
