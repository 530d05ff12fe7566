// Timing in short bursts, in turn: whatever else the machine does meanwhile meets every contestant.
import { readFileSync } from "node:fs";
import { cpus } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";

/** Long enough for the clock, short enough that a scheduler's tick or a busy neighbour spoils few of them. */
const BURST_MS = 40;

/** Also where a call takes longer than all the time there is. */
const MIN_ROUNDS = 3;

/** Who takes longer than this for a call is not asked again. */
const SLOW_MS = 3000;

function timeOf(call) {
  const start = performance.now();
  call();
  return performance.now() - start;
}

/** Calls until the engine has compiled it; the shortest time. */
function warmUp(call) {
  const start = performance.now();
  let time = timeOf(call);
  for (let calls = 1; calls < 500 && performance.now() - start < 2 * BURST_MS; calls++) {
    time = Math.min(time, timeOf(call));
  }
  return time;
}

/** A function as a contestant: what it gives is a burst of its times in milliseconds. */
export function contestant(call) {
  const calls = Math.max(1, Math.floor(BURST_MS / warmUp(call)));
  return () => {
    globalThis.gc?.();
    return Array.from({ length: calls }, () => timeOf(call));
  };
}

/** What a worker has prepared, as a contestant. */
export function remoteContestant(worker, peer) {
  return async () => {
    const { times, error } = await worker.ask({ cmd: "time", peer, budget: BURST_MS / 1000, minRuns: 1 });
    if (error) throw new Error(`${peer}: ${error}`);
    return times.map((nanoseconds) => nanoseconds / 1e6);
  };
}

/** All times of each contestant, in milliseconds: for some seconds each at most, and in a few rounds at least. */
export async function race(contestants, seconds) {
  const times = contestants.map(() => []);
  const end = performance.now() + (seconds * 1000 * contestants.length) / 3;
  for (let round = 0; round < MIN_ROUNDS || performance.now() < end; round++) {
    for (let k = 0; k < contestants.length; k++) {
      // Nobody always comes after the same one.
      const which = (k + round) % contestants.length;
      if (!(times[which][0] > SLOW_MS)) times[which].push(...(await contestants[which]()));
    }
  }
  return times;
}

export function median(values) {
  const sorted = Float64Array.from(values).sort();
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/** How long a process has used a processor, in milliseconds; 0 where /proc does not tell. */
function processorTimeOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const [user, system] = stat
      .slice(stat.lastIndexOf(")") + 2)
      .split(" ")
      .slice(11, 13)
      .map(Number);
    return (user + system) * 10;
  } catch {
    return 0;
  }
}

/**
 * Starts to watch the machine; the function it gives says how many cores everything but this process and some others
 * has used since.
 */
export function watchOthers(pids = []) {
  const busy = () => cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0);
  const mine = () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000 + pids.reduce((sum, pid) => sum + processorTimeOf(pid), 0);
  };
  const start = { time: performance.now(), busy: busy(), mine: mine() };
  return () => {
    const others = busy() - start.busy - (mine() - start.mine);
    return Math.max(0, others / (performance.now() - start.time));
  };
}

/** Waits up to some seconds for a moment in which everything else leaves nearly all of the machine alone. */
export async function quiet(seconds, pids) {
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end) {
    const others = watchOthers(pids);
    await sleep(500);
    if (others() < 0.2) return;
  }
}
