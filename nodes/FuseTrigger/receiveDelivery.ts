import type { IDataObject, IWebhookFunctions } from 'n8n-workflow';
import { isRecord, listAt, textAt } from '../../core/readers/reading.ts';
import { verifyWebhook, type WebhookHeaders } from '../../core/webhookSignature.ts';

/** What to do with one delivery. */
export type Delivery =
	| { outcome: 'start'; json: IDataObject }
	/** Genuine, but nothing to do: seen before, or not selected. Answered with 200, or it would be sent again. */
	| { outcome: 'ignored'; reason: string }
	| { outcome: 'refused'; status: 400 | 401; reason: string };

/** A retrying sender repeats an id within hours; 500 ids are days of incidents and a few kB of static data. */
const SEEN_MAX = 500;

export function receiveDelivery(context: IWebhookFunctions, nowMs: number): Delivery {
	const staticData = context.getWorkflowStaticData('node');
	const headers = webhookHeaders(context);
	const rawBody: unknown = context.getRequestObject().rawBody;
	const body = Buffer.isBuffer(rawBody) ? rawBody : Buffer.alloc(0);
	const secret = textAt(staticData, 'webhookSecret');
	if (secret === undefined) {
		return { outcome: 'refused', status: 401, reason: 'This trigger holds no subscription' };
	}
	const verification = verifyWebhook(secret, headers, body, nowMs);
	if (!verification.valid) return { outcome: 'refused', status: 401, reason: verification.reason };

	const seen = listAt(staticData, 'seenIds').map(String);
	const id = headers.id ?? '';
	if (seen.includes(id)) return { outcome: 'ignored', reason: 'This delivery was received before' };

	const json = parseEvent(body);
	if (!json) return { outcome: 'refused', status: 400, reason: 'The body is not an event' };
	staticData['seenIds'] = [...seen, id].slice(-SEEN_MAX);

	return isSelected(context, json)
		? { outcome: 'start', json }
		: { outcome: 'ignored', reason: 'This event is not selected' };
}

function webhookHeaders(context: IWebhookFunctions): WebhookHeaders {
	const headers = context.getHeaderData();
	const text = (name: string): string | undefined => {
		const value = headers[name];
		return typeof value === 'string' ? value : undefined;
	};

	return {
		id: text('webhook-id'),
		timestamp: text('webhook-timestamp'),
		signature: text('webhook-signature'),
	};
}

/** `alertText` stays the text it is: parsing and printing it again would turn 45.50 into 45.5. */
function parseEvent(body: Buffer): IDataObject | undefined {
	try {
		const parsed: unknown = JSON.parse(body.toString('utf8'));
		if (!isRecord(parsed) || !isRecord(parsed['data'])) return undefined;

		const { type: event, timestamp, data } = parsed;
		return { event, timestamp, ...data } as IDataObject;
	} catch {
		return undefined;
	}
}

/** The service filters already; a delivery that was under way while the parameters changed is caught here. */
function isSelected(context: IWebhookFunctions, json: IDataObject): boolean {
	const events: unknown = context.getNodeParameter('events', []);
	const severities: unknown = context.getNodeParameter('severities', []);
	const tenantId = String(context.getNodeParameter('tenantId', '') ?? '').trim();

	return (
		Array.isArray(events) &&
		events.includes(json['event']) &&
		isSevereEnough(severities, json['severity']) &&
		(tenantId === '' || json['tenantId'] === tenantId)
	);
}

/** The service knows no severities of a subscription. An event without one is no alert, and is never too mild. */
function isSevereEnough(selected: unknown, severity: unknown): boolean {
	return (
		severity === undefined ||
		!Array.isArray(selected) ||
		selected.length === 0 ||
		selected.includes(severity)
	);
}
