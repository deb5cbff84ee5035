import { startChatVendor, type ChatVendor } from '../doubles/chatVendor.ts';
import { deployWorkflow, type DeployedWorkflow } from './deployWorkflow.ts';
import { startFuseJournal, type FuseJournal } from './fuseJournal.ts';
import type { N8nApi, Workflow } from './n8nApi.ts';
import type { World } from './startWorld.ts';

/** Answer of GET /v1/tenants/{id}/spend. */
export interface Spend {
	requests: number;
	tokens: number;
	microCents: number;
}

/** Ids of credentials: for the service behind the journal, and for the vendor's double. */
interface Credentials {
	fuseApi: string;
	openAiApi: string;
}

export interface ModelStage extends Credentials {
	world: World;
	vendor: ChatVendor;
	journal: FuseJournal;
	/** The same two in another n8n. */
	credentialsIn: (n8n: Pick<N8nApi, 'createCredential'>) => Promise<Credentials>;
	deploy: (workflow: Workflow) => Promise<DeployedWorkflow>;
	spendOf: (tenantId: string) => Promise<Spend>;
	/** What limits of a tenant still hold, added up: 0 when no call of it is under way. */
	heldBy: (tenantId: string) => Promise<number>;
	stop: () => Promise<void>;
}

/** What the scenarios of LLM Fuse Model share: a vendor that answers as told, and a record of what the node says. */
export async function startModelStage(world: World): Promise<ModelStage> {
	const { n8n, service } = world;
	const vendor = await startChatVendor();
	const journal = await startFuseJournal(service.baseUrl);
	const credentialsIn: ModelStage['credentialsIn'] = async ({ createCredential }) => ({
		fuseApi: await createCredential('fuseApi', {
			baseUrl: journal.baseUrl,
			apiKey: service.apiKey,
		}),
		openAiApi: await createCredential('openAiApi', { apiKey: 'any', url: vendor.baseUrl }),
	});

	return {
		...{ world, vendor, journal, credentialsIn },
		...(await credentialsIn(n8n)),
		deploy: (workflow) => deployWorkflow(n8n, workflow),
		spendOf: (tenantId) => service.get<Spend>(`/v1/tenants/${tenantId}/spend?window=1h`),
		heldBy: async (tenantId) => {
			const path = `/v1/tenants/${tenantId}/limits`;
			const limits = await service.get<Array<{ held: number }>>(path);
			return limits.reduce((sum, { held }) => sum + held, 0);
		},
		stop: async () => {
			await vendor.close();
			await journal.close();
		},
	};
}
