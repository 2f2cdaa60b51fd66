import {browser} from "@web/core/browser/browser";
import {registry} from "@web/core/registry";
import {stepUtils} from "@web_tour/tour_utils";
import {
    fillIn,
    leaveAndStay,
    openApp,
    openMenu,
    openRecord,
    refuse,
    save,
    seeRecord,
    seeSaved,
    seeStatus,
} from "./tour_steps";

const tours = registry.category("web_tour.tours");

let copied = "";

const copyFirst = (field) => [
    {
        trigger: `[name=record_ids] .o_field_CopyClipboardButton[name=${field}] button:contains(Copy)`,
        async run({click, anchor}) {
            browser.navigator.clipboard.writeText = async (text) => {
                copied = text;
            };
            await click(anchor);
        },
    },
    {
        content: `What stands there as ${field} was copied`,
        trigger: ".o_popover:contains(Copied)",
        run() {
            const card = document.querySelector("[name=record_ids] .o_kanban_record");
            if (!copied || !card.innerText.includes(copied)) {
                throw new Error(`"${copied}" was copied`);
            }
        },
    },
];

const seeFullName = (host) => ({
    content: `Who points at the name of a record sees ${host}`,
    trigger: `[name=record_ids] .o_kanban_record [title='${host}']`,
});

tours.add("mail_sender_domain.claim_domain", {
    steps: () => [
        ...openApp(),
        {trigger: ".o_form_view:contains(Choose the address)"},
        ...openMenu("menu_sender_domain"),
        {trigger: ".o_view_nocontent:contains(Add the domain)"},
        {trigger: ".o_control_panel_main_buttons button:contains(New)", run: "click"},
        ...refuse(
            "name",
            "gmail.com",
            "Domain: “gmail.com” belongs to a mail provider",
            "domain"
        ),
        ...refuse("name", "info@acme.test", "Type only what stands after the @"),
        ...refuse("name", "acme", "Type it with its ending, for example example.com"),
        ...leaveAndStay("menu_sender_domain", "domain"),
        fillIn("name", "ACME.test."),
        save(),
        seeStatus("To check"),
        {trigger: ".o_form_view:contains(acme.test)"},
        seeRecord("Ownership", "Required", "_mail-sender", "Not checked"),
        seeRecord("DKIM signature", "._domainkey", "v=DKIM1"),
        seeRecord("Return path", "CNAME", "bounce", "return.platform.test"),
        seeRecord("DMARC policy", "Recommended", "_dmarc"),
        seeFullName("_mail-sender.acme.test"),
        seeFullName("odoo1._domainkey.acme.test"),
        seeFullName("bounce.acme.test"),
        seeFullName("_dmarc.acme.test"),
        ...copyFirst("form_host"),
        ...copyFirst("form_value"),
        {trigger: ".o_notebook_headers a:contains(DKIM Keys)", run: "click"},
        {trigger: "[name=key_ids] .o_kanban_record:contains(odoo1):contains(RSA)"},
        {trigger: ".o_notebook_headers a:contains(Technical Settings)", run: "click"},
        {trigger: "[name=return_path_label] input:value(bounce)"},
        {trigger: ".o_notebook_headers a:contains(DNS Records)", run: "click"},
        {trigger: ".o_mail_sender_check button", run: "click"},
        {
            trigger:
                ".o_mail_sender_check .alert:contains(0 of 3 required records are right)",
        },
        seeStatus("Waiting for DNS"),
        seeRecord("Ownership", "Missing", "Publish it at the DNS host"),
        seeRecord("DKIM signature", "Missing"),
        seeRecord("Return path", "Missing"),
    ],
});

tours.add("mail_sender_domain.verify_domain", {
    steps: () => [
        ...openApp(),
        ...openMenu("menu_sender_domain"),
        openRecord("acme.test"),
        seeStatus("Waiting for DNS"),
        {content: "Check now, by keyboard", trigger: "body", run: "press alt+q"},
        {trigger: ".o_mail_sender_check .alert:contains(acme.test is verified)"},
        seeStatus("Verified"),
        seeRecord("Ownership", "Right"),
        seeRecord("DKIM signature", "Right"),
        seeRecord("Return path", "Right"),
        seeRecord("DMARC policy", "Missing"),
        {
            content: "The next step is offered",
            trigger: ".alert-success button:contains(Sender Addresses)",
            run: "click",
        },
        {trigger: ".o_control_panel_main_buttons button:contains(New)", run: "click"},
        ...refuse("email", "Acme <acme.test>", "E-mail: "),
        fillIn("email", "invoices@acme.test"),
        save(),
        seeStatus("Ready"),
        {
            trigger: ".o_statusbar_buttons button:contains(Use as default sender)",
            run: "click",
        },
        {trigger: ".ribbon:contains(Default)"},
        {trigger: ".o_form_view:not(:has(button:contains(Use as default sender)))"},
    ],
});

tours.add("mail_sender_domain.incomplete_platform", {
    steps: () => [
        ...openApp(),
        ...openMenu("menu_sender_domain"),
        openRecord("acme.test"),
        {trigger: ".alert:contains(The sending platform is not complete)"},
        {trigger: ".alert:contains(Ask the system administrator to fill in)"},
        {trigger: ".o_mail_sender_check button", run: "click"},
        seeStatus("Waiting for DNS"),
    ],
});

tours.add("mail_sender_domain.complete_platform", {
    steps: () => [
        ...refuse(
            "spf_addresses",
            "mail.acme.test",
            "Server Addresses: mail.acme.test"
        ),
        fillIn("spf_addresses", "192.0.2.10"),
        ...refuse("return_path_target", "return platform", "Return-Path Target: "),
        fillIn("return_path_target", "return.platform.test"),
        save(),
        seeSaved(),
        ...openMenu("menu_sender_domain"),
        openRecord("acme.test"),
        seeRecord("Return path", "return.platform.test"),
        {
            trigger:
                ".o_form_view:not(:has(.alert:contains(The sending platform is not complete)))",
        },
    ],
});

tours.add("mail_sender_domain.no_app", {
    steps: () => [
        ...stepUtils.toggleHomeMenu(),
        stepUtils.showAppsMenuItem(),
        {trigger: ".o_app[data-menu-xmlid='account.menu_finance']"},
        {
            trigger:
                "body:not(:has(.o_app[data-menu-xmlid='mail_sender_domain.menu_root']))",
        },
    ],
});

tours.add("mail_sender_domain.no_access", {
    steps: () => [
        {trigger: ".modal:contains(You are not allowed to access 'Sending Domain')"},
        // Odoo itself refuses: the guide is there as a whole.
        {trigger: ".modal .o_sender_guide_link[href$='guide#contents']"},
        {trigger: ".modal .modal-footer .btn-primary", run: "click"},
    ],
});
