// Requests to the page's own server: JSON both ways.

export class Refusal extends Error {}

export async function send(method, path, body) {
  let response;
  let answer;
  try {
    response = await fetch(path, {
      method,
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
      keepalive: method === "DELETE", // a page being closed still hangs up
    });
    answer = await response.json();
  } catch {
    throw new Refusal("连不上演示电话,请看看它还开着没有");
  }
  if (!response.ok) throw new Refusal(answer.error);
  return answer;
}

let underWay = 0;

/** Does something while the page says it is busy (data-busy), so that whoever watches knows when it has settled. */
export async function busily(act) {
  document.body.dataset.busy = ++underWay;
  try {
    return await act();
  } finally {
    document.body.dataset.busy = --underWay;
  }
}
