import { NodeOperationError, type INode } from 'n8n-workflow';
import { errorItem } from '../../../../nodes/shared/outputItem.ts';

const node = (onError?: INode['onError']): INode => ({
	id: 'node_1',
	name: 'Gate',
	type: 'n8n-nodes-llm-fuse.fuseGate',
	typeVersion: 1,
	position: [0, 0],
	parameters: {},
	...(onError === undefined ? {} : { onError }),
});
const fault = new NodeOperationError(node(), 'Tenant ID is empty', { description: 'Set it.' });
const item = { json: { order: 7 } };

describe('an item that failed', () => {
	it('keeps its fields on the regular output', () => {
		expect(errorItem(node('continueRegularOutput'), item, fault, 3)).toEqual({
			json: { order: 7, error: 'Tenant ID is empty', details: 'Set it.' },
			pairedItem: { item: 3 },
		});
	});

	it('is nothing but the fault for the error output, which n8n sends only such items to', () => {
		expect(errorItem(node('continueErrorOutput'), item, fault, 3)).toEqual({
			json: { error: 'Tenant ID is empty', details: 'Set it.' },
			pairedItem: { item: 3 },
		});
	});
});
