import { hasRedis, startRedis, type RedisServer } from '../../support/servers/redisServer.ts';
import { startAnthropicKeys, type AnthropicKeysDouble } from './anthropicKeys.ts';
import { startAwsIam, type AwsIamDouble } from './awsIam.ts';
import { startCloudflareKv, type CloudflareKvDouble } from './cloudflareKv.ts';
import { startLiteLlm, type LiteLlmDouble } from './liteLlm.ts';
import { startOpenAiAdmin, type OpenAiAdminDouble } from './openAiAdmin.ts';
import { startOpenRouterKeys, type OpenRouterKeysDouble } from './openRouterKeys.ts';
import type { OperatorDatabase } from './operatorDatabase.ts';
import type { StripeDouble } from './stripe.ts';
import { startTwilioAccounts, type TwilioDouble } from './twilioAccounts.ts';
import { startUnkey, type UnkeyDouble } from './unkey.ts';

/** Everybody a containment step talks to. */
export interface Vendors {
	anthropic: AnthropicKeysDouble;
	aws: AwsIamDouble;
	cloudflare: CloudflareKvDouble;
	liteLlm: LiteLlmDouble;
	openAi: OpenAiAdminDouble;
	openRouter: OpenRouterKeysDouble;
	twilio: TwilioDouble;
	unkey: UnkeyDouble;
	stripe: StripeDouble;
	database: OperatorDatabase;
	/** A real one; undefined where Debian's package is not installed. */
	redis: RedisServer | undefined;
	/** Vendors whose OpenAPI file is not at hand, so that requests to them were not held against it. */
	unchecked: string[];
	close: () => Promise<void>;
}

/** Starts all vendors but Stripe and the operator's database, which are closed by whoever started them. */
export async function startVendors(
	folder: string,
	{ stripe, database }: Pick<Vendors, 'stripe' | 'database'>,
): Promise<Vendors> {
	const [openAi, openRouter, twilio, unkey] = await Promise.all([
		startOpenAiAdmin(folder),
		startOpenRouterKeys(folder),
		startTwilioAccounts(folder),
		startUnkey(folder),
	]);
	const [anthropic, aws, cloudflare, liteLlm] = await Promise.all([
		startAnthropicKeys(),
		startAwsIam(),
		startCloudflareKv(),
		startLiteLlm(),
	]);
	const redis = hasRedis() ? await startRedis() : undefined;
	const checked = { openAi, openRouter, twilio, unkey };
	const doubles = { ...checked, anthropic, aws, cloudflare, liteLlm };

	return {
		...{ ...doubles, stripe, database, redis },
		unchecked: Object.entries(checked)
			.filter(([, { validated }]) => !validated)
			.map(([name]) => name),
		close: async () => {
			for (const double of Object.values(doubles)) await double.close();
			await redis?.stop();
		},
	};
}
