import { USAGE_EVENT_TYPE, type UsageEvent } from '../../core/usageEvent.ts';
import { NO_USAGE } from '../../core/usage.ts';

/** One call of a tenant to a model, as the replay makes it up. */
export type DemoCall = {
	/** Unique over all tenants and phases of one replay, and the same for the same seed and start. */
	id: string;
	/** When the call finished, in ms since 1970. */
	at: number;
	tenantId: string;
	provider: string;
	model: string;
	endpoint: string;
	/** Tokens of the prompt, the cached ones included. */
	input: number;
	cached: number;
	output: number;
	latencyMs: number;
	/** A call that failed has no output and is not billed. */
	ok: boolean;
};

export function toUsageEvent(call: DemoCall): UsageEvent {
	const { input, cached, output } = call;
	const usage = { ...NO_USAGE, inputUncached: input - cached, cacheRead: cached, output };

	return {
		specversion: '1.0',
		id: call.id,
		source: 'demo',
		type: USAGE_EVENT_TYPE,
		subject: call.tenantId,
		time: new Date(call.at).toISOString(),
		data: {
			provider: call.provider,
			model: call.model,
			endpoint: call.endpoint,
			usage: call.ok ? usage : NO_USAGE,
			latencyMs: call.latencyMs,
			statusCode: call.ok ? 200 : 503,
		},
	};
}
