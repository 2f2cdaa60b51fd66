import {openApp, openMenu, openRecord, save, seeSaved} from "./tour_steps";
import {registry} from "@web/core/registry";

const tours = registry.category("web_tour.tours");

const clickOn = (trigger) => ({trigger, run: "click"});

const clickNew = () =>
    clickOn(".o_control_panel_main_buttons button:contains(New):not(:contains(Newer))");

const select = (field, text) => [
    {
        content: `Type ${text} into ${field}`,
        trigger: `.o_field_widget[name=${field}] input`,
        run: `edit ${text}`,
    },
    clickOn(`.o-autocomplete--dropdown-item:contains(${text})`),
];

const seeAnswer = (...texts) => ({
    content: `The panel answers ${texts}`,
    trigger: [".modal .o_form_view", ...texts.map((text) => `:contains(${text})`)].join(
        ""
    ),
});

const seeExplanation = () => [
    seeAnswer(
        "Acme Orders",
        "orders@acme.test",
        "Chosen by the user",
        "bounce@bounce.acme.test",
        "Platform server"
    ),
    seeAnswer("Passes at Gmail, Outlook and others."),
    clickOn(".modal-footer button:contains(Close)"),
    {trigger: "body:not(:has(.modal))"},
];

tours.add("mail_sender_domain.make_rules", {
    steps: () => [
        ...openApp(),
        ...openMenu("menu_sender_rule"),
        {trigger: ".o_view_nocontent:contains(Let some mail leave from another)"},
        clickNew(),
        ...select("model_ids", "Contact"),
        ...select("sender_address_id", "orders@acme.test"),
        save(),
        seeSaved(),
        clickNew(),
        ...select("model_ids", "Contact"),
        ...select("sender_address_id", "shop@acme.test"),
        save(),
        seeSaved(),
        clickNew(),
        ...select("user_ids", "Bob"),
        ...select("sender_address_id", "shop@acme.test"),
        save(),
        seeSaved(),
        clickOn(".o_back_button, .breadcrumb-item a:contains(Sender Rules)"),
        {
            content: "Kinds stand in the order in which they decide",
            trigger:
                ".o_list_view:contains(2. Document types):contains(3. Users) .o_data_row",
        },
        {
            content: "Drag shop@ before orders@",
            trigger: ".o_data_row:contains(Contact):contains(shop@) .o_row_handle",
            run: "drag_and_drop(.o_data_row:contains(orders@acme.test))",
        },
        {
            content: "shop@ stands first",
            trigger: ".o_data_row:eq(0):contains(shop@acme.test)",
        },
        openRecord("orders@acme.test"),
        clickOn(".o_statusbar_buttons button:contains(Try the rules)"),
        seeAnswer("shop@acme.test", "Rule: Contact → shop@acme.test"),
        clickOn(".modal .o_field_widget[name=is_internal] input"),
        seeAnswer("invoices@acme.test", "Default sender of the company"),
        clickOn(".modal-footer button:contains(Close)"),
        {trigger: "body:not(:has(.modal))"},
    ],
});

tours.add("mail_sender_domain.mend_findings", {
    steps: () => [
        ...openApp(),
        ...openMenu("menu_sender_settings"),
        clickOn(".o_form_view button:contains(Who sends as what)"),
        {trigger: ".o_list_view .o_data_row:contains(leaver@acme.test)"},
        {trigger: ".o_list_view .o_data_row:contains(post@unproven.test)"},
        clickOn(".o_searchview_dropdown_toggler"),
        clickOn(".o_filter_menu .o_menu_item:contains(Templates)"),
        {trigger: ".o_list_view:not(:contains(leaver@acme.test)) .o_data_row"},
        clickOn(
            ".o_data_row:contains(Reminder):contains(old@elsewhere.test) button:contains(Make a rule)"
        ),
        {trigger: ".o_form_view .o_field_widget[name=template_ids]:contains(Reminder)"},
        ...select("sender_address_id", "orders@acme.test"),
        save(),
        seeSaved(),
        ...openMenu("menu_sender_finding"),
        {
            content: "The template is no longer in the list",
            trigger: ".o_list_view:not(:contains(Reminder)) .o_data_row",
        },
    ],
});

