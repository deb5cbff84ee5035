import { NodeApiError, type INode } from 'n8n-workflow';
import { isRecord, listAt, textAt } from '../../core/readers/reading.ts';
import type { FieldError } from '../../core/problems.ts';
import type { Service, ServiceAnswer } from './service.ts';

/** What the node was about to do, in words for the messages: `ask for a reservation`, role `ask`. */
export type Purpose = { action: string; role: 'ask' | 'record' | 'operate' };

type Advice = { message: string; description: string };

/** The error for an answer the node cannot work with: what happened, and how to get unstuck. */
export function serviceError(
	node: INode,
	service: Service,
	purpose: Purpose,
	answer: ServiceAnswer,
	itemIndex?: number,
): NodeApiError {
	const advice =
		answer.outcome === 'answered'
			? adviceFor(answer.status, answer.body, service, purpose)
			: unavailableAdvice(answer.reason, service);

	return new NodeApiError(
		node,
		{ message: advice.message },
		{
			...advice,
			...(answer.outcome === 'answered' ? { httpCode: String(answer.status) } : {}),
			...(itemIndex === undefined ? {} : { itemIndex }),
		},
	);
}

/** Everything the service found wrong with the input, from an RFC 9457 body. */
export function fieldErrors(body: unknown): FieldError[] {
	if (!isRecord(body)) return [];

	return listAt(body, 'errors')
		.filter(isRecord)
		.map((error) => ({
			pointer: textAt(error, 'pointer') ?? '',
			detail: textAt(error, 'detail') ?? 'was refused',
		}));
}

function adviceFor(status: number, body: unknown, service: Service, purpose: Purpose): Advice {
	const detail = isRecord(body) ? (textAt(body, 'detail') ?? textAt(body, 'title')) : undefined;
	const said = detail ? ` The service said: ${detail}` : '';

	if (status === 401) {
		return {
			message: 'The LLM Fuse service does not know this service key',
			description: `Open the LLM Fuse API credential and check the Service Key: it starts with fuse_ and is shown only once, when it is made. A revoked key has to be replaced by a new one.${said}`,
		};
	}
	if (status === 403) {
		return {
			message: `This service key may not ${purpose.action}`,
			description: `Use a service key with the role ${rolesFor(purpose)}. A key bound to one tenant serves that tenant only.${said}`,
		};
	}
	if (status === 400 || status === 422) {
		const errors = fieldErrors(body).map(({ pointer, detail: why }) => `${pointer}: ${why}`);
		return {
			message: `The LLM Fuse service refused the input: ${errors[0] ?? detail ?? `status ${status}`}`,
			description:
				errors.length > 0
					? `Correct in this node's parameters: ${errors.join('; ')}`
					: `Check this node's parameters.${said}`,
		};
	}
	return {
		message: `${service.baseUrl} does not answer like an LLM Fuse service (status ${status})`,
		description: `Check the Base URL in the LLM Fuse API credential: it is the address of the service without /v1, for example http://127.0.0.1:8787.${said}`,
	};
}

/** The role itself, and those that include it. */
function rolesFor({ role }: Purpose): string {
	return role === 'operate' ? 'operate or admin' : `${role}, operate or admin`;
}

function unavailableAdvice(reason: string, service: Service): Advice {
	return {
		message: `The LLM Fuse service at ${service.baseUrl} gave no answer`,
		description: `Check that the service runs (its /readyz says so) and that n8n reaches this address; inside Docker, 127.0.0.1 is the n8n container itself. What happened: ${reason}`,
	};
}
