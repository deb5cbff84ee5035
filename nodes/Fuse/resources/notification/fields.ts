import type { INodeProperties } from 'n8n-workflow';

export const notificationId: INodeProperties = {
	displayName: 'Notification ID',
	name: 'notificationId',
	type: 'string',
	required: true,
	default: '={{ $json.notificationId }}',
	placeholder: 'e.g. ntf_5d1f0c2b7a9e4f6c8b30',
	description: 'The message to people that is meant; the trigger gives its ID',
};
