import type { MicroCents } from '../../money.ts';
import type { OtherUnits } from '../../otherUnits.ts';
import type { FieldError } from '../../problems.ts';
import {
	isRecord,
	textAt,
	type JsonRecord,
	type RecognizedReading,
	type UsageReader,
} from '../reading.ts';
import { unwrapped } from '../unwrapped.ts';
import { awsCostLine } from './awsCostLine.ts';
import { awsLambdaReport } from './awsLambdaReport.ts';
import { awsLineIdentity, awsTagFaults } from './awsLineIdentity.ts';
import { awsS3Request } from './awsS3Request.ts';
import { lineTime, lineVersion } from './lineTime.ts';
import { twilioCall } from './twilioCall.ts';
import { twilioMessage } from './twilioMessage.ts';
import { twilioUsageRecord } from './twilioUsageRecord.ts';

export const LINE_VENDORS = ['aws', 'twilio'] as const;
export type LineVendor = (typeof LINE_VENDORS)[number];

/** One line of a vendor's bill or log. */
export type VendorLine = {
	/** The same for every version of the line. */
	id: string;
	/** Parts of one export that share an id are one line, their sum; undefined: this line is the whole. */
	part: string | undefined;
	requestId: string;
	/** What stands where a model would: `lambda`, `sms`. */
	kind: string;
	/** Undefined: not rated yet. */
	costMicroCents: MicroCents | undefined;
	/** What it is billed by; of a line that is not rated, {} says that nothing costs yet. */
	otherUnits: OtherUnits | undefined;
	/** Epoch ms; undefined: it does not say. */
	at: number | undefined;
	/** When the vendor last changed it, epoch ms; undefined: it does not say. */
	version: number | undefined;
};

export type VendorLineReading =
	| { outcome: 'line'; line: VendorLine; body: JsonRecord }
	| { outcome: 'refused'; id: string | undefined; errors: FieldError[] };

const READERS: Record<LineVendor, readonly UsageReader[]> = {
	aws: [awsCostLine, awsLambdaReport, awsS3Request],
	twilio: [twilioCall, twilioMessage, twilioUsageRecord],
};

const KNOWN_FORMS: Record<LineVendor, string> = {
	aws: 'a line of a Cost and Usage Report 2.0, a report of Lambda or a line of the access log of S3',
	twilio: 'a call, a message or a usage record of Twilio',
};

/** Reads one line as the vendor sends it, perhaps in an item of n8n. Never throws. */
export function readVendorLine(vendor: LineVendor, given: unknown): VendorLineReading {
	const { content: body } = unwrapped(given);
	const reader = isRecord(body) ? READERS[vendor].find(({ matches }) => matches(body)) : undefined;
	const reading = isRecord(body) ? reader?.read(body) : undefined;
	if (!isRecord(body) || reading === undefined || reading.outcome === 'unknown') {
		const detail = `is not ${KNOWN_FORMS[vendor]}`;
		return { outcome: 'refused', id: undefined, errors: [{ pointer: '', detail }] };
	}
	const time = lineTime(body);
	const version = lineVersion(body);
	const isCost = reader === awsCostLine;
	const { requestId } = reading.facts;
	const id = isCost ? awsLineIdentity(body) : requestId;
	const tagFaults = vendor === 'aws' ? awsTagFaults(body) : [];
	const errors = [...faultsOf(reading), ...time.errors, ...version.errors, ...tagFaults];
	if (errors.length > 0 || id === undefined || requestId === undefined) {
		return { outcome: 'refused', id: requestId, errors: errors.length > 0 ? errors : [NO_ID] };
	}
	const line = {
		...{ id, requestId, at: time.at, version: version.at },
		part: isCost ? textAt(body, 'identity_line_item_id') : undefined,
		...billedBy(reading),
	};
	return { outcome: 'line', line, body };
}

const NO_ID: FieldError = {
	pointer: '',
	detail: 'has no id, or does not say which time it is for: sent again, it would count twice',
};

/** A price that comes later is estimated where the vendor says what it will be for. */
function faultsOf(reading: RecognizedReading): FieldError[] {
	if (reading.outcome === 'inconsistent') return reading.errors;
	if (reading.outcome === 'read' || reading.otherUnits !== undefined) return [];

	return [{ pointer: '', detail: reading.reason ?? 'has no cost' }];
}

function billedBy(reading: RecognizedReading) {
	const kind = reading.facts.model ?? 'unknown';
	if (reading.outcome === 'inconsistent') {
		return { kind, costMicroCents: undefined, otherUnits: undefined };
	}
	const costMicroCents = reading.outcome === 'read' ? reading.costMicroCents : undefined;

	return { kind, costMicroCents, otherUnits: reading.otherUnits };
}
