import {
	ownNodeTypes,
	readSteps,
	readTemplates,
	type Template,
	type TemplateNode,
} from './readTemplates.ts';

/** Newest version of each built-in node in n8n 2.41; a higher one would not load there. */
const newestVersion: Record<string, number> = {
	'n8n-nodes-base.code': 2,
	'n8n-nodes-base.emailSend': 2.1,
	'n8n-nodes-base.errorTrigger': 1,
	'n8n-nodes-base.executeWorkflow': 1.4,
	'n8n-nodes-base.executeWorkflowTrigger': 1.2,
	'n8n-nodes-base.filter': 2.3,
	'n8n-nodes-base.httpRequest': 4.5,
	'n8n-nodes-base.if': 2.3,
	'n8n-nodes-base.manualTrigger': 1,
	'n8n-nodes-base.merge': 3.2,
	'n8n-nodes-base.postgres': 2.7,
	'n8n-nodes-base.redis': 1,
	'n8n-nodes-base.respondToWebhook': 1.5,
	'n8n-nodes-base.scheduleTrigger': 1.4,
	'n8n-nodes-base.set': 3.5,
	'n8n-nodes-base.splitOut': 1,
	'n8n-nodes-base.stickyNote': 1,
	'n8n-nodes-base.stopAndError': 1,
	'n8n-nodes-base.switch': 3.4,
	'n8n-nodes-base.telegram': 1.2,
	'n8n-nodes-base.telegramTrigger': 1.5,
	'n8n-nodes-base.wait': 1.1,
	'n8n-nodes-base.webhook': 2.1,
};

/** Names n8n gives a node that nobody renamed. */
const defaultNames =
	/^(Webhook|HTTP Request|Edit Fields|Set|If|Filter|Merge|Postgres|Code|Schedule Trigger|Split Out|LLM Fuse \w+)\d*$/;

const secretLike =
	/sk-[\w-]{8}|rk_(live|test)_|xox[abp]-|whsec_|fuse(?:vk)?_[A-Za-z0-9]{16}|\d{8,}:[\w-]{30}|Bearer\s+\w/;

const isNote = (node: TemplateNode) => node.type === 'n8n-nodes-base.stickyNote';
const yellow = (node: TemplateNode) =>
	[undefined, 1].includes(Number(node.parameters['color'] ?? 1));

const wires = ({ connections }: Template) =>
	Object.entries(connections).flatMap(([from, { main = [] }]) =>
		main.flat().map((target) => ({ from, to: target.node })),
	);

describe.each([...readTemplates(), ...readSteps()])('%s', (_file, template, text) => {
	const steps = template.nodes.filter((node) => !isNote(node));
	const names = template.nodes.map(({ name }) => name);

	it('carries nothing of the n8n it was made on', () => {
		expect(Object.keys(template)).toEqual([
			'name',
			'nodes',
			'connections',
			'settings',
			'pinData',
			'meta',
			'tags',
		]);
		expect(template.settings).toEqual({ executionOrder: 'v1' });
		expect(template.pinData).toEqual({});
		expect(template.meta).toEqual({ templateCredsSetupCompleted: false });
	});

	it('names every node once, and not by its default name', () => {
		expect(new Set(names).size).toBe(names.length);
		expect(new Set(template.nodes.map(({ id }) => id)).size).toBe(names.length);
		expect(names.filter((name) => defaultNames.test(name))).toEqual([]);
	});

	it('connects only nodes that exist, and every node to something', () => {
		const connected = wires(template).flatMap(({ from, to }) => [from, to]);

		expect(connected.filter((name) => !names.includes(name))).toEqual([]);
		expect(steps.filter(({ name }) => !connected.includes(name))).toEqual([]);
	});

	it('mentions in its expressions only nodes that exist', () => {
		const mentioned = [...text.matchAll(/\$\('([^']+)'\)/g)].map(([, name]) => name);

		expect(mentioned.filter((name) => !names.includes(name ?? ''))).toEqual([]);
	});

	it('uses node versions that n8n 2.41 has', () => {
		const own = ownNodeTypes();

		for (const { name, type, typeVersion } of template.nodes) {
			const newest = own.includes(type) ? 1 : newestVersion[type];
			expect({ name, loads: newest !== undefined && typeVersion <= newest }).toEqual({
				name,
				loads: true,
			});
		}
	});

	it('ships no credential ids and no secrets', () => {
		const chosen = steps.flatMap(({ credentials = {} }) => Object.values(credentials));

		expect(chosen.length).toBeGreaterThan(0);
		expect(chosen.filter(({ id }) => id !== '')).toEqual([]);
		expect(secretLike.exec(text)).toBeNull();
	});

	it('reads no environment variable, which n8n 2 blocks', () => {
		expect(text).not.toContain('$env');
	});

	it('keeps every address in the one Settings node', () => {
		const settings = steps.filter(({ name }) => name === 'Settings');
		const elsewhere = steps.filter(({ name }) => name !== 'Settings');

		expect(settings.map(({ type }) => type)).toEqual(['n8n-nodes-base.set']);
		for (const { name, parameters } of elsewhere) {
			const { url } = parameters;
			if (url !== undefined) expect(url).toMatch(/^=\{\{ \$\('Settings'\)/);
			// The address of a problem type is a name, not a place that is called.
			const rest = JSON.stringify(parameters).replaceAll('https://iana.org/assignments/', '');
			expect({ name, address: /https?:\/\/[^"']*/.exec(rest)?.[0] }).toEqual({ name });
		}
	});

	it('passes values to SQL as parameters only', () => {
		for (const { parameters } of steps.filter(({ type }) => type.endsWith('.postgres'))) {
			expect(parameters['query']).toMatch(/\$1/);
			expect(parameters['query']).not.toMatch(/\{\{|^=/);
		}
	});
});

describe.each(readTemplates())('%s', (_file, template) => {
	const steps = template.nodes.filter((node) => !isNote(node));

	it('has a node of this package, or calls the service with its credential', () => {
		const own = ownNodeTypes();
		const isOurs = ({ type, credentials = {} }: TemplateNode) =>
			own.includes(type) || 'fuseApi' in credentials;

		expect(steps.some(isOurs)).toBe(true);
	});

	it('explains itself in one yellow note and one neutral note per step', () => {
		const notes = template.nodes.filter(isNote);
		const [main, ...others] = notes.filter(yellow);

		expect(others).toEqual([]);
		for (const heading of [
			"Who's it for",
			'How it works',
			'How to set up',
			'Requirements',
			'How to customize',
		]) {
			expect(main?.parameters['content']).toContain(`## ${heading}\n`);
		}
		expect(notes.length).toBeGreaterThan(3);
	});
});
