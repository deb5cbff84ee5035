import type { ILoadOptionsFunctions, INodePropertyOptions } from 'n8n-workflow';
import { isRecord, listAt } from '../../../core/readers/reading.ts';
import { connectService } from '../../shared/service.ts';
import { listOf } from '../shared/ask.ts';

/** The one tier every provider can be set to: what its own headers say is all that holds. */
const AUTO = 'auto';

/** The tiers of the provider that is chosen. */
export async function getTiers(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
	const chosen: unknown = this.getCurrentNodeParameter('providerId');
	const providerId = isRecord(chosen) ? chosen['value'] : chosen;
	const need = { action: 'see the providers', role: 'read' } as const;
	const service = await connectService(this);
	const providers = await listOf(
		{ node: this.getNode(), service, need },
		{ path: '/v1/providers' },
	);
	const known = providers.find(({ provider }) => provider === providerId) ?? {};
	const tiers = listAt(known, 'tiers').map(String);

	return (tiers.length > 0 ? tiers : [AUTO]).map((tier) => ({ name: tier, value: tier }));
}
