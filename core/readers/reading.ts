import type { MicroCents } from '../money.ts';
import type { OtherUnits } from '../otherUnits.ts';
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
	/** `standard`, `batch`, `flex`, `priority`, or the vendor's own word in lower case; undefined: not said. */
	serviceTier?: string | undefined;
};

/** One model's share of a response. A server-side helper (compaction, advisor) may have used another model. */
export type ModelUsage = { model: string | undefined; usage: Usage };

/** What a response says about its usage. Everything but `read` says why there are no numbers. */
export type UsageReading =
	| {
			outcome: 'read';
			facts: ResponseFacts;
			calls: readonly [ModelUsage, ...ModelUsage[]];
			/** What the vendor says it charged; below 0 for a refund. */
			costMicroCents: MicroCents | undefined;
			/** What is billed beside the tokens, and apart within them: `{ webSearch: 2, audioSeconds: 36 }`. Only what is above 0. */
			otherUnits?: OtherUnits | undefined;
	  }
	| {
			outcome: 'missing';
			facts: ResponseFacts;
			answerText: string;
			/** Why there are no numbers, for a person; undefined: the vendor sent none. */
			reason?: string | undefined;
			/** What is certain all the same: the input of a stream that ended early. */
			known?: Usage | undefined;
			/** What is billed by its count though the cost is not known yet: the segments of a message. */
			otherUnits?: OtherUnits | undefined;
	  }
	| { outcome: 'inconsistent'; facts: ResponseFacts; errors: FieldError[] }
	| { outcome: 'unknown' };

/** Everything but `unknown`. */
export type RecognizedReading = Exclude<UsageReading, { outcome: 'unknown' }>;

/** One response format of one vendor. `matches` looks at the form only; `read` may still find no numbers. */
export type UsageReader = {
	name: string;
	/** Fields of which every body of this form has one: at its top, or in its `usage`. */
	signs: readonly string[];
	matches(body: JsonRecord): boolean;
	read(body: JsonRecord): UsageReading;
	/** For a form that several vendors answer in: together the two say what `matches` says. */
	shared?: { form: SharedForm; recognizes(answer: SharedAnswer): boolean };
};

export type SharedForm = {
	signs: readonly string[];
	/** Undefined: the body has another form. */
	answerIn(body: JsonRecord): SharedAnswer | undefined;
};

/** What the vendors of a form are told apart by; `model` is '' when it is not named. */
export type SharedAnswer = { response: JsonRecord; usage: JsonRecord; model: string };

/** A reader for one vendor of a form. */
export function sharedReader(
	name: string,
	shared: NonNullable<UsageReader['shared']>,
	read: UsageReader['read'],
): UsageReader {
	const { form, recognizes } = shared;

	return {
		name,
		signs: form.signs,
		shared,
		matches(body) {
			const answer = form.answerIn(body);

			return answer !== undefined && recognizes(answer);
		},
		read,
	};
}

export type JsonRecord = Record<string, unknown>;

export function isRecord(value: unknown): value is JsonRecord {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** One for all: readers look for records in places that most bodies do not have. */
const NOTHING: JsonRecord = Object.freeze({});

export function recordAt(record: JsonRecord, key: string): JsonRecord {
	const value = record[key];

	return isRecord(value) ? value : NOTHING;
}

export function textAt(record: JsonRecord, key: string): string | undefined {
	const value = record[key];

	return typeof value === 'string' && value !== '' ? value : undefined;
}

export function listAt(record: JsonRecord, key: string): unknown[] {
	const value = record[key];

	return Array.isArray(value) ? value : [];
}
