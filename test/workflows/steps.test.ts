import { ACTION_KINDS } from '../../core/containment/action.ts';
import { isKnownStep } from '../../core/containment/vendors.ts';
import { isRecord, listAt, recordAt } from '../../core/readers/reading.ts';
import { readSteps, readTemplates, type Template, type TemplateNode } from './readTemplates.ts';

const inputs = [
	...['actionId', 'attempt', 'incidentId', 'tenantId', 'vendor', 'action', 'targetId'],
	...['direction', 'sequence', 'settings', 'restore'],
];
const outcome = [
	...['outcome', 'reversible', 'restore', 'detail', 'http', 'requestedAt', 'verifiedAt'],
	'retryAfterMs',
];

const ofType = ({ nodes }: Template, type: string) =>
	nodes.filter((node) => node.type === `n8n-nodes-base.${type}`);

const fieldsOf = (node: TemplateNode | undefined) =>
	listAt(recordAt(node?.parameters ?? {}, 'assignments'), 'assignments')
		.filter(isRecord)
		.map(({ name }) => String(name));

const targetsOf = ({ connections }: Template, name: string) =>
	(connections[name]?.['main'] ?? []).flat().map(({ node }) => node);

describe.each(readSteps())('%s', (_file, step, text) => {
	it('starts when another workflow calls it, with what an order of LLM Fuse says', () => {
		const [trigger, ...others] = ofType(step, 'executeWorkflowTrigger');

		expect(others).toEqual([]);
		const declared = recordAt(trigger?.parameters ?? {}, 'workflowInputs');
		expect(
			listAt(declared, 'values')
				.filter(isRecord)
				.map(({ name }) => name),
		).toEqual(inputs);
	});

	it('ends in one node that always says the same fields', () => {
		const ends = step.nodes.filter(
			({ name, type }) => !type.endsWith('stickyNote') && targetsOf(step, name).length === 0,
		);

		expect(ends.map(({ name }) => name)).toEqual(['Outcome']);
		expect(fieldsOf(ends[0])).toEqual(outcome);
	});

	it('looks at what a vendor answers whatever the status, and gives up on one that does not answer', () => {
		const requests = ofType(step, 'httpRequest').filter(
			({ name }) => name !== 'Keep previous values',
		);

		for (const { name, parameters, onError } of requests) {
			expect({ name, onError, ...parameters }).toMatchObject({
				name,
				onError: 'continueRegularOutput',
				authentication: expect.stringMatching(/^(predefined|generic)CredentialType$/),
				options: {
					timeout: 10_000,
					response: { response: { fullResponse: true, neverError: true } },
				},
			});
		}
	});

	it('looks at the target before it changes anything', () => {
		const changes = ofType(step, 'httpRequest').filter(({ name }) =>
			/^(Change|Set|Remove|Delete|Put|Pause|Resume) /.test(name),
		);
		const reads = ofType(step, 'httpRequest').filter(({ name }) => /^(Read|List) /.test(name));

		if (changes.length > 0) expect(reads.length).toBe(2);
	});

	it('tells LLM Fuse what it found before the change, where the vendor keeps no mark of ours', () => {
		const told = step.nodes.some(({ name }) => name === 'Keep previous values');
		const marked = /llm_fuse_incident|revoked_by_incident|call\.incidentId/.test(text);
		const bringsNothingBack = text.includes('"={{ false }}"') || /"redis"/.test(text);

		expect(told || marked || bringsNothingBack).toBe(true);
		expect(told && marked).toBe(false);
		if (told) expect(targetsOf(step, 'Keep previous values')).toHaveLength(1);
	});

	it('explains itself in one yellow note, with the policy that asks for it', () => {
		const [main, ...others] = ofType(step, 'stickyNote').filter(
			({ parameters }) => parameters['color'] === 1,
		);

		expect(others).toEqual([]);
		for (const heading of ['How it works', 'How to set up', 'Policy']) {
			expect(main?.parameters['content']).toContain(`## ${heading}\n`);
		}
	});
});

describe('containment.json', () => {
	const containment = readTemplates().find(([file]) => file === 'containment.json')?.[1];
	const lines = fieldsOf(containment?.nodes.find(({ name }) => name === 'Settings')).filter(
		(name) => name.includes(':'),
	);

	it('has a line in Settings for every step that is shipped, each of which LLM Fuse knows', () => {
		const policies = readSteps().map(([, , text]) => {
			const [, action, vendor] =
				/\{\\"action\\":\\"(\w+)\\",\\"vendor\\":\\"(\w+)\\"/.exec(text) ?? [];
			return `${vendor}:${action}`;
		});

		expect(policies.sort()).toEqual([...lines].sort());
		for (const line of lines) {
			const [vendor = '', name] = line.split(':');
			const action = ACTION_KINDS.find((kind) => kind === name) ?? 'block';
			expect({ line, known: action === name && isKnownStep({ vendor, action }) }).toEqual({
				line,
				known: true,
			});
		}
	});
});
