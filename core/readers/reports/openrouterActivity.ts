import type { FieldError } from '../../problems.ts';
import { shown } from '../counts.ts';
import { isRecord, listAt, textAt } from '../reading.ts';
import { readUsdAt } from './reportMoney.ts';
import { dayIn, reading, type ReportLine, type ReportReader } from './reportReading.ts';

/** `GET /api/v1/activity` of OpenRouter: the last 30 complete UTC days by model and endpoint, not by key. */
export const openrouterActivity: ReportReader = {
	name: 'openrouterActivity',

	matches: (body) =>
		listAt(body, 'data').some((item) => isRecord(item) && 'byok_usage_inference' in item),

	read(body) {
		const errors: FieldError[] = [];
		const lines = listAt(body, 'data').flatMap((item, index): ReportLine[] => {
			const place = { pointer: `/data/${index}`, errors };
			const record = isRecord(item) ? item : {};
			const day = dayIn(record['date']);
			if (day === undefined) {
				const detail = `Expected a day such as 2026-11-20, got ${shown(record['date'])}`;
				errors.push({ pointer: `${place.pointer}/date`, detail });
				return [];
			}
			const credits = readUsdAt(record, 'usage', place);
			const byokMicroCents = readUsdAt(record, 'byok_usage_inference', place);
			if (credits === undefined || byokMicroCents === undefined) return [];
			const model = textAt(record, 'model_permaslug') ?? textAt(record, 'model') ?? null;
			const costMicroCents = credits + byokMicroCents;

			return [{ provider: 'openrouter', day, keyId: null, model, costMicroCents, byokMicroCents }];
		});

		return reading('openrouterActivity', { errors, lines, days: lines.map(dayOf) });
	},
};

function dayOf({ provider, day }: ReportLine) {
	return { provider, day };
}
