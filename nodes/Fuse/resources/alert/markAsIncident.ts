import { judgement } from './feedback.ts';

export const markAsIncident = judgement({
	value: 'markAsIncident',
	name: 'Mark as Incident',
	action: 'Mark an alert as incident',
	description: 'Say that it was an incident: the baseline does not learn from its minutes',
	verdict: 'incident',
});
