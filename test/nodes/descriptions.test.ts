import type { INodeProperties, INodeTypeDescription } from 'n8n-workflow';
import { FuseApi } from '../../credentials/FuseApi.credentials.ts';
import { Fuse } from '../../nodes/Fuse/Fuse.node.ts';
import { FuseGate } from '../../nodes/FuseGate/FuseGate.node.ts';
import { FuseMeter } from '../../nodes/FuseMeter/FuseMeter.node.ts';
import { FuseModel } from '../../nodes/FuseModel/FuseModel.node.ts';
import { FuseTrigger } from '../../nodes/FuseTrigger/FuseTrigger.node.ts';

const descriptions: INodeTypeDescription[] = [
	Fuse,
	FuseGate,
	FuseMeter,
	FuseModel,
	FuseTrigger,
].map((Node) => new Node().description);

describe.each(descriptions)('$displayName', ({ credentials, properties, subtitle, outputs }) => {
	it('uses the one credential of this package', () => {
		expect(credentials).toEqual([{ name: new FuseApi().name, required: true }]);
	});

	it('has a subtitle and an output', () => {
		expect(subtitle).toMatch(/^=\{\{/);
		expect(outputs.length).toBeGreaterThan(0);
	});

	it('gives every parameter a name of its own per place it is shown', () => {
		const shown = properties.map(({ name, displayOptions }) =>
			JSON.stringify([name, displayOptions]),
		);

		expect(new Set(shown).size).toBe(shown.length);
	});

	it('shows fields only for choices that exist', () => {
		for (const { displayOptions } of properties) {
			for (const [name, values] of Object.entries(displayOptions?.show ?? {})) {
				expect(choices(properties, name)).toEqual(expect.arrayContaining(values ?? []));
			}
		}
	});
});

function choices(properties: INodeProperties[], name: string): unknown[] {
	const named = properties.filter((property) => property.name === name);
	if (named.some(({ type }) => type === 'boolean')) return [true, false];
	const options = named.flatMap((property) => property.options ?? []);

	return options.flatMap((option) => ('value' in option ? [option.value] : []));
}

describe('the credential', () => {
	it('sends the service key as a bearer and hides it', async () => {
		const { authenticate, properties } = new FuseApi();
		const options = { url: '/v1/whoami', headers: { accept: 'application/json' } };

		expect(await authenticate({ apiKey: 'fuse_1' }, options)).toEqual({
			...options,
			headers: { ...options.headers, Authorization: 'Bearer fuse_1' },
		});
		expect(properties.find(({ name }) => name === 'apiKey')?.typeOptions).toEqual({
			password: true,
		});
	});

	it('needs no expression, which only a running execution can evaluate', () => {
		expect(typeof new FuseApi().authenticate).toBe('function');
	});

	it('is tested with a question every role may ask', () => {
		expect(new FuseApi().test.request.url).toBe('/v1/whoami');
	});
});
