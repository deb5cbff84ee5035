import { z } from 'zod';
import type { ServiceAlerts } from '../../stages/serviceAlerts.ts';
import { route, type Route } from '../route.ts';
import { anyId, text } from '../schemas/common.ts';
import { requireUnbound } from '../tenantScope.ts';

/** Names and ids only: the message of an error may quote a prompt. */
const failure = z.strictObject({
	workflowId: anyId,
	workflowName: text(200).min(1),
	executionId: text(200).optional(),
	executionUrl: text(1000).optional().meta({ description: 'Where a person looks at it' }),
	lastNode: text(200).optional().meta({ description: 'The node it ended at' }),
	errorName: text(200)
		.optional()
		.meta({ examples: ['NodeApiError'] }),
});

export type WorkflowFailureDependencies = { serviceAlerts: Pick<ServiceAlerts, 'raise'> };

export function workflowFailureRoute({ serviceAlerts }: WorkflowFailureDependencies): Route {
	return route({
		method: 'post',
		path: '/v1/workflow-failures',
		summary: 'Tell that a workflow failed: one alert for each workflow until it is quiet again',
		roles: ['operate'],
		body: failure,
		responses: {
			202: {
				description: 'An alert, or part of one that people know of',
				schema: z.object({ outcome: z.enum(['raised', 'known']) }),
			},
		},
		async handle({ body, caller, now }) {
			requireUnbound(caller, 'cannot tell of workflows, which serve all of them');
			const raised = await serviceAlerts.raise(
				{
					...{ type: 'workflow.failed', severity: 'high', part: body.workflowName },
					...{ since: now, perPart: true, evidence: body },
				},
				now,
			);
			return { status: 202, body: { outcome: raised ? 'raised' : 'known' } };
		},
	});
}
