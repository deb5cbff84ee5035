import type {
	IDataObject,
	IHttpRequestOptions,
	INode,
	INodeExecutionData,
	ISupplyDataFunctions,
	NodeExecutionHint,
} from 'n8n-workflow';
import { systemClock, type Clock } from '../../../nodes/FuseModel/clock.ts';
import { newMemory, type ProcessMemory } from '../../../nodes/FuseModel/processMemory.ts';
import { supplyGuardedModel } from '../../../nodes/FuseModel/supplyGuardedModel.ts';
import { requestWithAuthentication, type Credentials } from '../../nodes/support/n8nHttp.ts';
import { strictContext } from '../../nodes/support/strictContext.ts';

/** One request of the node to the service, and what it was answered. */
export type ServiceExchange = { path: string; body: Record<string, unknown>; answer: unknown };

export type ModelRun = {
	credentials: Credentials;
	/** A function is an expression: it gets the item's index. */
	parameters?: Record<string, unknown>;
	items?: INodeExecutionData[];
	executionId?: string;
	nodeName?: string;
	clock?: Clock;
	/** What the nodes of one n8n process remember together. */
	memory?: ProcessMemory;
	cancelSignal?: AbortSignal;
	/** Answers in the place of a service; undefined is a service that cannot be reached. */
	answer?: (exchange: ServiceExchange) => object | undefined;
};

/** What n8n would show of one call. */
export type LoggedRun = { input: IDataObject; output?: IDataObject; error?: Error };

/** One LLM Fuse Model node with a model connected, and everything it did to the outside. */
export class ModelBench {
	readonly exchanges: ServiceExchange[] = [];
	readonly hints: NodeExecutionHint[] = [];
	readonly runs: LoggedRun[] = [];
	/** What n8n calls when the execution has finished. */
	readonly finish: Array<() => unknown> = [];
	/** Called when the service has answered, before the node has its answer. */
	afterExchange: (exchange: ServiceExchange) => void = () => undefined;
	private readonly run: ModelRun;

	constructor(run: ModelRun) {
		this.run = run;
	}

	/** The same instance comes back, guarded; so its own type holds. */
	async guard<Model extends object>(model: Model): Promise<Model> {
		const { clock = systemClock, memory = newMemory() } = this.run;
		const supplied = await supplyGuardedModel(this.context(model), 0, { clock, memory });
		expect(supplied).toBe(model);

		return model;
	}

	asks(): ServiceExchange[] {
		return this.exchanges.filter(({ path }) => path === '/v1/reservations');
	}

	/** The usage events that were sent, whichever way. */
	records(): Array<Record<string, unknown>> {
		return this.exchanges
			.filter(({ path }) => /\/settle|\/v1\/usage/.test(path))
			.flatMap(({ body }) => (Array.isArray(body) ? (body as (typeof body)[]) : [body]))
			.map(({ data }) => data as Record<string, unknown>);
	}

	sent(kind: 'renew' | 'release'): ServiceExchange[] {
		return this.exchanges.filter(({ path }) => path.endsWith(`/${kind}`));
	}

	private context(model: object): ISupplyDataFunctions {
		const { credentials, parameters = {}, items = [{ json: {} }] } = this.run;
		const node: INode = {
			id: 'node_1',
			name: this.run.nodeName ?? 'LLM Fuse Model',
			type: 'n8n-nodes-llm-fuse.fuseModel',
			typeVersion: 1,
			position: [0, 0],
			parameters: {},
		};
		const given: Record<string, unknown> = { tenantId: 'acme', ...parameters };

		return strictContext<ISupplyDataFunctions>({
			getNode: () => node,
			getWorkflow: () => ({ id: 'wf_1', name: 'Support answers', active: true }),
			getExecutionId: () => this.run.executionId ?? '4711',
			getExecutionCancelSignal: () => this.run.cancelSignal,
			getInputData: () => items,
			onExecutionFinish: (handler) => {
				this.finish.push(handler);
			},
			getInputConnectionData: async () => model,
			getCredentials: (async () =>
				credentials) as unknown as ISupplyDataFunctions['getCredentials'],
			getNodeParameter: ((name: string, itemIndex: number, fallback?: unknown) => {
				const value = given[name];
				return typeof value === 'function'
					? (value as (itemIndex: number) => unknown)(itemIndex)
					: (value ?? fallback);
			}) as ISupplyDataFunctions['getNodeParameter'],
			addExecutionHints: (...hints) => {
				this.hints.push(...hints);
			},
			addInputData: (_, data) => {
				this.runs.push({ input: jsonOf(data) });
				return { index: this.runs.length - 1 };
			},
			addOutputData: (_, index, data) => {
				const run = this.runs[index];
				if (!run) throw new Error(`There is no run ${index}`);
				if (data instanceof Error) run.error = data;
				else run.output = jsonOf(data);
			},
			helpers: {
				httpRequestWithAuthentication: async (_: string, options: IHttpRequestOptions) => {
					const exchange = {
						path: options.url,
						body: options.body as Record<string, unknown>,
						answer: undefined as unknown,
					};
					this.exchanges.push(exchange);
					exchange.answer = this.run.answer
						? reached(this.run.answer(exchange))
						: await requestWithAuthentication(node, credentials, options);
					this.afterExchange(exchange);
					return exchange.answer;
				},
			} as unknown as ISupplyDataFunctions['helpers'],
		});
	}
}

function reached(answer: object | undefined): object {
	if (!answer) throw new Error('connect ECONNREFUSED');

	return answer;
}

function jsonOf(data: INodeExecutionData[][] | Error): IDataObject {
	return data instanceof Error ? {} : (data[0]?.[0]?.json ?? {});
}
