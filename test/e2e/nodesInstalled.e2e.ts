import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { World } from './harness/startWorld.ts';

interface NodeType {
	name: string;
	codex?: { categories?: string[] };
}

export function nodesAreInstalled({ n8n, service }: World): void {
	describe('the packed node package in n8n', () => {
		it('registers its nodes under their published names, with their catalogue entries', async () => {
			const types = await n8n.get<NodeType[]>('/types/nodes.json');

			const own = types.filter(({ name }) => name.startsWith('n8n-nodes-llm-fuse.'));
			assert.deepEqual([...new Set(own.map(({ name }) => name))].sort(), [
				'n8n-nodes-llm-fuse.fuse',
				'n8n-nodes-llm-fuse.fuseGate',
				'n8n-nodes-llm-fuse.fuseGateTool',
				'n8n-nodes-llm-fuse.fuseMeter',
				'n8n-nodes-llm-fuse.fuseMeterTool',
				'n8n-nodes-llm-fuse.fuseModel',
				'n8n-nodes-llm-fuse.fuseTool',
				'n8n-nodes-llm-fuse.fuseTrigger',
			]);
			for (const { name, codex } of own) assert.ok(codex?.categories?.length, `codex of ${name}`);
		});

		it('tests a good credential as good and a wrong key as wrong', async () => {
			const test = async (apiKey: string) => {
				const data = { baseUrl: service.baseUrl, apiKey };
				const credentials = { id: '', name: 'LLM Fuse', type: 'fuseApi', data };
				const answer = await n8n.post<{ data: { status: string } }>('/rest/credentials/test', {
					credentials,
				});
				return answer.data.status;
			};

			assert.equal(await test(service.apiKey), 'OK');
			assert.equal(await test(`fuse_${'x'.repeat(40)}`), 'Error');
		});
	});
}
