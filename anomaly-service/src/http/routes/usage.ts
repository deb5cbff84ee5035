import type { FieldError } from '../../../../core/problems.ts';
import type { UsageEvent } from '../../../../core/usageEvent.ts';
import type { Pipeline } from '../../pipeline.ts';
import type { Caller } from '../../stages/serviceKeys.ts';
import { fieldErrors } from '../fieldErrors.ts';
import { heardFrom } from '../heardFrom.ts';
import { ProblemError } from '../problemError.ts';
import { route, type Route } from '../route.ts';
import { usageAnswer } from '../schemas/answers.ts';
import { usageBatch, usageEvent } from '../schemas/usageEvent.ts';
import { OTHER_TENANT, reaches } from '../tenantScope.ts';

type Rejected = { index: number; id?: string; errors: FieldError[] };

export function usageRoutes(pipeline: Pipeline): Route[] {
	return [
		route({
			method: 'post',
			path: '/v1/usage',
			summary: 'Record usage events, each once',
			roles: ['record', 'call'],
			body: usageBatch,
			responses: {
				202: {
					description: 'Durable and counted; events that were refused are listed',
					schema: usageAnswer,
				},
			},
			async handle({ body, caller, now }) {
				const isBatch = Array.isArray(body);
				const items: unknown[] = isBatch ? body : [body];
				const { events, rejected } = sortOut(items, caller);
				const answers = await pipeline.record(
					events.map(({ event }) => event),
					now,
				);
				const costsMicroCents = items.map((): number | null => null);
				for (const [at, { index, event }] of events.entries()) {
					const answer = answers[at];
					if (answer?.outcome === 'rejected') {
						rejected.push({ index, id: event.id, errors: answer.errors });
					} else if (answer) {
						costsMicroCents[index] = answer.costMicroCents;
					}
				}
				rejected.sort((a, b) => a.index - b.index);
				if (rejected.length === items.length) throw allRejected(rejected, isBatch);

				const accepted = answers.filter(({ outcome }) => outcome === 'recorded').length;
				const duplicates = answers.filter(({ outcome }) => outcome === 'duplicate').length;
				return { status: 202, body: { accepted, duplicates, rejected, costsMicroCents } };
			},
		}),
	];
}

function sortOut(items: readonly unknown[], caller: Caller) {
	const events: { index: number; event: UsageEvent }[] = [];
	const rejected: Rejected[] = [];
	for (const [index, item] of items.entries()) {
		const parsed = usageEvent.safeParse(item);
		if (!parsed.success) {
			rejected.push({ index, ...idOf(item), errors: fieldErrors(parsed.error, item) });
		} else if (!reaches(caller, parsed.data.subject)) {
			const otherTenant = { pointer: '/subject', detail: OTHER_TENANT };
			rejected.push({ index, id: parsed.data.id, errors: [otherTenant] });
		} else {
			events.push({ index, event: heardFrom(caller, parsed.data) });
		}
	}
	return { events, rejected };
}

function allRejected(rejected: readonly Rejected[], isBatch: boolean): ProblemError {
	const errors = rejected.flatMap(({ index, errors: ofEvent }) =>
		ofEvent.map(({ pointer, detail }) => ({
			pointer: isBatch ? `/${index}${pointer}` : pointer,
			detail,
		})),
	);
	const detail = isBatch
		? `None of the ${rejected.length} events could be read.`
		: 'The event could not be read.';

	return new ProblemError('invalid-request', detail, { errors: errors.slice(0, 20) });
}

function idOf(item: unknown): { id?: string } {
	const id: unknown =
		typeof item === 'object' && item !== null ? Reflect.get(item, 'id') : undefined;

	return typeof id === 'string' ? { id: id.slice(0, 200) } : {};
}
