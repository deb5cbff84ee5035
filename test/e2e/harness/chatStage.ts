import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { MICRO_CENTS_PER_USD } from '../../../core/money.ts';
import { startPagerDuty, type PagerDutyDouble } from '../doubles/pagerDuty.ts';
import { startSlack, type SlackDouble } from '../doubles/slack.ts';
import { startSmtp, type SmtpDouble } from '../doubles/smtp.ts';
import { startTelegram, type Person, type TelegramDouble } from '../doubles/telegram.ts';
import { importTemplate } from './importTemplate.ts';
import { poll } from './poll.ts';
import { startService, type Incident, type RunningService } from './startService.ts';
import type { World } from './startWorld.ts';

/** Who may order, and somebody who may not. */
export const people = {
	ada: { id: 5_550_123, name: 'Ada' },
	bob: { id: 5_550_124, name: 'Bob' },
	mallory: { id: 6_660_001, name: 'Mallory' },
} satisfies Record<string, Person>;

export const slackPeople = {
	grace: { id: 'U012GRACE', username: 'grace' },
	mallory: { id: 'U099MALLORY', username: 'mallory' },
};

export interface ChatStage {
	/** A folder of its own. */
	folder: string;
	n8n: World['n8n'];
	service: RunningService;
	telegram: TelegramDouble;
	slack: SlackDouble;
	smtp: SmtpDouble;
	pagerDuty: PagerDutyDouble;
	/** Workflow ids. */
	commandCentre: string;
	alertChannels: string;
	/** Where Slack sends presses of buttons. */
	slackButtonsUrl: string;
	put: (path: string, body: unknown) => Promise<void>;
	/** Reports one call that alone breaks the cap, and returns the incident. */
	cutOff: (tenantId: string) => Promise<Incident>;
	stop: () => Promise<void>;
}

/** A service and channels of their own, with the three templates for people, on the n8n that is there already. */
export async function startChatStage({
	n8n,
	folder: parent,
}: Pick<World, 'folder' | 'n8n'>): Promise<ChatStage> {
	const folder = join(parent, 'chat');
	mkdirSync(folder, { recursive: true });
	const telegram = await startTelegram();
	const slack = await startSlack();
	const smtp = await startSmtp();
	const pagerDuty = await startPagerDuty(folder);
	const service = await startService(folder, {
		FUSE_DATA_DIR: join(folder, 'data'),
		FUSE_SLACK_SIGNING_SECRET: slack.signingSecret,
		FUSE_SLACK_USERS: slackPeople.grace.id,
		FUSE_TENANT_USD_PER_DAY: '500',
	});
	const credentials = await createCredentials(n8n, { service, telegram, smtp, pagerDuty });
	const { baseUrl: fuseServiceUrl } = service;
	const use = async (file: string, settings: Record<string, string>) => {
		const id = await importTemplate(n8n, {
			file,
			credentials,
			settings: { fuseServiceUrl, ...settings },
		});
		await n8n.activate(id);
		return id;
	};

	const commandCentre = await use('telegram-command-centre.json', {
		allowedChatIds: telegram.chatId,
		allowedUserIds: `${people.ada.id}, ${people.bob.id}`,
		botUsername: '@FuseBot',
	});
	const alertChannels = await use('alert-channels.json', {
		...{ slackBaseUrl: slack.baseUrl, slackChannel: slack.channelId },
		...{ telegramChatId: telegram.chatId, pagerDutyBaseUrl: pagerDuty.baseUrl },
		...{ mailFrom: 'fuse@example.com', mailTo: 'cost@example.com' },
	});
	const slackButtons = await use('slack-buttons.json', { slackBaseUrl: slack.baseUrl });
	await poll({ what: 'the webhook of Telegram' }, () => telegram.webhook());
	await poll({ what: 'the subscription of alert-channels' }, async () => {
		const subscriptions = await service.get<unknown[]>('/v1/webhooks');
		return subscriptions.length > 0 ? true : undefined;
	});
	const slackButtonsUrl = `${n8n.baseUrl}/webhook/llm-fuse-slack-buttons`;
	await poll({ what: 'the webhook of slack-buttons' }, async () => {
		const answer = await fetch(slackButtonsUrl);
		return (await answer.text()).includes('not registered for GET') ? true : undefined;
	});

	return {
		...{ folder, n8n, service, telegram, slack, smtp, pagerDuty },
		...{ commandCentre, alertChannels, slackButtonsUrl },
		put: (path, body) => put(service, path, body),
		cutOff: (tenantId) => cutOff(service, tenantId),
		stop: async () => {
			for (const id of [commandCentre, alertChannels, slackButtons]) {
				await n8n.post(`/api/v1/workflows/${id}/deactivate`, {});
			}
			await Promise.all([telegram, slack, smtp, pagerDuty].map((double) => double.close()));
			await service.stop();
		},
	};
}

async function createCredentials(
	n8n: World['n8n'],
	{
		service,
		telegram,
		smtp,
		pagerDuty,
	}: Pick<ChatStage, 'service' | 'telegram' | 'smtp' | 'pagerDuty'>,
): Promise<Record<string, string>> {
	const contents = {
		fuseApi: { baseUrl: service.baseUrl, apiKey: service.apiKey },
		httpCustomAuth: pagerDuty.credential,
		slackApi: { accessToken: 'any', signatureSecret: '' },
		smtp: smtp.connection,
		telegramApi: { accessToken: '2:any', baseUrl: telegram.baseUrl },
	};
	const ids: Record<string, string> = {};
	for (const [type, data] of Object.entries(contents)) {
		ids[type] = await n8n.createCredential(type, data);
	}
	return ids;
}

async function put(service: RunningService, path: string, body: unknown): Promise<void> {
	const answer = await fetch(service.baseUrl + path, {
		method: 'PUT',
		headers: { authorization: `Bearer ${service.apiKey}`, 'content-type': 'application/json' },
		body: JSON.stringify(body),
	});
	if (!answer.ok) throw new Error(`PUT ${path} answered ${answer.status}: ${await answer.text()}`);
}

async function cutOff(service: RunningService, tenantId: string): Promise<Incident> {
	await service.post('/v1/usage', {
		...{ specversion: '1.0', id: randomUUID(), source: 'end-to-end', subject: tenantId },
		...{ type: 'com.llm-fuse.usage.recorded.v1', time: new Date().toISOString() },
		data: {
			...{ provider: 'openai', model: 'gpt-4o', endpoint: 'api.openai.com/v1/chat/completions' },
			usage: { inputUncached: 1_000_000, output: 100_000 },
			costMicroCents: 45.5 * MICRO_CENTS_PER_USD,
		},
	});
	return poll({ what: `an incident of ${tenantId}` }, async () => {
		const incidents = await service.incidentsOf(tenantId);
		return incidents.at(-1);
	});
}
