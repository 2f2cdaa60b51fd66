import {fillIn, openApp, openMenu, openRecord, save, seeStatus} from "./tour_steps";
import {registry} from "@web/core/registry";

const tours = registry.category("web_tour.tours");

const openKeys = () => ({
    trigger: ".o_notebook_headers a:contains(DKIM Keys)",
    run: "click",
});

const seeKey = (...texts) => ({
    content: `A key tells ${texts}`,
    trigger: [
        ".o_field_widget[name=key_ids] .o_kanban_record",
        ...texts.map((text) => `:contains(${text})`),
    ].join(""),
});

const confirm = () => ({
    trigger: ".modal .modal-footer .btn-primary:contains(Ok)",
    run: "click",
});

const press = (label) => ({
    trigger: `.o_form_view .tab-pane button:contains(${label})`,
    run: "click",
});

/* A key that nobody here has seen, as another system would make it. */
const makeKey = async () => {
    const pair = await crypto.subtle.generateKey(
        {
            name: "RSASSA-PKCS1-v1_5",
            modulusLength: 2048,
            publicExponent: new Uint8Array([1, 0, 1]),
            hash: "SHA-256",
        },
        true,
        ["sign", "verify"]
    );
    const key = await crypto.subtle.exportKey("pkcs8", pair.privateKey);
    const text = btoa(String.fromCharCode(...new Uint8Array(key)));
    const [begin, end] = ["BEGIN", "END"].map(
        (word) => `-----${word} PRIVATE KEY-----`
    );
    return [begin, ...text.match(/.{1,64}/g), end].join("\n");
};

const paste = (content, getText) => ({
    content,
    trigger: ".modal [name=private_key] textarea",
    async run({anchor}) {
        anchor.value = await getText();
        anchor.dispatchEvent(new Event("input", {bubbles: true}));
        anchor.dispatchEvent(new Event("change", {bubbles: true}));
    },
});

const importKey = () => ({
    trigger: ".modal .modal-footer button:contains(Import)",
    run: "click",
});

tours.add("mail_sender_domain.rotate_keys", {
    steps: () => [
        ...openApp(),
        ...openMenu("menu_sender_domain"),
        openRecord("acme.test"),
        seeStatus("Verified"),
        openKeys(),
        seeKey("odoo1", "Active", "Nothing to do until"),
        press("Rotate the Keys"),
        confirm(),
        seeKey("odoo2", "Pending", "Publish odoo2._domainkey.acme.test"),
        press("Rotate the Keys"),
        confirm(),
        {trigger: ".modal:contains(odoo2 is a new key already)"},
        {trigger: ".modal .modal-footer .btn-primary", run: "click"},
        {
            trigger:
                "[name=key_ids] .o_kanban_record:contains(odoo2) a:contains(Withdraw)",
            run: "click",
        },
        confirm(),
        {trigger: "[name=key_ids]:not(:has(.o_kanban_record:contains(odoo2)))"},
    ],
});

tours.add("mail_sender_domain.import_key", {
    steps: () => [
        ...openApp(),
        ...openMenu("menu_sender_domain"),
        openRecord("acme.test"),
        openKeys(),
        press("Import a Key"),
        fillIn("selector", "mail2026"),
        paste("Half a key is pasted", async () => (await makeKey()).slice(0, 300)),
        importKey(),
        {trigger: ".modal:contains(The end of the key is missing)"},
        {
            trigger:
                ".modal:contains(The end of the key is missing) .modal-footer .btn-primary",
            run: "click",
        },
        paste("The whole key is pasted", makeKey),
        importKey(),
        {trigger: "body:not(:has(.modal))"},
        openKeys(),
        seeKey("mail2026", "Pending", "Publish mail2026._domainkey.acme.test"),
    ],
});

tours.add("mail_sender_domain.key_zone", {
    steps: () => [
        fillIn("key_zone", "keys.platform.test"),
        {trigger: ".o_form_view h1", run: "click"},
        {trigger: "[name=key_zone_way] input", run: "click"},
        {trigger: ".o_select_menu_item:contains(A zone file)", run: "click"},
        {trigger: "[name=key_zone_way] input:value(A zone file)"},
        fillIn("key_zone_name_servers", "NS1.platform.test"),
        save(),
        {trigger: "button:contains(Download the Zone File)"},
        {trigger: "button:contains(Check the Zone)", run: "click"},
        {trigger: ".o_notification:contains(DNS knows no zone keys.platform.test)"},
        ...openMenu("menu_sender_domain"),
        openRecord("acme.test"),
        openKeys(),
        {
            trigger: "[name=key_publishing] label:contains(By the platform)",
            run: "click",
        },
        save(),
        seeKey("odoo-a", "Pending", "odoo-a.acme.test.keys.platform.test"),
        seeKey("odoo-b", "Pending"),
    ],
});
