import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import type { WorkflowExecution } from './harness/deployWorkflow.ts';
import { aiNode, called, fuseModel, openAiModel } from './harness/modelNodes.ts';
import type { ModelStage } from './harness/modelStage.ts';
import { inARow, workflowOf, type Step, type Wire } from './harness/workflow.ts';

const TENANT = 'chains';

/** Each consumer with what its prompt is known by, what the model answers, and what comes out of the node. */
const consumers = [
	{
		node: aiNode(['Basic LLM Chain', 'chainLlm', 1.9], {
			promptType: 'define',
			text: 'Tell me something of otters.',
		}),
		prompt: 'something of otters',
		answer: 'Otters hold hands.',
		out: { text: 'Otters hold hands.' },
	},
	{
		node: aiNode(['Summarization Chain', 'chainSummarization', 2.1], {
			// The other methods count tokens with a table that LangChain downloads.
			options: { summarizationMethodAndPrompts: { values: { summarizationMethod: 'stuff' } } },
		}),
		prompt: 'Otters hold hands',
		answer: 'Otters are close.',
		out: { output: { text: 'Otters are close.' } },
	},
	{
		node: aiNode(['Information Extractor', 'informationExtractor', 1.2], {
			text: 'Ada Lovelace was born in London.',
			attributes: { attributes: [{ name: 'city', type: 'string', description: 'where' }] },
		}),
		prompt: 'Ada Lovelace',
		answer: '{"city":"London"}',
		out: { output: { city: 'London' } },
	},
	{
		node: aiNode(['Structured Chain', 'chainLlm', 1.9], {
			promptType: 'define',
			text: 'Which colour do flamingos have?',
			hasOutputParser: true,
		}),
		prompt: 'colour do flamingos',
		answer: '{"output":{"colour":"pink"}}',
		out: { output: { colour: 'pink' } },
	},
	{
		node: aiNode(['Text Classifier', 'textClassifier', 1.1], {
			inputText: 'My parcel has not come.',
			categories: {
				categories: [
					{ category: 'complaint', description: 'somebody is not content' },
					{ category: 'praise', description: 'somebody is' },
				],
			},
		}),
		prompt: 'parcel has not come',
		answer: '{"complaint":true,"praise":false}',
		out: { output: { colour: 'pink' } },
	},
];

export function chainsAreMetered(stage: ModelStage): void {
	describe('the other nodes that take a chat model, behind one LLM Fuse Model', () => {
		const { vendor, journal, fuseApi, openAiApi } = stage;
		let execution: WorkflowExecution;

		before(async () => {
			consumers.forEach(({ prompt, answer }, index) => {
				const usage = { prompt_tokens: 100 + index, completion_tokens: 10 + index };
				vendor.on({ userMessage: new RegExp(prompt) }, { content: answer, usage });
			});
			const steps: Step[] = [
				called(),
				...consumers.map(({ node }) => node),
				aiNode(['Structured Output Parser', 'outputParserStructured', 1.3], {
					jsonSchemaExample: '{"colour":"red"}',
				}),
				openAiModel({ openAiApi, model: 'gpt-4o-mini' }),
				fuseModel({ fuseApi, tenantId: TENANT }),
			];
			const type = 'ai_languageModel';
			const wires: Wire[] = [
				...inARow('Called', ...consumers.map(({ node }) => node.name)),
				{ from: 'OpenAI Chat Model', to: 'LLM Fuse Model', type },
				...consumers.map(({ node }) => ({ from: 'LLM Fuse Model', to: node.name, type })),
				{ from: 'Structured Output Parser', to: 'Structured Chain', type: 'ai_outputParser' },
			];
			const deployed = await stage.deploy(workflowOf('Chains', steps, wires));
			await deployed.call({});
			execution = await deployed.ended();
		});

		for (const { node, prompt, out } of consumers) {
			it(`leaves the ${node.name} as it is, and records each of its calls once`, () => {
				const calls = vendor.callsAbout(prompt);
				const recorded = journal
					.settlementsOf(TENANT)
					.map(({ usage }) => `${usage['inputUncached']} in, ${usage['output']} out`)
					.filter((tokens) => tokens === tokensOf(calls[0]));

				assert.deepEqual(execution.items(node.name), [out]);
				assert.ok(calls.length > 0);
				assert.deepEqual(recorded, calls.map(tokensOf));
			});
		}

		it('asks once for each call the vendor got, and holds nothing any more', async () => {
			const prompts = consumers.map(({ prompt }) => vendor.callsAbout(prompt).length);
			const calls = prompts.reduce((sum, count) => sum + count);

			assert.equal(execution.status, 'success');
			assert.equal(journal.asksOf(TENANT).length, calls);
			assert.equal((await stage.spendOf(TENANT)).requests, calls);
			assert.equal(await stage.heldBy(TENANT), 0);
		});
	});
}

function tokensOf(call: { inputTokens: number; outputTokens: number } | undefined): string {
	return `${call?.inputTokens} in, ${call?.outputTokens} out`;
}