tours.add("mail_sender_domain.read_log", {
    steps: () => [
        ...openApp(),
        ...openMenu("menu_sender_log"),
        {trigger: ".o_list_view .o_data_row:contains(invoices@acme.test)"},
        {trigger: ".o_searchview_input", run: "edit orders@acme"},
        clickOn(".o_searchview_autocomplete .o-dropdown-item:contains(From)"),
        {trigger: ".o_list_view:not(:contains(invoices@acme.test)) .o_data_row"},
        clickOn(".o_searchview .o_facet_remove"),
        {trigger: ".o_list_view .o_data_row:contains(invoices@acme.test)"},
        clickOn(".o_searchview_dropdown_toggler"),
        clickOn(".o_group_by_menu .o_menu_item:contains(Reason)"),
        {trigger: ".o_group_header:contains(Chosen by the user (1))"},
        clickOn(".o_group_by_menu .o_menu_item:contains(Reason)"),
        clickOn(".o_group_by_menu .o_menu_item:contains(Receivers)"),
        {trigger: ".o_group_header:contains(Passes at Gmail)"},
        clickOn(".o_group_by_menu .o_menu_item:contains(Receivers)"),
        clickOn(".o_group_by_menu .o_menu_item:contains(Reason)"),
        {trigger: ".o_group_header:contains(Chosen by the user (1))"},
        clickOn(".o_group_header:contains(Chosen by the user)"),
        openRecord("orders@acme.test"),
        {
            trigger:
                ".o_form_view:contains(bounce@bounce.acme.test):contains(Platform server):contains(Passes at Gmail):contains(Accepted)",
        },
        clickOn(".o_statusbar_buttons button:contains(Open the document)"),
        {trigger: ".o_form_view .o_form_sheet [name=email] input"},
    ],
});

tours.add("mail_sender_domain.explain_message", {
    steps: () => [
        {
            trigger: ".o-mail-Message:contains(From the orders)",
            run: "hover && click .o-mail-Message:contains(From the orders) [name^=more-action]",
            timeout: 60000,
        },
        clickOn(".o-dropdown--menu [name=mail-sender-explain]:contains(How it left)"),
        ...seeExplanation(),
    ],
});

tours.add("mail_sender_domain.explain_queue", {
    steps: () => [
        {
            trigger: ".o_form_view button[name=action_explain_sender]",
            run: "click",
            timeout: 60000,
        },
        ...seeExplanation(),
    ],
});

tours.add("mail_sender_domain.prefer_sender", {
    steps: () => [
        {trigger: ".o_user_menu button", run: "click", timeout: 60000},
        clickOn(".o-dropdown--menu [data-menu=preferences]"),
        ...select("sender_address_id", "orders@acme.test"),
        {
            ...clickOn(".modal-footer button:contains(Update Preferences)"),
            expectUnloadPage: true,
        },
        {trigger: "body:not(:has(.modal)) .o_user_menu"},
    ],
});

tours.add("mail_sender_domain.template_sender", {
    steps: () => [
        {
            trigger: ".o_form_view .o_notebook_headers a[name=email_settings]",
            run: "click",
            timeout: 60000,
        },
        ...select("sender_address_id", "orders@acme.test"),
        save(),
        seeSaved(),
    ],
});

tours.add("mail_sender_domain.company_sender", {
    steps: () => [
        {
            trigger: ".o_form_view .o_field_widget[name=sender_address_id]",
            timeout: 60000,
        },
        ...select("sender_address_id", "orders@acme.test"),
        {...save(), expectUnloadPage: true},
        seeSaved(),
    ],
});

tours.add("mail_sender_domain.let_choose", {
    steps: () => [
        ...openApp(),
        ...openMenu("menu_sender_address"),
        openRecord("orders@acme.test"),
        clickOn(".o_notebook_headers a:contains(Who May Choose It)"),
        ...select("picker_user_ids", "Bob"),
        save(),
        seeSaved(),
    ],
});
