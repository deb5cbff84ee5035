import { after, afterEach } from 'node:test';
import { alertsReachEveryChannel } from './alertChannels.e2e.ts';
import { auditIsExported } from './auditExport.e2e.ts';
import { behaviourIsSeen } from './behaviourPage.e2e.ts';
import { nightlyBaselinesAreTold } from './baselineNightly.e2e.ts';
import { commandsFromTelegram } from './commandCentre.e2e.ts';
import { dailyReportIsSent } from './dailyReport.e2e.ts';
import { editorShowsTheNodes } from './editor.e2e.ts';
import { limitSaysWhenToComeBack } from './limit.e2e.ts';
import { agentIsMetered } from './modelAgent.e2e.ts';
import { irreversibleWaits, ladderIsClimbed, strangeStepsAreReported } from './containment.e2e.ts';
import { stepsKeepTheirContract } from './containmentSteps.e2e.ts';
import { cancelledStreamIsSettled } from './modelCancel.e2e.ts';
import { chainsAreMetered } from './modelChains.e2e.ts';
import { modelFailureReleasesTheHold } from './modelFailure.e2e.ts';
import { outageOfTheServiceIsSurvived } from './modelOutage.e2e.ts';
import { rejectionStopsTheCall } from './modelRejection.e2e.ts';
import { callsAreRetried } from './modelRetry.e2e.ts';
import { streamsAreMetered } from './modelStreaming.e2e.ts';
import { eachTenantPaysItsOwn } from './modelTenants.e2e.ts';
import { nodesAreFoundAndWired } from './nodePanel.e2e.ts';
import { nodesAreSeenAtWork } from './nodePictures.e2e.ts';
import { nodesAreInstalled } from './nodesInstalled.e2e.ts';
import { parkedCallWakesItsExecution } from './parkedCall.e2e.ts';
import { parkedGateGoesOn } from './parkedGate.e2e.ts';
import { queueModeIsMetered } from './queueMode.e2e.ts';
import { vendorBillsAreCompared } from './reconciliation.e2e.ts';
import { runawayIsStopped } from './runaway.e2e.ts';
import { serviceOutageClosesTheGate } from './serviceOutage.e2e.ts';
import { timeToAlert } from './timeToAlert.e2e.ts';
import { vendorFailureStopsNothing } from './vendorFailure.e2e.ts';
import { startChatStage } from './harness/chatStage.ts';
import { startModelStage } from './harness/modelStage.ts';
import { startWorld } from './harness/startWorld.ts';

// `exit` handlers end the child processes, and a signal alone runs none.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

const world = await startWorld();
const stage = await startModelStage(world);
const chat = await startChatStage(world);
let failed = false;

afterEach((context) => {
	if ('passed' in context && context.passed === false) failed = true;
});
after(async () => {
	if (failed) process.stderr.write(world.logs());
	await chat.stop();
	await stage.stop();
	await world.stop();
});

nodesAreInstalled(world);
runawayIsStopped(world);
timeToAlert(world);
limitSaysWhenToComeBack(world);
parkedCallWakesItsExecution(world);
parkedGateGoesOn(world);
modelFailureReleasesTheHold(world);
vendorFailureStopsNothing(world);
stepsKeepTheirContract(world);
ladderIsClimbed(world);
irreversibleWaits(world);
strangeStepsAreReported(world);
vendorBillsAreCompared(world);
agentIsMetered(stage);
chainsAreMetered(stage);
streamsAreMetered(stage);
eachTenantPaysItsOwn(stage);
rejectionStopsTheCall(stage);
callsAreRetried(stage);
cancelledStreamIsSettled(stage);
outageOfTheServiceIsSurvived(stage);
queueModeIsMetered(stage);
commandsFromTelegram(chat);
alertsReachEveryChannel(chat);
dailyReportIsSent(world);
nightlyBaselinesAreTold(world);
auditIsExported(world);
behaviourIsSeen(world);
editorShowsTheNodes(world);
nodesAreFoundAndWired(world);
nodesAreSeenAtWork(world);
// Last, because it ends the service.
serviceOutageClosesTheGate(world);
