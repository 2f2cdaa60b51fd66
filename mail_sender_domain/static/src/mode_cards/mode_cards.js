/* Copyright 2026 mail_sender_domain contributors
 * License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl). */

/**
 * What the cards of the sending modes show, as the server prepares it.
 *
 * @typedef {object} ModeCard
 * @property {string} key of the mode
 * @property {string} label
 * @property {string} summary one sentence
 * @property {Array<[string, string]>} rows what receivers see: label and value
 * @property {Array<[string, string]>} variants name and sentence of each
 * @property {string} note why the mode cannot be chosen
 * @property {boolean} is_current whether the company sends this way
 * @property {boolean} is_proposed whether it suits the e-mail best
 * @property {boolean} is_possible
 * @property {string} addon to install first, or empty
 */

import {Component} from "@odoo/owl";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

/** What the receiver of a mail sees of its sender. */
export class ReceiverRows extends Component {
    static template = "mail_sender_domain.ReceiverRows";
    static props = {rows: Array};
}

/** The same, as a field with [label, value] pairs. */
export class ReceiverRowsField extends Component {
    static template = "mail_sender_domain.ReceiverRowsField";
    static components = {ReceiverRows};
    static props = {...standardFieldProps};

    get rows() {
        return this.props.record.data[this.props.name] || [];
    }
}

/** All modes as cards, each with the button that begins its set-up. */
export class ModeCards extends Component {
    static template = "mail_sender_domain.ModeCards";
    static components = {ReceiverRows};
    static props = {...standardFieldProps};

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
    }

    /** @returns {ModeCard[]} */
    get cards() {
        return this.props.record.data[this.props.name] || [];
    }

    /** @param {ModeCard} card - the chosen one */
    async choose(card) {
        const {record} = this.props;
        if (!(await record.save())) {
            return;
        }
        const [method, args] = card.addon
            ? ["action_install", [card.addon]]
            : ["action_set_up", [[record.resId], card.key]];
        const action = await this.orm.call(record.resModel, method, args);
        await this.action.doAction(action, {onClose: () => record.load()});
    }
}

/** The same cards as radio buttons: they set the field that the option target names. */
export class ModeChoice extends Component {
    static template = "mail_sender_domain.ModeChoice";
    static components = {ReceiverRows};
    static props = {...standardFieldProps, target: String};

    /** @returns {ModeCard[]} */
    get cards() {
        return this.props.record.data[this.props.name] || [];
    }

    get chosen() {
        return this.props.record.data[this.props.target];
    }

    /** @param {ModeCard} card - the chosen one */
    choose(card) {
        this.props.record.update({[this.props.target]: card.key});
    }
}

const fields = registry.category("fields");

fields.add("sender_receiver_rows", {
    component: ReceiverRowsField,
    supportedTypes: ["json"],
});
fields.add("sender_mode_cards", {component: ModeCards, supportedTypes: ["json"]});
fields.add("sender_mode_choice", {
    component: ModeChoice,
    supportedTypes: ["json"],
    extractProps: ({options}) => ({target: options.target}),
});
