// Copyright 2026 mail_sender_domain contributors
// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
// Verify messages with mailauth: one JSON question a line comes in, one JSON answer a
// line goes out. The only argument is the DNS server, as "127.0.0.1:PORT".

import dns from "node:dns";
import {createInterface} from "node:readline";
import {createRequire} from "node:module";

// Unlike import, require() looks into NODE_PATH.
const {authenticate} = createRequire(import.meta.url)("mailauth");

const resolver = new dns.promises.Resolver({timeout: 2000, tries: 1});
resolver.setServers([process.argv[2]]);

for await (const line of createInterface({input: process.stdin})) {
    const question = JSON.parse(line);
    const {dkim, spf, dmarc} = await authenticate(
        Buffer.from(question.content, "base64"),
        {
            ip: question.ip,
            sender: question.mail_from,
            helo: question.helo,
            mta: "receiver.test",
            resolver: (name, type) => resolver.resolve(name, type),
        }
    );
    const answer = {
        signatures: dkim.results
            .filter((signature) => signature.signingDomain)
            .map((signature) => ({
                domain: signature.signingDomain,
                selector: signature.selector,
                algorithm: signature.algo,
                result: signature.status.result,
                comment: signature.status.comment || "",
            })),
        spf: spf?.status.result || "none",
        spf_domain: spf?.domain || "",
        spf_comment: spf?.status.comment || "",
        dmarc: dmarc?.status?.result || "none",
        dmarc_policy: dmarc?.p || "",
        header_from: dkim.headerFrom,
        aligned_spf: dmarc?.alignment?.spf.result || "",
        aligned_dkim: dmarc?.alignment?.dkim.result || "",
    };
    console.log(JSON.stringify(answer));
}
