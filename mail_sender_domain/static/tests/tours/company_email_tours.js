import {registry} from "@web/core/registry";

const tours = registry.category("web_tour.tours");

const MARK = ".o_menu_systray .o_mail_sender_mark";
const NO_MARK = `.o_menu_systray:not(:has(.o_mail_sender_mark))`;
const QUESTION = ".modal .o_mail_sender_question";
const DIALOG = ".modal:has(#mail_sender_company_email_input)";

const openMark = () => [
    {trigger: MARK, run: "click"},
    {trigger: ".o_mail_sender_open_point:contains(Acme)"},
];

const mailLink = (email) => [
    {trigger: `${DIALOG} input`, run: `edit ${email}`},
    {trigger: `${DIALOG} button:contains(Mail the link)`, run: "click"},
    {trigger: `.modal .o_mail_sender_link_sent:contains(${email})`},
    {trigger: ".modal button:contains(Close)", run: "click"},
    {trigger: "body:not(:has(.modal .o_mail_sender_link_sent))"},
];

tours.add("mail_sender_domain.company_email_is_asked", {
    steps: () => [
        {content: "The page is complete", trigger: ".o_list_view, .o_kanban_view"},
        ...openMark(),
        {
            trigger:
                ".o_mail_sender_open_point:contains(The company has no e-mail yet)",
            run: "click",
        },
        {trigger: `${DIALOG} input`, run: "edit info@localhost"},
        {trigger: `${DIALOG} button:contains(Mail the link)`, run: "click"},
        {
            content: "It is refused, with what to do",
            trigger: ".modal .modal-body:contains(is not a whole domain)",
        },
        {
            trigger: ".modal:not(.o_inactive_modal) .modal-footer .btn-primary",
            run: "click",
        },
        ...mailLink("info@acme.test"),
        ...openMark(),
        {
            content: "The mark stays until the link was opened",
            trigger:
                ".o_mail_sender_open_point:contains(A link was mailed to info@acme.test)",
        },
    ],
});

tours.add("mail_sender_domain.company_email_is_confirmed", {
    steps: () => [{trigger: NO_MARK}],
});

const seeEmailIs = (label) => ({
    content: `The e-mail of the company is shown as ${label}`,
    trigger: `body:not(:has(.modal)) [name=company_email_state]:contains(${label})`,
});

const clickEmail = (label) => ({
    trigger: `.o_mail_sender_company_email_button:contains(${label})`,
    run: "click",
});

tours.add("mail_sender_domain.company_email_in_the_settings", {
    steps: () => [
        seeEmailIs("Not confirmed"),
        clickEmail("Confirm it"),
        ...mailLink("info@acme.test"),
        seeEmailIs("Link mailed"),
        clickEmail("Mail a new link"),
        {trigger: `${DIALOG}:contains(A link was mailed already)`},
        {trigger: `${DIALOG} button:contains(Later)`, run: "click"},
        seeEmailIs("Link mailed"),
    ],
});

tours.add("mail_sender_domain.company_email_is_changed", {
    steps: () => [
        seeEmailIs("Confirmed"),
        clickEmail("Change"),
        {
            content: "What is confirmed is not asked again",
            trigger: `${DIALOG} button:contains(Mail the link):disabled`,
        },
        ...mailLink("post@acme.test"),
        seeEmailIs("Link mailed"),
        {trigger: "[name=company_email]:contains(post@acme.test)"},
        {trigger: MARK},
    ],
});

tours.add("mail_sender_domain.company_email_where_mail_is_sent", {
    steps: () => [
        {trigger: ".o-mail-Chatter-sendMessage", run: "click"},
        {trigger: ".o-mail-Composer-input", run: "edit Hello"},
        {trigger: "button[name=open-full-composer]", run: "click"},
        {
            trigger: `${QUESTION}:contains(info@acme.test, the e-mail of Acme, is not confirmed yet)`,
        },
        {trigger: `${QUESTION} button:contains(Confirm it)`, run: "click"},
        {
            content: "It may wait",
            trigger: `${DIALOG} button:contains(Later)`,
            run: "click",
        },
        {
            content: "What was typed is still there",
            trigger: ".modal .o_mail_composer_form:contains(Hello)",
        },
        {trigger: `${QUESTION} button:contains(Confirm it)`, run: "click"},
        ...mailLink("info@acme.test"),
        {
            content: "Who has answered is asked no more",
            trigger: ".modal .o_mail_composer_form:not(:has(.o_mail_sender_question))",
        },
        {trigger: ".modal .o_mail_send", run: "click"},
        {trigger: ".o-mail-Message:contains(Hello)"},
    ],
});

tours.add("mail_sender_domain.company_email_is_put_off", {
    steps: () => [
        {trigger: "button[name=action_invoice_sent]", run: "click"},
        {trigger: `${QUESTION} button:contains(Later)`, run: "click"},
        {
            trigger:
                ".modal .o_account_move_send_wizard:not(:has(.o_mail_sender_question))",
        },
        {trigger: MARK},
        {trigger: ".modal button[name=action_send_and_print]", run: "click"},
        {trigger: "body:not(:has(.modal))"},
    ],
});

tours.add("mail_sender_domain.company_email_in_the_batch", {
    steps: () => [
        {trigger: ".o_list_view .o_data_row"},
        {
            trigger: ".o_list_view thead .o_list_record_selector input",
            run: "click",
        },
        {
            trigger: ".o_control_panel button[name=action_send_and_print]",
            run: "click",
        },
        {
            content: "It is asked, and stops nobody",
            trigger: `${QUESTION}:contains(info@acme.test, the e-mail of Acme, is not confirmed yet)`,
        },
        {
            trigger: ".modal-footer button[name=action_send_and_print]:enabled",
            run: "click",
        },
        {trigger: ".o_notification:contains(Invoices are being sent)"},
        {trigger: "body:not(:has(.modal))"},
        {trigger: MARK},
    ],
});

tours.add("mail_sender_domain.address_is_validated", {
    steps: () => [
        {
            content: "A red cross, and what to do",
            trigger:
                ".o_data_row:contains(boss@acme.test):has(.fa-times.text-danger):contains(Action needed)",
        },
        {
            trigger:
                ".o_data_row:contains(boss@acme.test) button[name=action_send_confirmation]",
            run: "click",
        },
        {trigger: ".o_notification:contains(A link was mailed to boss@acme.test)"},
    ],
});

tours.add("mail_sender_domain.address_is_right", {
    steps: () => [
        {
            content: "A green tick, and nothing to do",
            trigger:
                ".o_data_row:contains(boss@acme.test):has(.fa-check.text-success):contains(Ready):not(:has(button[name=action_send_confirmation]))",
        },
    ],
});
