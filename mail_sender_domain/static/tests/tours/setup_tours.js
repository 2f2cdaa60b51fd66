import {pick} from "./tour_steps";
import {registry} from "@web/core/registry";
import {rpc} from "@web/core/network/rpc";

const tours = registry.category("web_tour.tours");

/** What setting up a sender may cost at most, from opening the page. */
const MOST_FIELDS = 6;
const MOST_CLICKS = 8;

/** What answering a mailed link takes: the link itself, and Confirm on its page. */
const CLICKS_OF_A_LINK = 2;

/**
 * Refuse steps that make people type into too many fields or click too often.
 *
 * @param {object[]} steps of a tour
 * @param {number} elsewhere clicks that people do outside of Odoo meanwhile
 * @returns {object[]} the steps
 */
const counted = (steps, elsewhere = 0) => {
    const count = (start) =>
        steps.filter((step) => step.run?.startsWith?.(start)).length;
    const [fields, clicks] = [count("edit"), count("click") + elsewhere];
    if (fields > MOST_FIELDS || clicks > MOST_CLICKS) {
        throw new Error(`${fields} fields and ${clicks} clicks are too many`);
    }
    return steps;
};

/** Save a form as people do, and wait until it is. */
const saved = () => [
    {trigger: ".o_form_button_save", run: "click"},
    {trigger: ".o_form_saved"},
];

const clickText = (text) => ({
    content: `Click ${text}`,
    trigger: `.modal footer button:contains(${text}):enabled`,
    run: "click",
});

const clickNextStep = (text) => ({
    content: `Take the step that the page offers: ${text}`,
    trigger: `.o_form_sheet button[name=action_next_step]:contains(${text})`,
    run: "click",
});

const clickCard = (mode) => ({
    content: `Set up ${mode} from its card`,
    trigger: `section[data-mode=${mode}] button:contains(Set up)`,
    run: "click",
});

const choose = (mode) => ({
    content: `Choose the mode ${mode}`,
    trigger: `.modal [data-mode=${mode}] input`,
    run: "click",
});

const chooseProof = (label) => ({
    content: `Choose ${label}`,
    trigger: `.modal [name=layout] .o_radio_item:contains(${label}) input`,
    run: "click",
});

const fillIn = (field, value) => ({
    content: `Type ${value} into ${field}`,
    trigger: `.modal [name=${field}] input`,
    run: `edit ${value}`,
});

const see = (...texts) => ({
    content: `The set-up shows ${texts}`,
    trigger: [".modal .o_form_view", ...texts.map((t) => `:contains(${t})`)].join(""),
});

const seeChosen = (mode) => ({
    content: `The mode ${mode} is proposed`,
    trigger: `.modal [data-mode=${mode}] input:checked`,
});

const seeState = (label) => ({
    content: `The company is ${label}`,
    trigger: `body:not(:has(.modal)) .o_form_view [name=state]:contains(${label})`,
});

const seeCurrent = (mode) => ({
    content: `The card of ${mode} is in use`,
    trigger: `section[data-mode=${mode}]:contains(In use)`,
});

const refuse = (field, value, message) => [
    fillIn(field, value),
    clickText("Next"),
    {
        content: `${value} is refused: ${message}`,
        trigger: `.modal .modal-body:contains(${message})`,
    },
    {
        trigger: `.modal:has(.modal-body:contains(${message})) .modal-footer button:contains(Close)`,
        run: "click",
    },
    {trigger: `body:not(:has(.modal .modal-body:contains(${message})))`},
];

/** From the page to the proposal for the company's own e-mail. */
const toProposal = () => [
    clickNextStep("Set up the sender"),
    {trigger: ".modal [name=email] input:value(@acme.test)"},
    clickText("Next"),
];

/** How many records the database has, as far as the user may know. */
const count = (model, domain) =>
    rpc(`/web/dataset/call_kw/${model}/search_count`, {
        model,
        method: "search_count",
        args: [domain],
        kwargs: {},
    });

/** The test opens another page meanwhile, as whoever reads the mailed link. */
const seeLinkOpened = (email) => ({
    content: `A link was mailed to ${email}, and its reader presses Confirm`,
    trigger: `.modal .alert-warning:contains(A link was mailed to ${email})`,
    async run() {
        const domain = [["confirmed_email", "=", email]];
        while (!(await count("mail.sender.address", domain))) {
            await new Promise((resolve) => requestAnimationFrame(resolve));
        }
    },
});

