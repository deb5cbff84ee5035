import type { IDataObject } from 'n8n-workflow';
import { isCount } from '../../core/readers/counts.ts';
import type { Question } from './askGate.ts';

/** What two calls of one tenant and workflow have to have in common to count in one limit of a scope. */
const COUNTED_BY: Readonly<Record<string, readonly string[]>> = {
	provider: ['provider'],
	model: ['provider', 'model'],
	key: ['keyId'],
};

/**
 * Why it makes no sense to wait: the calls this run was allowed already fill a limit on calls at once, and they go on
 * only together with this one. Undefined when others are in the way too, or room comes with time.
 */
export function filledByThisRun(
	question: Question,
	reasons: readonly IDataObject[],
	allowed: readonly Question[],
): IDataObject | undefined {
	for (const { code, unit, scope, capacity } of reasons) {
		if (code !== 'limitExceeded' || unit !== 'concurrency' || !isCount(capacity)) continue;
		const own = allowed.filter((other) => areCountedTogether(String(scope), other, question));
		if (own.length === 0 || own.length < capacity) continue;

		const message = `Items before this one hold all of the ${capacity} calls at once, and go on only together with it. Put the node into a Loop Over Items with a batch size of at most ${capacity}.`;
		return { code: 'heldByThisRun', message };
	}
	return undefined;
}

function areCountedTogether(scope: string, one: Question, other: Question): boolean {
	if (scope === 'global') return true;
	const fields = COUNTED_BY[scope] ?? [];

	return (
		one.tenantId === other.tenantId && fields.every((name) => one.body[name] === other.body[name])
	);
}
