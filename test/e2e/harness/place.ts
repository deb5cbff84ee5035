import type { Workflow } from './n8nApi.ts';

/** Moves nodes of a workflow to where a person would put them: [x, y] by name. */
export function place(workflow: Workflow, positions: Record<string, [number, number]>): Workflow {
	const nodes = workflow.nodes.map((node) => ({
		...node,
		position: positions[node.name] ?? node.position,
	}));

	return { ...workflow, nodes };
}
