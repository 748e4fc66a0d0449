// The shared worker of a browser: one event stream for all its tabs. Built as a file of its own.
import { follow } from "./source.js";

/** Events that a page may have missed between its making and its first word here. */
const KEPT = 200;
const ports = new Set();
const recent = [];
let stream = null;
let state = null;

function tell(news) {
  if (news.line) state = news;
  if (news.event) recent.push(news);
  if (recent.length > KEPT) recent.shift();
  for (const port of ports) port.postMessage(news);
}

function hello(port, { url, after }) {
  ports.add(port);
  if (!stream) stream = follow(url, after, tell);
  else stream.wake();
  if (state) port.postMessage(state);
  for (const news of recent) if (news.event.id > after) port.postMessage(news);
}

self.addEventListener("connect", ({ ports: [port] }) => {
  port.addEventListener("message", ({ data }) => {
    if (data.bye) ports.delete(port);
    else hello(port, data);
  });
  port.start();
});
