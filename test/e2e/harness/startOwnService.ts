import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { importTemplate } from './importTemplate.ts';
import { poll } from './poll.ts';
import { startService, type RunningService } from './startService.ts';
import type { World } from './startWorld.ts';

interface OwnServiceOptions {
	/** Names its folder. */
	name: string;
	settings?: Record<string, string>;
	/** The templates that listen to it. */
	templates: Array<'alert-channels' | 'containment'>;
}

export interface OwnService {
	service: RunningService;
	/** Those of the world, but for the service's. */
	credentials: Record<string, string>;
	/** Workflow ids by template. */
	workflows: Record<string, string>;
	stop: () => Promise<void>;
}

/** A service of a scenario's own, with its own copies of templates that lead to the world's doubles. */
export async function startOwnService(
	world: World,
	{ name, settings, templates }: OwnServiceOptions,
): Promise<OwnService> {
	const { n8n } = world;
	const folder = join(world.folder, name);
	mkdirSync(folder, { recursive: true });
	const service = await startService(folder, settings);
	try {
		const deployed = await deploy(world, service, templates);
		await poll({ what: `the subscriptions of ${name}` }, async () => {
			const subscriptions = await service.get<unknown[]>('/v1/webhooks');
			return subscriptions.length >= templates.length ? true : undefined;
		});

		return {
			...{ service, ...deployed },
			stop: async () => {
				for (const id of Object.values(deployed.workflows)) {
					await n8n.post(`/api/v1/workflows/${id}/deactivate`, {});
				}
				await service.stop();
			},
		};
	} catch (error) {
		await service.stop();
		throw error;
	}
}

async function deploy(
	world: World,
	{ baseUrl, apiKey }: RunningService,
	templates: OwnServiceOptions['templates'],
): Promise<Pick<OwnService, 'credentials' | 'workflows'>> {
	const { n8n } = world;
	const fuseApi = await n8n.createCredential('fuseApi', { baseUrl, apiKey });
	const credentials = { ...world.credentials, fuseApi };
	const told: Record<OwnServiceOptions['templates'][number], Record<string, string>> = {
		'alert-channels': {
			...{ slackBaseUrl: world.slack.baseUrl, slackChannel: world.slack.channel },
			telegramChatId: world.telegram.chatId,
			pagerDutyBaseUrl: world.pagerDuty.baseUrl,
		},
		containment: world.steps,
	};
	const workflows: Record<string, string> = {};
	for (const template of templates) {
		const id = await importTemplate(n8n, {
			file: `${template}.json`,
			credentials,
			settings: { fuseServiceUrl: baseUrl, ...told[template] },
		});
		await n8n.activate(id);
		workflows[template] = id;
	}
	return { credentials, workflows };
}