const seeSaved = (expected) => ({
    content: `${expected} address, and no more than its domain, is saved`,
    trigger: "body",
    async run() {
        const addresses = await count("mail.sender.address", []);
        const domains = await count("mail.sender.domain", [
            ["company_id", "!=", false],
        ]);
        if (addresses !== expected || domains > expected) {
            throw new Error(`${addresses} addresses and ${domains} domains are saved`);
        }
    },
});

/** The tab is closed in the midst of it, and the page is opened anew. */
const reload = (addresses, state = "Action needed") => [
    {
        content: "Open the page anew",
        trigger: "body",
        run: () => location.reload(),
        expectUnloadPage: true,
    },
    seeState(state),
    seeSaved(addresses),
];

const toReady = (mode) => [
    see("Ready", "What your customer sees"),
    clickText("Close"),
    seeState("Ready"),
    seeCurrent(mode),
];

tours.add("mail_sender_domain.too_much_is_refused", {
    steps: () =>
        [
            Array(MOST_FIELDS + 1).fill(fillIn("email", "info@acme.test")),
            Array(MOST_CLICKS + 1).fill(clickText("Next")),
            Array(MOST_CLICKS - 1).fill(clickText("Next")),
        ].map((tooMany) => ({
            content: "Too many fields or clicks make a tour fail",
            trigger: ".o_form_view",
            run() {
                try {
                    counted(tooMany, CLICKS_OF_A_LINK);
                } catch {
                    return;
                }
                throw new Error(`${tooMany.length} steps are not too many`);
            },
        })),
});

tours.add("mail_sender_domain.set_up_relay", {
    steps: () =>
        counted([
            ...toProposal(),
            choose("relay"),
            see("acme@relay.test", "info@acme.test"),
            clickText("Next"),
            {trigger: ".modal [name=relay_local_part] input:value(acme)"},
            clickText("Next"),
            see("acme@relay.test"),
            ...toReady("relay"),
        ]),
});

tours.add("mail_sender_domain.set_up_domain", {
    steps: () =>
        counted([
            ...toProposal(),
            seeChosen("domain"),
            see("acme.test seems to be your own domain"),
            clickText("Next"),
            clickText("Next"),
            see("Publish the required records", "Missing"),
            clickText("Check now"),
            ...toReady("domain"),
        ]),
});

tours.add("mail_sender_domain.set_up_domain_later", {
    steps: () => [
        ...toProposal(),
        clickText("Next"),
        clickText("Next"),
        see("Publish the required records"),
        clickText("Close"),
        seeState("Action needed"),
        {trigger: ".o_form_view:contains(info@acme.test is not ready yet)"},
    ],
});

tours.add("mail_sender_domain.go_on_with_domain", {
    steps: () => [
        clickNextStep("Go on"),
        see("Publish the required records"),
        clickText("Check now"),
        ...toReady("domain"),
    ],
});

tours.add("mail_sender_domain.leave_at_every_step", {
    steps: () => [
        clickNextStep("Set up the sender"),
        clickText("Close"),
        seeState("Action needed"),
        ...toProposal(),
        clickText("Close"),
        seeState("Action needed"),
        ...toProposal(),
        choose("smtp"),
        clickText("Next"),
        fillIn("smtp_host", "smtp.acme.test"),
        clickText("Back"),
        choose("domain"),
        clickText("Back"),
        {trigger: ".modal [name=email] input:value(info@acme.test)"},
        clickText("Next"),
        seeChosen("domain"),
        clickText("Next"),
        see("Proof"),
        {trigger: ".modal header button[aria-label=Close]", run: "click"},
        seeState("Action needed"),
        {trigger: "button:contains(Set up the sender)"},
    ],
});

