import { ProblemError } from '../problemError.ts';

export function noBaseline(tenantId: string): ProblemError {
	return new ProblemError('not-found', `Tenant ${tenantId} has no baseline yet.`);
}

export function noVersion(tenantId: string, version: number): ProblemError {
	const said = `There is no version ${version} of the baseline of tenant ${tenantId}.`;

	return new ProblemError('not-found', said);
}

export function tooNew(tenantId: string): ProblemError {
	return new ProblemError(
		'conflict',
		`Tenant ${tenantId} has less than 24 hours of usage: there is no normal to learn yet.`,
	);
}
