import {Component} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

/** The status of a sender address: a green tick when mail leaves, else a red cross. */
export class SenderStateField extends Component {
    static template = "mail_sender_domain.SenderStateField";
    static props = {...standardFieldProps};

    get isReady() {
        return this.props.record.data[this.props.name] === "ready";
    }

    get label() {
        const value = this.props.record.data[this.props.name];
        const {selection} = this.props.record.fields[this.props.name];
        return (selection.find(([key]) => key === value) || [])[1];
    }
}

registry.category("fields").add("sender_state", {
    component: SenderStateField,
    displayName: _t("Status of a sender address"),
    supportedTypes: ["selection"],
});
