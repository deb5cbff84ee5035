import { NodeOperationError, type IDataObject, type IHookFunctions } from 'n8n-workflow';
import { isRecord, listAt, textAt, type JsonRecord } from '../../core/readers/reading.ts';
import { connectService, type Service, type ServiceAnswer } from '../shared/service.ts';
import { serviceError } from '../shared/serviceErrors.ts';

/** Activating a workflow is a click someone waits for. */
const TIMEOUT_MS = 10_000;

type Wanted = { url: string; events: string[]; tenantId: string | null };

/** True when the service still holds exactly the subscription this node asks for now. */
export async function subscriptionExists(context: IHookFunctions): Promise<boolean> {
	const staticData = context.getWorkflowStaticData('node');
	const id = textAt(staticData, 'webhookId');
	if (id === undefined || textAt(staticData, 'webhookSecret') === undefined) return false;

	const service = await connectService(context);
	const answer = await service.ask({ method: 'GET', path: pathOf(id), timeoutMs: TIMEOUT_MS });
	if (is(answer, 404)) return false;
	if (!is(answer, 200)) throw unexpected(context, service, answer);
	if (sameSubscription(bodyOf(answer), wanted(context))) return true;

	// Events, tenant or address were changed: one subscription per node, so the old one goes first.
	await unsubscribe(context);
	return false;
}

export async function subscribe(context: IHookFunctions): Promise<boolean> {
	const { url, events, tenantId } = wanted(context);
	const service = await connectService(context);
	const body: IDataObject = { url, events, ...(tenantId === null ? {} : { tenantId }) };
	const answer = await service.ask({
		method: 'POST',
		path: '/v1/webhooks',
		body,
		timeoutMs: TIMEOUT_MS,
	});
	const created = is(answer, 201) ? bodyOf(answer) : {};
	const id = textAt(created, 'id');
	const secret = textAt(created, 'secret');
	if (id === undefined || secret === undefined) throw unexpected(context, service, answer);

	Object.assign(context.getWorkflowStaticData('node'), { webhookId: id, webhookSecret: secret });
	return true;
}

/** Deleting what is already gone is a success. */
export async function unsubscribe(context: IHookFunctions): Promise<boolean> {
	const staticData = context.getWorkflowStaticData('node');
	const id = textAt(staticData, 'webhookId');
	if (id === undefined) return true;

	const service = await connectService(context);
	const answer = await service.ask({ method: 'DELETE', path: pathOf(id), timeoutMs: TIMEOUT_MS });
	if (!is(answer, 204) && !is(answer, 404)) throw unexpected(context, service, answer);

	delete staticData['webhookId'];
	delete staticData['webhookSecret'];
	return true;
}

function wanted(context: IHookFunctions): Wanted {
	const url = context.getNodeWebhookUrl('default');
	const events: unknown = context.getNodeParameter('events', []);
	const tenantId: unknown = context.getNodeParameter('tenantId', '');
	if (!url) throw new NodeOperationError(context.getNode(), 'n8n gave this trigger no webhook URL');
	if (!Array.isArray(events) || events.length === 0) {
		throw new NodeOperationError(context.getNode(), 'No event is selected', {
			description: 'Select at least one of the Events that start this workflow.',
		});
	}
	const tenant = String(tenantId ?? '').trim();

	return { url, events: events.map(String), tenantId: tenant || null };
}

function sameSubscription(stored: JsonRecord, { url, events, tenantId }: Wanted): boolean {
	const storedEvents = listAt(stored, 'events').map(String);

	return (
		stored['url'] === url &&
		(stored['tenantId'] ?? null) === tenantId &&
		storedEvents.length === events.length &&
		events.every((event) => storedEvents.includes(event))
	);
}

function is(answer: ServiceAnswer, status: number): boolean {
	return answer.outcome === 'answered' && answer.status === status;
}

function bodyOf(answer: ServiceAnswer): JsonRecord {
	return answer.outcome === 'answered' && isRecord(answer.body) ? answer.body : {};
}

function unexpected(context: IHookFunctions, service: Service, answer: ServiceAnswer): Error {
	const purpose = { action: 'manage webhooks', role: 'operate' } as const;

	return serviceError(context.getNode(), service, purpose, answer);
}

function pathOf(id: string): string {
	return `/v1/webhooks/${encodeURIComponent(id)}`;
}
