import type { IWebhookDescription } from 'n8n-workflow';

/**
 * Where the service calls back: the execution's resume URL and this node's id, so that several Gates, and a Wait node next
 * to them, are told apart. Nothing is registered anywhere, n8n serves it while the execution waits.
 */
export const resumeWebhooks: IWebhookDescription[] = [
	{
		name: 'default',
		httpMethod: 'POST',
		responseMode: 'onReceived',
		responseData: '',
		path: '={{ $nodeId }}',
		restartWebhook: true,
		isFullPath: true,
		ndvHideUrl: true,
		ndvHideMethod: true,
	},
];
