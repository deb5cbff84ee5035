import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { importTemplate } from './harness/importTemplate.ts';
import type { Execution } from './harness/n8nApi.ts';
import type { World } from './harness/startWorld.ts';

/** A name with what both channels would take for their own markup. */
const TENANT = 'nightly & <sons>';
const MINUTE_MS = 60_000;

export function nightlyBaselinesAreTold(world: World): void {
	describe('the nightly baselines', () => {
		const { n8n, service, slack, telegram } = world;
		const runOf = async (slackChannel: string): Promise<Execution> => {
			const workflow = await importTemplate(n8n, {
				file: 'baseline-nightly.json',
				credentials: world.credentials,
				settings: {
					...{ slackBaseUrl: slack.baseUrl, slackChannel },
					telegramChatId: telegram.chatId,
				},
			});
			await n8n.start(workflow, 'Every night');
			const [execution] = await n8n.endedExecutions(workflow, 1);
			assert.ok(execution);
			return execution;
		};
		const use = (name: string, minutes: number, output: number) =>
			service.post('/v1/usage', callsOf(name, minutes, output));
		const newest = async () => ({
			slack: (await slack.shownTexts()).at(-1),
			telegram: telegram.shownTexts().at(-1),
		});

		before(() => use('ordinary', 2 * 1440, 60));

		it('say nothing in a night in which nothing moved', async () => {
			const posts = slack.posts.length;
			const execution = await runOf(slack.channel);
			const { version } = await service.get<{ version: number }>(
				`/v1/baselines/${encodeURIComponent(TENANT)}`,
			);

			assert.equal(execution.status, 'success');
			assert.equal(version, 1);
			assert.equal(slack.posts.length, posts);
		});

		it('say what moved to Slack and Telegram, in the same words', async () => {
			await use('dear', 720, 6000);
			await service.post(`/v1/baselines/${encodeURIComponent(TENANT)}/refresh`, {});
			const execution = await runOf(slack.channel);
			const told = await newest();

			assert.equal(execution.status, 'success');
			assert.match(told.slack ?? '', /^LLM Fuse baselines: 1 of \d+ tenants moved, 0 failed\n/);
			assert.match(told.slack ?? '', /\nnightly & <sons>: .*cost per request .* USD \(\+\d+ %\)/);
			assert.equal(told.telegram, told.slack);
		});

		it('come to Telegram when Slack does not take them, and the execution says what failed', async () => {
			const shown = telegram.shownTexts().length;
			const execution = await runOf('no-such-channel');

			assert.equal(execution.status, 'error');
			assert.equal(telegram.shownTexts().length, shown + 1);
			assert.equal(
				execution.data.resultData.error?.message,
				'What moved overnight was not delivered everywhere: channel_not_found',
			);
		});
	});
}

/** A call every four minutes until ten minutes ago. */
function callsOf(name: string, minutes: number, output: number) {
	return Array.from({ length: minutes / 4 }, (_, step) => ({
		specversion: '1.0',
		...{ id: `${name}-${step}`, source: 'e2e', type: 'com.llm-fuse.usage.recorded.v1' },
		...{ subject: TENANT, time: new Date(Date.now() - (10 + 4 * step) * MINUTE_MS).toISOString() },
		data: {
			...{ provider: 'openai', model: 'gpt-4o-mini' },
			usage: {
				...{ inputUncached: 400, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, inputAudio: 0 },
				...{ output, reasoning: 0, outputAudio: 0 },
			},
		},
	}));
}
