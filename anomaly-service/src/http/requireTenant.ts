import type { Caller } from '../stages/serviceKeys.ts';
import { ProblemError } from './problemError.ts';

/** A key bound to a tenant reaches that tenant only. `pointer` says where the request named the other one. */
export function requireTenant(caller: Caller, tenantId: string, pointer: string): void {
	if (caller.tenantId === null || caller.tenantId === tenantId) return;

	throw new ProblemError('forbidden', 'This service key is bound to another tenant.', {
		errors: [{ pointer, detail: 'is not the tenant this service key is bound to' }],
	});
}
