import type { Caller } from '../stages/serviceKeys.ts';
import { ProblemError } from './problemError.ts';

/** What is said of a tenant that the key is not bound to. */
export const OTHER_TENANT = 'is not the tenant this service key is bound to';

/** A key bound to a tenant reaches that tenant only. */
export function reaches(caller: Caller, tenantId: string): boolean {
	return caller.tenantId === null || caller.tenantId === tenantId;
}

/** Refuses a request for a tenant that the key does not reach. `pointer` says where the request named it. */
export function requireTenant(caller: Caller, tenantId: string, pointer: string): void {
	if (reaches(caller, tenantId)) return;

	throw new ProblemError('forbidden', 'This service key is bound to another tenant.', {
		errors: [{ pointer, detail: OTHER_TENANT }],
	});
}

/** The one tenant that an answer is about: the key's own, else the one asked for; null: all of them. */
export function visibleTenant(
	caller: Caller,
	asked?: { tenantId: string | undefined; pointer: string },
): string | null {
	if (asked?.tenantId !== undefined) requireTenant(caller, asked.tenantId, asked.pointer);

	return caller.tenantId ?? asked?.tenantId ?? null;
}

/** Refuses a key bound to a tenant what is of all of them. `why`: the end of the sentence about such a key. */
export function requireUnbound(
	{ tenantId }: Caller,
	why = 'cannot change what holds for all of them',
): void {
	if (tenantId === null) return;

	throw new ProblemError('forbidden', `A service key that is bound to a tenant ${why}.`);
}
