import { NodeApiError, type INode } from 'n8n-workflow';
import { isRecord, textAt, type JsonRecord } from '../../../core/readers/reading.ts';
import { fieldErrors, serviceError } from '../../shared/serviceErrors.ts';
import type { Service, ServiceAnswer } from '../../shared/service.ts';

/** What was to be done, in words ("block a tenant"), and the smallest role that may. */
export type Need = { action: string; role: 'ask' | 'read' | 'operate' | 'admin' };

/** The roles that include a role. */
const WHO_MAY: Record<Need['role'], string> = {
	ask: 'ask, read, operate or admin',
	read: 'read, operate or admin',
	operate: 'operate or admin',
	admin: 'admin',
};

type Refused = { need: Need; answer: ServiceAnswer; itemIndex?: number };
type Advice = { message: string; description: string };

/** The error for an answer that is no success. An RFC 9457 problem says itself what happened. */
export function refusal(
	node: INode,
	service: Service,
	{ need, answer, itemIndex }: Refused,
): NodeApiError {
	const problem = answer.outcome === 'answered' ? problemOf(answer.body) : undefined;
	const advice =
		problem && answer.outcome === 'answered' ? adviceFor(answer.status, problem, need) : undefined;
	if (!advice || answer.outcome !== 'answered') {
		const purpose = { action: need.action, role: 'operate' } as const;
		return serviceError(node, service, purpose, answer, itemIndex);
	}

	return new NodeApiError(
		node,
		{ message: advice.message },
		{
			...advice,
			httpCode: String(answer.status),
			...(itemIndex === undefined ? {} : { itemIndex }),
		},
	);
}

/** Undefined when it is no problem of ours: then something other than LLM Fuse answered. */
function problemOf(body: unknown): JsonRecord | undefined {
	return isRecord(body) && textAt(body, 'type') && textAt(body, 'detail') ? body : undefined;
}

/** Undefined: nothing to say that is special to managing things. */
function adviceFor(status: number, problem: JsonRecord, need: Need): Advice | undefined {
	const said = sentence(textAt(problem, 'detail') ?? '');
	if (status === 403) {
		return {
			message: `This service key may not ${need.action}`,
			description: `Use a service key with the role ${WHO_MAY[need.role]}. A key bound to one tenant serves that tenant only. The service said: ${said}`,
		};
	}
	if (status === 404) {
		return {
			message: said,
			description:
				'Check the ID; From List shows what this service key may see. A service that is older than this node has no endpoint for some operations: update it then.',
		};
	}
	if (status === 409) {
		return {
			message: said,
			description: 'Nothing was changed, because it contradicts what is there.',
		};
	}
	if (status === 400 || status === 422) return inputAdvice(problem, said);

	return undefined;
}

function inputAdvice(problem: JsonRecord, said: string): Advice {
	const faults = fieldErrors(problem).map(({ pointer, detail }) =>
		[fieldName(pointer), detail].filter(Boolean).join(': '),
	);

	return {
		message: `The LLM Fuse service refused the input: ${faults[0] ?? said}`,
		description:
			faults.length > 0
				? `Correct in this node's parameters: ${faults.join('; ')}`
				: "Check this node's parameters",
	};
}

/** `/timeZone` → "Time Zone", as the parameter is called on the canvas. */
function fieldName(pointer: string): string {
	const name = pointer.split('/').findLast((part) => part !== '' && !/^\d+$/.test(part)) ?? '';
	const words = name.replace(/([a-z])([A-Z])/g, '$1 $2').replace(/\bId\b/, 'ID');

	return words.charAt(0).toUpperCase() + words.slice(1);
}

/** n8n writes messages without a final period. */
function sentence(detail: string): string {
	return detail.replace(/\.$/, '');
}
