import type { UsageEvent } from '../../../core/usageEvent.ts';
import type { Caller } from '../stages/serviceKeys.ts';

/**
 * An event as far as its sender is believed. What a provider's headers say holds for all tenants, so the word of a key
 * that is bound to one of them is not taken for it.
 */
export function heardFrom(caller: Caller, event: UsageEvent): UsageEvent {
	if (caller.tenantId === null || event.data.rateLimitHeaders === undefined) return event;

	return { ...event, data: { ...event.data, rateLimitHeaders: undefined } };
}
