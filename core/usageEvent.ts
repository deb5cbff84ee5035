import type { MicroCents } from './money.ts';
import type { OtherUnits } from './otherUnits.ts';
import type { Usage } from './usage.ts';

export const USAGE_EVENT_TYPE = 'com.llm-fuse.usage.recorded.v1';

/** One metered call as a CloudEvents 1.0 envelope. Unique by `source` + `id`; `subject` is the tenant. */
export type UsageEvent = {
	specversion: '1.0';
	id: string;
	source: string;
	type: typeof USAGE_EVENT_TYPE;
	subject: string;
	/** RFC 3339. When the call finished. */
	time: string;
	data: UsageData;
};

export type UsageData = {
	/** OpenTelemetry `gen_ai.provider.name`: `openai`, `anthropic`, `gcp.gemini`, … */
	provider: string;
	/** The model that answered, as the vendor names it. */
	model: string;
	/** Host and path without scheme: `api.openai.com/v1/chat/completions`. */
	endpoint?: string | undefined;
	usage: Usage;
	/** What is billed beside the tokens, and apart within them. */
	otherUnits?: OtherUnits | undefined;
	/** `standard`, `batch`, `flex`, `priority`, or the vendor's own word; left out: not said. */
	serviceTier?: string | undefined;
	/** True when the vendor reported no usage and the buckets are a guess. */
	estimated?: boolean | undefined;
	latencyMs?: number | undefined;
	statusCode?: number | undefined;
	requestId?: string | undefined;
	/** What the vendor says the call cost. Wins over our own price. */
	costMicroCents?: MicroCents | undefined;
	/** The reservation this event settles. */
	reservationId?: string | undefined;
	workflowId?: string | undefined;
	nodeName?: string | undefined;
	executionId?: string | undefined;
	/** What started the execution: a trigger node's name. */
	trigger?: string | undefined;
	/** The vendor key the call was made with: its id or a label, never the key itself. */
	keyId?: string | undefined;
	/**
	 * Hash of the whole prompt, hex or base64: the same again is the same hash. Looked at and not kept. A hash only; the
	 * prompt itself never leaves n8n.
	 */
	promptHash?: string | undefined;
	/** Hash of the tool call (name and arguments) whose result the prompt ends with. Looked at and not kept. */
	toolCallHash?: string | undefined;
	/** The vendor's rate-limit headers by lower-cased name; read and not kept. */
	rateLimitHeaders?: Readonly<Record<string, string>> | undefined;
};
