// What is typed and not yet kept by the server, kept on this device: the network may drop, the browser may be closed.
// Names of boxes and values only, never a person's name. Free text stays in the tab (sessionStorage). A copy belongs to
// one account, goes once the server has kept its values, at sign-out (clause.js), and after a week.

const PREFIX = "clause-brouillon:";
const WEEK = 7 * 24 * 3600 * 1000;
const isText = (name) => /(^remark|comment)$|^c\./.test(name);

const parse = (text) => {
  try {
    const data = JSON.parse(text);
    return data && Date.now() - data.at < WEEK ? data.values : {};
  } catch {
    return {};
  }
};

export const dropOld = () => {
  try {
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith(PREFIX) && !Object.keys(parse(localStorage.getItem(key))).length) localStorage.removeItem(key);
    }
  } catch {
    // no storage on this device
  }
};

// `values` are { name of the box: [typed, value that the server had when it was typed] }.
export class Copy {
  constructor(owner, key) {
    this.key = `${PREFIX}${owner}:${key}`;
  }

  read() {
    try {
      return { ...parse(localStorage.getItem(this.key)), ...parse(sessionStorage.getItem(this.key)) };
    } catch {
      return {};
    }
  }

  // False where the device keeps nothing: the page then warns before it is closed.
  write(values) {
    const entries = Object.entries(values);
    try {
      put(localStorage, this.key, entries.filter(([name]) => !isText(name)));
      put(sessionStorage, this.key, entries.filter(([name]) => isText(name)));
      return true;
    } catch {
      return false;
    }
  }
}

const put = (storage, key, entries) => {
  if (entries.length) storage.setItem(key, JSON.stringify({ at: Date.now(), values: Object.fromEntries(entries) }));
  else storage.removeItem(key);
};
