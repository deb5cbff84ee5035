import { poll } from './poll.ts';
import type { Page } from './openEditor.ts';

/** What a person does in the editor, step by step. */
export interface EditorSteps {
	openWorkflow: (workflowId: string, nodes: string[]) => Promise<void>;
	/** Types into the node panel and returns when it lists all of `expected`, one of them first. */
	searchPanel: (words: string, expected: string[]) => Promise<void>;
	/** Picks a listed community node and adds it; its parameters are open then. */
	addFromPanel: (node: string) => Promise<void>;
	/** The "+" below a root node: the panel then lists what fits there. */
	askForModelOf: (root: string) => Promise<void>;
	removeWire: (from: string, to: string) => Promise<void>;
	/** Drags a wire from the model output of a node to the model input of another one. */
	wireModel: (from: string, to: string) => Promise<void>;
	/** Opens the parameters of a node on the canvas. */
	openNode: (node: string) => Promise<void>;
	closeNode: () => Promise<void>;
	fillIn: (parameter: string, text: string) => Promise<void>;
	/** Runs the workflow until n8n says that it succeeded. */
	run: () => Promise<void>;
	/** Waits until a node on the canvas is marked as one that succeeded. */
	hasRun: (node: string) => Promise<void>;
	/** Runs the node whose parameters are open, until it has handed something out. */
	runNode: () => Promise<void>;
	/** Lays the nodes out as n8n does it. */
	tidyUp: () => Promise<void>;
	/** Opens the log of the last run, and in it what a node handed out, as text. */
	readLog: (node: string) => Promise<string>;
	/** Shows what the node handed out whose parameters are open, as a list of fields. */
	listOutput: () => Promise<void>;
	fitView: () => Promise<void>;
	/** The page, or a part of it, as a picture for the documentation. */
	takePicture: (part?: string) => Promise<Uint8Array>;
}

export const byTestId = (id: string): string => `[data-test-id="${id}"]`;

export function editorSteps(page: Page, baseUrl: string): EditorSteps {
	const find = (selector: string) => page.locator(selector);
	const onCanvas = (node: string) => find(`${byTestId('canvas-node')}[data-node-name="${node}"]`);
	const wire = (from: string, to: string) =>
		find(`${byTestId('edge')}[data-source-node-name="${from}"][data-target-node-name="${to}"]`);
	const modelHandle = (node: string, side: 'input' | 'output') =>
		onCanvas(node).locator(
			`${byTestId(`canvas-node-${side}-handle`)}[data-connection-type="ai_languageModel"]`,
		);
	const panelItems = find(byTestId('node-creator-item-name'));

	return {
		openWorkflow: async (workflowId, nodes) => {
			await page.goto(`${baseUrl}/workflow/${workflowId}`);
			for (const node of nodes) await onCanvas(node).waitFor();
		},
		searchPanel: async (words, expected) => {
			const lists = (what: string, isTrue: (names: string[]) => boolean) =>
				poll({ what, timeoutMs: 10_000 }, async () => {
					const names = (await panelItems.allInnerTexts()).map((name) => name.trim());
					return isTrue(names) ? true : undefined;
				});
			const fits = (name = '') => expected.includes(name);
			const bar = find(byTestId('node-creator-search-bar'));

			// The list of the last search would pass for that of this one.
			await bar.fill('');
			await lists('the node panel without a search', ([first]) => !fits(first));
			await bar.fill(words);
			await lists(
				`${expected.join(', ')} under "${words}"`,
				(names) => fits(names[0]) && expected.every((name) => names.includes(name)),
			);
		},
		addFromPanel: async (node) => {
			await find(`${byTestId('node-creator-item-name')}:text-is("${node}")`).click();
			await find('text=Add to workflow').click();
			await find(byTestId('ndv')).waitFor();
		},
		askForModelOf: async (root) => {
			await modelHandle(root, 'input').locator(byTestId('canvas-handle-plus-wrapper')).click();
			await find(byTestId('node-creator-search-bar')).waitFor();
		},
		removeWire: async (from, to) => {
			// The middle of a curved wire lies beside it; n8n widens what reacts, Playwright does not know.
			await wire(from, to).hover({ force: true });
			await find(byTestId('delete-connection-button')).click();
			await wire(from, to).waitFor({ state: 'hidden' });
		},
		wireModel: async (from, to) => {
			await modelHandle(from, 'output').dragTo(modelHandle(to, 'input'));
			await wire(from, to).waitFor();
		},
		openNode: async (node) => {
			await onCanvas(node).dblclick();
			await find(byTestId('ndv')).waitFor();
		},
		closeNode: async () => {
			await find(byTestId('ndv-close-button')).click();
			await find(byTestId('ndv')).waitFor({ state: 'hidden' });
		},
		fillIn: (parameter, text) =>
			find(`${byTestId('ndv')} ${byTestId(`parameter-input-${parameter}`)} input`).fill(text),
		run: async () => {
			await find(byTestId('execute-workflow-button')).click();
			await find('text=Workflow executed successfully').waitFor();
		},
		hasRun: (node) => onCanvas(node).locator(byTestId('canvas-node-status-success')).waitFor(),
		runNode: async () => {
			await find(byTestId('node-execute-button')).click();
			await find(`${byTestId('output-panel')} ${byTestId('run-data-item-count')}`).waitFor();
		},
		tidyUp: () => find(byTestId('tidy-up-button')).click(),
		readLog: async (node) => {
			// The log opens at the node that is chosen on the canvas.
			await onCanvas(node).click();
			await find(byTestId('logs-overview-header')).click();
			await find(`${byTestId('log-details-header')}:has-text("${node}")`).waitFor();
			return await poll({ what: `the log of ${node}` }, async () => {
				const [text = ''] = await find(byTestId('log-details-output')).allInnerTexts();
				return text.includes('{') ? text : undefined;
			});
		},
		listOutput: () =>
			find(`${byTestId('output-panel')} ${byTestId('radio-button-schema')}`).click(),
		fitView: () => find(byTestId('zoom-to-fit')).click(),
		takePicture: async (part = 'body') => {
			// What lies under the mouse looks different.
			await page.mouse.move(0, 0);
			return await find(part).screenshot({ type: 'png', style: hidden, animations: 'disabled' });
		},
	};
}

/** What lies over a picture for a moment: messages of success, and the spinners of buttons. */
const hidden = [
	'.el-notification, [class*="_loading-container"] { display: none !important; }',
	'[class*="_button-inner"] { opacity: 1 !important; }',
].join('\n');
