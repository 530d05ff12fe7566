// Timing in short bursts, in turn: whatever else the machine does meanwhile meets every contestant.
import { cpus } from "node:os";

/** Long enough for the clock, short enough that a scheduler's tick or a busy neighbour spoils few of them. */
const BURST_MS = 40;

/** Also where a call takes longer than all the time there is. */
const MIN_ROUNDS = 3;

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

/** All times of each call, in milliseconds. */
export function race(calls, seconds) {
  const bursts = calls.map((call) => Math.max(1, Math.floor(BURST_MS / warmUp(call))));
  const times = calls.map(() => []);
  const end = performance.now() + seconds * 1000;
  for (let round = 0; round < MIN_ROUNDS || performance.now() < end; round++) {
    for (let k = 0; k < calls.length; k++) {
      // Nobody always comes after the same one.
      const which = (k + round) % calls.length;
      globalThis.gc?.();
      for (let i = 0; i < bursts[which]; i++) times[which].push(timeOf(calls[which]));
    }
  }
  return times;
}

export function median(values) {
  const sorted = Float64Array.from(values).sort();
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/** Starts to watch the machine; the function it gives says how many cores everything else has used since. */
export function watchOthers() {
  const busy = () => cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0);
  const mine = () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  };
  const start = { time: performance.now(), busy: busy(), mine: mine() };
  return () => {
    const others = busy() - start.busy - (mine() - start.mine);
    return Math.max(0, others / (performance.now() - start.time));
  };
}