tours.add("mail_sender_domain.reload_at_every_step", {
    steps: () => [
        clickNextStep("Set up the sender"),
        fillIn("email", "shop@acme.test"),
        ...reload(0),
        ...toProposal(),
        seeChosen("domain"),
        ...reload(0),
        ...toProposal(),
        choose("smtp"),
        clickText("Next"),
        fillIn("smtp_host", "smtp.acme.test"),
        ...reload(0),
        ...toProposal(),
        seeChosen("domain"),
        clickText("Next"),
        clickText("Next"),
        see("Publish the required records"),
        ...reload(1),
        clickNextStep("Go on"),
        see("Publish the required records"),
        ...reload(1),
        clickNextStep("Go on"),
        clickText("Check now"),
        see("Ready", "What your customer sees"),
        ...reload(1, "Ready"),
        seeCurrent("domain"),
        clickNextStep("Send a test invoice"),
        {trigger: ".modal .o_mail_sender_test"},
        ...reload(1, "Ready"),
    ],
});

tours.add("mail_sender_domain.hostile_input", {
    steps: () => [
        clickNextStep("Set up the sender"),
        ...refuse("email", "info", "E-mail: “info” has no @"),
        ...refuse("email", "info@\u0430cme.test", "several alphabets"),
        ...refuse("email", `${"x".repeat(10000)}@acme.test`, "are too many"),
        ...refuse("email", "info@other.test", "of another company"),
        fillIn("email", "acme@gmail.com"),
        clickText("Next"),
        seeChosen("relay"),
        {
            trigger:
                ".modal [data-mode=domain]:has(input:disabled):contains(mail provider)",
        },
        clickText("Next"),
        ...refuse("relay_local_part", "postmaster", "a meaning of its own"),
        ...refuse("relay_local_part", "a b", "Relay Address: "),
        fillIn("relay_local_part", "acme"),
        ...refuse("reply_to", "nobody", "Answers Go To: "),
        {trigger: ".modal header button[aria-label=Close]", run: "click"},
        seeState("Action needed"),
    ],
});

/** What nobody types by chance. */
const HOSTILE_TEXTS = [
    "info\u0000@acme.test",
    "in\u200bfo@acme.test",
    "x".repeat(10000),
];

/** Browsers take the line breaks out; what is left is no address, and no host. */
const HEADER = "x\r\nBcc: victim@example.com";

const paste = (field, text) => ({
    content: `Paste ${JSON.stringify(text.slice(0, 40))} into ${field}`,
    trigger: `.modal [name=${field}] input`,
    run({anchor}) {
        anchor.focus();
        anchor.value = text;
        anchor.dispatchEvent(new Event("input", {bubbles: true}));
        anchor.dispatchEvent(new Event("change", {bubbles: true}));
    },
});

/** Whatever is hostile is refused by name, nothing is saved, and what was there is typed again. */
const refuseHostile = (field, label, mend, ...others) =>
    [...HOSTILE_TEXTS, ...others].flatMap((text) => [
        paste(field, text),
        clickText("Next"),
        {
            content: `It is refused: ${label}`,
            trigger: `.modal .modal-body:contains(${label}: )`,
        },
        {
            trigger: `.modal:has(.modal-body:contains(${label}: )) .modal-footer button:contains(Close)`,
            run: "click",
        },
        {trigger: `body:not(:has(.modal .modal-body:contains(${label}: )))`},
        seeSaved(0),
        paste(field, mend),
    ]);

tours.add("mail_sender_domain.hostile_input_in_every_field", {
    steps: () => [
        clickNextStep("Set up the sender"),
        ...refuseHostile(
            "email",
            "E-mail",
            "info@acme.test",
            HEADER,
            "info@other.test"
        ),
        clickText("Next"),
        choose("relay"),
        clickText("Next"),
        ...refuseHostile("sender_name", "Sender Name", "Acme"),
        ...refuseHostile("relay_local_part", "Relay Address", "acme", HEADER, "taken"),
        ...refuseHostile(
            "reply_to",
            "Answers Go To",
            "info@acme.test",
            "info@\u0430cme.test"
        ),
        clickText("Back"),
        choose("domain"),
        clickText("Next"),
        chooseProof("On a subdomain"),
        ...refuseHostile("subdomain", "Subdomain", "mail", "\u0430.b"),
        clickText("Back"),
        choose("smtp"),
        clickText("Next"),
        fillIn("smtp_password", "secret"),
        ...refuseHostile("smtp_host", "Mail Server Host", "smtp.acme.test"),
        ...refuseHostile("smtp_user", "User Name", "info@acme.test"),
        ...refuseHostile("smtp_password", "Password", "secret"),
        {trigger: ".modal header button[aria-label=Close]", run: "click"},
        seeState("Action needed"),
        seeSaved(0),
    ],
});

