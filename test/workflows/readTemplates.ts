import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface TemplateNode {
	id: string;
	name: string;
	type: string;
	typeVersion: number;
	position: [number, number];
	parameters: Record<string, unknown>;
	credentials?: Record<string, { id: string; name: string }>;
	onError?: string;
}

export interface Template {
	name: string;
	nodes: TemplateNode[];
	connections: Record<
		string,
		Record<string, Array<Array<{ node: string; type: string; index: number }>>>
	>;
	settings: Record<string, unknown>;
	pinData: Record<string, unknown>;
	meta: Record<string, unknown>;
	tags: unknown[];
}

const root = join(__dirname, '../..');
const folder = join(root, 'workflows');

/** Every shipped workflow that starts by itself, as [file name, content, text]. */
export function readTemplates(): Array<[string, Template, string]> {
	return read('');
}

/** The sub-workflows that containment calls. */
export function readSteps(): Array<[string, Template, string]> {
	return read('steps/');
}

function read(subfolder: string): Array<[string, Template, string]> {
	const files = readdirSync(join(folder, subfolder)).filter((file) => file.endsWith('.json'));
	return files.map((name) => {
		const file = subfolder + name;
		const text = readFileSync(join(folder, file), 'utf8');
		return [file, JSON.parse(text) as Template, text];
	});
}

/** The node types this package registers, as n8n names them: `n8n-nodes-llm-fuse.fuseGate`. */
export function ownNodeTypes(): string[] {
	const manifest: { name: string; n8n: { nodes: string[] } } = JSON.parse(
		readFileSync(join(root, 'package.json'), 'utf8'),
	);
	return manifest.n8n.nodes.map((file) => {
		const [, className = ''] = /([^/]+)\.node\.js$/.exec(file) ?? [];
		return `${manifest.name}.${className.charAt(0).toLowerCase()}${className.slice(1)}`;
	});
}
