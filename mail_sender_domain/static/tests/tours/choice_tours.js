import {registry} from "@web/core/registry";

const tours = registry.category("web_tour.tours");

const SELECTOR = ".modal [name=sender_choice_id] select";

const clickOn = (trigger) => ({trigger, run: "click"});

// The first page takes its time where the assets have to be made.
const seePage = (trigger) => ({trigger, timeout: 60000});

const chooseSender = (label) => ({
    content: `Choose ${label}`,
    trigger: SELECTOR,
    run: `selectByLabel ${label}`,
});

const seeSender = (label, ...texts) => ({
    content: `${label} is shown: ${texts}`,
    trigger: [
        ".modal:has([name=sender_choice_id] select) .o_mail_sender_group",
        ...texts.map((text) => `:contains(${text})`),
    ].join(""),
    run() {
        const [option] = document.querySelector(SELECTOR).selectedOptions;
        if (!option.innerText.includes(label)) {
            throw new Error(`${option.innerText} is selected`);
        }
    },
});

const unfold = () => clickOn(".modal [name=sender_choice_id] button:contains(Details)");

const seeDetails = (...texts) => ({
    content: `The details tell ${texts}`,
    trigger: [
        ".o_mail_sender_details",
        ...texts.map((text) => `:contains(${text})`),
    ].join(""),
});

const seeNoDialog = () => ({trigger: "body:not(:has(.modal))"});

const typeText = (text) => ({
    content: `Type ${text}`,
    trigger: ".modal [name=body] .odoo-editor-editable",
    run: `editor ${text}`,
});

const seeText = (text) => ({
    content: `The text is ${text}`,
    trigger: `.modal [name=body] .odoo-editor-editable:contains(${text})`,
});

const sendInvoice = () => [
    seePage(".o_statusbar_buttons"),
    clickOn(".o_statusbar_buttons button[name=action_invoice_sent]:contains(Send)"),
    {trigger: ".modal .o_account_move_send_wizard"},
];

const pressSend = () => [
    clickOn(".modal-footer button[name=action_send_and_print]"),
    seeNoDialog(),
];

tours.add("mail_sender_domain.send_invoice", {
    steps: () => [
        ...sendInvoice(),
        seeSender("invoices@acme.test", "Default sender of the company"),
        unfold(),
        seeDetails("invoices@acme.test", "bounce@bounce.acme.test", "Platform server"),
        chooseSender("Acme Orders <orders@acme.test>"),
        seeSender("orders@acme.test", "Chosen by the user"),
        seeDetails("orders@acme.test"),
        ...pressSend(),
    ],
});

tours.add("mail_sender_domain.load_text", {
    steps: () => [
        ...sendInvoice(),
        seeSender("invoices@acme.test"),
        chooseSender("Acme Orders <orders@acme.test>"),
        seeText("From the orders"),
        chooseSender("Acme Shop <shop@acme.test>"),
        seeText("From the shop"),
        typeText("My own text"),
        chooseSender("Acme Orders <orders@acme.test>"),
        {trigger: ".modal:contains(Replace your text?):contains(Text of the orders)"},
        clickOn(".modal button:contains(Keep my text)"),
        seeSender("orders@acme.test"),
        seeText("My own text"),
        chooseSender("Acme Shop <shop@acme.test>"),
        seeSender("shop@acme.test", "Chosen by the user"),
        seeText("My own text"),
        chooseSender("Acme Orders <orders@acme.test>"),
        clickOn(".modal button:contains(Load the template)"),
        seeText("From the orders"),
        ...pressSend(),
    ],
});

tours.add("mail_sender_domain.send_batch", {
    steps: () => [
        seePage(".o_list_view .o_data_row"),
        clickOn(".o_list_view thead .o_list_record_selector input"),
        clickOn(".o_control_panel button[name=action_send_and_print]"),
        seeSender("As the rules say", "2 from", "invoices@acme.test"),
        seeSender("As the rules say", "1 from", "orders@acme.test", "Rule: "),
        clickOn(".modal-footer button[name=action_send_and_print]"),
        {trigger: ".o_notification:contains(Invoices are being sent)"},
        seeNoDialog(),
    ],
});

tours.add("mail_sender_domain.schedule_message", {
    steps: () => [
        seePage(".o-mail-Chatter"),
        clickOn(".o-mail-Chatter button:contains(Send message)"),
        {trigger: ".o-mail-Composer-input", run: "edit See you soon"},
        clickOn(".o-mail-Composer button[name=open-full-composer]"),
        seeSender("invoices@acme.test", "Default sender of the company"),
        chooseSender("Acme Orders <orders@acme.test>"),
        seeSender("orders@acme.test", "Chosen by the user"),
        clickOn(".modal-footer [name=scheduled_date] button"),
        clickOn(".modal:contains(Set Scheduled Date) button:contains(Save)"),
        clickOn(".modal-footer button[name=action_schedule_message]:enabled"),
        clickOn(".o-mail-Scheduled-Message span:contains(Edit)"),
        seeSender("orders@acme.test", "Chosen by the user"),
        clickOn(".modal-footer button:contains(Save)"),
        seeNoDialog(),
    ],
});

tours.add("mail_sender_domain.send_quotation", {
    steps: () => [
        seePage(".o_statusbar_buttons"),
        clickOn(".o_statusbar_buttons button[name=action_quotation_send]"),
        {
            content: "The rule is named",
            trigger:
                ".modal .o_mail_sender_group:contains(Rule: ):contains(orders@south.test)",
        },
        clickOn(".modal-footer button[name=action_send_mail]:enabled"),
        seeNoDialog(),
    ],
});
