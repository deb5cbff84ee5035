import type { PutLine } from '../../ports/vendorLineFunctions.ts';
import type { VendorLines } from '../../stages/vendorLines.ts';
import { ProblemError } from '../problemError.ts';
import { route, type Route } from '../route.ts';
import {
	vendorParams,
	vendorUsageAnswer,
	vendorUsageBody,
	vendorUsageQuery,
} from '../schemas/vendorUsage.ts';
import { named, sortOutLines, type RejectedLine } from '../vendorLines.ts';

export function vendorUsageRoutes({ vendorLines }: { vendorLines: VendorLines }): Route[] {
	return [
		route({
			method: 'post',
			path: '/v1/usage/{vendor}',
			summary: 'Record lines of a vendor’s bill or log, each once, at what the vendor says last',
			roles: ['record'],
			params: vendorParams,
			query: vendorUsageQuery,
			body: vendorUsageBody,
			responses: {
				202: {
					description: 'Durable and counted; lines that were refused or left out are listed',
					schema: vendorUsageAnswer,
				},
			},
			async handle({ params: { vendor }, query, body, caller, now }) {
				const { accepted, rejected, skipped } = sortOutLines(body, { vendor, query, caller, now });
				const answers = await vendorLines.put(
					accepted.map(({ line }) => line),
					{ actor: caller.keyId, now },
				);
				const costsMicroCents = body.map((): number | null => null);
				for (const [at, { index, line }] of accepted.entries()) {
					const answer = answers[at];
					if (answer?.outcome === 'otherTenant') {
						rejected.push({ index, ...named(line.event.data.requestId), errors: [USED_BY_OTHER] });
					} else if (answer) costsMicroCents[index] = answer.costMicroCents;
				}
				rejected.sort((a, b) => a.index - b.index);
				if (rejected.length > 0 && rejected.length === body.length) throw allRejected(rejected);

				const counts = {
					recorded: countOf(answers, 'added'),
					corrected: countOf(answers, 'corrected'),
					unchanged: countOf(answers, 'unchanged'),
					estimated: answers.filter(({ estimated }) => estimated === true).length,
				};
				return { status: 202, body: { ...counts, rejected, skipped, costsMicroCents } };
			},
		}),
	];
}

/** Taken for a correction, one tenant's line would hide another tenant's spend. */
const USED_BY_OTHER = { pointer: '/id', detail: 'was recorded before for another tenant' };

function countOf(answers: readonly PutLine[], wanted: PutLine['outcome']): number {
	return answers.filter(({ outcome }) => outcome === wanted).length;
}

function allRejected(rejected: readonly RejectedLine[]): ProblemError {
	const errors = rejected.flatMap(({ index, errors: ofLine }) =>
		ofLine.map(({ pointer, detail }) => ({ pointer: `/${index}${pointer}`, detail })),
	);
	const detail = `None of the lines could be recorded (${rejected.length}).`;

	return new ProblemError('invalid-request', detail, { errors: errors.slice(0, 20) });
}
