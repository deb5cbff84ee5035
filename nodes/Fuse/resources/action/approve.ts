import { decision } from './decision.ts';

export const approve = decision({
	value: 'approve',
	name: 'Approve',
	action: 'Approve an action',
	description: 'Let a step happen that waits for a person; what cannot be undone goes last',
});
