import { NO_USAGE, type Usage } from '../../core/usage.ts';
import { USAGE_EVENT_TYPE, type UsageData, type UsageEvent } from '../../core/usageEvent.ts';

let made = 0;

/** A valid usage event; ids are unique unless given. */
export function usageEvent(
	changes: Partial<Omit<UsageEvent, 'data'>> & {
		data?: Partial<Omit<UsageData, 'usage'>> & { usage?: Partial<Usage> };
	} = {},
): UsageEvent {
	const { data = {}, ...envelope } = changes;

	return {
		specversion: '1.0',
		id: `event-${++made}`,
		source: 'test',
		type: USAGE_EVENT_TYPE,
		subject: 'acme',
		time: new Date().toISOString(),
		...envelope,
		data: {
			provider: 'openai',
			model: 'gpt-4o-mini',
			endpoint: 'api.openai.com/v1/chat/completions',
			latencyMs: 700,
			statusCode: 200,
			...data,
			usage: { ...NO_USAGE, inputUncached: 400, output: 60, ...data.usage },
		},
	};
}
