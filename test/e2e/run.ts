import { after, afterEach } from 'node:test';
import { editorShowsTheNodes } from './editor.e2e.ts';
import { limitSaysWhenToComeBack } from './limit.e2e.ts';
import { modelFailureReleasesTheHold } from './modelFailure.e2e.ts';
import { nodesAreInstalled } from './nodesInstalled.e2e.ts';
import { parkedCallWakesItsExecution } from './parkedCall.e2e.ts';
import { runawayIsStopped } from './runaway.e2e.ts';
import { serviceOutageClosesTheGate } from './serviceOutage.e2e.ts';
import { timeToAlert } from './timeToAlert.e2e.ts';
import { vendorFailureStopsNothing } from './vendorFailure.e2e.ts';
import { startWorld } from './harness/startWorld.ts';

// `exit` handlers end the child processes, and a signal alone runs none.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

const world = await startWorld();
let failed = false;

afterEach((context) => {
	if ('passed' in context && context.passed === false) failed = true;
});
after(async () => {
	if (failed) process.stderr.write(world.logs());
	await world.stop();
});

nodesAreInstalled(world);
runawayIsStopped(world);
timeToAlert(world);
limitSaysWhenToComeBack(world);
parkedCallWakesItsExecution(world);
modelFailureReleasesTheHold(world);
vendorFailureStopsNothing(world);
editorShowsTheNodes(world);
// Last, because it ends the service.
serviceOutageClosesTheGate(world);
