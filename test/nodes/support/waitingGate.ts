import { type IDataObject, type INodeExecutionData, type IWebhookResponseData } from 'n8n-workflow';
import { FuseGate } from '../../../nodes/FuseGate/FuseGate.node.ts';
import { executeContext, type Run } from './executeContext.ts';
import { FuseService } from './fuseService.ts';
import { resumeContext } from './resumeContext.ts';

type Resumed = IWebhookResponseData & { status: number | undefined; evaluations: number };

const NODE_NAME = 'Ask "first" {{ and }} wait';

/** A Gate that waits, and a service where the tenants `full` and `full-too` have to. */
export class WaitingGate {
	readonly service = new FuseService();
	/** What n8n keeps of the execution. */
	kept: NonNullable<Run['kept']> = { context: {} };
	readonly #credentials = { baseUrl: '', apiKey: 'fuse_operator' };

	async open(): Promise<void> {
		this.service.full.add('full');
		this.service.full.add('full-too');
		this.#credentials.baseUrl = await this.service.listen();
	}

	async close(): Promise<void> {
		await this.service.close();
	}

	/** One item for each tenant. */
	ask(
		tenants: string[],
		parameters: Run['parameters'] = {},
		more: Partial<Run> = {},
	): Promise<INodeExecutionData[][]> {
		const items = tenants.map((tenant, index) => ({ json: { tenant, index } }));
		const context = executeContext({
			credentials: this.#credentials,
			items,
			parameters: { tenantId: (index: number) => tenants[index], whenOver: 'wait', ...parameters },
			nodeName: NODE_NAME,
			kept: this.kept,
			...more,
		});

		return new FuseGate().execute.call(context);
	}

	/** The service tells of a call, or somebody pretends to be the service. */
	async tell(
		queueId?: string,
		forged: IDataObject = {},
		onError?: Run['onError'],
	): Promise<Resumed> {
		const body = { type: 'call.resumed', data: { queueId, ...forged } };
		const { context, answered, evaluations } = resumeContext({
			...{ credentials: this.#credentials, nodeName: NODE_NAME },
			...{ context: this.kept.context, body, onError },
		});
		const response = await new FuseGate().webhook.call(context);

		return { ...response, status: answered.status, evaluations: evaluations() };
	}

	questions() {
		return this.service.asked('/v1/reservations').map(({ body }) => body);
	}

	renewals() {
		return this.service.exchanges.flatMap(({ path, body }) =>
			path.endsWith('/renew') ? [{ path, body }] : [],
		);
	}
}
