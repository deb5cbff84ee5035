import { judgement } from './feedback.ts';

export const markAsFine = judgement({
	value: 'markAsFine',
	name: 'Mark as Fine',
	action: 'Mark an alert as fine',
	description: 'Say that it was fine: what looks like it alerts nobody until the verdict expires',
	verdict: 'fine',
});
