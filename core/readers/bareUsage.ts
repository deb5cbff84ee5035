import { isRecord, type JsonRecord } from './reading.ts';

/** Fields that only a usage object has at its top, and under which key a response carries such an object. */
const MARKS: ReadonlyArray<readonly [key: 'usage' | 'usageMetadata', mark: string]> = [
	['usage', 'prompt_tokens'],
	['usage', 'completion_tokens'],
	['usage', 'input_tokens'],
	['usage', 'inputTokens'],
	['usage', 'billed_units'],
	['usageMetadata', 'promptTokenCount'],
];

/** A usage object by itself, put where a response would have it. Undefined for a response. */
export function aroundBareUsage(
	body: JsonRecord,
): { body: JsonRecord; key: 'usage' | 'usageMetadata' } | undefined {
	if (isRecord(body['usage']) || isRecord(body['usageMetadata'])) return undefined;
	const found = MARKS.find(([, mark]) => mark in body);
	if (!found) return undefined;

	const [key] = found;
	return { body: { [key]: body }, key };
}
