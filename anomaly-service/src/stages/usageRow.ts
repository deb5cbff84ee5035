import { isFailure } from '../../../core/behaviour/compactCall.ts';
import type { Call } from '../../../core/behaviour/minuteSums.ts';
import type { UsageData, UsageEvent } from '../../../core/usageEvent.ts';
import type { UsageRow } from '../ports/records.ts';
import type { Priced } from './price.ts';

/** A priced event as the row that is stored. `receivedAt` is epoch ms. */
export function usageRow(event: UsageEvent, priced: Priced, receivedAt: number): UsageRow {
	const { data } = event;
	const { usage } = data;

	return {
		source: event.source,
		id: event.id,
		tenant_id: event.subject,
		occurred_at: new Date(occurredAt(event, receivedAt)).toISOString(),
		received_at: new Date(receivedAt).toISOString(),
		provider: data.provider,
		model: data.model,
		endpoint: data.endpoint ?? data.provider,
		input_uncached: usage.inputUncached,
		cache_read: usage.cacheRead,
		cache_write_5m: usage.cacheWrite5m,
		cache_write_1h: usage.cacheWrite1h,
		input_audio: usage.inputAudio,
		output: usage.output,
		reasoning: usage.reasoning,
		output_audio: usage.outputAudio,
		context_tokens: priced.contextTokens,
		estimated: data.estimated ?? false,
		latency_ms: data.latencyMs ?? null,
		status_code: data.statusCode ?? null,
		cost_micro_cents: priced.costMicroCents,
		cost_source: priced.costSource,
		line_items: priced.lineItems,
		other_units: data.otherUnits ?? {},
		service_tier: data.serviceTier ?? null,
		...originOf(data),
	};
}

/** Where the call came from, as far as it was told. */
function originOf(data: UsageData) {
	return {
		reservation_id: data.reservationId ?? null,
		request_id: data.requestId ?? null,
		workflow_id: data.workflowId ?? null,
		node_name: data.nodeName ?? null,
		execution_id: data.executionId ?? null,
		key_id: data.keyId ?? null,
		trigger_name: data.trigger ?? null,
	};
}

/** A caller's clock that runs ahead must not push spend into a window that has not begun. Epoch ms. */
export function occurredAt(event: UsageEvent, receivedAt: number): number {
	return Math.min(Date.parse(event.time), receivedAt);
}

/** A stored call as detectors look at it; `data`: what was told of it and is not stored. */
export function callOfRow(
	row: UsageRow,
	data?: Pick<UsageData, 'promptHash' | 'toolCallHash'>,
): Call {
	return {
		at: Date.parse(row.occurred_at),
		endpoint: row.endpoint,
		model: row.model,
		input:
			row.input_uncached +
			row.cache_read +
			row.cache_write_5m +
			row.cache_write_1h +
			row.input_audio,
		cached: row.cache_read,
		output: row.output + row.output_audio,
		contextTokens: row.context_tokens,
		latencyMs: row.latency_ms ?? undefined,
		failed: isFailure(row.status_code),
		costMicroCents: row.cost_micro_cents,
		caller: callerOf(row),
		keyId: row.key_id ?? '',
		execution: row.execution_id ?? '',
		provider: row.provider,
		statusCode: row.status_code ?? undefined,
		promptHash: data?.promptHash,
		toolCallHash: data?.toolCallHash,
	};
}

/** Workflow and node that called, with the integration they belong to; '' outside workflows. As fuse.tenant_calls. */
function callerOf({ source, workflow_id: workflow, node_name: node }: UsageRow): string {
	return workflow === null && node === null ? '' : `${source}|${workflow ?? ''}|${node ?? ''}`;
}
