import { isAwsModelLine } from '../../../core/readers/billing/awsModelLine.ts';
import { lineTenant } from '../../../core/readers/billing/lineTenant.ts';
import {
	readVendorLine,
	type LineVendor,
	type VendorLine,
} from '../../../core/readers/billing/vendorLine.ts';
import { textAt, type JsonRecord } from '../../../core/readers/reading.ts';
import type { FieldError } from '../../../core/problems.ts';
import { NO_USAGE } from '../../../core/usage.ts';
import { USAGE_EVENT_TYPE } from '../../../core/usageEvent.ts';
import type { Caller } from '../stages/serviceKeys.ts';
import type { TenantLine } from '../stages/vendorLines.ts';
import { fieldErrors } from './fieldErrors.ts';
import { keptLine, type VendorUsageQuery } from './schemas/vendorUsage.ts';
import { broaderCategories, skipReason } from './skippedLines.ts';
import { OTHER_TENANT, reaches } from './tenantScope.ts';

export type RejectedLine = { index: number; id?: string; errors: FieldError[] };
export type SkippedLine = { index: number; id?: string; reason: string };

type Asked = { vendor: LineVendor; query: VendorUsageQuery; caller: Caller; now: number };
type Read = { line: VendorLine; body: JsonRecord };

/** Which lines can be recorded, and what is said of the others. */
export function sortOutLines(given: readonly unknown[], asked: Asked) {
	const accepted: { index: number; line: TenantLine }[] = [];
	const rejected: RejectedLine[] = [];
	const skipped: SkippedLine[] = [];
	const readings = given.map((item) => readVendorLine(asked.vendor, item));
	const broader = broaderCategories(
		readings.flatMap((reading) => (reading.outcome === 'line' ? [reading.body] : [])),
	);
	for (const [index, reading] of readings.entries()) {
		if (reading.outcome === 'refused') {
			rejected.push({ index, ...named(reading.id), errors: reading.errors });
			continue;
		}
		const { line, body } = reading;
		const isModel = asked.vendor === 'aws' && !asked.query.includeModels && isAwsModelLine(body);
		const reason = skipReason(body, { skip: asked.query.skip, isModel, broader });
		const result = reason === undefined ? tenantLine(reading, asked) : { reason };
		if ('reason' in result) skipped.push({ index, ...named(line.requestId), ...result });
		else if ('errors' in result) rejected.push({ index, ...named(line.requestId), ...result });
		else accepted.push({ index, line: result });
	}
	return { accepted, rejected, skipped };
}

function tenantLine({ line, body }: Read, asked: Asked): TenantLine | { errors: FieldError[] } {
	const { vendor, query, caller, now } = asked;
	const tenantId = lineTenant(body, query.tenantTag) ?? query.tenantId ?? caller.tenantId;
	if (tenantId === null) return { errors: [noTenant(vendor, query.tenantTag)] };

	// The name of a role may be longer than an id is kept: better a shorter one than no line.
	const keyId = textAt(body, 'line_item_iam_principal')?.slice(0, 200) ?? query.keyId;
	const kept = keptLine.safeParse({ ...line, tenantId, keyId });
	if (!kept.success) return { errors: fieldErrors(kept.error, { ...line, tenantId, keyId }) };
	if (!reaches(caller, tenantId)) {
		return { errors: [{ pointer: '/tenantId', detail: OTHER_TENANT }] };
	}
	return {
		event: eventOf(line, { vendor, tenantId, keyId, now }),
		part: line.part,
		version: line.version ?? query.exportedAt,
		dated: line.at !== undefined,
	};
}

type Of = { vendor: LineVendor; tenantId: string; keyId: string | undefined; now: number };

function eventOf(line: VendorLine, { vendor, tenantId, keyId, now }: Of): TenantLine['event'] {
	const { id, kind, costMicroCents, otherUnits = {}, requestId, at = now } = line;
	const isFree = Object.values(otherUnits).every((count) => count === 0);

	return {
		...{ specversion: '1.0', id, source: `vendor/${vendor}`, type: USAGE_EVENT_TYPE },
		...{ subject: tenantId, time: new Date(at).toISOString() },
		data: {
			...{ provider: vendor, model: kind, usage: NO_USAGE, otherUnits, requestId, keyId },
			estimated: costMicroCents === undefined,
			// Nothing that costs has happened yet: no price is asked for.
			costMicroCents: costMicroCents ?? (isFree ? 0 : undefined),
		},
	};
}

function noTenant(vendor: LineVendor, tag: string): FieldError {
	const place = vendor === 'aws' ? `resource tag or field "${tag}"` : `field "${tag}"`;
	const detail = `has no tenant: there is no ${place}, and the query names no tenantId`;

	return { pointer: '/tenantId', detail };
}

export function named(id: string | undefined): { id?: string } {
	return id === undefined ? {} : { id: id.slice(0, 200) };
}
