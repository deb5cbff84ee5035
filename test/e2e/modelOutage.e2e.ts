import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { agent, called, fuseModel, openAiModel, through } from './harness/modelNodes.ts';
import type { ModelStage } from './harness/modelStage.ts';
import { poll } from './harness/poll.ts';
import { inARow, workflowOf } from './harness/workflow.ts';

export function outageOfTheServiceIsSurvived(stage: ModelStage): void {
	describe('a model call while the LLM Fuse service does not answer', () => {
		const { vendor, journal, fuseApi, openAiApi } = stage;
		afterEach(() => journal.setOutage(false));

		const run = async (tenantId: string, options: Record<string, unknown>) => {
			const usage = { prompt_tokens: 26, completion_tokens: 4 };
			vendor.on({ userMessage: new RegExp(tenantId) }, { content: 'all the same', usage });
			const steps = [
				called(),
				agent({ onError: 'continueErrorOutput' }),
				openAiModel({ openAiApi }),
				fuseModel({ fuseApi, tenantId, options }),
			];
			const workflow = workflowOf(`Outage for ${tenantId}`, steps, [
				...inARow('Called', 'AI Agent'),
				...through('OpenAI Chat Model', 'LLM Fuse Model', 'AI Agent'),
			]);
			const deployed = await stage.deploy(workflow);
			journal.setOutage(true);
			await deployed.call({ prompt: `asked by ${tenantId}` });
			return deployed.ended();
		};

		it('is not made, and the error output says that the service is missing', async () => {
			const execution = await run('careful', {});

			assert.match(String(execution.items('AI Agent', 1)[0]?.['error']), /LLM Fuse/);
			assert.deepEqual(vendor.callsAbout('careful'), []);
		});

		it('is made when the node is told so, and recorded when the service is back and the execution is over', async () => {
			const execution = await run('careless', { whenUnavailable: 'reportLater' });
			const [entry] = execution.runs('LLM Fuse Model');
			assert.deepEqual(execution.items('AI Agent'), [{ output: 'all the same' }]);
			assert.equal(entry?.data?.['ai_languageModel']?.[0]?.[0]?.json['degraded'], true);
			assert.equal((await stage.spendOf('careless')).requests, 0);

			journal.setOutage(false);

			const spend = await poll({ what: 'the late report' }, async () => {
				const found = await stage.spendOf('careless');
				return found.requests > 0 ? found : undefined;
			});
			assert.deepEqual([spend.requests, spend.tokens], [1, 30]);
		});
	});
}
