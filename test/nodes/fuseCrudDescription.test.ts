import {
	NodeHelpers,
	type INodeProperties,
	type INodePropertyCollection,
	type INodePropertyOptions,
} from 'n8n-workflow';
import codex from '../../nodes/Fuse/Fuse.node.json' with { type: 'json' };
import { Fuse } from '../../nodes/Fuse/Fuse.node.ts';

const { description, methods } = new Fuse();
const every = description.properties.flatMap(withInner);
const resources = choices('resource');
const operations = every
	.filter(({ name }) => name === 'operation')
	.map(({ displayOptions, options }) => ({
		resource: displayOptions?.show?.['resource']?.[0],
		options: (options ?? []).filter(isChoice),
	}));

function withInner(property: INodeProperties): INodeProperties[] {
	const inner = (property.options ?? []).filter(
		(option): option is INodeProperties => 'type' in option,
	);
	return [property, ...inner];
}

function isChoice(
	option: INodePropertyOptions | INodeProperties | INodePropertyCollection,
): option is INodePropertyOptions {
	return 'value' in option;
}

function choices(name: string): INodePropertyOptions[] {
	return (every.find((property) => property.name === name)?.options ?? []).filter(isChoice);
}

const sorted = (names: string[]) => names.toSorted((a, b) => a.localeCompare(b));

it('is found by what it is looked for with', () => {
	expect(codex.alias).toEqual(expect.arrayContaining(['budget', 'rate limit', 'cost', 'tokens']));
	expect(codex.categories).not.toContain('Core Nodes');
	expect(codex.node).toBe('n8n-nodes-llm-fuse.fuse');
});

it('is usable as a tool, on one output', () => {
	expect(description.usableAsTool).toBe(true);
	expect(description.outputs).toHaveLength(1);
});

it('has what a service of budgets has to offer, in the order of the alphabet', () => {
	const names = resources.map(({ name }) => name);

	expect(names).toEqual(sorted(names));
	expect(names).toEqual(
		expect.arrayContaining([
			...['Alert', 'Audit', 'Baseline', 'Incident', 'Key', 'Limit', 'Queue', 'Report', 'Tenant'],
		]),
	);
	expect(operations.map(({ resource }) => resource)).toEqual(resources.map(({ value }) => value));
});

it.each(operations)('the operations of $resource are named as n8n names them', ({ options }) => {
	const names = options.map(({ name }) => name);

	expect(names).toEqual(sorted(names));
	for (const { name, action = '', description: told = '' } of options) {
		expect(name).toMatch(/^[A-Z]/);
		// One sentence: a capital first, no other but in names, and no final period.
		expect(action).toMatch(/^[A-Z][a-z ]+$/);
		expect(told).toMatch(/^[A-Z].*[^.]$/);
	}
});

it('resource and operation are no expressions', () => {
	const selects = every.filter(({ name }) => name === 'resource' || name === 'operation');

	expect(selects.every(({ noDataExpression }) => noDataExpression)).toBe(true);
});

it('every text to type has an example', () => {
	const texts = every.filter(({ type }) => type === 'string');

	expect(texts.filter(({ placeholder }) => !placeholder?.startsWith('e.g. '))).toEqual([]);
});

it('every list to choose from is one that is searched', () => {
	const lists = every
		.flatMap(({ modes }) => modes ?? [])
		.flatMap(({ typeOptions }) => typeOptions?.searchListMethod ?? []);

	expect(new Set(lists)).toEqual(new Set(Object.keys(methods.listSearch)));
	expect(every.flatMap(({ typeOptions }) => typeOptions?.loadOptionsMethod ?? [])).toEqual(
		Object.keys(methods.loadOptions),
	);
});

it('every operation that is chosen shows a form whose defaults n8n can make', () => {
	const node = { typeVersion: 1 };
	for (const { resource, options } of operations) {
		for (const { value } of options) {
			const given = { resource, operation: String(value) };
			const shown = NodeHelpers.getNodeParameters(
				description.properties,
				given,
				...([true, false, node, description] as const),
			);

			expect(shown).toMatchObject(given);
		}
	}
});
