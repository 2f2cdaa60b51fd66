import {browser} from "@web/core/browser/browser";
import {registry} from "@web/core/registry";
import {seeRecord, seeStatus} from "./tour_steps";

const tours = registry.category("web_tour.tours");

const press = () => ({
    content: "Check, by keyboard",
    trigger: ".o_mail_sender_check button:not(.disabled)",
    run: "press alt+q",
});

const seeEnd = (text) => ({
    content: `The end: ${text}`,
    trigger: `.o_mail_sender_check .alert:contains(${text})`,
    // DNS that keeps silent is waited for.
    timeout: 30_000,
});

tours.add("mail_sender_domain.check_pending", {
    steps: () => [
        {trigger: ".o_mail_sender_check button", run: "click"},
        seeEnd("0 of 3 required records are right"),
        seeStatus("Waiting for DNS"),
        seeRecord("Ownership", "Missing", "There is no such record"),
        seeRecord("DKIM signature", "Missing"),
        seeRecord("Return path", "Missing"),
        {trigger: ".o_field_widget[name=last_check]"},
        {
            content: "As DNS hosts take it",
            trigger: ".o_kanban_record span:contains(/^3600$/)",
        },
    ],
});

const recordOf = (title) =>
    `.o_field_widget[name=record_ids] .o_kanban_record:contains(${title})`;

let copied = "";

const copy = (label, value) => [
    {
        content: label,
        trigger: `${recordOf("DKIM signature")} button:contains(${label})`,
        async run({click, anchor}) {
            browser.navigator.clipboard.writeText = async (text) => {
                copied = text;
            };
            await click(anchor);
        },
    },
    {
        content: `${label}: ${value}`,
        trigger: ".o_popover:contains(Copied)",
        run() {
            if (copied !== value) {
                throw new Error(`"${copied}" was copied`);
            }
        },
    },
];

tours.add("mail_sender_domain.check_wrong", {
    steps: () => [
        press(),
        seeEnd("2 of 3 required records are right"),
        seeRecord("Ownership", "Right"),
        seeRecord("Return path", "Right"),
        seeRecord("DKIM signature", "Wrong", "another key", "Found"),
        {
            content: "Copy the value that mends it",
            trigger: `${recordOf("DKIM signature")} button:contains(Copy value)`,
            async run({click, anchor}) {
                browser.navigator.clipboard.writeText = async (text) => {
                    copied = text;
                };
                await click(anchor);
            },
        },
        {
            trigger: ".o_popover:contains(Copied)",
            run() {
                if (!copied.startsWith("v=DKIM1")) {
                    throw new Error(`"${copied}" was copied`);
                }
            },
        },
    ],
});

tours.add("mail_sender_domain.check_right", {
    steps: () => [
        press(),
        seeEnd("acme.test is verified"),
        seeStatus("Verified"),
        seeRecord("DKIM signature", "Right"),
        ...copy("Copy type", "TXT"),
        ...copy("Copy TTL", "3600"),
        ...copy("Copy name", "odoo1._domainkey"),
        ...copy("Copy full name", "odoo1._domainkey.acme.test"),
    ],
});

tours.add("mail_sender_domain.check_silent", {
    steps: () => [
        press(),
        {
            content: "Each record is shown while DNS is asked",
            trigger:
                ".o_mail_sender_check li[data-status=running]:contains(Return path)",
        },
        {trigger: ".o_mail_sender_check [role=status]:contains(records checked)"},
        seeEnd("0 of 3 required records are right"),
        seeRecord("Ownership", "No answer", "did not answer"),
        {trigger: ".o_mail_sender_check button:not(.disabled)"},
    ],
});
