import {browser} from "@web/core/browser/browser";
import {onWillUnmount} from "@odoo/owl";

/**
 * What Odoo tells of a long piece of work, line by line, as soon as it tells it.
 *
 * @param {string} url that streams one JSON object a line
 * @param {AbortSignal} signal ends the reading, not the work
 */
export const readLiveLines = async function* (url, signal) {
    const body = new FormData();
    body.append("csrf_token", odoo.csrf_token);
    const response = await browser.fetch(url, {method: "POST", body, signal});
    if (!response.ok) {
        throw new Error(response.statusText);
    }
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
        const {done, value} = await reader.read();
        if (done) {
            return;
        }
        const lines = (rest + value).split("\n");
        rest = lines.pop();
        for (const line of lines) {
            // An empty line is a sign of life.
            if (line) {
                yield JSON.parse(line);
            }
        }
    }
};

/**
 * Work on the record of a component that tells how far it is while it runs.
 *
 * @param {object} component with `props.record` and `state.isRunning`
 * @param {object} work the three steps of it
 * @param {Function} work.begin is called when the record is saved and the work begins
 * @param {Function} work.show is given each line, see `readLiveLines`
 * @param {Function} work.finish is called when no more lines come, whyever
 * @returns {Function} starts the work, unless it runs already; is given the url of the
 *     work without the id of the record
 */
export const useLiveRun = (component, {begin, show, finish}) => {
    const request = new AbortController();
    onWillUnmount(() => request.abort());

    const run = async (url) => {
        begin();
        try {
            for await (const news of readLiveLines(url, request.signal)) {
                show(news);
            }
        } catch {
            if (request.signal.aborted) {
                return;
            }
        }
        await finish();
    };

    return async (url) => {
        const {props, state} = component;
        if (state.isRunning) {
            return;
        }
        state.isRunning = true;
        try {
            // Where something is wrong with the record, saving says so.
            if (await props.record.save()) {
                await run(`${url}/${props.record.resId}`);
            }
        } finally {
            state.isRunning = false;
        }
    };
};
