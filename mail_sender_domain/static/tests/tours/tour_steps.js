import {stepUtils} from "@web_tour/tour_utils";

export const openApp = () => [
    ...stepUtils.toggleHomeMenu(),
    ...stepUtils.goToAppSteps("mail_sender_domain.menu_root", "Open the app"),
];

export const openMenu = (name) => [
    {isActive: ["mobile"], trigger: ".o_menu_toggle", run: "click"},
    {
        content: `Open the menu ${name}`,
        trigger: [".o_menu_sections", ".o_app_menu_sidebar"]
            .map((menu) => `${menu} [data-menu-xmlid='mail_sender_domain.${name}']`)
            .join(", "),
        run: "click",
    },
];

export const openRecord = (text) => ({
    content: `Open ${text}`,
    trigger: `.o_data_cell:contains(${text}), .o_kanban_record:contains(${text})`,
    run: "click",
});

export const fillIn = (field, value) => ({
    content: `Type ${value} into ${field}`,
    trigger: `.o_field_widget[name=${field}] input`,
    run: `edit ${value}`,
});

/**
 * Choose from a list, and see the choice: Odoo takes a field that is left before it shows
 * the choice for cleared.
 *
 * @param {string} field the name of the field
 * @param {string} item what its entry of the list begins with
 * @returns {object[]} steps
 */
export const pick = (field, item) => [
    {trigger: `[name=${field}] input`, run: "click"},
    {trigger: `.o_select_menu_item:contains(${item})`, run: "click"},
    {trigger: `[name=${field}] input:value(${item})`},
];

export const save = () => ({trigger: ".o_form_button_save", run: "click"});

export const seeSaved = () => ({trigger: ".o_form_saved"});

export const seeStatus = (label) => ({
    content: `The status is ${label}`,
    // A small screen shows the current status only, as a menu.
    trigger: [".o_arrow_button_current", ".dropdown-toggle"]
        .map((button) => `.o_statusbar_status ${button}:contains(${label})`)
        .join(", "),
});

export const seeRecord = (...texts) => ({
    content: `A record tells ${texts}`,
    trigger: [
        ".o_field_widget[name=record_ids] .o_kanban_record",
        ...texts.map((text) => `:contains(${text})`),
    ].join(""),
});

/**
 * Leave a form that cannot be saved, and stay after all.
 *
 * @param {string} menu the label of the menu
 * @param {string} part of the guide that the refusal links to
 * @returns {object[]} steps
 */
export const leaveAndStay = (menu, part) => [
    ...openMenu(menu),
    {trigger: `.o_form_error_dialog .o_sender_guide_link[href$='guide#${part}']`},
    {trigger: ".o_form_error_dialog button:contains(Stay here)", run: "click"},
    {trigger: "body:not(:has(.modal))"},
];

/**
 * Type what is refused, with a link to the guide.
 *
 * @param {string} field the name of the field
 * @param {string} value what is typed
 * @param {string} message beginning or part of what is said
 * @param {string} part of the guide that the link leads to, if it matters
 * @returns {object[]} steps
 */
export const refuse = (field, value, message, part = "") => [
    fillIn(field, value),
    save(),
    {
        content: `${value} is refused: ${message}`,
        trigger: `.modal .modal-body:contains(${message})`,
    },
    {
        content: `The guide tells more about ${part}`,
        trigger: `.modal .o_sender_guide_link[href*='/mail-sender/guide#${part}']`,
    },
    {
        content: "Whoever presses Enter reads on in the form",
        trigger: ".modal .modal-footer .btn-primary:focus",
        run: "press Enter",
    },
    {trigger: "body:not(:has(.modal))"},
];
