import type { Caller, ServiceKeys } from '../stages/serviceKeys.ts';
import type { Presented, VirtualKeys } from '../stages/virtualKeys.ts';
import { ProblemError } from './problemError.ts';

export type Keys = { keys: ServiceKeys; virtualKeys: VirtualKeys };

/** Who calls, by the key in the header `Authorization`: a service key, or a tenant's virtual key. */
export async function callerOf(
	authorization: string | undefined,
	{ keys, virtualKeys }: Keys,
	now: number,
): Promise<Caller> {
	const [, token] = /^Bearer +(\S+)$/i.exec(authorization ?? '') ?? [];
	if (token === undefined) {
		throw unauthenticated('Send the service key in the header "Authorization: Bearer …".');
	}
	const caller = keys.identify(token);
	if (caller) return caller;
	const presented = await virtualKeys.identify(token, now);
	if (presented?.kind === 'caller') return presented.caller;

	throw unauthenticated(whyRefused(presented));
}

/** Only whoever has the key itself reads what became of it. */
function whyRefused(presented: Presented | undefined): string {
	if (presented?.kind === 'expired') {
		return `This virtual key expired at ${new Date(presented.at).toISOString()}.`;
	}
	if (presented?.kind === 'revoked') {
		const { at, incidentId } = presented;
		const cause = incidentId === null ? '' : ` because of incident ${incidentId}`;
		return `This virtual key was revoked at ${new Date(at).toISOString()}${cause}.`;
	}
	return 'The service key is unknown or was revoked.';
}

function unauthenticated(detail: string): ProblemError {
	return new ProblemError('unauthenticated', detail, {
		headers: { 'www-authenticate': 'Bearer' },
	});
}
