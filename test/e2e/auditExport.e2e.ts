import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import { importTemplate } from './harness/importTemplate.ts';
import type { Execution, Workflow } from './harness/n8nApi.ts';
import type { World } from './harness/startWorld.ts';

type Parts = Pick<World, 'n8n' | 'service' | 'slack' | 'smtp' | 'credentials'>;

/** As n8n keeps what a node gave out. */
interface Run {
	data: { main: Array<Array<{ json: { head?: Place; position?: number; hash?: string } }>> };
}
type Place = { position: number; hash: string };

export function auditIsExported({ n8n, service, slack, smtp, credentials }: Parts): void {
	describe('the nightly export of the audit', () => {
		const deploy = (edit: (workflow: Workflow) => void) =>
			importTemplate(n8n, {
				file: 'audit-export.json',
				credentials,
				settings: {
					...{ slackBaseUrl: slack.baseUrl, slackChannel: slack.channel },
					...{ mailFrom: 'LLM Fuse <fuse@example.com>', mailTo: 'auditor@example.com' },
				},
				edit,
			});

		it('keeps the head of the last good night, and verifies against it', async () => {
			const posts = slack.posts.length;
			const mails = smtp.mails.length;
			const workflow = await deploy((copy) => {
				// A night of two seconds; nothing else is changed.
				parametersOf(copy, 'Every night')['rule'] = {
					interval: [{ field: 'seconds', secondsInterval: 2 }],
				};
			});
			await n8n.activate(workflow);
			const executions = await n8n.endedExecutions(workflow, 2);
			await n8n.post(`/api/v1/workflows/${workflow}/deactivate`, {});
			const [second, first] = executions.slice(-2);
			assert.ok(first && second);

			assert.deepEqual([first.status, second.status], ['success', 'success']);
			assert.deepEqual(outputOf(first, 'Last head'), { position: 0, hash: '' });
			assert.deepEqual(outputOf(second, 'Last head'), outputOf(first, 'Verify the audit').head);
			assert.equal(slack.posts.length, posts);
			const [mail] = smtp.mails.slice(mails);
			assert.match(mail?.subject ?? '', /^Audit of LLM Fuse, \d{4}-\d{2}-\d{2}$/);
			assert.match(mail?.text ?? '', /The whole audit was verified/);
			assert.match(mail?.text ?? '', /filename=audit-\d{4}-\d{2}-\d{2}\.ndjson/);
		});

		it('tells Slack of a fault, sends the file all the same, and fails', async () => {
			await service.post('/v1/tenants/audited/block', {});
			const mails = smtp.mails.length;
			const workflow = await deploy((copy) => {
				parametersOf(copy, 'Last head')['jsCode'] =
					`return [{ json: { position: 1, hash: '${'f'.repeat(64)}' } }];`;
				Object.assign(parametersOf(copy, 'Export yesterday'), { from: '', to: '' });
			});
			await n8n.start(workflow, 'Every night');
			const [execution] = await n8n.endedExecutions(workflow, 1);
			assert.ok(execution);

			assert.equal(
				execution.data.resultData.error?.message,
				'The audit does not hold: rewritten, position 1',
			);
			assert.equal(
				(await slack.shownTexts()).at(-1),
				'The audit of LLM Fuse does not hold: rewritten at position 1. It holds up to position 0; last good head: position 1.',
			);
			const [mail] = smtp.mails.slice(mails);
			assert.match(mail?.subject ?? '', /^The audit of LLM Fuse does not hold, /);
			const lines = attachedLines(mail?.text ?? '');
			assert.ok(lines.some(({ text }) => text.includes('"tenantId": "audited"')));
			for (const line of lines) assert.equal(hashOf(line), line.hash);
		});
	});
}

type Line = { hash: string; previousHash: string; text: string };

function hashOf({ previousHash, text }: Line): string {
	const entryHash = createHash('sha256').update(text).digest();
	return createHash('sha256')
		.update(Buffer.from(previousHash, 'hex'))
		.update(entryHash)
		.digest('hex');
}

/** What is attached to a mail of several parts. */
function attachedLines(body: string): Line[] {
	const [, encoded = ''] = /filename=[^]*?\n\n([A-Za-z0-9+/=\n]+?)\n--/.exec(body) ?? [];
	const lines = Buffer.from(encoded, 'base64').toString().trim().split('\n');

	return lines.map((line) => {
		const parsed: Line = JSON.parse(line);
		return parsed;
	});
}

function parametersOf({ nodes }: Workflow, name: string): Record<string, unknown> {
	const node = nodes.find((one) => one.name === name);
	if (!node) throw new Error(`there is no node ${name}`);
	return node.parameters;
}

function outputOf({ data }: Execution, name: string) {
	const [run]: Run[] = JSON.parse(JSON.stringify(data.resultData.runData[name] ?? []));
	return run?.data.main[0]?.[0]?.json ?? {};
}
