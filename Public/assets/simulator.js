// The leak of Q179827, live: one key on an affected kernel beside the same key on a fixed one.
// The rules are those of the simulator of the server; its chances are on /simulate.

const modulus = 65536;

// The kernel's control block of one key, counted over all processes.
class ControlBlock {
  count = 0;
  outstanding = 0;
  storage = "released";
  stale = 0;
  refused = 0;
  wraps = 0;

  constructor(isFixed) {
    this.isFixed = isFixed;
  }

  // Opens, one after the other.
  open(opens) {
    const accepted = this.isFixed ? Math.min(opens, modulus - 1 - this.count) : opens;
    this.refused += opens - accepted;
    if (accepted === 0) return;
    this.outstanding += accepted;
    if (this.storage === "freed") {
      this.stale += accepted;
      return;
    }
    this.storage = "allocated";
    const counted = this.count + accepted;
    this.wraps += Math.floor(counted / modulus);
    this.count = counted % modulus;
  }

  // Closes, one after the other: the one at 0 or 1 deletes the block, whatever is still open.
  close(closes) {
    let left = Math.min(closes, this.outstanding);
    if (this.storage === "allocated" && left > 0) {
      const deletion = Math.max(this.count, 1);
      const counted = Math.min(left, deletion);
      this.outstanding -= counted;
      left -= counted;
      this.count = Math.max(this.count - counted, 0);
      if (counted === deletion) this.storage = this.outstanding === 0 ? "released" : "freed";
    }
    this.outstanding -= left;
    this.stale += left;
  }
}

// Hours as a person reads them.
function duration(hours) {
  if (hours < 1) return `${(hours * 60).toFixed(0)} min`;
  if (hours < 72) return `${hours.toFixed(1)} h`;
  return `${(hours / 24).toFixed(1)} days`;
}

function grouped(number) {
  return Math.floor(number).toLocaleString("en-US");
}

// One kernel's count as a ring, with what happened to it.
function dial({ kernel, level, name, last }) {
  return `<section class="dial" data-kernel="${kernel}" data-levels="${level}" aria-label="${name}">
<h3>${level} <span class="tag ${kernel}">${kernel}</span></h3>
<div><svg viewBox="0 0 120 120" role="img" aria-label="The count as a ring that is full at 65,535"><g transform="rotate(-90 60 60)"><circle cx="60" cy="60" r="54"/><circle class="arc" data-part="arc" cx="60" cy="60" r="54" pathLength="1" stroke-dasharray="1" stroke-dashoffset="1"/></g></svg>
<div class="face"><span class="stop">STOP</span><span class="count" data-part="count"></span><span class="bits" data-part="bits"></span></div></div>
<dl><div><dt>Handles really open</dt><dd data-part="outstanding"></dd></div><div><dt>The block</dt><dd data-part="storage"></dd></div><div><dt>${last}</dt><dd data-part="last"></dd></div></dl>
<ol data-part="events"></ol></section>`;
}

// The page has only a place for it: without this script there is nothing to be seen.
const view = `<div class="dials">
${dial({ kernel: "affected", level: "SP3", name: "Service Pack 3", last: "Accesses to freed storage" })}
${dial({ kernel: "fixed", level: "SP4", name: "Service Pack 4", last: "Opens refused" })}
</div>
<div class="sliders">
<label>Leaked opens <span data-part="opens-text"></span>
<input type="range" data-part="opens" min="1.8" max="6" step="0.1" value="3.6"></label>
<label>Touches by other programs <span data-part="touches-text"></span>
<input type="range" data-part="touches" min="-0.1" max="5" step="0.1" value="3"></label>
</div>
<div class="controls"><button type="button" data-part="run">Let it leak</button><button type="button" class="plain" data-part="end">End the program</button><button type="button" class="plain" data-part="reset">Start over</button>
<p>Simulated time: <span data-part="clock"></span></p></div>
<p class="unseen" role="status" data-part="announce"></p>
<p class="quiet">Other programs' touches fall at random. An access to freed storage stops the machine with a chance of one in 64: an assumption, nobody has measured it. That SP4 refuses the open is inferred from a later kernel.</p>`;

for (const root of document.querySelectorAll("[data-simulator]")) start(root);

