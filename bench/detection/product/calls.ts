import { MINUTE_MS } from '../../../core/durations.ts';
import type { Call } from '../../../core/behaviour/minuteSums.ts';
import { FIRST_MINUTE } from '../calendar.ts';
import type { Request } from '../request.ts';
import { tierAt } from '../tiers.ts';

const ENDPOINTS = ['/v1/chat', '/v1/agent', '/v1/extract'];

/** A request as the service would have recorded it: whole milliseconds and micro-cents. */
export function callOf(request: Request): Call {
	const { endpoint, tier, input, cached, output, caller, keyId, execution } = request;
	const { name, contextTokens } = tierAt(tier);

	return {
		at: Math.floor(FIRST_MINUTE * MINUTE_MS + request.time * 1000),
		endpoint: ENDPOINTS[endpoint] ?? `/v1/${endpoint}`,
		model: name,
		...{ input, cached, output, contextTokens },
		latencyMs: Math.round(request.latencyMs),
		failed: request.status >= 400,
		costMicroCents: Math.round(request.costMicroCents),
		...{ caller, keyId, execution },
	};
}
