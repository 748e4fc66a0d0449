// Conditions in the browser: the tree of core/orm/condition.py, with the same meaning.
// {"op": "all"|"any"|"not", "of": [...]} or {"path", "op": eq ne in not_in lt le gt ge contains starts empty not_empty, "value"}.

const blank = (value) => value === null || value === undefined || value === "";

/** The day that {"relative": unit, "offset": n} means, as an ISO date. */
function relativeDay({ relative, offset = 0 }) {
  const day = new Date();
  const month = day.getMonth();
  const year = day.getFullYear();
  const start = {
    day: () => new Date(year, month, day.getDate() + offset),
    week: () => new Date(year, month, day.getDate() - ((day.getDay() + 6) % 7) + 7 * offset),
    month: () => new Date(year, month + offset, 1),
    quarter: () => new Date(year, 3 * Math.floor(month / 3) + 3 * offset, 1),
    year: () => new Date(year + offset, 0, 1),
  }[relative]();
  return [start.getFullYear(), String(start.getMonth() + 1).padStart(2, "0"), String(start.getDate()).padStart(2, "0")].join("-");
}

function resolved(value) {
  if (Array.isArray(value)) return value.map(resolved);
  if (value && typeof value === "object") return value.me ? document.body.dataset.user ?? "" : relativeDay(value);
  return value;
}

/** "007" is a code, not a number. */
const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?$/;
const truth = { true: "1", false: "0", True: "1", False: "0" };

/** Numbers compare as numbers, ticks as 1 and 0, all else as text. */
function comparable(value) {
  if (typeof value === "boolean") return value ? "1" : "0";
  const plain = String(value).trim();
  return truth[plain] ?? plain;
}

function compare(left, right) {
  const [a, b] = [comparable(left), comparable(right)];
  if (NUMBER.test(a) && NUMBER.test(b)) return Math.sign(Number(a) - Number(b));
  return a === b ? 0 : a < b ? -1 : 1;
}

const same = (left, right) => (blank(left) || blank(right) ? blank(left) && blank(right) : compare(left, right) === 0);
const ordered = (test) => (actual, value) => !blank(actual) && !blank(value) && test(compare(actual, value));
const folded = (value) => String(value ?? "").toLocaleLowerCase();

const tests = {
  eq: same,
  ne: (actual, value) => !same(actual, value),
  in: (actual, value) => value.some((one) => same(actual, one)),
  not_in: (actual, value) => !value.some((one) => same(actual, one)),
  lt: ordered((sign) => sign < 0),
  le: ordered((sign) => sign <= 0),
  gt: ordered((sign) => sign > 0),
  ge: ordered((sign) => sign >= 0),
  contains: (actual, value) => folded(actual).includes(folded(value)),
  starts: (actual, value) => folded(actual).startsWith(folded(value)),
  empty: blank,
  not_empty: (actual) => !blank(actual),
};

/** Whether `node` holds, where `read(path)` gives the value of a field, or those of a column of lines: one of them is enough. */
export function holds(node, read) {
  if (node.op === "all") return node.of.every((part) => holds(part, read));
  if (node.op === "any") return node.of.some((part) => holds(part, read));
  if (node.op === "not") return !node.of.some((part) => holds(part, read));
  const test = (actual) => tests[node.op](actual, resolved(node.value));
  const found = read(node.path);
  return Array.isArray(found) ? found.some(test) : test(found);
}
