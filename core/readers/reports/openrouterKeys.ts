import type { FieldError } from '../../problems.ts';
import { utcDay } from '../../utc.ts';
import { isRecord, listAt, textAt, type JsonRecord } from '../reading.ts';
import { readUsdAt } from './reportMoney.ts';
import { reading, type ReportLine, type ReportReader } from './reportReading.ts';

/**
 * `GET /api/v1/keys` of OpenRouter: what each key spent on the UTC day it was asked on, still running. `keyId` is the
 * hash of the key.
 */
export const openrouterKeys: ReportReader = {
	name: 'openrouterKeys',

	matches: (body) => listAt(body, 'data').some(isKey),

	read(body, at) {
		const errors: FieldError[] = [];
		const today = { provider: 'openrouter', day: utcDay(at) };
		const lines = listAt(body, 'data').flatMap((key, index): ReportLine[] => {
			const place = { pointer: `/data/${index}`, errors };
			const keyId = isRecord(key) ? textAt(key, 'hash') : undefined;
			if (!isRecord(key) || keyId === undefined) {
				errors.push({ pointer: `${place.pointer}/hash`, detail: 'Expected the hash of a key' });
				return [];
			}
			const credits = readUsdAt(key, 'usage_daily', place);
			const byokMicroCents = readUsdAt(key, 'byok_usage_daily', place);
			if (credits === undefined || byokMicroCents === undefined) return [];
			// A key that was not used today has no line, as a day without a call has none.
			if (credits === 0 && byokMicroCents === 0) return [];
			// A metered call costs both: OpenRouter's credits and what the customer's own vendor key is billed.
			const costMicroCents = credits + byokMicroCents;

			return [{ ...today, keyId, model: null, costMicroCents, byokMicroCents }];
		});

		return reading('openrouterKeys', { errors, lines, days: [today] });
	},
};

function isKey(entry: unknown): entry is JsonRecord {
	return isRecord(entry) && 'hash' in entry && 'usage_daily' in entry;
}