tours.add("mail_sender_domain.second_company", {
    steps: () =>
        counted([
            {trigger: ".o_form_view h1:contains(Other)"},
            {trigger: "section[data-mode=relay]:contains(other@relay.test)"},
            clickCard("relay"),
            clickText("Next"),
            {trigger: ".modal [name=relay_local_part] input:value(other)"},
            clickText("Next"),
            ...toReady("relay"),
        ]),
});

const seeTaken = () => ({
    content: "The server took the invoice",
    trigger: ".modal .o_mail_sender_test [data-stage=message][data-outcome=ok]",
});

const seeInvoiceSent = () => [
    {trigger: ".modal [name=test_email] input:value(mira@example.com)"},
    clickText("Send a test invoice"),
    seeTaken(),
];

tours.add("mail_sender_domain.first_invoice_by_relay", {
    steps: () =>
        counted([
            ...toProposal(),
            choose("relay"),
            clickText("Next"),
            clickText("Next"),
            ...seeInvoiceSent(),
        ]),
});

tours.add("mail_sender_domain.first_invoice_by_domain", {
    steps: () =>
        counted([
            clickCard("domain"),
            {trigger: ".modal [name=email] input:value(@acme.test)"},
            clickText("Next"),
            clickText("Next"),
            see("Publish the required records"),
            clickText("Check now"),
            ...seeInvoiceSent(),
        ]),
});

const firstInvoiceByVariant = (...proof) =>
    counted(
        [
            clickCard("domain"),
            {trigger: ".modal [name=email] input:value(office@acme.test)"},
            clickText("Next"),
            ...proof,
            clickText("Next"),
            see("Publish the required records"),
            seeLinkOpened("office@acme.test"),
            clickText("Check now"),
            ...seeInvoiceSent(),
        ],
        CLICKS_OF_A_LINK
    );

tours.add("mail_sender_domain.first_invoice_by_spf_only", {
    steps: () => firstInvoiceByVariant(chooseProof("SPF only"), see("This is weaker")),
});

tours.add("mail_sender_domain.first_invoice_by_subdomain", {
    steps: () =>
        firstInvoiceByVariant(chooseProof("On a subdomain"), see("mail.acme.test")),
});

tours.add("mail_sender_domain.second_company_by_domain", {
    steps: () =>
        counted([
            {trigger: ".o_form_view h1:contains(Other)"},
            clickCard("domain"),
            {trigger: ".modal [name=email] input:value(office@other.test)"},
            clickText("Next"),
            clickText("Next"),
            see("Publish the required records"),
            clickText("Check now"),
            ...seeInvoiceSent(),
        ]),
});

tours.add("mail_sender_domain.second_company_by_mailbox", {
    steps: () =>
        counted([
            {trigger: ".o_form_view h1:contains(Other)"},
            clickCard("smtp"),
            {trigger: ".modal [name=email] input:value(office@other.test)"},
            fillIn("email", "post@other.test"),
            clickText("Next"),
            fillIn("smtp_host", "localhost"),
            fillIn("smtp_port", getPort()),
            fillIn("smtp_password", "open-sesame-4711"),
            clickText("Next"),
            ...seeInvoiceSent(),
        ]),
});

tours.add("mail_sender_domain.only_the_second_company", {
    steps: () => [
        {
            content: "What the first company has is not there",
            trigger:
                ".o_list_view:has(.o_data_row:contains(@other.test)):not(:contains(acme.test))",
        },
    ],
});

tours.add("mail_sender_domain.the_first_company_as_before", {
    steps: () => [
        {trigger: ".o_form_view h1:contains(Acme)"},
        {trigger: ".o_form_view:contains(leaves from office@acme.test)"},
        seeState("Ready"),
        seeCurrent("domain"),
    ],
});

tours.add("mail_sender_domain.first_invoice_by_a_server_of_odoo", {
    steps: () =>
        counted([
            clickNextStep("Set up the sender"),
            fillIn("email", "post@acme.test"),
            clickText("Next"),
            seeChosen("smtp"),
            see("Old server"),
            clickText("Next"),
            {
                content: "There is nothing to type",
                trigger:
                    ".modal .o_form_view:has([name=is_adopting] input:checked):not(:has([name=smtp_host]))",
            },
            see("Old server (localhost)"),
            clickText("Next"),
            ...seeInvoiceSent(),
        ]),
});