function start(root) {
  root.innerHTML = view;
  const part = (name) => root.querySelector(`[data-part="${name}"]`);
  const kernels = [...root.querySelectorAll("[data-kernel]")];
  const blocks = new Map();
  // One round of the count takes this long on the screen, at any rate.
  const secondsPerRound = 12;
  // Chance that one access to freed storage brings the machine down; an assumption.
  const hazard = 1 / 64;
  let hours = 0;
  let fraction = 0;
  let running = false;
  let crashed = false;
  let last;

  // Both sliders move over powers of ten.
  const opensPerHour = () => 10 ** Number(part("opens").value);
  const touchesPerHour = () => (Number(part("touches").value) < 0 ? 0 : 10 ** Number(part("touches").value));

  function reset() {
    running = crashed = false;
    hours = fraction = 0;
    for (const kernel of kernels) {
      blocks.set(kernel, new ControlBlock(kernel.dataset.kernel === "fixed"));
      kernel.querySelector("[data-part=events]").replaceChildren();
      delete kernel.dataset.state;
    }
    part("announce").textContent = "";
    show();
  }

  function tell(kernel, text) {
    const line = document.createElement("li");
    const time = document.createElement("b");
    time.textContent = duration(hours);
    line.append(time, ` ${text}`);
    kernel.querySelector("[data-part=events]").prepend(line);
    part("announce").textContent = `${kernel.dataset.levels}: ${text}`;
  }

  // A touch by another program frees the block if it falls into the moment after a wrap in which the
  // count says 0 or 1. So short a moment is drawn by its chance: 1 - exp(-2u/r).
  function pass(kernel, block, opens) {
    const wraps = block.wraps;
    const stale = block.stale;
    const refused = block.refused;
    block.open(opens);
    if (block.wraps > wraps) {
      tell(kernel, `the count goes from 65,535 to 0 with ${grouped(block.outstanding)} handles open`);
      if (Math.random() < 1 - Math.exp((-2 * touchesPerHour()) / opensPerHour())) {
        block.storage = "freed";
        block.count = 0;
        tell(kernel, "another program closes the key: the block is freed while it is in use");
      }
    }
    if (block.refused > 0 && refused === 0) tell(kernel, "the open that would wrap the count is refused");
    if (block.stale > stale) strike(kernel, block.stale - stale);
  }

  // Each access to freed storage may be the one that stops the machine.
  function strike(kernel, accesses) {
    if (crashed || Math.random() >= 1 - (1 - hazard) ** accesses) return;
    crashed = true;
    kernel.dataset.state = "crashed";
    tell(kernel, "the machine stops: pool that is in use was written to");
  }

  function step(now) {
    if (!running) return;
    const seconds = Math.min((now - (last ?? now)) / 1000, 0.1);
    last = now;
    const opens = (modulus / secondsPerRound) * seconds + fraction;
    fraction = opens % 1;
    hours += ((modulus / secondsPerRound) * seconds) / opensPerHour();
    for (const kernel of kernels) {
      if (kernel.dataset.state !== "crashed") pass(kernel, blocks.get(kernel), Math.floor(opens));
    }
    show();
    requestAnimationFrame(step);
  }

  function run(isRunning) {
    running = isRunning;
    last = undefined;
    show();
    if (running) requestAnimationFrame(step);
  }

  // The leaking program ends: all of its handles are closed, one after the other.
  function end() {
    for (const kernel of kernels) {
      const block = blocks.get(kernel);
      if (kernel.dataset.state === "crashed" || block.outstanding === 0) continue;
      const stale = block.stale;
      block.close(block.outstanding);
      if (block.stale > stale) {
        tell(kernel, `the program ends: ${grouped(block.stale - stale)} of its closes hit freed storage`);
        strike(kernel, block.stale - stale);
      } else {
        tell(kernel, "the program ends: every handle is closed, the count is 0, nothing is harmed");
      }
      block.count = 0;
      if (block.storage !== "freed") block.storage = "released";
    }
    run(false);
  }

  function show() {
    const opens = opensPerHour();
    const touches = touchesPerHour();
    part("opens-text").textContent = `${grouped(opens)} an hour: a round in ${duration(modulus / opens)}`;
    part("opens").setAttribute("aria-valuetext", part("opens-text").textContent);
    part("touches-text").textContent = touches === 0 ? "none" : `${grouped(touches)} an hour`;
    part("touches").setAttribute("aria-valuetext", part("touches-text").textContent);
    part("clock").textContent = duration(hours);
    part("run").textContent = running ? "Pause" : hours > 0 ? "Go on" : "Let it leak";
    for (const kernel of kernels) {
      const block = blocks.get(kernel);
      const set = (name, text) => {
        kernel.querySelector(`[data-part=${name}]`).textContent = text;
      };
      const isFull = block.isFixed && block.refused > 0 && block.count > 0;
      if (kernel.dataset.state !== "crashed") {
        kernel.dataset.state = block.storage === "freed" ? "freed" : isFull ? "full" : "counting";
      }
      set("count", grouped(block.count));
      set("bits", block.count.toString(2).padStart(16, "0").replace(/(.{4})(?=.)/g, "$1 "));
      set("outstanding", grouped(block.outstanding));
      set("storage", block.storage === "freed" ? "freed in use" : block.storage === "released" ? "not there" : "in use");
      set("last", grouped(block.isFixed ? block.refused : block.stale));
      kernel.querySelector("[data-part=arc]").setAttribute("stroke-dashoffset", String(1 - block.count / modulus));
    }
  }

  part("run").addEventListener("click", () => run(!running));
  part("end").addEventListener("click", end);
  part("reset").addEventListener("click", reset);
  part("opens").addEventListener("input", show);
  part("touches").addEventListener("input", show);
  root.hidden = false;
  reset();
}
