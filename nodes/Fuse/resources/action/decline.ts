import { decision } from './decision.ts';

export const decline = decision({
	value: 'decline',
	name: 'Decline',
	action: 'Decline an action',
	description: 'Say no to a step that waits for a person, or put away one that failed',
});
