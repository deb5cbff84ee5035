import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { deployWorkflow, type DeployedWorkflow } from './harness/deployWorkflow.ts';
import { importTemplate } from './harness/importTemplate.ts';
import { poll } from './harness/poll.ts';
import { startOwnService, type OwnService } from './harness/startOwnService.ts';
import type { World } from './harness/startWorld.ts';
import { inARow, workflowOf } from './harness/workflow.ts';

/** What the error message quotes, and nobody outside n8n may see. */
const PROMPT = 'my diagnosis is confidential';
const NAME = 'Nightly <report> & co';

interface Alert {
	rule: string;
	alertText: string;
	evidence: Record<string, unknown>;
}

export function failuresOfWorkflowsAreTold(world: World): void {
	describe('a workflow that fails', () => {
		const { n8n, slack, telegram } = world;
		let own: OwnService;
		let errorWorkflow: string;
		let failing: DeployedWorkflow;
		let postsBefore = 0;
		/** Messages in Slack since the scenario began. */
		const shown = async () => (await slack.shownTexts()).slice(postsBefore);
		const fail = async () => {
			await failing.call({ prompt: PROMPT });
			const { status } = await failing.ended();
			assert.equal(status, 'error');
		};
		const alerts = () => own.service.get<Alert[]>('/v1/alerts?limit=100');

		before(async () => {
			own = await startOwnService(world, { name: 'errors', templates: ['alert-channels'] });
			errorWorkflow = await importTemplate(n8n, {
				file: 'error-workflow.json',
				credentials: own.credentials,
				settings: {
					fuseServiceUrl: own.service.baseUrl,
					...{ slackBaseUrl: slack.baseUrl, slackChannel: slack.channel },
				},
			});
			await n8n.activate(errorWorkflow);
			failing = await deployWorkflow(n8n, failingWorkflow(errorWorkflow));
			postsBefore = (await slack.shownTexts()).length;
		});
		after(() => own.stop());

		it('is told of in Slack, once, as an alert of LLM Fuse', async () => {
			await fail();
			await poll({ what: 'the alert in Slack' }, async () => (await shown())[0]);
			const [alert] = await alerts();

			assert.equal(alert?.rule, 'workflow.failed');
			assert.deepEqual(await shown(), [alert.alertText]);
			assert.match(alert.alertText, /"faulty_endpoint":"Nightly <report> & co"/);
			assert.equal(alert.evidence['lastNode'], 'Give up');
			assert.match(String(alert.evidence['executionUrl']), /\/executions\/\d+$/);
		});

		it('is no second message when it fails again soon after', async () => {
			await fail();
			const executions = await n8n.endedExecutions(errorWorkflow, 2);

			assert.deepEqual(
				executions.map(({ status }) => status),
				['success', 'success'],
			);
			assert.equal((await alerts()).length, 1);
			assert.equal((await shown()).length, 1);
		});

		it('is posted straight to Slack while LLM Fuse is down', async () => {
			await own.service.stop();
			await fail();
			await n8n.endedExecutions(errorWorkflow, 3);
			const [, message, ...others] = await shown();

			assert.match(
				message ?? '',
				/^Workflow failed, and LLM Fuse could not be told: Nightly <report> & co, at Give up http:\/\/\S+\/executions\/\d+$/,
			);
			assert.deepEqual(others, []);
		});

		it('keeps its error message, which may quote a prompt, within n8n', () => {
			const sent = [...slack.posts, ...telegram.posts].map(({ body }) => body).join('\n');

			assert.ok(!sent.includes(PROMPT));
			assert.ok(!own.service.log().includes(PROMPT));
		});
	});
}

function failingWorkflow(errorWorkflow: string) {
	const called = {
		...{ name: 'Called', type: 'webhook', version: 2.1 },
		parameters: { httpMethod: 'POST', path: 'fails-every-time', options: {} },
	};
	const givesUp = {
		...{ name: 'Give up', type: 'stopAndError', version: 1 },
		parameters: { errorMessage: '=The model did not like: {{ $json.body.prompt }}' },
	};
	const workflow = workflowOf(NAME, [called, givesUp], inARow('Called', 'Give up'));

	return { ...workflow, settings: { ...workflow.settings, errorWorkflow } };
}
