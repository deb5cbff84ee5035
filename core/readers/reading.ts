import type { MicroCents } from '../money.ts';
import type { FieldError } from '../problems.ts';
import type { Usage } from '../usage.ts';

/** What a reader knows about a response besides the numbers. */
export type ResponseFacts = {
	/** OpenTelemetry `gen_ai.provider.name` of the vendor that defined this format. */
	provider: string;
	/** True when other vendors answer in this format too, so that `provider` is only the best guess. */
	spokenByOthers: boolean;
	/** The model that answered. */
	model: string | undefined;
	/** Host and path of the defining vendor's endpoint, when the body shows which one it was. */
	endpoint: string | undefined;
	requestId: string | undefined;
};

/** One model's share of a response. A server-side helper (compaction, advisor) may have used another model. */
export type ModelUsage = { model: string | undefined; usage: Usage };

/** What a response says about its usage. Everything but `read` says why there are no numbers. */
export type UsageReading =
	| {
			outcome: 'read';
			facts: ResponseFacts;
			calls: readonly [ModelUsage, ...ModelUsage[]];
			/** What the vendor says it charged. */
			costMicroCents: MicroCents | undefined;
	  }
	| { outcome: 'missing'; facts: ResponseFacts; answerText: string }
	| { outcome: 'inconsistent'; facts: ResponseFacts; errors: FieldError[] }
	| { outcome: 'unknown' };

/** One response format of one vendor. `matches` looks at the form only; `read` may still find no numbers. */
export type UsageReader = {
	name: string;
	matches(body: JsonRecord): boolean;
	read(body: JsonRecord): UsageReading;
};

export type JsonRecord = Record<string, unknown>;

export function isRecord(value: unknown): value is JsonRecord {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function recordAt(record: JsonRecord, key: string): JsonRecord {
	const value = record[key];

	return isRecord(value) ? value : {};
}

export function textAt(record: JsonRecord, key: string): string | undefined {
	const value = record[key];

	return typeof value === 'string' && value !== '' ? value : undefined;
}

export function listAt(record: JsonRecord, key: string): unknown[] {
	const value = record[key];

	return Array.isArray(value) ? value : [];
}