/** The port of the test's mailbox, which the page forgets when it is loaded anew. */
const getPort = () => {
    const port = new URLSearchParams(location.search).get("port");
    if (port) {
        sessionStorage.setItem("port", port);
    }
    return sessionStorage.getItem("port");
};

tours.add("mail_sender_domain.first_invoice_by_mailbox", {
    steps: () =>
        counted([
            clickNextStep("Set up the sender"),
            fillIn("email", "post@acme.test"),
            clickText("Next"),
            choose("smtp"),
            clickText("Next"),
            fillIn("smtp_host", "localhost"),
            fillIn("smtp_port", getPort()),
            fillIn("smtp_password", "open-sesame-4711"),
            clickText("Next"),
            ...seeInvoiceSent(),
        ]),
});

tours.add("mail_sender_domain.first_invoice_by_mailbox_of_another_name", {
    steps: () =>
        counted(
            [
                clickCard("smtp"),
                {trigger: ".modal [name=email] input:value(office@acme.test)"},
                clickText("Next"),
                fillIn("smtp_host", "localhost"),
                fillIn("smtp_port", getPort()),
                fillIn("smtp_user", "post@acme.test"),
                fillIn("smtp_password", "open-sesame-4711"),
                clickText("Next"),
                see("The user name does not prove that office@acme.test is yours"),
                seeLinkOpened("office@acme.test"),
                clickText("Check now"),
                ...seeInvoiceSent(),
            ],
            CLICKS_OF_A_LINK
        ),
});

tours.add("mail_sender_domain.reload_with_a_mailbox", {
    steps: () => [
        clickCard("smtp"),
        {trigger: ".modal [name=email] input:value(office@acme.test)"},
        fillIn("email", "post@acme.test"),
        clickText("Next"),
        fillIn("smtp_host", "localhost"),
        fillIn("smtp_password", "open-sesame-4711"),
        ...reload(0),
        clickCard("smtp"),
        fillIn("email", "post@acme.test"),
        clickText("Next"),
        {
            content: "What was typed and not saved is gone",
            trigger: ".modal [name=smtp_host] input:value()",
        },
        fillIn("smtp_host", "localhost"),
        fillIn("smtp_port", getPort()),
        fillIn("smtp_password", "wrong"),
        clickText("Next"),
        {trigger: ".modal .alert-danger:contains(refused)"},
        ...reload(1),
        clickNextStep("Go on"),
        {trigger: ".modal [name=smtp_host] input:value(localhost)"},
        see("The password is stored"),
        fillIn("smtp_password", "open-sesame-4711"),
        clickText("Next"),
        see("Ready"),
        ...reload(1, "Ready"),
        clickNextStep("Send a test invoice"),
        {trigger: ".modal button:contains(Send the test invoice)", run: "click"},
        seeTaken(),
        ...reload(1, "Ready"),
    ],
});

tours.add("mail_sender_domain.mend_mailbox", {
    steps: () => [
        seeState("Broken"),
        clickNextStep("Mend it"),
        {trigger: ".modal [name=smtp_host] input:value(localhost)"},
        fillIn("smtp_password", "wrong"),
        clickText("Next"),
        {trigger: ".modal .alert-danger:contains(refused)"},
        fillIn("smtp_password", "new-sesame-4712"),
        clickText("Next"),
        ...toReady("smtp"),
    ],
});

tours.add("mail_sender_domain.mend_domain", {
    steps: () => [
        seeState("Broken"),
        clickNextStep("Mend it"),
        {trigger: ".o_mail_sender_check button", run: "click"},
        {trigger: ".o_mail_sender_check:contains(acme.test is verified)"},
        {trigger: ".o_statusbar_status:contains(Verified)"},
        {trigger: ".o_breadcrumb a:contains(Sender Settings)", run: "click"},
        seeState("Ready"),
        clickNextStep("Send a test invoice"),
        {trigger: ".modal button:contains(Send the test invoice)", run: "click"},
        seeTaken(),
    ],
});

