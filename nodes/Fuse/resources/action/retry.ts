import { decision } from './decision.ts';

export const retry = decision({
	value: 'retry',
	name: 'Retry',
	action: 'Retry an action',
	description: 'Try a step anew that was given up, with all its attempts',
});
