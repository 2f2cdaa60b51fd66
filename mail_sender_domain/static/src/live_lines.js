import {browser} from "@web/core/browser/browser";

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
