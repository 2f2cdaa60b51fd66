import {registry} from "@web/core/registry";

const tours = registry.category("web_tour.tours");

const sendTo = (email) => [
    {
        content: `Send it to ${email}`,
        trigger: ".modal .o_field_widget[name=email_to] input",
        run: `edit ${email}`,
    },
    {content: "Send, by keyboard", trigger: "body", run: "press alt+q"},
];

const seeStep = (stage, outcome, text) => ({
    content: `The step ${stage} is ${outcome}: ${text}`,
    trigger: `.modal li[data-stage=${stage}][data-outcome=${outcome}]:contains(${text})`,
});

const seeEnd = (kind, text) => ({
    content: `The end: ${text}`,
    trigger: `.modal .alert-${kind}:contains(${text})`,
});

const isReady = () => ({
    content: "It can be sent again",
    trigger: ".modal button:contains(Send it again):not(.disabled)",
});

tours.add("mail_sender_domain.test_invoice", {
    steps: () => [
        {trigger: ".o_form_view button[name=action_open_test]"},
        {content: "Open the test, by keyboard", trigger: "body", run: "press alt+i"},
        {trigger: ".modal [name=email_from]:contains(invoices@acme.test)"},
        {trigger: ".modal [name=email_to] input:value(mira@example.com)"},
        ...sendTo("Mira <mira@example.com"),
        {trigger: ".modal .modal-body:contains(Send It To:)"},
        {
            content: "Close the refusal",
            trigger: ".modal:contains(Send It To:) .modal-footer .btn-primary",
            run: "click",
        },
        {trigger: "body:not(:has(.modal:contains(Send It To:)))"},
        ...sendTo("nobody@example.com"),
        seeStep("invoice", "ok", "The test invoice is made"),
        seeStep("look_up", "ok", "localhost was found"),
        seeStep("connect", "ok", "Connected to"),
        seeStep("tls", "ok", "TLSv1.3"),
        seeStep("login", "ok", "Logged in as platform."),
        seeStep("sender", "ok", "may send"),
        seeStep("recipient", "failed", "mailbox does not exist"),
        seeEnd("danger", "The test invoice was not sent"),
        isReady(),
        ...sendTo("mira@example.com"),
        seeStep("recipient", "ok", "mira@example.com may be written to"),
        seeStep("message", "ok", "The server took the message: 250"),
        seeEnd("success", "took the test invoice for mira@example.com"),
        isReady(),
        {trigger: ".modal-footer button:contains(Close)", run: "click"},
        {trigger: "body:not(:has(.modal))"},
    ],
});
