/** Heavy work of the page, one piece at a time: the browser paints what is ready, and hears clicks, in between. */

/** @type {(() => void)[]} */
const waiting = [];
let isBusy = false;

/** Do `piece` when its turn has come: after what was asked before. */
export function inTurn(piece) {
  waiting.push(piece);
  if (!isBusy) work();
}

async function work() {
  isBusy = true;
  while (waiting.length) {
    waiting.shift()();
    await others();
  }
  isBusy = false;
}

/** Until the browser has done what else is due. By a message: a timer would wait longer. */
function others() {
  return new Promise((done) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      done();
    };
    port2.postMessage(null);
  });
}
