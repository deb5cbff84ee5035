import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startOpenAi, type OpenAiDouble } from '../doubles/openAi.ts';
import { startOperatorDatabase, type OperatorDatabase } from '../doubles/operatorDatabase.ts';
import { startPagerDuty, type PagerDutyDouble } from '../doubles/pagerDuty.ts';
import { startSlack, type SlackDouble } from '../doubles/slack.ts';
import { startSmtp, type SmtpDouble } from '../doubles/smtp.ts';
import { startStripe, type StripeDouble } from '../doubles/stripe.ts';
import { startTelegram, type TelegramDouble } from '../doubles/telegram.ts';
import { startVendors, type Vendors } from '../doubles/vendors.ts';
import { deployTemplates, type DeployedTemplates } from './deployTemplates.ts';
import { connectToN8n, type N8nApi } from './n8nApi.ts';
import { startN8n, type RunningN8n } from './startN8n.ts';
import { startService, type RunningService } from './startService.ts';

/** More calls within a minute than any scenario makes but the one that tries it. */
export const REQUESTS_PER_MINUTE = 8;

const limits = {
	FUSE_TENANT_REQUESTS_PER_MINUTE: String(REQUESTS_PER_MINUTE),
	// Far above the cap per minute: it shows what is held and never rejects.
	FUSE_TENANT_USD_PER_DAY: '10000',
};

export interface Parts {
	service: RunningService;
	n8n: N8nApi & { baseUrl: string };
	openAi: OpenAiDouble;
	slack: SlackDouble;
	smtp: SmtpDouble;
	telegram: TelegramDouble;
	pagerDuty: PagerDutyDouble;
	stripe: StripeDouble;
	database: OperatorDatabase;
	/** Those two, and all other vendors of containment steps. */
	vendors: Vendors;
}

export interface World extends Parts, DeployedTemplates {
	/** A temporary folder that goes with the world. */
	folder: string;
	logs: () => string;
	restartN8n: RunningN8n['restart'];
	whileN8nIsFrozen: RunningN8n['whileFrozen'];
	stop: () => Promise<void>;
}

/** Everything a deployment has, on loopback: the service, n8n with both templates active, and the vendors' doubles. */
export async function startWorld(): Promise<World> {
	const folder = mkdtempSync(join(tmpdir(), 'llm-fuse-e2e-'));
	const ends: Array<() => Promise<unknown>> = [
		async () => rmSync(folder, { recursive: true, force: true }),
	];
	const stop = async () => {
		for (const end of ends.splice(0).reverse()) {
			// One part that cannot be ended must not keep the others running.
			await end().catch((error: unknown) => process.stderr.write(`${String(error)}\n`));
		}
	};
	const closing = <T extends { close: () => Promise<unknown> }>(part: T): T => {
		ends.push(() => part.close());
		return part;
	};
	const stopping = <T extends { stop: () => Promise<unknown> }>(part: T): T => {
		ends.push(() => part.stop());
		return part;
	};

	try {
		const openAi = closing(await startOpenAi());
		const slack = closing(await startSlack());
		const smtp = closing(await startSmtp());
		const telegram = closing(await startTelegram());
		const pagerDuty = closing(await startPagerDuty(folder));
		const stripe = closing(await startStripe(folder));
		const database = closing(await startOperatorDatabase());
		const vendors = closing(await startVendors(folder, { stripe, database }));
		const service = stopping(await startService(folder, limits));
		const started = stopping(await startN8n(folder));
		const n8n = { ...(await connectToN8n(started.baseUrl)), baseUrl: started.baseUrl };
		const parts: Parts = {
			...{ service, n8n, openAi, slack, smtp, telegram, pagerDuty, stripe, database, vendors },
		};
		const logs = () => `--- n8n\n${started.log()}\n--- service\n${service.log()}\n`;

		const { restart: restartN8n, whileFrozen: whileN8nIsFrozen } = started;
		const deployed = await deployTemplates(parts);

		return { ...parts, ...deployed, folder, logs, restartN8n, whileN8nIsFrozen, stop };
	} catch (error) {
		await stop();
		throw error;
	}
}
