import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import type { WorkflowExecution } from './harness/deployWorkflow.ts';
import { agent, called, fuseModel, openAiModel, through } from './harness/modelNodes.ts';
import type { ModelStage } from './harness/modelStage.ts';
import { poll } from './harness/poll.ts';
import { readStream } from './harness/readStream.ts';
import { inARow, workflowOf } from './harness/workflow.ts';

const PROMPT = 'tell a story without an end';
const TENANT = 'impatient';
const HEARD_LENGTH = 50;
const STORY = 'and then it went on and on '.repeat(40);

export function cancelledStreamIsSettled(stage: ModelStage): void {
	describe('an execution that is stopped in the middle of a streamed answer', () => {
		const { world, vendor, journal, fuseApi, openAiApi } = stage;
		let execution: WorkflowExecution;
		let heard = '';
		let held = 0;

		before(async () => {
			const usage = { prompt_tokens: 50, completion_tokens: 5000 };
			// Eleven seconds to its end, when nobody stops it.
			const pace = { latency: 100, chunkSize: 10 };
			vendor.on({ userMessage: new RegExp(PROMPT) }, { content: STORY, usage }, pace);
			const steps = [
				called('streaming'),
				agent({ options: { enableStreaming: true } }),
				openAiModel({ openAiApi }),
				fuseModel({ fuseApi, tenantId: TENANT }),
			];
			const workflow = workflowOf('Stopped', steps, [
				...inARow('Called', 'AI Agent'),
				...through('OpenAI Chat Model', 'LLM Fuse Model', 'AI Agent'),
			]);
			const deployed = await stage.deploy(workflow);
			const answer = await deployed.call({ prompt: PROMPT });
			for await (const { content } of readStream(answer)) {
				heard += content ?? '';
				if (heard.length < HEARD_LENGTH) continue;
				held = await stage.heldBy(TENANT);
				const id = await deployed.idOf('running');
				await world.n8n.post(`/rest/executions/${id}/stop`, {});
				break;
			}
			execution = await deployed.ended();
		});

		it('hangs up on the vendor', async () => {
			assert.equal(execution.status, 'canceled');
			await poll({ what: 'the vendor to notice' }, () =>
				vendor.hangUpsAbout(PROMPT) > 0 ? true : undefined,
			);
			assert.equal(vendor.callsAbout(PROMPT).length, 1);
		});

		it('is charged once for what it had used, marked as estimated', async () => {
			const settled = await poll({ what: 'the settlement' }, () => {
				const settlements = journal.settlementsOf(TENANT);
				return settlements.length > 0 ? settlements : undefined;
			});

			assert.deepEqual(
				settled.map(({ estimated }) => estimated),
				[true],
			);
			const output = settled[0]?.usage['output'] ?? 0;
			// Four characters are about a token; nothing near the whole story may be charged.
			assert.ok(output >= HEARD_LENGTH / 4 && output < STORY.length / 4 / 2, `${output} tokens`);
			assert.equal((await stage.spendOf(TENANT)).requests, 1);
		});

		it('holds nothing any more', async () => {
			assert.ok(held > 0);
			assert.equal(await stage.heldBy(TENANT), 0);
		});
	});
}
