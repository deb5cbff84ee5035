import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { importTemplate } from './harness/importTemplate.ts';
import type { Execution } from './harness/n8nApi.ts';
import type { World } from './harness/startWorld.ts';

interface Digest {
	day: string;
	timeZone: string;
	subject: string;
	text: string;
}

/** A name with what Slack would take for its own markup. */
const TENANT = 'reports & <sons>';

export function dailyReportIsSent(world: World): void {
	describe('the daily report', () => {
		const { n8n, service, slack, smtp } = world;
		const runOf = async (slackChannel: string): Promise<Execution> => {
			const workflow = await importTemplate(n8n, {
				file: 'daily-spend-report.json',
				credentials: world.credentials,
				settings: {
					...{ slackBaseUrl: slack.baseUrl, slackChannel },
					...{ mailFrom: 'LLM Fuse <fuse@example.com>', mailTo: 'ops@example.com' },
				},
			});
			await n8n.start(workflow, 'Every morning');
			const [execution] = await n8n.endedExecutions(workflow, 1);
			assert.ok(execution);
			return execution;
		};
		const expected = async ({ data }: Execution): Promise<Digest> => {
			const [run] = data.resultData.runData['Read the digest'] ?? [];
			const { day, timeZone } = onlyItem(run);
			const query = `day=${String(day)}&timeZone=${encodeURIComponent(String(timeZone))}`;
			return service.get(`/v1/reports/digest?${query}`);
		};
		const newest = async () => (await slack.shownTexts()).at(-1);

		before(async () => {
			const hour = 3_600_000;
			// All of yesterday and more, whatever the time zone of this n8n.
			const events = Array.from({ length: 48 }, (_, index) => ({
				specversion: '1.0',
				...{ id: `report-${index}`, source: 'e2e', type: 'com.llm-fuse.usage.recorded.v1' },
				...{ subject: TENANT, time: new Date(Date.now() - (index + 1) * hour).toISOString() },
				data: {
					...{ provider: 'openai', model: 'gpt-4o-mini' },
					usage: noUsage(400, 60),
				},
			}));
			await service.post('/v1/usage', events);
		});

		it('shows the same text in Slack and by e-mail, as the service has it', async () => {
			const mails = smtp.mails.length;
			const execution = await runOf(slack.channel);
			const digest = await expected(execution);

			assert.equal(execution.status, 'success');
			assert.match(digest.text, /• reports & <sons>: \d+\.\d{2} USD in \d+ calls/);
			assert.equal(await newest(), digest.text);
			assert.deepEqual(smtp.mails.slice(mails), [
				{
					...{ from: 'fuse@example.com', to: ['ops@example.com'] },
					...{ subject: digest.subject, text: digest.text },
				},
			]);
		});

		it('comes by e-mail when Slack does not take it, and the execution says what failed', async () => {
			const mails = smtp.mails.length;
			const execution = await runOf('no-such-channel');
			const { day, text } = await expected(execution);

			assert.equal(execution.status, 'error');
			assert.deepEqual(
				smtp.mails.slice(mails).map((mail) => mail.text),
				[text],
			);
			assert.equal(
				execution.data.resultData.error?.message,
				`The report of ${day} was not delivered everywhere: channel_not_found`,
			);
		});

		it('comes to Slack when no mail server takes it, and the execution says what failed', async () => {
			const posts = slack.posts.length;
			smtp.refuse(true);
			const execution = await runOf(slack.channel);
			smtp.refuse(false);
			const { text } = await expected(execution);

			assert.equal(execution.status, 'error');
			assert.equal(slack.posts.length, posts + 1);
			assert.equal(await newest(), text);
			assert.match(
				execution.data.resultData.error?.message ?? '',
				/was not delivered everywhere: .*no mailbox ops@example.com/,
			);
		});
	});
}

function noUsage(inputUncached: number, output: number) {
	return {
		...{ inputUncached, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, inputAudio: 0 },
		...{ output, reasoning: 0, outputAudio: 0 },
	};
}

function onlyItem(run: unknown): Record<string, unknown> {
	const { data }: { data: { main: Array<Array<{ json: Record<string, unknown> }>> } } = JSON.parse(
		JSON.stringify(run),
	);
	return data.main[0]?.[0]?.json ?? {};
}
