import { randomUUID } from 'node:crypto';
import { USAGE_EVENT_TYPE, type UsageEvent } from '../core/usageEvent.ts';

const MODELS = ['gpt-4o-mini', 'gpt-4o', 'gpt-4.1-mini'];

/** A call as n8n reports one. `n` picks the tenant, the workflow and the model; the id is new each time. */
export function meteredCall(n: number, tenants: number): UsageEvent {
	const cacheRead = n % 3 === 0 ? 200 : 0;

	return {
		specversion: '1.0',
		id: randomUUID(),
		source: `n8n/workflow-${n % 7}`,
		type: USAGE_EVENT_TYPE,
		subject: `tenant-${n % tenants}`,
		time: new Date().toISOString(),
		data: {
			provider: 'openai',
			model: MODELS[n % MODELS.length] ?? '',
			endpoint: 'api.openai.com/v1/chat/completions',
			usage: {
				...{ inputUncached: 400 + (n % 500), cacheRead, cacheWrite5m: 0, cacheWrite1h: 0 },
				...{ inputAudio: 0, output: 60 + (n % 100), reasoning: 0, outputAudio: 0 },
			},
			...{ latencyMs: 700 + (n % 300), statusCode: 200, requestId: `chatcmpl-${randomUUID()}` },
			...{ workflowId: `wf-${n % 20}`, nodeName: 'AI Agent', executionId: String(n) },
		},
	};
}

export function meteredCalls(count: number, tenants: number): UsageEvent[] {
	return Array.from({ length: count }, (_, n) => meteredCall(n, tenants));
}
