import type { FieldError } from '../../problems.ts';
import { isRecord, type JsonRecord } from '../reading.ts';
import { anthropicCost } from './anthropicCost.ts';
import { anthropicUsage } from './anthropicUsage.ts';
import { isAwsLine } from '../billing/awsLine.ts';
import { awsCur } from './awsCur.ts';
import { openaiCosts } from './openaiCosts.ts';
import { openaiUsage } from './openaiUsage.ts';
import { openrouterActivity } from './openrouterActivity.ts';
import { openrouterKeys } from './openrouterKeys.ts';
import type { ReportDay, ReportLine, ReportReader, ReportReading } from './reportReading.ts';
import { outermost, twilioUsageRecords } from './twilioUsageRecords.ts';

/** Asked in this order; the first that knows the form reads it. A new report is one file and one line. */
export const REPORT_READERS: readonly ReportReader[] = [
	openaiCosts,
	openaiUsage,
	anthropicCost,
	anthropicUsage,
	openrouterKeys,
	openrouterActivity,
	awsCur,
	twilioUsageRecords,
];

/**
 * What one page of a vendor's usage or cost report says, its form found by looking at it. `at`: when it was fetched,
 * epoch ms. Never throws.
 */
export function readReport(body: unknown, at: number): ReportReading {
	const { page, wrapped } = asPage(body);
	if (!page) return { outcome: 'unknown' };
	if (isEmpty(page)) return { outcome: 'read', report: 'nothing', days: [], lines: [] };
	const reader = REPORT_READERS.find((candidate) => candidate.matches(page));
	const reading = reader?.read(page, at) ?? { outcome: 'unknown' };
	if (reading.outcome !== 'refused') return reading;

	const errors = reading.errors.map(({ pointer, detail }) => ({
		pointer: pointer.replace(wrapped, ''),
		detail,
	}));
	return { ...reading, errors };
}

/** What pages say together. Errors point into the list of pages: `/1/data/0/results/3/amount/value`. */
export type ReportsRead = { days: ReportDay[]; lines: ReportLine[]; errors: FieldError[] };

/** Several pages, of one vendor or of many; a page that is there twice counts once. */
export function readReports(pages: readonly unknown[], at: number): ReportsRead {
	const seen = new Set<string>();
	const read: ReportsRead = { days: [], lines: [], errors: [] };
	for (const [index, page] of pages.entries()) {
		const written = JSON.stringify(page);
		if (seen.has(written)) continue;
		seen.add(written);
		addPage(read, readReport(page, at), `/${index}`);
	}
	return { ...read, lines: outermost(read.lines) };
}

function addPage(read: ReportsRead, reading: ReportReading, pointer: string): void {
	if (reading.outcome === 'read') {
		read.days.push(...reading.days);
		read.lines.push(...reading.lines);
	} else if (reading.outcome === 'refused') {
		const faults = reading.errors.map((fault) => ({ ...fault, pointer: pointer + fault.pointer }));
		read.errors.push(...faults);
	} else {
		const names = REPORT_READERS.map(({ name }) => name).join(', ');
		read.errors.push({ pointer, detail: `Expected a page of one of these reports: ${names}` });
	}
}

/** Nothing yet: a page without buckets, keys or lines, whichever report it is of. */
function isEmpty(page: JsonRecord): boolean {
	const list = page['data'] ?? page['usage_records'] ?? page['lines'];

	return Array.isArray(list) && list.length === 0;
}

/** AWS has no pages: its lines come as a list, or one by one. `wrapped`: what that adds to pointers. */
function asPage(body: unknown): { page: JsonRecord | undefined; wrapped: string } {
	if (Array.isArray(body)) return { page: { lines: body }, wrapped: '/lines' };
	if (isAwsLine(body)) return { page: { lines: [body] }, wrapped: '/lines/0' };

	return { page: isRecord(body) ? body : undefined, wrapped: '' };
}
