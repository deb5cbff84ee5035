import { NodeOperationError, type ISupplyDataFunctions } from 'n8n-workflow';
import type { JsonRecord } from '../../core/readers/reading.ts';
import type { Settings } from './settings.ts';

/** Names that people give the key anyway. */
const OTHER_KEYS = ['tenantId', 'tenant_id'];

/** Who pays for a call: what the consumer sends for the item, else what this node has for the first item. */
export function tenantOf(
	metadata: JsonRecord,
	{ tenantKey, tenantId }: Pick<Settings, 'tenantKey' | 'tenantId'>,
): { tenantId: string; perItem: boolean } | undefined {
	const sent = [tenantKey, ...OTHER_KEYS].map((key) => asText(metadata[key])).find(Boolean);
	if (sent) return { tenantId: sent, perItem: true };

	return tenantId ? { tenantId, perItem: false } : undefined;
}

export function noTenant(
	context: ISupplyDataFunctions,
	{ tenantKey }: Settings,
): NodeOperationError {
	return new NodeOperationError(context.getNode(), 'Nobody is known to pay for this model call', {
		functionality: 'configuration-node',
		description: `Set Tenant ID in this node, or add Tracing Metadata with the key ${tenantKey} to the AI Agent: only that is read for each item. If Tenant ID is an expression, the field is absent from the first item.`,
	});
}

/** Numbers are taken as text: ids often come as numbers from a database. */
function asText(value: unknown): string {
	return typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
}