tours.add("mail_sender_domain.mend_relay", {
    steps: () => [
        seeState("Broken"),
        {trigger: ".o_form_view:contains(The DNS records of relay.test)"},
        clickNextStep("Mend it"),
        {trigger: ".o_statusbar_status:contains(Blocked)"},
        {trigger: ".alert-danger a[href='/mail-sender/guide#relay']"},
    ],
});

tours.add("mail_sender_domain.relay_is_ready_again", {
    steps: () => [
        seeState("Ready"),
        clickNextStep("Send a test invoice"),
        {trigger: ".modal button:contains(Send the test invoice)", run: "click"},
        seeTaken(),
    ],
});

tours.add("mail_sender_domain.cards_of_the_administrator", {
    steps: () => [
        {
            content: "The variant of the own domain says that it is weaker",
            trigger: "section[data-mode=domain]:contains(SPF only (weaker))",
        },
        {
            content: "An addon that is there can be installed",
            trigger:
                "section:contains(Offered):contains(What it means) button:contains(Install)",
        },
        {
            trigger: "section:contains(Offered) button",
            run: "click",
            expectUnloadPage: true,
        },
        {trigger: "section[data-mode=domain]"},
    ],
});

tours.add("mail_sender_domain.cards_of_a_manager", {
    steps: () => [
        {
            content: "Who cannot install it is told who can",
            trigger:
                "section:contains(Offered):contains(Ask the system administrator):not(:has(button))",
        },
    ],
});

tours.add("mail_sender_domain.settings_no_access", {
    steps: () => [
        {trigger: ".modal:contains(Access Error)"},
        {trigger: ".modal .modal-footer .btn-primary", run: "click"},
    ],
});

tours.add("mail_sender_domain.platform_is_read_only", {
    steps: () => [
        {
            trigger:
                ".o_form_view:has(.o_form_readonly):not(:has(.o_field_widget input:enabled))",
        },
    ],
});

tours.add("mail_sender_domain.policies", {
    steps: () => [
        {trigger: ".o_form_view:contains(What your customer sees)"},
        {
            content: "What leaves without a default sender is shown in grey",
            trigger:
                "[name=sender_address_id] input[placeholder='None: mail leaves as Odoo decides']",
        },
        {
            content: "What is in force for all companies is shown in grey",
            trigger:
                "[name=sender_blocked_policy] input[placeholder='It leaves from the relay address']",
        },
        ...pick("sender_blocked_policy", "It waits"),
        ...pick("sender_strictness", "Strictly"),
        {trigger: ".o_form_view:contains(nothing leaves from any other address)"},
        {trigger: "li:contains(login codes and invitations to use them)"},
        {trigger: "li:contains(password resets and invitations)"},
        {trigger: "li:contains(security alerts)"},
        {trigger: "li:contains(bounces that Odoo itself sends)"},
        {
            content: "No login codes are mailed here",
            trigger: ".o_form_view:not(:has([name=sender_code_road]))",
        },
        {trigger: "[name=sender_account_road] input"},
        ...pick("sender_reply_policy", "Back into the"),
        {trigger: ".o_form_button_save", run: "click"},
        {trigger: ".modal:contains(Answers Go: answers cannot go back)"},
        {trigger: ".modal .modal-footer .btn-primary", run: "click"},
        ...pick("sender_reply_policy", "To a fixed address"),
        {trigger: "[name=sender_reply_to] input", run: "edit answers@acme.test"},
        ...saved(),
    ],
});

tours.add("mail_sender_domain.road_of_login_codes", {
    steps: () => [...pick("sender_code_road", "The platform"), ...saved()],
});

tours.add("mail_sender_domain.defaults_for_all_companies", {
    steps: () => [
        ...pick("sender_blocked_policy", "It waits"),
        ...saved(),
        {
            trigger: "[data-menu-xmlid='mail_sender_domain.menu_sender_settings']",
            run: "click",
        },
        {
            content: "The company has chosen nothing: what counts for all is shown",
            trigger:
                "[name=sender_blocked_policy] input[placeholder='It waits until the road is open again']",
        },
        ...pick("sender_blocked_policy", "It leaves from"),
        ...saved(),
    ],
});

tours.add("mail_sender_domain.from_general_settings", {
    steps: () => [
        {
            trigger: "#mail_sender_setting button:contains(Sender Settings)",
            run: "click",
        },
        {trigger: "section[data-mode=domain] button:contains(Set up)"},
    ],
});
